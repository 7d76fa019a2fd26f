"""Everything that is wrong with a scenario file is said at once, with its place; nothing ever ends in a traceback."""

import re
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.corruption import TEXT, complaints, damaged, loaded, position

from sim.scenario import Scenario, ScenarioError, load
from sim.scenario.loading import build_scenario
from sim.scenario.yaml_parser import MAX_BYTES, ScenarioDocument, parse_yaml

WATCH = "strength: {value: 60, assumption: a company}"
WINDOW = "window: {earliest: 2001-06-01T05:00, latest: 2001-06-01T09:00}"

# passage, its damaged form, where the complaint points, path, parts of the message
CASES = {
    "negative strength": (WATCH, WATCH.replace("60", "-60"), "value: -60", "forces.watch.strength.value",
                          ["too small", "got -60", "at least 0"]),
    "endless strength": (WATCH, WATCH.replace("60", ".inf"), "value: .inf", "forces.watch.strength.value",
                         ["finite number", "got inf"]),
    "no number": (WATCH, WATCH.replace("60", ".nan"), "value: .nan", "forces.watch.strength.value", ["finite number"]),
    "too many people": (WATCH, WATCH.replace("60", "1e9"), "value: 1e9", "forces.watch.strength.value",
                        ["too large", "at most 1000000"]),
    "misspelt key": ("daylight_only: true", "daylight_onyl: true", "daylight_onyl", "orders.hill_assault.daylight_onyl",
                     ["is not a key known here"]),
    "unknown place": ("location: mill\n", "location: mil\n", "location: mil\n",
                      "forces.riders.location",
                      ["unknown id, not in `places`", "got 'mil'", "allowed fort, village, hill, mill, camp"]),
    "unknown force": ("forces: [vanguard]", "forces: [vangard]", "vangard", "orders.village_assault.forces.0",
                      ["unknown id, not in `forces`", "got 'vangard'", "vanguard"]),
    "unknown claim": ("based_on: [cart_at_gate]", "based_on: [cart_at_gates]", "cart_at_gates",
                      "orders.gate_bomb.based_on.0", ["unknown id, not in `claims`", "got 'cart_at_gates'"]),
    "unknown prior": ("sorties: {prior: fire_missions}", "sorties: {prior: fire_mission}", "prior: fire_mission}",
                      "orders.fort_guns.sorties.prior", ["unknown id, not in `priors`", "got 'fire_mission'"]),
    "unknown source": ("battle 1.3\n    source: herald", "battle 1.3\n    source: bard", "source: bard",
                       "claims.amber_dead_herald.source", ["unknown id, not in `sources`"]),
    "unknown side": ("objective: {side: teal", "objective: {side: blue", "side: blue", "objective.side",
                     ["unknown id, not in `sides`", "allowed teal, amber"]),
    "unknown kind of equipment": ("equipment: {guns: {value: 6", "equipment: {gums: {value: 6", "gums",
                                  "forces.garrison.equipment.gums", ["unknown id, not in `equipment`"]),
    "impossible day": ("begins: 2001-06-01\n", "begins: 2001-02-30\n", "begins: 2001-02-30", "begins",
                       ["not a date or time", "2001-02-30"]),
    "impossible time": (WINDOW, WINDOW.replace("T05:00", "T25:00"), "earliest: 2001-06-01T25:00",
                        "orders.village_assault.window.earliest", ["not a date or time", "got '2001-06-01T25:00'"]),
    "number for a date": ("begins: 2001-06-01\n", "begins: 991353600\n", "begins: 991", "begins",
                          ["not a date or time", "got 991353600"]),
    "end of the calendar": ("place: fort, until: 2001-06-03", "place: fort, until: 9999-12-31", "until: 9999",
                            "headline_outputs.0.observable.until", ["the calendar ends there"]),
    "time zone": ("begins: 2001-06-02T04:00", "begins: 2001-06-02T04:00Z", "begins: 2001-06-02T04:00Z",
                  "weather.mist.begins", ["times are local"]),
    "window outside the battle": (WINDOW, WINDOW.replace("06-01T05", "05-31T05"), "earliest: 2001-05-31",
                                  "orders.village_assault.window.earliest",
                                  ["outside the battle", "got 2001-05-31T05:00",
                                   "allowed 2001-06-01T00:00 to 2001-06-04T00:00"]),
    "window reversed": (WINDOW, WINDOW.replace("T05:00", "T10:00"), "window: {earliest: 2001-06-01T10:00",
                        "orders.village_assault.window",
                        ["ends (2001-06-01T09:00) before it begins (2001-06-01T10:00)"]),
    "observed after the end": ("place: hill, until: 2001-06-03", "place: hill, until: 2001-06-04", "until: 2001-06-04}",
                               "claims.hill_regained.observable.until", ["outside the battle", "got 2001-06-05T00:00"]),
    "observed backwards": ("place: village, since: 2001-06-01", "place: village, since: 2001-06-02",
                           "since: 2001-06-02", "claims.village_taken.observable.since", ["not before `until`"]),
    "battle reversed": ("ends: 2001-06-03\n\n", "ends: 2001-05-03\n\n", "# yaml-language", "(whole file)",
                        ["the battle ends before it begins"]),
    "weather reversed": ("ends: 2001-06-02T07:00", "ends: 2001-06-02T03:00", "mist:", "weather.mist",
                         ["ends before it begins"]),
    "force of the other side": ("forces: [flank]\n    target: hill", "forces: [watch]\n    target: hill", "watch]",
                                "orders.hill_assault.forces.0",
                                ["a force of the other side", "got watch of side teal", "allowed amber"]),
    "place out of reach": ("  fort_mill: {between: [fort, mill], road_type: road, rationale: the mill road}\n",
                           "", "riders]",
                           "orders.riders_in_reserve.forces.0",
                           ["no way from mill to fort", "got riders", "allowed a force that can reach fort"]),
    "road of a place with itself": ("between: [fort, mill]", "between: [mill, mill]", "between: [mill, mill]",
                                    "roads.fort_mill.between", ["a road of a place with itself"]),
    "force that never comes": ("forces: [relief]", "forces: [garrison]", "initially_present: false",
                               "forces.relief.initially_present",
                               ["never comes into the battle"]),
    "missing prior": ("  supply_days:", "  suply_days:", "priors:", "priors",
                      ["supply_days is missing: days that a force can fight on what it has"]),
    "missing prior of a side": ("  killing_rate_teal:", "  killing_rate_blue:", "priors:", "priors",
                                ["killing_rate is missing", "allowed killing_rate_teal or killing_rate"]),
    "missing key": ("    name: the fort\n", "", "fort:\n", "places.fort.name", ["is missing"]),
    "unknown kind of order": ("kind: airstrike", "kind: airstrikes", "kind: airstrikes",
                              "orders.afternoon_strikes.kind",
                              ["unknown kind", "got 'airstrikes'", "allowed attack, counterattack, withdraw"]),
    "order of no kind": ("kind: airstrike\n    ", "", "afternoon_strikes", "orders.afternoon_strikes.kind",
                         ["is missing"]),
    "unknown distribution": ("bomb_arrives: {distribution: beta", "bomb_arrives: {distribution: gamma",
                             "distribution: gamma",
                             "priors.bomb_arrives.distribution", ["unknown distribution", "got 'gamma'", "beta"]),
    "unknown measure": ("measure: reinforcements", "measure: join", "measure: join",
                        "claims.relief_came.observable.measure",
                        ["unknown measure", "got 'join'", "reinforcements"]),
    "unknown bound": ("value: over 40", "value: more than 40", "value: more", "claims.amber_dead_herald.value",
                      ["not a bound (allowed: exactly N, over N", "got 'more than 40'"]),
    "empty range": ("low: 100, high: 800", "low: 800, high: 100", "teal_garrison: {distribution",
                    "priors.teal_garrison",
                    ["low 800 is not below high 100"]),
    "number without an origin": (WATCH, "strength: {value: 60}", "strength: {value: 60}", "forces.watch.strength",
                                 ["a number needs one origin: claim, source or assumption"]),
    "number with two origins": (WATCH, WATCH.replace("a company", "a company, source: gazette"),
                                "strength: {value: 60", "forces.watch.strength", ["a number needs one origin"]),
    "value and prior": (WATCH, WATCH.replace("60", "60, prior: amber_host"), "strength: {value: 60",
                        "forces.watch.strength", ["give either a value or a prior"]),
    "share without a reason": ("share: 0.35, assumption: a third as strong as the garrison", "share: 0.35",
                               "strength: {prior: teal_garrison, share: 0.35}", "forces.outpost.strength",
                               ["needs an assumption that says why"]),
    "order from nowhere": ("rationale: it follows the bomb", "on_already_held: cancel", "fort_assault:",
                           "orders.fort_assault",
                           ["an order needs based_on (claims) or rationale (a reason)"]),
    "coordinates of two origins": ("estimated_within_km: 1.0", "source: account, estimated_within_km: 1.0",
                                   "coordinates: {lat: 49.985", "places.hill.coordinates",
                                   ["give either a source, or"]),
    "section that the text lacks": ("citation: battle 2.1", "citation: siege 2.1", "citation: siege",
                                    "claims.cart_at_gate.citation",
                                    ["no such section of the text", "got siege", "allowed battle"]),
    "no position": ("citation: battle 2.1", "citation: page 5", "citation: page 5", "claims.cart_at_gate.citation",
                    ["not a position in the text", "got 'page 5'"]),
    "context without a reason": ("    reason: it is an order of the scenario, not an outcome\n", "", "relief_came:",
                                 "claims.relief_came", ["a claim of role context needs a reason"]),
    "default that is no option": ("default: winding", "default: round", "hill_distance:", "readings.hill_distance",
                                  ["default 'round' is no option (allowed: winding, straight)"]),
    "edit of nothing": ("path: roads.hill_camp.km.value", "path: roads.hill_champ.km.value", "edits: [",
                        "readings.hill_distance.options.straight.edits",
                        ["roads.hill_champ: does not exist", "allowed fort_hill, fort_mill"]),
    "word of another YAML": ("blocks: 4", "blocks: yes", "blocks: yes", "terrains.works.blocks",
                             ["not a whole number", "got 'yes'"]),
    "key that is no word": ("  mist:", "  7:", "7:", "weather.7", ["not a text", "got 7"]),
    "nothing where a section is due": ("equipment:\n  guns: {name: gun, plural: guns}\n"
                                       "  carts: {name: cart, plural: carts}\n", "equipment: none\n",
                                       "equipment: none", "equipment", ["not a mapping", "got 'none'"]),
}  # fmt: skip

