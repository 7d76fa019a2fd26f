"""Messages on what can not be read: where, what was found, the nearest name, what is allowed; in no library's words."""

import re
from collections.abc import Callable
from functools import reduce
from operator import getitem
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core.core_schema import ErrorType
from support.battles import teaching_data, validated
from support.field_extremes import change, iterate_fields

from sim.cli.settings import validate_settings
from sim.errors import SimError
from sim.scenario import ScenarioError
from sim.scenario.fault_words import FAULT_WORDS, describe_value_fault

NAMED = {  # a slip, and what was meant
    "a command": (["rnu"], "did you mean run?"),
    "a setting": (["run", "sede=3"], "did you mean seed?"),
    "a setting of a command": (["whatif", "perturb=[no_airstrikes]", "rums=3"], "did you mean runs?"),
    "a law": (["run", "law=sqare"], "did you mean square?"),
    "a scenario": (["run", "scenario=teachin"], "did you mean teaching?"),
    "a scenario to check": (["check", "teachin"], "did you mean teaching?"),
    "a perturbation": (
        ["run", "perturb=[no_airstrike]"],
        "unknown perturbation (got 'no_airstrike'; did you mean no_airstr",
    ),
    "a preset": (["run", "preset=teachin"], "did you mean teaching?"),
    "a sweep": (["sweep", "sweep=teachin"], "did you mean teaching?"),
    "a question": (["whatif", "question=dec2014/free_commander"], "did you mean dec2014/free_commanders?"),
    "a question of a run": (["run", "question=dec2014/free_commander"], "did you mean dec2014/free_commanders?"),
    "a factor": (["tipping-point", "factor=teaching/relif"], "did you mean teaching/relief?"),
    "a backend": (["run", "backend=seriel"], "did you mean serial?"),
    "an engine": (["run", "engine=compild"], "did you mean compiled?"),
    "a source of parameters": (["run", "parameters=priors"], "did you mean prior?"),
    "a reading": (["run", "scenario=teaching", "+reading.hill_distanse=straight"], "did you mean hill_distance?"),
    "an option of a reading": (["run", "scenario=teaching", "+reading.hill_distance=strait"], "did you mean straight?"),
    "a kind of list": (["list", "lawz"], "did you mean laws?"),
}
LIBRARY_WORDS = re.compile(
    r"(Input|String|List|Tuple|Dictionary|Keys|Value|Date|Data|Decimal|items) should|Field required|Extra inputs|valid "
    r"(dictionary|integer|number|string|list|boolean|tuple)|EOF|Lexer|EQUAL|pydantic|hydra|omegaconf|searchpath|"
    r"instance of|\^\[",
    re.I,
)


@pytest.mark.parametrize("kind", NAMED)
def test_a_slip_is_answered_with_the_nearest_name(kind, call):
    arguments, suggestion = NAMED[kind]
    code, out, err = call(*arguments)
    assert (code, out) == (2, "")
    assert suggestion in err
    assert "allowed: " in err
    assert not LIBRARY_WORDS.search(err)


PLAIN = {
    "a value after a space": (["run", "runs", "100"], "runs: has no value (allowed: runs=VALUE, without spaces)"),
    "a value alone": (["diary", "3"], "'3': a value without its setting (allowed: SETTING=3, without spaces)"),
    "a name of two words": (["run", "name=a b"], "name: not a name for a folder (got 'a b'; allowed: letters, digits"),
    "a day before the battle": (["run", "until=2014-11-01"], "until: outside the battle (got 2014-11-01; allowed: "),
    "no time": (["run", "until=tomorrow"], "until: not a date or time (got 'tomorrow'; allowed: 2001-06-02, or 2001-"),
    "no number": (["run", "seed=x"], "seed: not a whole number (got 'x')"),
    "too few": (["run", "runs=0"], "runs: too small (got 0; allowed: at least 1)"),
    "a branch without a change": (["run", "intervene_at=2014-12-05"], "intervene_at: needs a perturbation that begins"),
}


