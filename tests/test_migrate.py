"""`sim migrate`: a scenario of schema 1 becomes one of schema 2 and nothing else changes, or nothing changes at all."""

import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from ruamel.yaml import YAML
from support.battles import validated
from support.random_scenarios import scenarios

from sim import paths
from sim.scenario import ScenarioError, load
from sim.scenario.basemap import Basemap, load_basemap
from sim.scenario.migration import (
    RENAMED_BASEMAP_MEMBERS,
    RENAMED_KEYS,
    RENAMED_MEASURES,
    RENAMED_VALUES,
    SCHEMA,
    drop_schema,
    migrate_basemap,
    migrate_scenario,
    rename_path,
)
from sim.scenario.yaml_parser import parse_yaml, to_plain_data

# The teaching scenario as it was in schema 1: who changes the one in scenarios/ changes it here too.
FORMER = Path(__file__).parent / "golden" / "teaching_schema1.yaml"
FORMER_TEXT = FORMER.read_text(encoding="utf-8")
PRESENT_NAMES = {tuple(rename_path(former.split("."))): former.rpartition(".")[2] for former in RENAMED_KEYS}


@pytest.fixture
def former_file(tmp_path):
    """A scenario of schema 1 with its basemap, in a folder of its own."""
    path = tmp_path / "crossing.yaml"
    shutil.copy(FORMER, path)
    shutil.copy(FORMER.with_suffix(".geojson"), path.with_suffix(".geojson"))
    return path


