"""The reader of YAML against another one, of YAML 1.2: the same data, and every part in the same place."""

import json
import math
import re
import warnings
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import YAMLWarning

from sim import paths
from sim.scenario.yaml_events import YamlError
from sim.scenario.yaml_scalars import resolve_plain_scalar
from sim.scenario.yaml_tree import MAX_DEPTH, MAX_NODES, find_position, read_tree, to_plain_data

FILES = sorted(paths.scenario_folder().rglob("*.yaml"))


class StringDateConstructor(RoundTripConstructor):
    """Leaves dates as words."""


StringDateConstructor.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_yaml_str)


def read_otherwise(text: str) -> Any:
    """The text by ruamel.yaml, which reads YAML 1.2 and notes where every part stands."""
    yaml = YAML(typ="rt", pure=True)
    yaml.Constructor = StringDateConstructor
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", YAMLWarning)
        return yaml.load(text)


def assert_same_places(ours: Any, theirs: Any) -> None:
    """Every key and item begins where the other reader saw it."""
    if isinstance(ours, dict):
        for key, value in ours.items():
            assert ours.positions[key] == tuple(n + 1 for n in theirs.lc.key(key)), key
            assert_same_places(value, theirs[key])
    elif isinstance(ours, list):
        for number, value in enumerate(ours):
            assert ours.positions[number] == tuple(n + 1 for n in theirs.lc.item(number)), number
            assert_same_places(value, theirs[number])


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_reads_as_by_another_reader(path):
    text = path.read_text(encoding="utf-8")
    ours, theirs = read_tree(text), read_otherwise(text)
    assert to_plain_data(ours) == to_plain_data(theirs)
    assert_same_places(ours, theirs)


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\u2028\u2029\ufffe\uffff"), max_size=12),
)
WORDS = st.text("abcdefghij_0123456789", min_size=1, max_size=8)
TREES = st.recursive(
    SCALARS, lambda part: st.one_of(st.lists(part, max_size=4), st.dictionaries(WORDS, part, max_size=4)), max_leaves=25
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(TREES)
def test_what_is_written_as_json_is_read_as_it_was(data):
    assert to_plain_data(read_tree(json.dumps(data, ensure_ascii=False, indent=1))) == data


LONE_UNDERSCORE = re.compile("(?<![0-9])_|_(?![0-9])")  # where the other reader takes words for numbers


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.from_regex(r"[-+]?[0-9xob._eE]{1,7}|[a-zA-Z~.]{1,5}|[0-9]{4}-[0-9]{2}-[0-9]{2}", fullmatch=True))
def test_a_plain_word_means_what_another_reader_says(word):
    assume(not LONE_UNDERSCORE.search(word))
    try:
        (theirs,) = read_otherwise(f"[ {word} ]")
    except (ValueError, IndexError):  # it stumbles over words like `0x`
        return
    (ours,) = read_tree(f"[ {word} ]")
    is_nan = isinstance(theirs, float) and math.isnan(theirs)
    assert math.isnan(ours) if is_nan else (ours, type(ours) is str) == (theirs, isinstance(theirs, str))


@pytest.mark.parametrize(
    ("word", "value"),
    [
        *(("~", None), ("", None), ("yes", "yes"), ("010", 10), ("0o10", 8), ("-0x1F", -31), ("1_000", 1000)),
        *((".5", 0.5), ("1e3", 1000.0), ("-.inf", -math.inf), ("12:30", "12:30"), ("0x", "0x"), ("-", "-")),
        *(("2001-06-02", "2001-06-02"), ("-_0", "-_0"), ("0x_", "0x_")),
    ],
)
def test_plain_words(word, value):
    found = resolve_plain_scalar(word)
    assert (found, type(found)) == (value, type(value))


def test_merged_keys_stand_where_they_are_written_and_give_way_to_own_keys():
    tree = read_tree("a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc: {<<: [*a, *b], z: 5}\n")
    assert tree["c"] == {"x": 1, "y": 2, "z": 5}
    assert find_position(tree, ("c", "y")) == (1, 14)
    assert find_position(tree, ("c", "z")) == (3, 19)
    assert find_position(tree, ("c", "nothing", "here")) == (3, 1)


def test_aliases_are_written_out_and_no_two_parts_are_shared():
    data = to_plain_data(read_tree("a: &a [1]\nb: *a\n"))
    assert data == {"a": [1], "b": [1]}
    assert data["a"] is not data["b"]


REFUSED = {
    "a: !!float 3": "1:4: not valid YAML: found a tag (got '!!float'; allowed: none but !!str)",
    "a: !!map {}": "1:4: not valid YAML: found a tag (got '!!map'",
    "[a]: b": "1:1: not valid YAML: found a list as a key",
    "{a: {{b: c}: d}}": "1:6: not valid YAML: found a mapping as a key",
    "a: 1\na: 2": '2:1: not valid YAML: found duplicate key "a"',
    "a: {<<: 5}": "1:9: not valid YAML: expected a mapping or a list of mappings after <<",
    "a: &a [*a]": "1:8: not valid YAML: alias 'a' stands within its own anchor",
    "a: 1\nb: 'x\x07'": "2:6: not valid YAML: unacceptable character #x0007",
    "a: 1\u2028b": "1:5: not valid YAML: unacceptable character #x2028",
    "a: " + "9" * 5_000: "1:4: not valid YAML: a number of 5,000 characters",
    "[" * (MAX_DEPTH + 1): f"1:{MAX_DEPTH + 1}: more than {MAX_DEPTH} levels deep",
    "[" + "1," * MAX_NODES + "]": f"1:1000000: more than {MAX_NODES:,} values",
    "\n".join(
        ["a: &a0 [x]", *(f"b{n}: &a{n + 1} [*a{n}]" for n in range(MAX_DEPTH))]
    ): f"1:1: more than {MAX_DEPTH} levels",
    "a: [b\nc: d": "2:2: not valid YAML: expected ',' or ']' while parsing a flow sequence that begins in line 1",
    "a: @b": "1:4: not valid YAML: found character '@' that cannot start any token",
}


@pytest.mark.slow
@pytest.mark.parametrize("text", REFUSED, ids=[f"{number}" for number in range(len(REFUSED))])
def test_what_is_refused_and_where(text):
    with pytest.raises(YamlError) as refused:
        read_tree(text)
    error = refused.value
    assert f"{error.line}:{error.column}: {error.message}".startswith(REFUSED[text])


def test_as_deep_as_may_be_is_read():
    assert read_tree("[" * MAX_DEPTH + "]" * MAX_DEPTH)
