"""The smallest reversal: a known curve is turned where it turns; what may be a lever, and what never is."""

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from sim import dice
from sim.cli.settings import compose_with, ready_made
from sim.cli.stage import scenario_of
from sim.cli.tipping_point import Reversing
from sim.experiment.paired import Measured
from sim.report.reversal import answers
from sim.reversal.lever import Lever, LeverError
from sim.reversal.search import reversal
from sim.scenario import load

RUNS = 2000
LUCK = dice.shares(dice.words(dice.keys(["luck"]), 7, np.arange(RUNS, dtype=np.uint64), np.zeros(1, np.uint64), 1))[
    :, 0, 0
]
LEVER = Lever(kind="sorties", says="times the sorties", reason="a test", low=0, high=10, step=0.1)
EVENT = Measured("sentence_1", "The fort is held in {chance} of 100 battles.", "share held", True)


def rising(value: float) -> np.ndarray:
    """An event of chance value / 10, with the same luck at every value."""
    return (value / 10 > LUCK).astype(float)


def told(found) -> str:
    return " ".join(answers(found, LEVER, EVENT))


def test_a_known_curve_turns_where_it_does():
    found = reversal(1.0, 0, 10, 0.1, rising)
    assert found.likely is False
    assert found.down is None
    assert found.up is not None
    # Chance is one half at 5; the share of 2,000 battles is within 0.056 of that but once in 2 million.
    assert found.curve.value(found.up.steps) == pytest.approx(5, abs=0.56)
    assert found.curve.value(found.up.steps - 1) / 10 <= np.median(LUCK) < found.curve.value(found.up.steps) / 10
    assert found.up.surest is not None
    near, far = (found.curve.value(each) for each in (found.up.earliest, found.up.surest))
    assert near < found.curve.value(found.up.steps) < far
    assert near <= 5 <= far
    assert "becomes more likely than not with " in told(found)
    assert "The other way, to 0 times the sorties, nothing turns it." in told(found)
    assert len(found.curve.found) < 45  # of 100 values


def test_a_likely_event_is_turned_the_other_way_and_the_smaller_change_is_told_first():
    hump = reversal(5.0, 0, 10, 0.1, lambda value: rising(10 - 2 * abs(value - 4)))
    assert hump.likely is True
    assert hump.up is not None
    assert hump.down is not None
    assert hump.smallest == hump.up
    assert told(hump).startswith("“The fort is held” becomes less likely than not with 6.")


def test_where_nothing_turns_it_that_is_said():
    found = reversal(1.0, 0, 10, 0.1, lambda value: rising(1 + value / 10))
    assert (found.up, found.down) == (None, None)
    assert told(found).startswith("Nothing in the documented range, from 0 times the sorties to 10 times the sorties, ")


def test_an_even_base_case_is_not_reversed():
    found = reversal(5.0, 0, 10, 0.1, rising)
    assert found.likely is None
    assert len(found.curve.found) == 1
    assert "can't be told from even in 2000 battles" in told(found)


def test_a_turn_that_no_number_of_battles_makes_sure_is_said():
    found = reversal(1.0, 0, 5.1, 0.1, rising)
    if found.up is not None:
        assert found.up.surest is None
        assert "beyond 5.1, the range's end" in told(found)


# --- Levers


@pytest.fixture(scope="module")
def scenario():
    return load("teaching")


def lever(**settings) -> Lever:
    return Lever.model_validate({"says": "a test", "reason": "a test", "low": 0, "high": 100, "step": 10} | settings)


def test_what_a_lever_changes(scenario):
    assert lever(kind="people", force="relief").base(scenario) == 80
    (edit,) = lever(kind="people", force="relief").edits(scenario, 50)
    assert (edit.path, edit.value["value"]) == ("forces.relief.strength", 50)
    edits = lever(kind="sorties").edits(scenario, 0)
    assert {edit.path for edit in edits} == {"orders.afternoon_strikes.cancelled", "orders.free_strikes.cancelled"}
    (edit,) = lever(kind="hours", orders=["relief_arrives"]).edits(scenario, -2)
    assert edit.value["earliest"] == "2001-06-02T16:00:00"