# text that is no scenario at all, with what is said
UNREADABLE = {
    "empty": ("", "t.yaml:1:1: not a scenario (got nothing; allowed: a mapping)"),
    "only a comment": ("# nothing\n", "t.yaml:1:1: not a scenario (got nothing; allowed: a mapping)"),
    "list": ("- a\n- b\n", "t.yaml:1:1: not a scenario (got a list; allowed: a mapping)"),
    "word": ("teaching", "t.yaml:1:1: not a scenario"),
    "tab": (damaged(("  teal: {name", "\tteal: {name")), "t.yaml:27:1: not valid YAML: found character '\\t'"),
    "broken": (damaged(("sides:\n", "sides: [\n")), "t.yaml:28:3: not valid YAML: expected ',' or ']'"),
    "duplicate key": (damaged(("  mill:\n", "  hill:\n")), 't.yaml:162:3: not valid YAML: found duplicate key "hill"'),
    "two documents": (TEXT + "\n---\na: b\n", "t.yaml:497:1: not valid YAML: expected a single document"),
    "unknown alias": (damaged(("retrieved: never", "retrieved: *nowhere")), "not valid YAML: found undefined alias"),
    "NUL": (damaged(("never", "ne\0ver")), "not valid YAML: unacceptable character #x0000"),
    "deep": ("a: " + "[" * 5_000, "t.yaml:1:43: more than 40 levels deep"),
    "deep and closed": ("a: " + "[" * 100 + "]" * 100, "t.yaml:1:43: more than 40 levels deep"),
    "aliases of aliases": (
        "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
        + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 30)),
        "t.yaml:1:1: more than 500,000 values with every alias written out",
    ),
}  # fmt: skip