@pytest.mark.parametrize("kind", PLAIN)
def test_what_is_wrong_is_said_in_plain_words(kind, call):
    arguments, message = PLAIN[kind]
    code, out, err = call(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"sim: {message}")
    assert not LIBRARY_WORDS.search(err)


# --- Scenarios and settings with a value of another type

WRONG_VALUES = st.one_of(
    st.sampled_from([None, True, [], {}, "", " ", "many", [[]], {"x": {}}, float("nan"), float("inf"), 10**400, -1]),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.lists(st.integers() | st.text(max_size=3), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=3), max_size=2),
)


def list_paths() -> list[tuple[object, ...]]:
    """The paths of all that is written in the invented scenario, and of the mappings and lists above it."""
    data, paths = teaching_data(), {}
    for path, _, _ in iterate_fields(validated(data)):
        for length in range(1, len(path) + 1):
            try:
                reduce(getitem, path[:length], data)
            except (KeyError, IndexError, TypeError):
                break
            paths[path[:length]] = None
    return list(paths)


def read_refusal(read: Callable[[], object]) -> str:
    """The message with which something is refused; empty if it is not."""
    try:
        read()
    except SimError as error:
        return "\n".join(error.messages)
    return ""


PATHS = list_paths()


@settings(max_examples=150)
@given(st.sampled_from(PATHS), WRONG_VALUES)
def test_what_is_wrong_with_any_value_of_a_scenario_is_said_in_our_words(path, value):
    text = read_refusal(lambda: validated(change(teaching_data(), path, value)))
    assert not LIBRARY_WORDS.search(text.replace(repr(value), ""))


@settings(max_examples=100)
@given(st.sampled_from(PATHS), st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=8))
def test_an_unknown_key_anywhere_is_named_in_our_words(path, key):
    data = teaching_data()
    node = reduce(getitem, path, data)
    if isinstance(node, dict) and key not in node:
        assert not LIBRARY_WORDS.search(read_refusal(lambda: validated(change(data, path, node | {key: 1}))))


@pytest.mark.parametrize(
    ("path", "slip", "meant"),
    [
        (("forces", "watch"), "strenght", "strength"),
        (("orders", "relief_arrives"), "windo", "window"),
        (("places", "fort"), "terain", "terrain"),
        (("sources", "gazette"), "nam", "name"),
        ((), "forcs", "forces"),
    ],
)
def test_a_slip_in_a_key_of_a_scenario_is_answered_with_the_nearest(path, slip, meant):
    data = teaching_data()
    node = reduce(getitem, path, data) | {slip: 1}
    with pytest.raises(ScenarioError, match=f"{slip}: is not a key known here; did you mean {meant}\\?"):
        validated(change(data, path, node))


@settings(max_examples=150)
@given(
    st.sampled_from(["seed", "runs", "law", "until", "name", "perturb", "override", "reading", "workers", "engine"]),
    WRONG_VALUES,
)
def test_what_is_wrong_with_any_setting_is_said_in_our_words(name, value):
    text = read_refusal(lambda: validate_settings({"scenario": "teaching", name: value}))
    assert not LIBRARY_WORDS.search(text.replace(repr(value), ""))


@pytest.mark.parametrize("kind", get_args(ErrorType))
def test_every_fault_that_pydantic_knows_has_words_of_ours(kind):
    limits = ("ge", "gt", "le", "lt", "max_length", "min_length", "multiple_of")
    context = dict.fromkeys(limits, 1.0) | {"expected": "'red' or 'blue'"}
    message, allowed = describe_value_fault({"type": kind, "msg": "Value error, late", "ctx": context})
    assert message
    assert not LIBRARY_WORDS.search(f"{message} {allowed}")


def test_words_stand_for_faults_that_pydantic_knows():
    assert set(FAULT_WORDS) <= set(get_args(ErrorType))
