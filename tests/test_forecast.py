"""Forecasts: calibrated on what was known, frozen before they are scored, and deaf to later text."""

import json
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import numpy as np
import pyarrow.parquet as pq
import pytest

from sim.battle.fight import Stage
from sim.calibration.battles import until_heard
from sim.calibration.island import Plan
from sim.calibration.workers import Workers
from sim.claims.testimony import recorded
from sim.experiment.replicate import with_clock
from sim.experiment.scoring import together
from sim.findings.foreseen import Cut, as_known, days_of, foresee, moments, splits_of
from sim.findings.heard import hear
from sim.scenario import Edit, load

PLAN = Plan(particles=600, sweeps=2, last=6, share=0.5, budget=100_000, wanted=400)
CUT = Cut("first", "calibrated on the first day", datetime(2001, 6, 2), datetime(2001, 6, 4))
LATER = Edit(path="claims.amber_dead_gazette.value", value="exactly 300")
EARLIER = Edit(path="claims.first_day_dead_gazette.value", value="exactly 14")


def foreseen(*changes, mode="free", cut=CUT, plan=PLAN):
    """A forecast of the invented battle, and everything that happened to it, in order."""
    stage = with_clock(Stage(load("teaching", changes)), "compiled", 10_000)
    frozen, start = [], None
    for at in moments(stage.scenario, [cut], mode):
        heard = hear(*as_known(stage, at, mode), plan, 3, Workers(), lambda island: None, None, start)
        start = heard.start or start
    return foresee(stage.scenario, cut, mode, heard, 3, frozen.append), frozen


@pytest.fixture(scope="module")
def plain():
    return foreseen()


@pytest.mark.slow
def test_it_is_frozen_once_and_before_it_is_scored(plain):
    found, frozen = plain
    assert frozen == [found.frozen]
    assert found.frozen["posterior"] == found.heard.posterior.digest
    assert set(found.frozen["heard"]) == {"village_taken", "village_before_hill", "first_day_dead_gazette"}
    assert set(found.frozen["forecast"]) == set(found.ahead.later)
    assert found.frozen["not_asked"] == ["cart_at_gate"]
    assert {each.question.claim for each in found.split.told} == set(found.ahead.later)


@pytest.mark.slow
def test_later_text_changes_no_bit_of_a_free_forecast(plain):
    found, _ = plain
    changed, _ = foreseen(LATER)
    same = ("posterior", "reports", "fought", "heard", "forecast")
    assert [found.frozen[name] for name in same] == [changed.frozen[name] for name in same]
    assert found.frozen["scenario"] != changed.frozen["scenario"]
    place = {each.question.claim: each.pit for each in changed.split.told}
    assert place["amber_dead_gazette"] > 0.95  # it is scored against what was told, after all


@pytest.mark.slow
def test_earlier_text_does_change_it(plain):
    found, _ = plain
    changed, _ = foreseen(EARLIER)
    assert changed.frozen["posterior"] != found.frozen["posterior"]


@pytest.mark.slow
def test_a_hindcast_knows_the_recorded_orders(plain):
    found, _ = foreseen(mode="given_orders")
    assert found.frozen["not_asked"] == []
    assert found.frozen["fought"] != plain[0].frozen["fought"]


def test_what_was_heard_can_contradict_the_model():
    """With no posterior there is no forecast, and nothing is frozen."""
    found, frozen = foreseen(plan=replace(PLAN, particles=100, sweeps=1, last=1))
    assert found.ahead is None
    assert found.heard.verdict.against
    assert frozen == []


