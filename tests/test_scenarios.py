"""The scenarios themselves: they load, every number has an origin, every source is in the bibliography."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

from sim import paths
from sim.likelihood.observation_model import build_observation_model
from sim.scenario import Scenario, ScenarioError, load
from sim.scenario.citations import find_cited_text
from sim.scenario.claim_overlap import make_count_scopes
from sim.scenario.orders import ScheduledOrder
from sim.scenario.quantities import Quantity
from sim.scenario.yaml_parser import read_document

HOURS = 24.0 * 12  # of December 2014
FOLDER = paths.scenario_folder()
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
SOURCE_CODE = Path(__file__).resolve().parent.parent / "src" / "sim"
ENTRY = re.compile(r"^@\w+\{([^,\s]+),", re.MULTILINE)
CITED = re.compile(r"\bSource: ([A-Z][A-Za-z]*[A-Z0-9][A-Za-z0-9]*)")


@pytest.fixture(scope="module", params=NAMES)
def scenario(request) -> Scenario:
    return load(request.param)


@pytest.fixture(scope="module")
def dec2014() -> Scenario:
    return load("dec2014")


def bibliography(name: str = "sources") -> set[str]:
    """The keys of a bibliography in scenarios/, by default of sources.bib; none if there is no such file."""
    path = FOLDER / f"{name}.bib"
    return set(ENTRY.findall(path.read_text(encoding="utf-8"))) if path.is_file() else set()


def list_cited_keys(scenario: Scenario) -> set[str]:
    """The bibliography's keys that a scenario names."""
    keys = {source.reference for source in scenario.sources.values()}
    return keys | {key for prior in scenario.priors.values() for key in prior.reference}


def iter_models(node: Any) -> Iterator[BaseModel]:
    """Every model in a scenario, at any depth."""
    if isinstance(node, BaseModel):
        yield node
        for name in type(node).model_fields:
            yield from iter_models(getattr(node, name))
    elif isinstance(node, dict):
        for value in node.values():
            yield from iter_models(value)
    elif isinstance(node, tuple):
        for value in node:
            yield from iter_models(value)


def find_untraced_quantities(scenario: Scenario) -> list[Quantity]:
    """Fixed numbers that do not have exactly one origin."""
    return [
        part
        for part in iter_models(scenario)
        if isinstance(part, Quantity)
        and part.value is not None
        and [part.claim, part.source, part.assumption].count(None) != 2
    ]


def test_there_are_scenarios():
    battles = {"dec2014", "goose_green", "rorkes_drift", "khafji", "shaer", "dienbienphu", "shiloh"}
    assert {"teaching", *battles} <= set(NAMES)


def test_a_scenario_bears_the_name_of_its_file(scenario):
    assert (FOLDER / f"{scenario.name}.yaml").is_file()


def block(data: Any) -> str:
    """Plain data as YAML in another layout: blocks, every list on lines of its own."""
    yaml, text = YAML(typ="safe"), StringIO()
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False
    yaml.dump(data, text)
    return text.getvalue()


@pytest.mark.parametrize("layout", [json.dumps, block], ids=["one line", "blocks"])
def test_the_digest_does_not_depend_on_the_layout_of_the_file(scenario, layout, tmp_path):
    data = read_document(FOLDER / f"{scenario.name}.yaml").data
    (tmp_path / "other.yaml").write_text(layout(data), encoding="utf-8")
    assert (tmp_path / "other.yaml").read_text() != (FOLDER / f"{scenario.name}.yaml").read_text()
    assert load(tmp_path / "other.yaml").compute_digest() == scenario.compute_digest()


def test_the_digest_depends_on_the_order_of_the_sides_as_the_battle_does(scenario, tmp_path):
    data = read_document(FOLDER / f"{scenario.name}.yaml").data
    swapped = data | {"sides": dict(reversed(data["sides"].items()))}
    (tmp_path / "other.yaml").write_text(json.dumps(swapped), encoding="utf-8")
    assert load(tmp_path / "other.yaml").compute_digest() != scenario.compute_digest()


def test_the_digest_sees_any_change(scenario, tmp_path):
    data = read_document(FOLDER / f"{scenario.name}.yaml").data
    data["places"][next(iter(data["places"]))]["coordinates"]["lat"] += 1e-9
    (tmp_path / "other.yaml").write_text(json.dumps(data), encoding="utf-8")
    assert load(tmp_path / "other.yaml").compute_digest() != scenario.compute_digest()


