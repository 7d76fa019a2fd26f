"""Discovery: a planted condition is found and counted honestly, noise is not; stored outputs, one message a fault."""

import json
from pathlib import Path

import numpy as np
import pytest

from sim import dice
from sim.discovery.tree import Bound, Condition, bounds_of, discover
from sim.discovery.words import bound_said
from sim.report.discovery import answers

BATTLES = 2000


def uniform(name: str) -> np.ndarray:
    """A column of numbers in (0, 1)."""
    keys = dice.keys([name])
    return dice.shares(dice.words(keys, 7, np.arange(BATTLES, dtype=np.uint64), np.zeros(1, np.uint64), 1)[:, 0, 0])


GROUP = np.arange(BATTLES)


def test_a_planted_condition_is_found_with_its_numbers():
    factors = {"garrison": 1000 * uniform("garrison"), "wind": uniform("wind")}
    falls = ((factors["garrison"] < 300) & (factors["wind"] > 0.6)).astype(float)
    found = discover(factors, falls, GROUP)
    best = found.conditions[0]
    bounds = {bound.factor: bound for bound in best.bounds}
    # A tree cuts between two neighbours: 1,000 of them in (0, 1) leave gaps of at most 0.02 but once in 10^6.
    assert bounds["garrison"].high == pytest.approx(300, abs=20)
    assert bounds["wind"].low == pytest.approx(0.6, abs=0.02)
    assert best.coverage > 0.9
    assert best.density > 0.9
    counted = GROUP % 2 == 1
    assert (found.battles, found.outcomes) == (counted.sum(), falls[counted].sum())
    inside = counted & (factors["garrison"] <= bounds["garrison"].high) & (factors["wind"] > bounds["wind"].low)
    assert (best.inside, best.hits) == (inside.sum(), falls[inside].sum())
    text = list(answers(found, "The base falls"))
    assert text[1].startswith("The base falls when ")
    assert f"({best.hits} of {best.inside} battles; coverage " in text[1]


def test_noise_gives_no_condition():
    factors = {"garrison": uniform("garrison"), "wind": uniform("wind")}
    falls = (uniform("dice") < 0.3).astype(float)
    text = list(answers(discover(factors, falls, GROUP), "The base falls"))
    assert text[1:] == [
        "No condition was found that makes it likelier by more than the other half of the battles can tell."
    ]


def test_what_never_or_always_happens_has_no_condition():
    for value in (0.0, 1.0):
        assert discover({"wind": uniform("wind")}, np.full(BATTLES, value), GROUP).conditions == ()


@pytest.mark.parametrize(
    ("bound", "words"),
    [
        (Bound("night_fire", low=0.5), "night fire is above 0.5"),
        (Bound("garrison", high=1234.5), "garrison is below 1234"),
        (Bound("garrison", 10, 20), "garrison is between 10 and 20"),
        (Bound("law is linear", low=0.5), "law is linear"),
        (Bound("law is linear", high=0.5), "law is not linear"),
    ],
)
def test_a_bound_in_words(bound, words):
    assert bound_said(bound) == words


def test_a_condition_counts():
    condition = Condition((), inside=40, hits=30, outcomes=60)
    assert (condition.density, condition.coverage) == (0.75, 0.5)
    assert bounds_of.__doc__


# --- The command


@pytest.fixture(scope="module")
def outputs(tmp_path_factory) -> dict[str, Path]:
    """A small run and a small sweep."""
    from sim.cli.job import start
    from sim.cli.run import study_of
    from sim.cli.settings import compose_settings
    from sim.cli.sweep import job_from_words

    folder = tmp_path_factory.mktemp("outputs")
    words = ["scenario=teaching", f"outputs={folder}", "workers=1", "seed=7"]
    run = study_of(compose_settings([*words, "runs=120"]))
    job = job_from_words([*words, "factors={killing_rate_teal: [0.1,1.5], law: [square,linear]}", "runs=30"])
    return {"run": run, "sweep": start(job)}


@pytest.mark.parametrize("kind", ["run", "sweep"])
def test_conditions_of_a_stored_output(call, outputs, kind):
    code, out, err = call("scenario-discovery", str(outputs[kind]))
    assert (code, err) == (0, "")
    assert "battles (" in out
    assert "Uncalibrated" in out
    assert call("scenario-discovery", str(outputs[kind])) == (0, out, "")


def test_a_number_is_asked_with_a_bound(call, outputs):
    code, out, _ = call("scenario-discovery", str(outputs["sweep"]), "of=killed_amber", "above=15")
    assert code == 0
    assert "above 15 when killing rate teal is above 0.8" in " ".join(out.split())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "scenario-discovery: needs one output folder (got none)"),
        (["nowhere"], "nowhere: no such folder"),
        (["{run}", "of=luck"], "of: unknown measure (got 'luck'; allowed: objective_share, "),
        (["{run}", "of=killed_amber"], "of: killed_amber is a number (allowed: with above=NUMBER or below=NUMBER)"),
        (["{run}", "of=killed_amber", "above=many"], "above: not a number (got 'many')"),
        (["{run}", "above=1", "below=2"], "above: goes without below"),
        (["{run}", "depth=9"], "depth: unknown option (allowed: of, above, below)"),
    ],
)
def test_what_can_not_be_is_told_in_one_message(call, outputs, words, message):
    code, out, err = call("scenario-discovery", *(word.format(**outputs) for word in words))
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("damage", ["no manifest", "manifest", "table", "no table"])
def test_a_damaged_output_is_told(call, outputs, damage, tmp_path):
    for path in outputs["run"].glob("*.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    if damage == "no manifest":
        (tmp_path / "run.json").unlink()
    elif damage == "manifest":
        (tmp_path / "run.json").write_text(json.dumps({})[:1])
    elif damage == "table":
        (tmp_path / "runs.parquet").write_bytes(b"PAR1" + b"\0" * 40)
    else:
        (tmp_path / "runs.parquet").unlink()
    code, out, err = call("scenario-discovery", str(tmp_path))
    assert (code, out) == (2, "")
    assert str(tmp_path) in err
    assert len(err.splitlines()) == 1