@pytest.mark.slow
def test_what_a_day_knows_hangs_on_nothing_that_was_told_after_it():
    """The second day's posterior comes from the first's, and neither knows the third."""
    third = Edit(path="claims.hill_regained.value", value="at least 0.9")
    second = Cut("second", "calibrated on two days", datetime(2001, 6, 3), datetime(2001, 6, 4), daily=True)
    found = [foreseen(*changes, cut=second)[0] for changes in ((), (third,), (EARLIER,))]
    settled = [[each.frozen[name] for name in ("posterior", "fought", "heard", "forecast")] for each in found]
    assert settled[0] == settled[1]
    np.testing.assert_array_equal(found[0].ahead.values, found[1].ahead.values)
    assert settled[0][0] != settled[2][0]


def test_the_record_is_heard_at_every_midnight_and_at_every_cut():
    scenario = load("dec2014")
    noon = Cut("noon", "", datetime(2014, 12, 5, 12), datetime(2014, 12, 6))
    assert moments(scenario, [noon], "free") == [datetime(2014, 12, 4), datetime(2014, 12, 5), noon.at]
    whole = moments(scenario, splits_of(scenario), "given_orders")
    assert whole == [datetime(2014, 12, day) for day in range(4, 16)]


@pytest.mark.parametrize("mode", ["free", "given_orders"])
def test_every_moment_of_the_battle_can_be_heard(mode):
    """A claim may be told before what it names is known: such a one is not heard then."""
    stage = Stage(load("dec2014"))
    for at in moments(stage.scenario, splits_of(stage.scenario), mode):
        known, claims = as_known(stage, at, mode)
        assert until_heard(known, recorded(known.scenario, known.ends, claims)).stage.ends <= known.ends


@pytest.mark.slow
def test_days_are_judged_together(plain):
    split = plain[0].split
    (alone,) = (each for each in split.rivals if (each.baseline, each.score) == ("base_rate", "brier"))
    twice = together([split, split], split.name, 3)
    (both,) = (each for each in twice if (each.baseline, each.score) == ("base_rate", "brier"))
    assert both.skill.value == pytest.approx(alone.skill.value)
    assert both.skill.claims == 2 * alone.skill.claims
    assert both.skill.terms == alone.skill.terms  # the same terms again tell nothing new


def test_cuts_come_from_the_scenario():
    scenario = load("dec2014")
    assert [cut.name for cut in splits_of(scenario)] == list(scenario.splits)
    days = days_of(scenario)
    assert len(days) == 11
    assert all(before.until == after.at for before, after in pairwise(days))


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["split=second"], "split: unknown split (got 'second'; allowed: first_day)"),
        (["split=first_day", "cut=2001-06-02"], "split, cut: give one of them"),
        (["cut=2002-01-01"], "cut: outside the battle (got 2002-01-02T00:00; allowed: after 2001-06-01"),
        (["cut=never"], "cut"),
        (["mode=guess"], "mode"),
        (["params=median"], "params, perturb, branch: a forecast begins with the prior"),
        (["particles=3"], "particles"),
    ],
)
def test_bad_settings_are_told_in_one_message(call, tmp_path, words, complaint):
    code, _, err = call("forecast", "scenario=teaching", f"outputs={tmp_path}", *words)
    assert code == 2
    assert err.startswith("sim: ")
    assert complaint in err
    assert "Traceback" not in err
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_the_command_leaves_tables_figures_and_what_was_frozen(call, tmp_path):
    small = ["particles=600", "sweeps=2", "last=6", "budget=100000", "workers=1"]
    code, out, _ = call("forecast", "scenario=teaching", f"outputs={tmp_path}", *small)
    assert code == 0
    (folder,) = (tmp_path / "forecast").iterdir()
    manifest = json.loads((folder / "run.json").read_text())
    frozen = json.loads((folder / "frozen-first_day.json").read_text())
    assert manifest["frozen"]["first_day"] == frozen
    assert manifest["kind"] == "forecast"
    told = pq.read_table(folder / "told.parquet").to_pylist()
    assert {row["claim"] for row in told} == set(frozen["forecast"])
    assert (folder / "figures" / "revealed.png").exists()
    assert "Forecast from 1 June to 3 June" in out