def test_the_undamaged_text_is_sound(tmp_path):
    assert complaints(tmp_path, TEXT) == []


@pytest.fixture(scope="module")
def reported_faults(tmp_path_factory):
    """What is said of each case, found out once."""
    folder = tmp_path_factory.mktemp("cases")
    return cache(lambda name: complaints(folder, damaged(CASES[name][:2])))


@pytest.mark.parametrize("name", CASES)
def test_a_fault_is_told_with_its_place_and_its_path(name, reported_faults):
    old, new, anchor, path, parts = CASES[name]
    start = f"{position(damaged((old, new)), anchor)} {path}: "
    told = reported_faults(name)
    lines = [line for line in told if line.startswith(start)]
    assert [line for line in lines if all(part in line for part in parts)], told


# Each of these faults takes an entry out of the checks of the whole, which must not be held against the others.
ALONE = sorted(CASES.keys() - {"place out of reach", "unknown kind of equipment", "key that is no word",
                               "nothing where a section is due", "impossible day", "number for a date",
                               "road of a place with itself"})  # fmt: skip


@pytest.mark.parametrize("name", ALONE)
def test_one_fault_is_told_once_and_draws_no_others(name, reported_faults):
    assert len(reported_faults(name)) == 1, reported_faults(name)


def test_a_faulty_link_or_order_is_not_also_told_as_a_missing_one(tmp_path):
    for passage, replacement in (
        ("km: {value: 5.0", "km: {value: -5.0"),  # no "no way from the camp", no "roads.hill_camp does not exist"
        ("between: [fort, mill]", "between: [fort, mil]"),  # no "no way from mill"
        (", rationale: the mill road", ""),  # nor here
        ("kind: reinforce", "kind: reinforcement"),  # no "never comes into the battle"
    ):
        assert len(complaints(tmp_path, damaged((passage, replacement)))) == 1, replacement