def read_folder(folder: Path) -> dict[str, bytes]:
    """Every file with its bytes."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def parse(text: str) -> Any:
    """The plain data of a text."""
    return to_plain_data(parse_yaml(text, "t.yaml"))


# --- a whole scenario


def test_the_teaching_scenario_of_schema_1_becomes_that_of_today():
    today = (paths.scenario_folder() / "teaching.yaml").read_text(encoding="utf-8")
    assert parse(migrate_scenario(FORMER_TEXT, "t.yaml")) == parse(today)


def test_comments_and_order_and_layout_stay():
    before, after = FORMER_TEXT.splitlines(), migrate_scenario(FORMER_TEXT, "t.yaml").splitlines()
    after.remove(f"schema: {SCHEMA}")
    assert len(after) == len(before)
    assert [line.partition("#")[2] for line in after] == [line.partition("#")[2] for line in before]
    assert [len(line) - len(line.lstrip()) for line in after] == [len(line) - len(line.lstrip()) for line in before]
    assert sum(line in before for line in after) > len(before) / 3  # those in which nothing has another name


def test_the_command_rewrites_both_files_and_keeps_them_as_they_were(call, former_file):
    before = read_folder(former_file.parent)
    code, out, err = call("migrate", str(former_file))
    assert (code, err) == (0, "")
    after = read_folder(former_file.parent)
    assert sorted(after) == sorted([*before, *(f"{name}.schema1" for name in before)])
    assert all(after[f"{name}.schema1"] == content != after[name] for name, content in before.items())
    assert f"{former_file}: rewritten; the file as it was: crossing.yaml.schema1" in out
    assert out.endswith(f"  sim check {former_file}\n")
    scenario = load(former_file)
    assert scenario.compute_digest() == load("teaching").compute_digest()
    assert load_basemap(former_file, scenario) == load_basemap("teaching", load("teaching"))
    assert call("check", str(former_file))[0] == 0


def test_a_file_that_is_migrated_already_is_left_alone(call, former_file):
    call("migrate", str(former_file))
    before = read_folder(former_file.parent)
    code, out, err = call("migrate", str(former_file))
    assert (code, out, err) == (2, "", f"sim: {former_file}: is of schema 2 already; nothing is changed\n")
    assert read_folder(former_file.parent) == before


def test_on_request_it_is_only_printed(call, former_file):
    before = read_folder(former_file.parent)
    code, out, err = call("migrate", str(former_file), "--stdout")
    assert (code, err) == (0, "")
    assert out == migrate_scenario(FORMER_TEXT, "t.yaml")
    assert read_folder(former_file.parent) == before


@pytest.mark.parametrize("name", ["crossing.yaml.schema1", "crossing.geojson.schema1"])
def test_a_file_that_was_kept_is_not_overwritten(call, former_file, name):
    (former_file.parent / name).write_text("mine")
    before = read_folder(former_file.parent)
    code, out, err = call("migrate", str(former_file))
    assert (code, out, err) == (2, "", f"sim: {former_file.parent / name}: exists already; nothing is overwritten\n")
    assert read_folder(former_file.parent) == before


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["no mark", "byte order mark"])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_line_ends_and_a_byte_order_mark_stay(call, former_file, mark, line_end):
    former_file.write_bytes(mark + FORMER.read_bytes().replace(b"\n", line_end))
    assert call("migrate", str(former_file))[0] == 0
    wanted = migrate_scenario(FORMER_TEXT, "t.yaml").encode().replace(b"\n", line_end)
    assert former_file.read_bytes() == mark + wanted
    assert load(former_file) == load("teaching")


# --- what is refused

DAMAGED = {
    "a tab": FORMER_TEXT.replace("  teal: {name", "\tteal: {name"),
    "an open bracket": FORMER_TEXT.replace("sides:\n", "sides: [\n"),
    "a duplicate key": FORMER_TEXT.replace("  mill:\n", "  hill:\n"),
    "nothing": "",
    "a list": "- a\n",
    "braces": "{name: hill, invented: true}\n",
    "aliases of aliases": "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 30)),
    "another schema": f"schema: 3\n{FORMER_TEXT}",
    "a schema that is no number": f"schema: [1]\n{FORMER_TEXT}",
    "a name written in escapes": FORMER_TEXT.replace("invented: true", '"invent\\x65d": true'),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_told_in_one_line_and_nothing_is_written(call, former_file, name):
    assert DAMAGED[name] != FORMER_TEXT
    former_file.write_text(DAMAGED[name], encoding="utf-8")
    before = read_folder(former_file.parent)
    for words in ([], ["--stdout"]):
        code, out, err = call("migrate", str(former_file), *words)
        assert (code, out) == (2, "")
        assert err.startswith(f"sim: {former_file}:")
        assert len(err.splitlines()) == 1
    assert read_folder(former_file.parent) == before


def test_a_damaged_basemap_is_told_in_one_line_and_nothing_is_written(call, former_file):
    former_file.with_suffix(".geojson").write_text('{"signs": ', encoding="utf-8")
    before = read_folder(former_file.parent)
    code, out, err = call("migrate", str(former_file))
    assert (code, out) == (2, "")
    assert err.startswith(f"sim: {former_file.with_suffix('.geojson')}: not valid JSON: ")
    assert len(err.splitlines()) == 1
    assert read_folder(former_file.parent) == before


def test_what_is_no_file_of_text_is_told_in_one_line(call, tmp_path):
    (tmp_path / "bytes.yaml").write_bytes(b"name: \xff\n")
    for path, message in ((tmp_path / "nosuch.yaml", "can't be read"), (tmp_path, "can't be read"),
                          (tmp_path / "bytes.yaml", "not text")):  # fmt: skip
        code, out, err = call("migrate", str(path))
        assert (code, out, len(err.splitlines())) == (2, "", 1)
        assert err.startswith(f"sim: {path}: {message}")
    code, _, err = call("migrate")
    assert (code, err) == (2, "sim: migrate takes one file (got 0 arguments; see sim migrate --help)\n")


@pytest.mark.parametrize("words", [["check", "{}"], ["run", "scenario={}"], ["diary", "scenario={}"]])
def test_a_scenario_of_schema_1_is_refused_with_what_to_do(call, former_file, words, tmp_path):
    code, out, err = call(*(word.format(former_file) for word in words))
    assert (code, out) == (2, "")
    assert err == (
        f"sim: {former_file}:1:1: schema: this is a scenario of schema 1: sim migrate {former_file} rewrites it\n"
    )


@pytest.mark.parametrize("schema", ["3", "two", "true", "[2]", "{a: 2}", "null", "2.5"])
def test_a_scenario_of_an_unknown_schema_is_refused(tmp_path, schema):
    today = (paths.scenario_folder() / "teaching.yaml").read_text(encoding="utf-8")
    (tmp_path / "t.yaml").write_text(today.replace("schema: 2", f"schema: {schema}"), encoding="utf-8")
    with pytest.raises(ScenarioError, match="schema: unknown schema") as refused:
        load(tmp_path / "t.yaml")
    assert len(refused.value.messages) == 1


# --- passages

PASSAGES = {
    "a comment stays": ("invented: true  # invented: all of it", "fictional: true  # invented: all of it"),
    "quotes stay": ("\"invented\": true\n'sky': {}", "\"fictional\": true\n'astronomy': {}"),
    "a schema of 1": ("schema: 1\ninvented: true", "schema: 2\nfictional: true"),
    "an id stays": ("links:\n  links: {way: way}", "roads:\n  links: {road_type: way}"),
    "a text stays": ("claims:\n  says: {says: 'says: at'}", "claims:\n  says: {statement: 'says: at'}"),
    "a value": ("claims: {a: {scored: carried}}", "claims: {a: {role: context}}"),
    "the word elsewhere": ("claims: {a: {reason: carried}}", "claims: {a: {reason: carried}}"),
    "a measure": (
        "sentences:\n  - {text: x, observable: {measure: joined}}",
        "headline_outputs:\n  - {text: x, observable: {measure: reinforcements}}",
    ),
    "values of orders": (
        "orders: {b: {fate: drawn, if_held: void}}",
        "orders: {b: {outcome: random, on_already_held: cancel}}",
    ),
    "what must hold stays": (
        "orders: {a: {requires: {held_by: teal}}}\nplaces: {p: {held_by: {side: teal}}}",
        "orders: {a: {requires: {held_by: teal}}}\nplaces: {p: {initial_control: {side: teal}}}",
    ),
    "where a number stands": (
        "forces: {f: {strength: {value: 3, source: s, where: p. 4}}}",
        "forces: {f: {strength: {value: 3, source: s, locator: p. 4}}}",
    ),
    "an edit": (
        "readings: {r: {options: {o: {edits: [{path: links.a.way, value: road}]}}}}",
        "readings: {r: {options: {o: {edits: [{path: roads.a.road_type, value: road}]}}}}",
    ),
    "the value of an edit": (
        "turns:\n  t:\n    without: [{path: orders.a, value: {drawn_from: [c], if_spent: void}},"
        " {path: claims.c.scored, value: carried}]",
        "turning_points:\n  t:\n    counterfactual_edits: [{path: orders.a, value: {based_on: [c], on_spent: cancel}},"
        " {path: claims.c.role, value: context}]",
    ),
    "a suppressed finding": (
        "accepted:\n  order_without_sense.orders.a.covers.0: so it is",
        "suppress:\n  infeasible_order.orders.a.covered_places.0: so it is",
    ),
    "an anchor": (
        "claims:\n  a: {scored: &role carried}\n  b: {scored: *role}",
        "claims:\n  a: {role: &role context}\n  b: {role: *role}",
    ),
    "what is merged in": (
        "orders:\n  a: &a {drawn_from: [c]}\n  b:\n    <<: *a\n    fate: drawn",
        "orders:\n  a: &a {based_on: [c]}\n  b:\n    <<: *a\n    outcome: random",
    ),
    "the first key": ("links: {}\nname: a", "roads: {}\nname: a"),
}


@pytest.mark.parametrize("name", PASSAGES)
def test_a_passage(name):
    before, after = PASSAGES[name]
    after = after if after.startswith("schema") else f"schema: 2\n{after}"
    assert migrate_scenario(f"# a hill\n\n{before}\n", "t.yaml") == f"# a hill\n\n{after}\n"


def test_only_members_of_the_whole_basemap_have_new_names():
    before = '{"note": "\\"view\\": {", "view" : {"view": 1}, "close":[{"signs": 2}], "features": [{"view": "close"}]}'
    after = migrate_basemap(before, "t.geojson")
    assert after == before.replace('"view" :', '"viewport" :').replace('"close":', '"small_screen_viewport":')
    assert list(json.loads(after)) == ["note", "viewport", "small_screen_viewport", "features"]


def test_every_present_name_is_one_that_scenarios_have():
    schema = json.loads((paths.scenario_folder() / "scenario.schema.json").read_text(encoding="utf-8"))

    def list_words(node: Any) -> set[str]:
        if isinstance(node, list):
            return {word for each in node for word in list_words(each)}
        if not isinstance(node, dict):
            return {node} if isinstance(node, str) else set()
        return {*node.get("properties", {}), *(word for each in node.values() for word in list_words(each))}

    words = list_words(schema)
    values = {value for renamed in RENAMED_VALUES.values() for value in renamed.values()}
    assert {*RENAMED_KEYS.values(), *RENAMED_MEASURES.values(), *values} <= words
    assert set(RENAMED_BASEMAP_MEMBERS.values()) <= set(Basemap.model_fields)


# --- any scenario


def to_schema_1(node: Any, path: tuple[str, ...] = ()) -> Any:
    """Plain data of schema 2 as schema 1 had it."""
    if isinstance(node, dict):
        return {find_former_key((*path, key)): to_schema_1(value, (*path, key)) for key, value in node.items()}
    if isinstance(node, list):
        return [to_schema_1(value, (*path, str(number))) for number, value in enumerate(node)]
    for place, renamed in RENAMED_VALUES.items():
        if is_at(path, tuple(rename_path(place.split(".")))):
            return {new: old for old, new in renamed.items()}.get(node, node)
    return node


def find_former_key(path: tuple[str, ...]) -> str:
    """What the last step of a path of schema 2 was called."""
    return next((former for place, former in PRESENT_NAMES.items() if is_at(path, place)), path[-1])


def is_at(path: tuple[str, ...], place: tuple[str, ...]) -> bool:
    """Whether a path is at a place, in which * stands for any step."""
    return len(path) == len(place) and all(step in ("*", own) for step, own in zip(place, path, strict=True))


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(data=scenarios())
def test_any_scenario_of_schema_1_becomes_the_same_of_schema_2(data):
    former = to_schema_1(drop_schema(data))
    assert former.keys() >= {"invented", "sky", "ways", "links", "sentences"}
    written = io.StringIO()
    YAML().dump(former, written)
    migrated = parse(migrate_scenario(written.getvalue(), "t.yaml"))
    assert drop_schema(migrated) == parse_dumped(drop_schema(data))
    assert validated(migrated) == validated(data)


def parse_dumped(data: Any) -> Any:
    """The data as a file of it is read: dates and numbers as YAML has them."""
    written = io.StringIO()
    YAML().dump(data, written)
    return parse(written.getvalue())


def test_the_changelog_has_every_former_name_with_the_present_one():
    changelog = (paths.conf_folder().parent / "CHANGELOG.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `([a-z_.*]+)` \| `(\w+)` \|$", changelog, re.MULTILINE))
    assert {place: told.get(place) for place in RENAMED_KEYS} == RENAMED_KEYS
    assert sum(place.count(".") > 0 or place in RENAMED_KEYS for place in told) == len(RENAMED_KEYS)
