"""The JSON Schema of scenario files: fresh, named in every scenario, and of one mind with the program."""

import json

import pytest
from jsonschema import Draft7Validator
from support.corruption import damaged

from sim import paths
from sim.events import observables
from sim.scenario import json_schema
from sim.scenario.claim_kinds import CLAIM_KINDS
from sim.scenario.yaml_parser import ScenarioDocument, read_document

FOLDER = paths.scenario_folder()
SCENARIOS = sorted(FOLDER.glob("*.yaml"))
WRITTEN = (FOLDER / json_schema.SCHEMA_FILE).read_text(encoding="utf-8")
SCHEMA = json.loads(WRITTEN)
FIRST_LINE = f"# yaml-language-server: $schema={json_schema.SCHEMA_FILE}"


def faults(text: str) -> list[str]:
    """Where in a text the schema finds faults, as dotted paths."""
    found = Draft7Validator(SCHEMA).iter_errors(ScenarioDocument("t.yaml", text).data)
    return sorted({".".join(map(str, fault.absolute_path)) for fault in found})


def test_the_file_is_what_the_models_give():
    assert json_schema.format_json_schema() == WRITTEN, "run `make schema`"


def test_the_schema_is_a_schema():
    Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_scenario_names_the_schema_in_its_first_line_and_keeps_to_it(path):
    document = read_document(path)
    assert document.text.splitlines()[0] == FIRST_LINE
    assert faults(document.text) == []


# passage, its damaged form, where the schema finds the fault
DAMAGE = {
    "misspelt key": ("daylight_only: true", "daylight_onyl: true", "orders.hill_assault"),
    "missing key": ("    name: the fort\n", "", "places.fort"),
    "negative number": ("value: 60", "value: -60", "forces.watch.strength.value"),
    "text for a number": ("blocks: 4", "blocks: four", "terrains.works.blocks"),
    "list for a mapping": ("astronomy: {latitude: 50.0, longitude: 10.0, utc_offset: 1, source: account}",
                           "astronomy: []", "astronomy"),
    "unknown kind of order": ("kind: airstrike", "kind: airstrikes", "orders.afternoon_strikes.kind"),
    "key of another kind of order": (
        "daylight_only: true",
        "sorties: {value: 4, assumption: a flight}",
        "orders.hill_assault",
    ),
    "unknown measure": ("measure: reinforcements", "measure: join", "claims.relief_came.observable.measure"),
    "key of another measure": (
        "{measure: control, side: teal, place: hill,",
        "{measure: control, side: teal, places: [hill],",
        "claims.hill_regained.observable",
    ),
    "unknown distribution": (
        "bomb_arrives: {distribution: beta",
        "bomb_arrives: {distribution: gamma",
        "priors.bomb_arrives.distribution",
    ),
    "shape that is negative": ("a: 1.5", "a: -1.5", "priors.bomb_arrives.a"),
    "unknown bound": ("value: over 40", "value: more than 40", "claims.amber_dead_herald.value"),
    "number for a bound": ("value: exactly 12", "value: 12", "claims.first_day_dead_gazette.value"),
    "no position": ("citation: battle 2.1", "citation: page 5", "claims.cart_at_gate.citation"),
    "impossible month": ("begins: 2001-06-01\n", "begins: 2001-13-01\n", "begins"),
    "impossible hour": ("earliest: 2001-06-01T05:00", "earliest: 2001-06-01T25:00",
                        "orders.village_assault.window.earliest"),
    "time zone": ("begins: 2001-06-02T04:00", "begins: 2001-06-02T04:00Z", "weather.mist.begins"),
    "number without an origin": ("{value: 60, assumption: a company}", "{value: 60}", "forces.watch.strength"),
    "number with two origins": ("60, assumption: a company", "60, assumption: a company, source: herald",
                                "forces.watch.strength"),
    "value and prior": ("{value: 60, assumption: a company}", "{value: 60, prior: amber_host, assumption: a company}",
                        "forces.watch.strength"),
    "coordinates of two origins": ("estimated_within_km: 1.0", "source: account, estimated_within_km: 1.0",
                                   "places.hill.coordinates"),
    "order from nowhere": ("    rationale: it follows the bomb\n", "", "orders.fort_assault"),
    "carried without a reason": ("    reason: it is an order of the scenario, not an outcome\n", "",
                                 "claims.relief_came"),
    "scored without a value": ("    value: part\n", "", "claims.village_taken"),
    "a link of three": ("between: [fort, mill]", "between: [fort, mill, hill]", "roads.fort_mill.between"),
    "an id with a capital": ("  mist:", "  Mist:", "weather"),
    "no colour": ('"#1b7f8c"', '"teal"', "sides.teal.colour"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_text_fails_where_it_is_damaged_and_nowhere_else(name):
    old, new, where = DAMAGE[name]
    assert faults(damaged((old, new))) == [where]


def test_every_measure_is_in_the_schema():
    observable = SCHEMA["$defs"]["Claim"]["properties"]["observable"]
    assert observable["properties"]["measure"]["enum"] == list(observables.OBSERVABLES)


def test_every_phrase_of_a_claim_passes_and_nothing_else():
    interval = Draft7Validator(SCHEMA["$defs"]["ReportedInterval"])
    assert [kind.example for kind in CLAIM_KINDS.values() if not interval.is_valid(kind.example)] == []
    assert [words for words in ("some 20", "exactly", "over -3", "about", "", 20) if interval.is_valid(words)] == []


def test_comments_of_the_code_are_what_an_editor_shows():
    place = SCHEMA["$defs"]["Force"]["properties"]["location"]["description"]
    assert "where it comes in" in place
    assert "an id of `places`" in place
