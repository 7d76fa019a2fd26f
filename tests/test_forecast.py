"""Forecasts: calibrated on what was known, sealed before they are scored, and independent of later text."""

import json
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pyarrow.parquet as pq
import pytest

from sim.analysis.forecast import make_sealed_forecast
from sim.analysis.forecast_cutoffs import (
    ForecastCutoff,
    list_daily_cutoffs,
    list_declared_cutoffs,
    list_fit_times,
    restrict_to_known,
)
from sim.battle.simulation import Simulation
from sim.inference.battle_target import make_battle_target
from sim.inference.fit import fit_claims
from sim.inference.smc import SMCSettings
from sim.inference.workers import Workers
from sim.likelihood.observation_model import build_observation_model
from sim.report.forecast import describe_foresight
from sim.runs.replicate import choose_engine
from sim.scenario import Edit, load
from sim.scoring.evaluate import ClaimForecast, pool_splits
from sim.scoring.report_selection import ReportSelection

SETTINGS = SMCSettings(
    n_particles=600, sweeps=2, final_sweeps=6, ess_fraction=0.5, max_simulations=100_000, target_ess=400
)
SELECTION = ReportSelection(-2.8, 1.8)
CUTOFF = ForecastCutoff("first", "calibrated on the first day", datetime(2001, 6, 2), datetime(2001, 6, 4))
LATER = Edit(path="claims.amber_dead_gazette.value", value="exactly 300")
EARLIER = Edit(path="claims.first_day_dead_gazette.value", value="exactly 14")


def make_forecast(*changes, mode="free", cutoff=CUTOFF, settings=SETTINGS):
    """A forecast of the invented battle, and every statement of it that was sealed, in order."""
    simulation = choose_engine(Simulation(load("teaching", changes)), "compiled", 10_000)
    statements, start = [], None
    for time in list_fit_times(simulation.scenario, [cutoff], mode):
        known_simulation, claims = restrict_to_known(simulation, time, mode)
        fit = fit_claims(known_simulation, claims, settings, 3, Workers(), lambda state: None, None, start)
        start = fit.warm_start or start
    sealed = make_sealed_forecast(
        simulation.scenario, cutoff, mode, fit, SELECTION, 3, lambda *each: statements.append(each[0])
    )
    return sealed, statements


@pytest.fixture(scope="module")
def plain():
    return make_forecast()


@pytest.mark.slow
def test_it_is_sealed_once_and_before_it_is_scored(plain):
    sealed, statements = plain
    assert statements == [sealed.statement]
    assert sealed.statement["posterior"] == sealed.fit.posterior.digest
    assert set(sealed.statement["fitted_claims"]) == {"village_taken", "village_before_hill", "first_day_dead_gazette"}
    assert set(sealed.statement["forecast_claims"]) == set(sealed.forecast.forecast_claims)
    assert sealed.statement["skipped_claims"] == ["cart_at_gate"]
    assert {each.target.claim for each in sealed.score.claim_forecasts} == set(sealed.forecast.forecast_claims)


@pytest.mark.slow
def test_later_text_changes_no_bit_of_a_free_forecast(plain):
    sealed, _ = plain
    changed, _ = make_forecast(LATER)
    same = (
        *("posterior", "reports", "known_scenario", "fitted_claims", "forecast_claims"),
        *("questions", "question_forecasts"),
    )
    assert [sealed.statement[name] for name in same] == [changed.statement[name] for name in same]
    assert sealed.statement["scenario"] != changed.statement["scenario"]
    pit = {each.target.claim: each.pit for each in changed.score.claim_forecasts}
    assert pit["amber_dead_gazette"] > 0.95  # it is scored against what was reported, after all


@pytest.mark.slow
def test_earlier_text_does_change_it(plain):
    sealed, _ = plain
    changed, _ = make_forecast(EARLIER)
    assert changed.statement["posterior"] != sealed.statement["posterior"]


@pytest.mark.slow
def test_a_hindcast_knows_the_recorded_orders(plain):
    hindcast, _ = make_forecast(mode="given_orders")
    assert hindcast.statement["skipped_claims"] == []
    assert hindcast.statement["known_scenario"] != plain[0].statement["known_scenario"]


@pytest.mark.slow
def test_without_a_posterior_there_is_no_forecast_and_nothing_is_sealed():
    sealed, statements = make_forecast(settings=replace(SETTINGS, n_particles=100, sweeps=1, final_sweeps=1))
    assert sealed.forecast is None
    assert sealed.fit.diagnostics.failures
    assert statements == []


@pytest.mark.verify
def test_the_posterior_of_a_day_depends_on_nothing_that_was_reported_after_it():
    """The second day's posterior comes from the first's, and neither knows the third."""
    third = Edit(path="claims.hill_regained.value", value="at least 0.9")
    second = ForecastCutoff(
        "second", "calibrated on two days", datetime(2001, 6, 3), datetime(2001, 6, 4), is_daily=True
    )
    sealed = [make_forecast(*changes, cutoff=second)[0] for changes in ((), (third,), (EARLIER,))]
    facts = [
        [each.statement[name] for name in ("posterior", "known_scenario", "fitted_claims", "forecast_claims")]
        for each in sealed
    ]
    assert facts[0] == facts[1]
    np.testing.assert_array_equal(sealed[0].forecast.outcomes, sealed[1].forecast.outcomes)
    assert facts[0][0] != facts[2][0]