def test_every_fault_of_a_file_is_told_at_once_in_the_order_of_the_file(tmp_path):
    together = [
        "negative strength",
        "misspelt key",
        "unknown place",
        "unknown force",
        "unknown claim",
        "missing prior",
        "observed after the end",
        "window outside the battle",
        "unknown measure",
        "edit of nothing",
    ]
    text = damaged(*(CASES[name][:2] for name in together))
    told = complaints(tmp_path, text)
    wanted = [f"{position(text, CASES[name][2])} {CASES[name][3]}: " for name in together]
    assert sorted(told) == sorted(line for line in told for start in wanted if line.startswith(start))
    assert len(told) == len(together)
    places = [tuple(int(number) for number in line.split(":")[1:3]) for line in told]
    assert places == sorted(places)


@pytest.mark.filterwarnings("error")
def test_an_anchor_that_is_given_anew_is_taken_without_a_word():
    text = damaged(("gazette: {name", "gazette: &who {name"), ("herald: {name", "herald: &who {name"))
    assert parse_yaml(text, "t.yaml")["sources"]["herald"]["kind"] == "belligerent"


def test_faults_of_the_whole_are_told_beside_an_unknown_id(tmp_path):
    text = damaged(("location: mill\n", "location: mil\n"), (WINDOW, WINDOW.replace("06-01T05", "05-31T05")))
    assert [line.split(": ")[1] for line in complaints(tmp_path, text)] == [
        "forces.riders.location",
        "orders.village_assault.window.earliest",
    ]