@pytest.mark.slow
def test_every_option_of_every_reading_loads(scenario):
    for reading in scenario.readings.values():
        for option in reading.options.values():
            other = load(scenario.name, option.edits)
            assert (other.compute_digest() == scenario.compute_digest()) == (option.edits == ())
        assert reading.options[reading.default].edits == ()


def test_all_readings_can_be_chosen_together(scenario):
    edits = [edit for reading in scenario.readings.values() for edit in list(reading.options.values())[-1].edits]
    assert load(scenario.name, tuple(edits)).compute_digest() != scenario.compute_digest()


def test_every_source_and_every_reference_is_in_the_bibliography(scenario):
    assert list_cited_keys(scenario) - bibliography() - bibliography(scenario.name) == set()


def test_a_bibliography_of_its_own_has_what_its_scenario_cites_alone(scenario):
    assert bibliography(scenario.name) - list_cited_keys(scenario) == set()
    assert bibliography(scenario.name) & bibliography() == set()


def code_sources() -> dict[str, set[str]]:
    """The bibliography's keys that each source file names."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(SOURCE_CODE.rglob("*.py"))}
    return {path.name: keys for path, text in texts.items() if (keys := set(CITED.findall(text)))}


def test_every_source_that_the_code_names_is_in_the_bibliography():
    named = code_sources()
    assert {"square.py", "linear.py", "intervals.py", "sampling.py", "random_streams.py"} <= set(named)
    assert {name: keys - bibliography() for name, keys in named.items() if keys - bibliography()} == {}


def test_every_law_names_its_source():
    laws = {path.name for path in (SOURCE_CODE / "laws").glob("*.py")} - {"__init__.py"}
    assert laws - set(code_sources()) == set()


def test_the_bibliography_has_no_key_twice():
    keys = ENTRY.findall((FOLDER / "sources.bib").read_text(encoding="utf-8"))
    assert keys
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ('"""Source: Nobody1999."""', {"Nobody1999"}),
        ("Source: UCDPGED, table 2", {"UCDPGED"}),
        ("Source: the definition of sRGB.", set()),
        ("a source: Somebody", set()),
    ],
)
def test_the_search_for_sources_sees_a_key(text, keys):
    assert set(CITED.findall(text)) == keys


def test_a_key_that_the_bibliography_lacks_is_noticed(dec2014):
    source = dec2014.sources["sohr"].model_copy(update={"reference": "Nobody1999"})
    damaged = dec2014.model_copy(update={"sources": dec2014.sources | {"sohr": source}})
    assert list_cited_keys(damaged) - bibliography() == {"Nobody1999"}


def test_every_fixed_number_has_one_origin(scenario):
    assert len([part for part in iter_models(scenario) if isinstance(part, Quantity)]) > 20
    assert find_untraced_quantities(scenario) == []


def test_a_number_without_an_origin_is_noticed(dec2014):
    force = dec2014.forces["tribal_200"]
    bare = force.strength.model_copy(update={"claim": None})
    forces = dec2014.forces | {"tribal_200": force.model_copy(update={"strength": bare})}
    assert find_untraced_quantities(dec2014.model_copy(update={"forces": forces})) == [bare]


def test_every_order_comes_within_the_days_of_the_record(scenario):
    for id, order in scenario.orders.items():
        if isinstance(order, ScheduledOrder):
            assert scenario.begins <= order.window.earliest <= order.window.latest <= scenario.horizon, id


def list_uncited_texts(scenario: Scenario) -> list[str]:
    """The texts of several that no claim cites."""
    cited = {find_cited_text(scenario, claim.citation) for claim in scenario.claims.values()}
    return sorted(set(scenario.texts) - cited)


def test_every_text_of_several_is_cited(scenario):
    assert list_uncited_texts(scenario) == []


def test_a_text_that_nothing_cites_is_noticed():
    for name, claim, text in [
        ("goose_green", "captured_minister", "hansard"),
        ("rorkes_drift", "clarke_zulu_buried", "wiki_aftermath"),
        ("khafji", "captured_167", "chronology"),
        ("shaer", "controlled_20", "kuna"),
        ("dienbienphu", "gabrielle_second_wave_0300", "thai"),
        ("shiloh", "nest_held_1630", "union_colonels"),
    ]:
        scenario = load(name)
        claims = {id: one for id, one in scenario.claims.items() if id != claim}
        assert list_uncited_texts(scenario.model_copy(update={"claims": claims})) == [text]


@pytest.mark.parametrize("name", ["teaching", "dec2014"])
def test_every_position_in_the_text_exists_as_far_as_can_be_told(name):
    """Sections are declared, and within each the paragraphs with claims are numbered without a gap.

    Of battles drawn from one text alone, which was read whole.
    """
    scenario = load(name)
    for section in scenario.text.sections:
        paragraphs = {
            claim.citation.paragraph for claim in scenario.claims.values() if claim.citation.section == section
        }
        assert paragraphs == set(range(1, len(paragraphs) + 1)), section
    assert {claim.citation.section for claim in scenario.claims.values()} <= set(scenario.text.sections)


def sentences_left_out(scenario: Scenario) -> list[tuple[str, int, int]]:
    """Sentences before the last one claimed of their paragraph that no claim stands for."""
    said = {
        (claim.citation.section, claim.citation.paragraph, claim.citation.sentence)
        for claim in scenario.claims.values()
    }
    last = {place[:2]: max(n for *where, n in said if tuple(where) == place[:2]) for place in said}
    return sorted((*where, n) for where, count in last.items() for n in range(1, count + 1) if (*where, n) not in said)


@pytest.mark.parametrize("name", ["teaching", "dec2014"])
def test_no_sentence_of_the_text_is_passed_over(name):
    assert sentences_left_out(load(name)) == []


def test_a_sentence_that_is_passed_over_is_noticed(dec2014):
    claims = {id: claim for id, claim in dec2014.claims.items() if id != "convoy_dead"}
    assert sentences_left_out(dec2014.model_copy(update={"claims": claims})) == [("battle", 2, 3)]


def test_no_prior_takes_anything_from_a_claim(scenario):
    for slot, prior in scenario.priors.items():
        said = json.dumps(prior.model_dump(mode="json"))
        assert "claim" not in type(prior).model_fields, slot
        assert [id for id in scenario.claims if re.search(rf"\b{id}\b", said)] == [], slot
    data = read_document(FOLDER / f"{scenario.name}.yaml").data
    assert not any("claim" in prior for prior in data["priors"].values())


def test_a_prior_that_takes_something_from_a_claim_is_refused(tmp_path):
    data = read_document(FOLDER / "teaching.yaml").data
    data["priors"]["supply_days"]["claim"] = "hill_regained"
    (tmp_path / "t.yaml").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"priors\.supply_days\.claim: is not a key known here"):
        load(tmp_path / "t.yaml")


def test_only_an_invented_scenario_cites_the_invented(scenario):
    assert scenario.fictional == ("invented" in list_cited_keys(scenario))


# --- December 2014: what the text says, and what it leaves open


def test_the_battle_of_december_lasts_from_the_3rd_to_the_end_of_the_14th_and_its_record_to_the_end_of_march(dec2014):
    days = [moment.isoformat() for moment in (dec2014.begins, dec2014.ends, dec2014.horizon)]
    assert days == ["2014-12-03T00:00:00", "2014-12-15T00:00:00", "2015-04-01T00:00:00"]


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("masemekeh_soldiers_dead", "exactly 19"),
        ("masemekeh_isil_dead", "exactly 7"),
        ("tanks_taken_by_isil", "exactly 2"),
        ("apc_taken_by_isil", "exactly 1"),
        ("brigade_kills_4", "over 20"),
        ("tanks_taken_by_brigade", "exactly 3"),
        ("mariiyah_named_dead", "exactly 17"),
        ("ten_airstrikes", "exactly 10"),
        ("jafra_isil_dead", "exactly 37"),
        ("jafra_soldiers_dead", "exactly 30"),
        ("army_isil_dead_by_5", "over 100"),
        ("sohr_isil_dead_by_5", "exactly 45"),
        ("sohr_soldiers_dead_by_6", "exactly 51"),
        ("sohr_isil_dead_by_6", "exactly 68"),
        ("masdar_isil_dead_by_6", "over 200"),
        ("masdar_soldiers_dead_by_6", "exactly 43"),
        ("east_isil_dead", "exactly 23"),
        ("island_isil_dead", "over 70"),
        ("mariiyah_seventy_percent", "about 0.7"),
        ("tribesmen_joined", "exactly 200"),
        ("box_reinforcements", "exactly 150"),
        ("box_dead_government", "43 to 51"),
        ("counter_offensive_17_length", "exactly 1.5"),
        ("base_assault_isil_dead", "exactly 20"),
        ("base_assault_soldiers_dead", "exactly 8"),
        ("sinaa_isil_dead", "at least 30"),
        ("island_thirty_percent", "about 0.3"),
        ("island_three_quarters", "about 0.75"),
        ("january_isil_dead", "exactly 20"),
        ("march_isil_dead", "over 35"),
        ("box_strength_isil", "at least 3000"),
    ],
)
def test_a_figure_of_the_text_is_carried_over_as_it_was_said(dec2014, claim, said):
    assert dec2014.claims[claim].value.phrase == said


def test_the_numbers_that_the_text_gives_to_orders_and_forces_come_from_their_claims(dec2014):
    strikes, tribe, help_ = (
        dec2014.orders["airstrikes_4"].sorties,
        dec2014.forces["tribal_200"].strength,
        dec2014.forces["reinforcements_150"].strength,
    )
    assert (strikes.value, strikes.claim) == (10, "ten_airstrikes")
    assert (tribe.value, tribe.claim) == (200, "tribesmen_joined")
    assert (help_.value, help_.claim) == (150, "box_reinforcements")
    assert dec2014.orders["airstrikes_4"].window.earliest.day == 4
    assert dec2014.orders["tribesmen_come"].window.earliest.day == 14


def test_the_shares_of_each_side_add_up_to_one(dec2014):
    for prior in ("government_garrison", "isil_engaged"):
        there = [force for force in dec2014.forces.values() if force.initially_present]
        shares = [force.strength.share for force in there if force.strength.prior == prior]
        assert sum(shares) == pytest.approx(1.0)


def test_everything_after_the_8th_is_held_out_or_carried(dec2014):
    cut = dec2014.begins + timedelta(days=6)
    for id, claim in dec2014.claims.items():
        if claim.role != "context" and claim.observable.until > cut:
            assert claim.role == "holdout", id
        if claim.role == "holdout":
            assert claim.observable.until > cut, id


def test_the_allegation_of_a_chemical_weapon_is_carried_and_has_no_effect(dec2014):
    claim = dec2014.claims["mountain_chlorine"]
    assert (claim.uncertain, claim.role, claim.observable, claim.value) == (True, "context", None, None)
    assert not any("mountain_chlorine" in order.based_on for order in dec2014.orders.values())


def test_claims_of_one_source_that_count_the_same_people_are_nested(dec2014):
    for id, claim in dec2014.claims.items():
        for inner in claim.includes:
            part = dec2014.claims[inner]
            assert (part.source, part.population) == (claim.source, claim.population), id
            assert part.value.low <= claim.value.high, id


def test_each_scope_of_the_dead_of_jafra_counts_more_and_changes_no_report(dec2014):
    scopes = [
        make_count_scopes(load("dec2014", option.edits))
        for option in dec2014.readings["jafra_dead_scope"].options.values()
    ]
    for claim in ("jafra_isil_dead", "jafra_soldiers_dead"):
        village_5, village_4_5, everywhere = (each[claim] for each in scopes)
        assert village_4_5.covers(village_5)
        assert not village_5.covers(village_4_5)
        assert everywhere.covers(village_4_5)
        assert not village_4_5.covers(everywhere)


def test_the_readings_that_evidence_compares_have_the_same_claims_and_reports(dec2014):
    makefile = (Path(__file__).resolve().parent.parent / "Makefile").read_text(encoding="utf-8")
    names = re.search(r"^READINGS \?= (.*)$", makefile, re.MULTILINE)[1].split()
    assert "jafra_dead_scope" in names
    for name in names:
        for option in dec2014.readings[name].options.values():
            one, other = (
                build_observation_model(each, HOURS, [id for id, it in each.claims.items() if it.role == "calibration"])
                for each in (dec2014, load("dec2014", option.edits))
            )
            assert (one.claims, one.observed_bins.tolist()) == (other.claims, other.observed_bins.tolist())