def refused(scenario) -> list[dict]:
    """A lever for each order and force that nobody may pull."""
    orders = [id for id, order in scenario.orders.items() if order.kind not in ("reinforce", "airstrike")]
    enemy = [id for id, order in scenario.orders.items() if order.side == "amber"]
    forces = [id for id in scenario.forces if id != "relief"]
    return [{"kind": "hours", "orders": [id]} for id in dict.fromkeys([*orders, *enemy])] + [
        {"kind": "people", "force": id} for id in forces
    ]


@pytest.mark.parametrize("settings", refused(load("teaching")), ids=lambda settings: str([*settings.values()][1]))
def test_no_assault_bomb_or_ambush_is_a_lever_nor_anything_of_the_attacker(scenario, settings):
    with pytest.raises(LeverError, match="only the reinforcements and sorties of the side whose objective it is"):
        lever(**settings).base(scenario)


def test_the_attackers_reinforcements_are_no_lever():
    dec = load("dec2014")
    own, coming = dec.objective.side, [id for id, order in dec.orders.items() if order.kind == "reinforce"]
    theirs = [id for id in coming if dec.orders[id].side != own]
    assert theirs
    for id in theirs:
        with pytest.raises(LeverError, match="only the reinforcements"):
            lever(kind="hours", orders=[id]).base(dec)


@pytest.mark.parametrize("name", ready_made("lever"))
def test_a_ready_made_lever_can_be_pulled_from_end_to_end(name):
    settings, own = compose_with([f"scenario={name.split('/')[0]}", f"lever={name}"], "tipping_point", Reversing)
    scenario = scenario_of(settings)
    assert own.lever is not None
    assert own.lever.low <= own.lever.base(scenario) <= own.lever.high
    for end in (own.lever.low, own.lever.high):
        assert own.lever.edits(scenario, end)


# --- The command


def test_the_command_tells_and_leaves_its_curve(call, tmp_path):
    words = ["scenario=teaching", "lever=teaching/strikes", "runs=60", "workers=1", "lever.high=4", "lever.step=1"]
    code, out, err = call("tipping-point", *words, f"outputs={tmp_path}")
    assert (code, err) == (0, "")
    assert "Uncalibrated" in out
    folder = Path(out.splitlines()[-1])
    rows = pq.read_table(folder / "curve.parquet").to_pylist()
    assert all(row["battles"] == 60 and row["low"] <= row["events"] / 60 <= row["high"] for row in rows)
    manifest = json.loads((folder / "run.json").read_text())
    assert (manifest["calibrated"], manifest["of"], manifest["settings"]["lever"]["high"]) == (False, "sentence_1", 4)
    assert {path.name for path in (folder / "figures").iterdir()} == {"curve.png", "curve.svg"}
    two = ["workers=2" if word == "workers=1" else word for word in words]
    other = Path(call("tipping-point", *two, f"outputs={tmp_path}")[1].splitlines()[-1])
    assert json.loads((other / "run.json").read_text())["results_digest"] == manifest["results_digest"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "lever: is missing (allowed: dec2014/"),
        (["lever=teaching/wind"], "lever: unknown lever (got 'teaching/wind'; allowed: dec2014/"),
        (
            ["lever=teaching/relief_comes", "lever.orders=[fort_assault]"],
            "lever: fort_assault is of kind attack of amber: only the reinforcements and sorties of the side whose",
        ),
        (["lever=teaching/relief", "lever.force=vanguard"], "lever: vanguard is no reinforcement of teal: only"),
        (["lever=teaching/relief", "lever.force=nobody"], "lever.force: unknown id (got nobody; allowed: garrison"),
        (["lever=teaching/relief", "lever.high=-5"], "lever: low is not below high"),
        (["lever=teaching/relief", "lever.low=-5"], "lever: low: nothing below 0"),
        (["lever=teaching/relief", "lever.low=100"], "lever: the record's 80 lies outside 100 to 800"),
        (["lever=teaching/relief_comes", "lever.low=-90"], "lever.hours: relief_arrives would come outside the battle"),
        (["lever=teaching/relief", "of=killed_amber"], "of: no event (got 'killed_amber'; allowed: sentence_1)"),
        (["lever=teaching/relief", "perturb=[no_shelling]"], "perturb: one lever is moved at a time"),
    ],
)
def test_what_can_not_be_is_told_in_one_message(call, words, message, tmp_path):
    code, out, err = call("tipping-point", "scenario=teaching", f"outputs={tmp_path / 'o'}", *words)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "o").exists()
