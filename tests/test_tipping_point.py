"""Tipping points: a known curve tips where it does; which factors may be changed, and which never."""

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from sim import random_streams
from sim.analysis.tipping_point import TippingFactor, TippingFactorError, find_tipping_points
from sim.cli.build import build_scenario
from sim.cli.groups import list_choices
from sim.cli.settings import compose_command_settings
from sim.cli.tipping_point import TippingPointCommandSettings
from sim.report.tipping_point import describe_tipping_point
from sim.runs.outcome_measures import OutcomeMeasure
from sim.scenario import load

RUNS = 2000
BITS = random_streams.random_bits(
    random_streams.stream_keys(["luck"]), 7, np.arange(RUNS, dtype=np.uint64), np.zeros(1, np.uint64), 1
)
UNIFORMS = random_streams.uniforms_from_bits(BITS)[:, 0, 0]
FACTOR = TippingFactor(kind="sorties", description="times the sorties", reason="a test", low=0, high=10, step=0.1)
EVENT = OutcomeMeasure("headline_1", "The fort is held in {chance} of 100 battles.", "share held", True)


def simulate_rising_event(value: float) -> np.ndarray:
    """An event of probability value / 10, with the same random numbers at every value."""
    return (value / 10 > UNIFORMS).astype(float)


def describe(result) -> str:
    return " ".join(describe_tipping_point(result, FACTOR, EVENT))


def test_a_known_curve_tips_where_it_does():
    result = find_tipping_points(1.0, 0, 10, 0.1, simulate_rising_event)
    assert result.is_likely_at_base is False
    assert result.downward is None
    assert result.upward is not None
    # The probability is one half at 5; the share of 2,000 battles is within 0.056 of that but once in 2 million.
    assert result.curve.compute_factor_value(result.upward.steps) == pytest.approx(5, abs=0.56)
    assert (
        result.curve.compute_factor_value(result.upward.steps - 1) / 10
        <= np.median(UNIFORMS)
        < result.curve.compute_factor_value(result.upward.steps) / 10
    )
    assert result.upward.first_certain is not None
    near, far = (
        result.curve.compute_factor_value(each) for each in (result.upward.first_possible, result.upward.first_certain)
    )
    assert near < result.curve.compute_factor_value(result.upward.steps) < far
    assert near <= 5 <= far
    assert describe(result).startswith("It becomes more likely than not that the fort is held with ")
    assert "The other way, as far as 0 times the sorties, nothing turns it." in describe(result)
    assert len(result.curve.events_by_step) < 45  # of 100 values


def test_a_likely_event_tips_the_other_way_and_the_smaller_change_comes_first():
    hump = find_tipping_points(5.0, 0, 10, 0.1, lambda value: simulate_rising_event(10 - 2 * abs(value - 4)))
    assert hump.is_likely_at_base is True
    assert hump.upward is not None
    assert hump.downward is not None
    assert hump.smallest_change == hump.upward
    assert describe(hump).startswith("It becomes less likely than not that the fort is held with 6.")


def test_where_nothing_reverses_it_that_is_said():
    result = find_tipping_points(1.0, 0, 10, 0.1, lambda value: simulate_rising_event(1 + value / 10))
    assert (result.upward, result.downward) == (None, None)
    assert describe(result).startswith(
        "At no size does the change make it more likely than not that the fort is held: "
    )
    assert " with 0 times the sorties, " in describe(result)
    assert " with 10 times the sorties." in describe(result)


def test_an_even_base_case_is_not_searched():
    result = find_tipping_points(5.0, 0, 10, 0.1, simulate_rising_event)
    assert result.is_likely_at_base is None
    assert len(result.curve.events_by_step) == 1
    assert describe(result).startswith("Whether the fort is held is open from the start: ")


def test_a_tipping_point_that_is_nowhere_certain_is_described_so():
    result = find_tipping_points(1.0, 0, 5.1, 0.1, simulate_rising_event)
    if result.upward is not None:
        assert result.upward.first_certain is None
        assert "beyond 5.1, the range's end" in describe(result)


# --- Factors


@pytest.fixture(scope="module")
def scenario():
    return load("teaching")


def make_factor(**settings) -> TippingFactor:
    return TippingFactor.model_validate(
        {"description": "a test", "reason": "a test", "low": 0, "high": 100, "step": 10} | settings
    )


def test_what_a_factor_changes(scenario):
    assert make_factor(kind="people", force="relief").compute_base_value(scenario) == 80
    (edit,) = make_factor(kind="people", force="relief").make_edits(scenario, 50)
    assert (edit.path, edit.value["value"]) == ("forces.relief.strength", 50)
    edits = make_factor(kind="sorties").make_edits(scenario, 0)
    assert {edit.path for edit in edits} == {"orders.afternoon_strikes.cancelled", "orders.free_strikes.cancelled"}
    (edit,) = make_factor(kind="hours", orders=["relief_arrives"]).make_edits(scenario, -2)
    assert edit.value["earliest"] == "2001-06-02T16:00:00"


