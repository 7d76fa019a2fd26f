"""Scenario discovery: a planted condition is found and counted on held-out runs, noise is not; stored outputs."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from sim import random_streams
from sim.analysis.scenario_discovery import (
    DiscoveredCondition,
    FactorRange,
    describe_range,
    discover_conditions,
    extract_leaf_ranges,
)
from sim.report.scenario_discovery import describe_conditions

BATTLES = 2000


def draw_uniforms(name: str) -> np.ndarray:
    """A column of numbers in (0, 1)."""
    keys = random_streams.stream_keys([name])
    return random_streams.uniforms_from_bits(
        random_streams.random_bits(keys, 7, np.arange(BATTLES, dtype=np.uint64), np.zeros(1, np.uint64), 1)[:, 0, 0]
    )


GROUPS = np.arange(BATTLES)


def test_a_planted_condition_is_found_with_its_numbers():
    factors = {"garrison": 1000 * draw_uniforms("garrison"), "wind": draw_uniforms("wind")}
    is_lost = ((factors["garrison"] < 300) & (factors["wind"] > 0.6)).astype(float)
    result = discover_conditions(factors, is_lost, GROUPS)
    best = result.conditions[0]
    ranges = {each.factor: each for each in best.ranges}
    # A tree cuts between two neighbours: 1,000 of them in (0, 1) leave gaps of at most 0.02 but once in 10^6.
    assert ranges["garrison"].high == pytest.approx(300, abs=20)
    assert ranges["wind"].low == pytest.approx(0.6, abs=0.02)
    assert best.coverage > 0.9
    assert best.density > 0.9
    is_test = GROUPS % 2 == 1
    assert (result.n_battles, result.n_outcomes) == (is_test.sum(), is_lost[is_test].sum())
    inside = is_test & (factors["garrison"] <= ranges["garrison"].high) & (factors["wind"] > ranges["wind"].low)
    assert (best.n_inside, best.n_hits) == (inside.sum(), is_lost[inside].sum())
    text = list(describe_conditions(result, "The base falls"))
    assert text[1].startswith("Where ")
    assert " of 100 battles (density; 95% interval " in text[1]
    assert f", {best.n_inside:,} battles); " in text[1]


def test_noise_gives_no_condition():
    factors = {"garrison": draw_uniforms("garrison"), "wind": draw_uniforms("wind")}
    is_lost = (draw_uniforms("dice") < 0.3).astype(float)
    text = list(describe_conditions(discover_conditions(factors, is_lost, GROUPS), "The base falls"))
    assert text[1:] == ["No condition was found under which this is clearly more frequent."]


def test_what_never_or_always_happens_has_no_condition():
    for value in (0.0, 1.0):
        assert discover_conditions({"wind": draw_uniforms("wind")}, np.full(BATTLES, value), GROUPS).conditions == ()


@pytest.mark.parametrize(
    ("factor_range", "text"),
    [
        (FactorRange("night_fire", low=0.5), "night fire is above 0.5"),
        (FactorRange("garrison", high=1234.5), "garrison is below 1234"),
        (FactorRange("garrison", 10, 20), "garrison is between 10 and 20"),
        (FactorRange("law is linear", low=0.5), "law is linear"),
        (FactorRange("law is linear", high=0.5), "law is not linear"),
    ],
)
def test_a_range_is_described(factor_range, text):
    assert describe_range(factor_range) == text


def test_density_and_coverage_of_a_condition():
    condition = DiscoveredCondition((), n_inside=40, n_hits=30, n_outcomes=60)
    assert (condition.density, condition.coverage) == (0.75, 0.5)


def test_a_leaf_has_the_tightest_bounds_on_its_way():
    """wind <= 0.6, else wind <= 0.8, else leaf 4: the second bound replaces the first."""
    tree = SimpleNamespace(
        children_left=[1, -1, 3, -1, -1],
        children_right=[2, -1, 4, -1, -1],
        feature=[0, -2, 0, -2, -2],
        threshold=[0.6, -2, 0.8, -2, -2],
    )
    assert extract_leaf_ranges(tree, ["wind"]) == {
        1: (FactorRange("wind", high=0.6),),
        3: (FactorRange("wind", 0.6, 0.8),),
        4: (FactorRange("wind", low=0.8),),
    }


# --- The command


@pytest.fixture(scope="module")
def outputs(tmp_path_factory) -> dict[str, Path]:
    """A small run and a small sweep."""
    from sim.cli.job import start_job
    from sim.cli.run import run_study
    from sim.cli.settings import compose_settings
    from sim.cli.sweep import make_job

    folder = tmp_path_factory.mktemp("outputs")
    words = ["scenario=teaching", f"outputs={folder}", "workers=1", "seed=7"]
    run = run_study(compose_settings([*words, "runs=120"]))
    job = make_job([*words, "factors={killing_rate_teal: [0.1,1.5], law: [square,linear]}", "runs=30"])
    return {"run": run, "sweep": start_job(job)}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["run", "sweep"])
def test_conditions_of_a_stored_output(call, outputs, kind):
    code, out, err = call("scenario-discovery", str(outputs[kind]))
    assert (code, err) == (0, "")
    assert "of 100 battles" in out
    assert "Uncalibrated" in out
    assert call("scenario-discovery", str(outputs[kind])) == (0, out, "")


def test_a_number_needs_a_bound(call, outputs):
    code, out, _ = call("scenario-discovery", str(outputs["sweep"]), "measure=killed_amber", "above=15")
    assert code == 0
    assert "Where killing rate (Teal) is above 0.8" in " ".join(out.split())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "scenario-discovery: needs one output folder (got none)"),
        (["nowhere"], "nowhere: no such folder"),
        (["{run}", "measure=luck"], "measure: unknown measure (got 'luck'; allowed: objective_share, "),
        (
            ["{run}", "measure=killed_amber"],
            "measure: killed_amber is a number (allowed: with above=NUMBER or below=NUMBER)",
        ),
        (["{run}", "measure=killed_amber", "above=many"], "above: not a number (got 'many')"),
        (["{run}", "above=1", "below=2"], "above: goes without below"),
        (["{run}", "depth=9"], "depth: unknown option (allowed: measure, above, below)"),
    ],
)
def test_bad_arguments_are_reported_in_one_message(call, outputs, words, message):
    code, out, err = call("scenario-discovery", *(word.format(**outputs) for word in words))
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("damage", ["no manifest", "manifest", "table", "no table"])
def test_a_damaged_output_is_reported(call, outputs, damage, tmp_path):
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
