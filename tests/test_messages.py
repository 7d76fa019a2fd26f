"""Messages on what can not be read: where, what was found, the nearest name, what is allowed; in no library's words."""

import re

import pytest

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
    r"Input should|String should|EOF|Lexer|EQUAL|pydantic|hydra|omegaconf|searchpath|instance of|\^\[", re.I
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