def list_refused_factors(scenario) -> list[dict]:
    """A factor for each order and force that may not be changed."""
    orders = [id for id, order in scenario.orders.items() if order.kind not in ("reinforce", "airstrike")]
    enemy = [id for id, order in scenario.orders.items() if order.side == "amber"]
    forces = [id for id in scenario.forces if id != "relief"]
    return [{"kind": "hours", "orders": [id]} for id in dict.fromkeys([*orders, *enemy])] + [
        {"kind": "people", "force": id} for id in forces
    ]


@pytest.mark.parametrize(
    "settings", list_refused_factors(load("teaching")), ids=lambda settings: str([*settings.values()][1])
)
def test_no_assault_bomb_or_ambush_is_a_factor_nor_anything_of_the_attacker(scenario, settings):
    with pytest.raises(
        TippingFactorError, match="only the reinforcements and sorties of the side whose objective it is"
    ):
        make_factor(**settings).compute_base_value(scenario)


def test_the_attackers_reinforcements_are_no_factor():
    dec = load("dec2014")
    reinforcements = [id for id, order in dec.orders.items() if order.kind == "reinforce"]
    of_attacker = [id for id in reinforcements if dec.orders[id].side != dec.objective.side]
    assert of_attacker
    for id in of_attacker:
        with pytest.raises(TippingFactorError, match="only the reinforcements"):
            make_factor(kind="hours", orders=[id]).compute_base_value(dec)


@pytest.mark.parametrize("name", list_choices("factor"))
def test_a_ready_made_factor_can_be_changed_from_end_to_end(name):
    settings, options = compose_command_settings(
        [f"scenario={name.split('/')[0]}", f"factor={name}"], "tipping_point", TippingPointCommandSettings
    )
    scenario = build_scenario(settings)
    assert options.factor is not None
    assert options.factor.low <= options.factor.compute_base_value(scenario) <= options.factor.high
    for end in (options.factor.low, options.factor.high):
        assert options.factor.make_edits(scenario, end)


# --- The command


@pytest.mark.slow
def test_the_command_prints_and_writes_its_curve(call, tmp_path):
    words = ["scenario=teaching", "factor=teaching/strikes", "runs=60", "workers=1", "factor.high=4", "factor.step=1"]
    code, out, err = call("tipping-point", *words, f"outputs={tmp_path}")
    assert (code, err) == (0, "")
    assert "Uncalibrated" in out
    folder = Path(out.splitlines()[-1])
    rows = pq.read_table(folder / "tipping_curve.parquet").to_pylist()
    assert all(row["n_runs"] == 60 and row["low"] <= row["n_events"] / 60 <= row["high"] for row in rows)
    manifest = json.loads((folder / "run.json").read_text())
    assert (manifest["calibrated"], manifest["event"], manifest["settings"]["factor"]["high"]) == (
        False,
        "headline_1",
        4,
    )
    assert {path.name for path in (folder / "figures").iterdir()} == {"tipping_curve.png", "tipping_curve.svg"}
    two = ["workers=2" if word == "workers=1" else word for word in words]
    other = Path(call("tipping-point", *two, f"outputs={tmp_path}")[1].splitlines()[-1])
    assert json.loads((other / "run.json").read_text())["results_digest"] == manifest["results_digest"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "factor: is missing (allowed: dec2014/"),
        (
            ["factor=teaching/wind"],
            "factor: unknown factor (got 'teaching/wind'; allowed: dec2014/",
        ),
        (
            ["factor=teaching/relief_comes", "factor.orders=[fort_assault]"],
            "factor: fort_assault is of kind attack of amber: only the reinforcements and sorties of the side whose",
        ),
        (["factor=teaching/relief", "factor.force=vanguard"], "factor: vanguard is no reinforcement of teal: only"),
        (["factor=teaching/relief", "factor.force=nobody"], "factor.force: unknown id (got nobody; allowed: garrison"),
        (["factor=teaching/relief", "factor.high=-5"], "factor: low is not below high"),
        (["factor=teaching/relief", "factor.low=-5"], "factor: low: nothing below 0"),
        (["factor=teaching/relief", "factor.low=100"], "factor: the record's 80 lies outside 100 to 800"),
        (
            ["factor=teaching/relief_comes", "factor.low=-90"],
            "factor.hours: relief_arrives would come outside the battle",
        ),
        (["factor=teaching/relief", "event=killed_amber"], "event: no event (got 'killed_amber'; allowed: headline_1)"),
        (["factor=teaching/relief", "perturb=[no_shelling]"], "perturb: one factor is moved at a time"),
    ],
)
def test_bad_settings_are_reported_in_one_message(call, words, message, tmp_path):
    code, out, err = call("tipping-point", "scenario=teaching", f"outputs={tmp_path / 'o'}", *words)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "o").exists()