def test_a_graph_that_falls_apart_names_every_force_that_cannot_get_there(tmp_path):
    text = damaged(
        ("  village_camp: {between: [village, camp], road_type: road, rationale: the high road}\n", ""),
        ("between: [hill, camp]", "between: [hill, mill]"),
    )
    told = [line.split(": ", 1)[1] for line in complaints(tmp_path, text)]
    assert any("orders.fort_assault.forces.1: no way from camp to fort (got flank" in line for line in told)
    assert any("orders.village_assault.forces.0: no way from camp to village" in line for line in told)
    assert not any("relief" in line for line in told)  # it comes in from outside, and needs no way


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_text_that_is_no_scenario_is_told_in_one_line(name, tmp_path):
    text, wanted = UNREADABLE[name]
    (line,) = complaints(tmp_path, text)
    assert wanted in line
    assert line.startswith("t.yaml:")
    assert len(line) < 250


def test_a_key_that_is_no_word_among_the_ids_allowed_is_told(tmp_path):
    told = complaints(tmp_path, damaged(("  mill:\n", "  7:\n")))
    assert any("forces.riders.location: unknown id, not in `places` (got 'mill'; allowed fort, village, hill, 7, camp)"
               in line for line in told)  # fmt: skip


def test_a_list_that_holds_itself_does_not_hang(tmp_path):
    assert complaints(tmp_path, damaged(("forces: [vanguard]", "forces: &f [vanguard, *f]")))
    assert complaints(tmp_path, "a: &a {b: *a}\n")


def test_a_file_of_bytes_is_no_text(tmp_path):
    (tmp_path / "t.yaml").write_bytes(b"name: \x80\xff\x00")
    with pytest.raises(ScenarioError, match=r"t\.yaml: not text \(a byte that is not UTF-8 at offset 6\)"):
        load(tmp_path / "t.yaml")