def test_the_record_is_fitted_at_every_midnight_and_at_every_cutoff():
    scenario = load("dec2014")
    noon = ForecastCutoff("noon", "", datetime(2014, 12, 5, 12), datetime(2014, 12, 6))
    assert list_fit_times(scenario, [noon], "free") == [datetime(2014, 12, 4), datetime(2014, 12, 5), noon.time]
    whole = list_fit_times(scenario, list_declared_cutoffs(scenario), "given_orders")
    assert whole == [datetime(2014, 12, day) for day in range(4, 16)]


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["free", "given_orders"])
def test_the_record_can_be_fitted_at_every_moment_of_the_battle(mode):
    """A claim may be reported before what it names is known: such a one is not fitted then."""
    simulation = Simulation(load("dec2014"))
    for time in list_fit_times(simulation.scenario, list_declared_cutoffs(simulation.scenario), mode):
        known, claims = restrict_to_known(simulation, time, mode)
        target = make_battle_target(known, build_observation_model(known.scenario, known.end_hours, claims))
        assert target.simulation.end_hours <= known.end_hours


@pytest.mark.slow
def test_days_are_scored_together(plain):
    split = plain[0].score
    (alone,) = (each for each in split.baseline_scores if (each.baseline, each.score) == ("base_rate", "brier"))
    twice = pool_splits([split, split])
    (both,) = (each for each in twice if (each.baseline, each.score) == ("base_rate", "brier"))
    assert both.skill.value == pytest.approx(alone.skill.value)
    assert both.skill.n_claims == 2 * alone.skill.n_claims
    assert both.skill.n_terms == alone.skill.n_terms  # the same terms again are no new ones


def test_cutoffs_come_from_the_scenario():
    scenario = load("dec2014")
    assert [cutoff.name for cutoff in list_declared_cutoffs(scenario)] == list(scenario.splits)
    days = list_daily_cutoffs(scenario)
    assert len(days) == 11
    assert all(before.scored_until == after.time for before, after in pairwise(days))


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["split=second"], "split: unknown split (got 'second'; allowed: first_day)"),
        (["split=first_day", "cutoff=2001-06-02"], "split, cutoff: give one of them"),
        (["cutoff=2002-01-01"], "cutoff: outside the battle (got 2002-01-02T00:00; allowed: after 2001-06-01"),
        (["cutoff=never"], "cutoff"),
        (["mode=guess"], "mode"),
        (["parameters=median"], "parameters, perturb, intervene_at: a forecast begins with the prior"),
        (["particles=3"], "particles"),
    ],
)
def test_bad_settings_are_reported_in_one_message(call, tmp_path, words, complaint):
    code, _, err = call("forecast", "scenario=teaching", f"outputs={tmp_path}", *words)
    assert code == 2
    assert err.startswith("sim: ")
    assert complaint in err
    assert "Traceback" not in err
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_the_command_writes_tables_figures_and_the_sealed_statement(call, tmp_path):
    small = ["particles=600", "sweeps=2", "final_sweeps=6", "max_simulations=100000", "workers=1"]
    code, out, _ = call("forecast", "scenario=teaching", f"outputs={tmp_path}", *small)
    assert code == 0
    (folder,) = (tmp_path / "forecast").iterdir()
    manifest = json.loads((folder / "run.json").read_text())
    statement = json.loads((folder / "sealed-first_day.json").read_text())
    assert manifest["sealed"]["first_day"] == statement
    assert manifest["kind"] == "forecast"
    rows = pq.read_table(folder / "claim_forecasts.parquet").to_pylist()
    assert {row["claim"] for row in rows} == set(statement["forecast_claims"])
    assert (folder / "figures" / "claim_forecasts.png").exists()
    assert "Forecast from 1 June to 3 June" in out


def test_the_opening_says_how_much_of_what_came_was_foreseen():
    def claim(kind, probability=0.0, pit=0.5):
        return ClaimForecast(SimpleNamespace(kind=kind), (0,) * 5, probability, (0, 1), pit, {})

    counts = [claim("count", pit=pit) for pit in (0.01, 0.2, 0.9)]
    events = [claim("event", probability) for probability in (0.49, 0.5)]
    numbers = "2 of 3 reported numbers came within the middle 90 % of what was foreseen"
    odds = "1 of 2 reported events had been given at least even odds"
    assert list(describe_foresight(counts)) == [f"{numbers}."]
    assert list(describe_foresight(events)) == [f"{odds}."]
    assert list(describe_foresight([*events, *counts])) == [f"{numbers}, and {odds}."]
    assert list(describe_foresight([])) == []