def test_a_huge_file_is_refused_unread(tmp_path):
    with open(tmp_path / "t.yaml", "wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(ScenarioError, match=rf"too large for a scenario \(allowed: {MAX_BYTES:,} bytes\)"):
        load(tmp_path / "t.yaml")


def test_a_missing_file_a_folder_and_an_unknown_name_are_told(tmp_path):
    with pytest.raises(ScenarioError, match=r"nosuch\.yaml: no such file"):
        load(tmp_path / "nosuch.yaml")
    with pytest.raises(ScenarioError, match="can't be read: Is a directory"):
        load(tmp_path)
    allowed = "dec2014, dienbienphu, goose_green, khafji, rorkes_drift, shaer, shiloh, teaching, or a path"
    with pytest.raises(ScenarioError, match=rf"unknown scenario \(got 'nosuch'; allowed: {allowed}\)"):
        load("nosuch")


def test_scalars_mean_what_yaml_1_2_says(tmp_path):
    for written in ("NO", "12:30", "off", "2001-01-01"):
        assert loaded(tmp_path, damaged(("retrieved: never", f"retrieved: {written}"))).text.retrieved == written
    low = loaded(tmp_path, damaged(("low: 100, high: 800", "low: 010, high: 0x320"))).priors["teal_garrison"]
    assert (low.low, low.high) == (10, 800)


@pytest.mark.slow
def test_sections_that_are_gone_or_empty_or_something_else_end_in_no_traceback():
    document = ScenarioDocument("t.yaml", TEXT)
    for section in document.data:
        for other in (None, {}, [], "x", 5, {"a": None}, {"a": {}}, [None]):
            data = deepcopy(document.data) | {section: other}
            data["forces"] = data["forces"] if section == "forces" else data["forces"] | {"watch": {"side": 3}}
            with pytest.raises(ScenarioError):
                build_scenario(data, document)


def test_a_healthy_remainder_without_forces_and_places_is_checked_without_a_traceback():
    document = ScenarioDocument("t.yaml", TEXT)
    for emptied in (["forces"], ["places"], ["roads"], ["sources"], ["claims"], ["terrains"], ["forces", "places"]):
        data = deepcopy(document.data)
        for section in emptied:
            first = next(iter(data[section]))
            data[section] = {first: data[section][first]}
        data["orders"]["gate_bomb"]["window"]["latest"] = "2001-06-02T01:00"
        with pytest.raises(ScenarioError, match=r"orders\.gate_bomb\.window: ends"):
            build_scenario(data, document)


CHARACTERS = st.sampled_from(list("\t \n:-{}[],&*!|>'\"%@`#?~=<0 9.aé\x00\x85\u2028\ufeff"))
MUTATION = st.tuples(
    st.sampled_from(
        ["delete line", "double line", "move line", "indent line", "delete", "double", "replace", "insert"]
    ),
    st.floats(0, 1, exclude_max=True),
    st.floats(0, 1, exclude_max=True),
    CHARACTERS,
)


def mutate_text(text: str, operation: str, where: float, other: float, character: str) -> str:
    """The text with one line or character deleted, doubled, moved or replaced."""
    if operation.endswith("line"):
        lines = text.split("\n")
        here, there = int(where * len(lines)), int(other * len(lines))
        line = lines[here]
        new = {"delete line": [], "double line": [line, line], "indent line": [f"  {line}"], "move line": []}[operation]
        lines[here : here + 1] = new
        if operation == "move line":
            lines.insert(there, line)
        return "\n".join(lines)
    here = int(where * len(text))
    new = {"delete": "", "double": text[here] * 2, "replace": character, "insert": text[here] + character}[operation]
    return text[:here] + new + text[here + 1 :]


LOCATED = re.compile(r"^.*t\.yaml:\d+:\d+: .+")


def assert_reported(attempt: Callable[[], Scenario]) -> None:
    """Either a scenario comes of it, or complaints with a place each."""
    try:
        attempt()
    except ScenarioError as error:
        lines = error.messages
    else:
        return
    assert lines
    assert [line for line in lines if not LOCATED.match(line)] == []


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(MUTATION, min_size=1, max_size=3))
def test_a_mutated_text_is_sound_or_told_and_nothing_else(tmp_path_factory, mutations):
    text = TEXT
    for mutation in mutations:
        text = mutate_text(text, *mutation)
    path = Path(tmp_path_factory.getbasetemp()) / "t.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    assert_reported(lambda: load(path))


JUNK = st.sampled_from(
    [
        None,
        True,
        -1,
        0,
        1e400,
        float("nan"),
        "",
        "x",
        "fort",
        "teal",
        [],
        ["x"],
        {},
        {"value": 1},
        {7: 8},
        [[]],
        "2001-06-02",
    ]
)


def corrupt(node: object, junk: object, steps: list[float]) -> None:
    """Put junk somewhere into nested data, on the way that the steps choose."""
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = keys[int(steps[0] * len(keys))]
        steps = steps[1:]
        if not steps or not isinstance(node[key], dict | list) or not node[key]:
            node[key] = deepcopy(junk)
            return
        node = node[key]


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(JUNK, st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=6)), min_size=1, max_size=4
    )
)
def test_spoilt_data_is_sound_or_told_and_nothing_else(spoils):
    document = ScenarioDocument("t.yaml", TEXT)
    document.__dict__["tree"] = TREE
    data = deepcopy(PLAIN)
    for junk, steps in spoils:
        corrupt(data, junk, list(steps))
    assert_reported(lambda: build_scenario(data, document))


WHOLE = ScenarioDocument("t.yaml", TEXT)
TREE, PLAIN = WHOLE.tree, WHOLE.data


def test_the_tests_of_mutations_see_an_error_let_through_and_a_complaint_without_a_place():
    def careless():
        raise KeyError("forces")

    def vague():
        raise ScenarioError(["something is wrong"])

    with pytest.raises(KeyError):
        assert_reported(careless)
    with pytest.raises(AssertionError):
        assert_reported(vague)
