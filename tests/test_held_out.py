"""Measures of forecasts of engagements, against cases whose answer is known, and halves that are held out."""

import math
from dataclasses import replace

import numpy as np
import pytest
import scoringrules
from support import tables

from sim.analysis.engagement.closed_form import EngagementOutcomes
from sim.analysis.engagement.record import RecordedEngagements
from sim.analysis.validation import cdb90_held_out, cdb90_tables, forecast_measures
from sim.analysis.validation.results import ReproductionCheck, ValidationSettings, describe_counts, sort_misses_first
from sim.random_streams import make_generator
from sim.scenario import load


def invent_record(n: int) -> RecordedEngagements:
    rng = make_generator("test:held out", 1)
    log_ratio = rng.normal(0.3, 0.7, n)
    won = np.where(rng.random(n) < 1 / (1 + np.exp(-0.4 * log_ratio)), 1.0, -1.0)
    lost = np.exp(rng.normal(-2.5, 0.8, (2, n))).clip(1e-4, 0.9)
    days = np.exp(rng.normal(0, 1, n))
    return RecordedEngagements(
        log_ratio, np.zeros(n), np.full(n, 1900.0), np.arange(n).astype(str), won, lost[0], lost[1], days, days
    )


def copy_itself(record: RecordedEngagements) -> EngagementOutcomes:
    return EngagementOutcomes(
        *(
            np.repeat(each[:, None], 3, axis=1)
            for each in (record.won > 0, record.attackers_lost, record.defenders_lost)
        ),
        np.repeat(record.longest_days[:, None], 3, axis=1),
    )


def test_a_record_that_foretells_itself_is_perfect():
    record = invent_record(400)
    measures = forecast_measures.measure_outcomes(record, copy_itself(record))
    assert (measures.win_curve_rmse, measures.classes_inside, measures.brier) == (0, 7, 0)
    assert measures.log_quantile_error < 0.06  # quantiles of the same numbers, each three times
    assert (measures.crps_attackers, measures.crps_defenders) == (0, 0)
    assert measures.share_won == np.mean(record.won > 0)
    assert measures.median_days == pytest.approx(np.median(record.longest_days))


def test_losses_that_are_e_times_too_high_are_one_off_in_the_logarithm():
    record = invent_record(400)
    outcomes = copy_itself(record)
    worse = replace(outcomes, attackers_lost=outcomes.attackers_lost * math.e)
    measures = forecast_measures.measure_outcomes(record, worse)
    assert measures.crps_attackers == pytest.approx(1)
    assert measures.crps_defenders == 0
    assert measures.log_quantile_error == pytest.approx(0.5, abs=0.06)


def test_the_crps_is_that_of_scoringrules():
    sample = make_generator("test:crps", 1).standard_normal((30, 50))
    observed = np.linspace(-2, 2, 30)
    other = scoringrules.crps_ensemble(observed, sample, estimator="fair").mean()
    assert forecast_measures.compute_mean_crps(sample, observed) == pytest.approx(other)


def test_the_brier_score_does_not_depend_on_the_number_of_draws():
    record = invent_record(2000)
    chances = 1 / (1 + np.exp(-0.4 * record.log_ratio))
    draws = make_generator("test:brier", 1).random((2000, 3)) < chances[:, None]
    outcomes = replace(copy_itself(record), won=draws)
    exact = forecast_measures.measure_chances(record, chances, 0.4).brier
    assert forecast_measures.measure_outcomes(record, outcomes).brier == pytest.approx(exact, abs=0.02)


def test_days_are_counted_as_the_table_counts_them():
    record = invent_record(50)
    whole = replace(record, shortest_days=np.full(50, 1 / 24), longest_days=np.ones(50))
    outcomes = replace(copy_itself(record), days=np.full((50, 3), 0.2))
    assert forecast_measures.measure_outcomes(whole, outcomes).median_days == 1
    assert forecast_measures.measure_outcomes(record, outcomes).median_days == 0.2


def test_a_logistic_regression_finds_its_line():
    rng = make_generator("test:logit", 1)
    x = rng.normal(0, 1, 8000)
    won = rng.random(8000) < 1 / (1 + np.exp(-(0.5 + 0.8 * x)))
    assert forecast_measures.fit_logit_line(x, won) == pytest.approx([0.5, 0.8], abs=0.1)


@pytest.mark.verify
def test_every_half_is_fitted_and_the_other_tested(tmp_path):
    tables.cdb90(tmp_path, 60)
    data = cdb90_tables.load_folder(tmp_path)
    record = cdb90_tables.make_record(data)
    settings = ValidationSettings(load("teaching"), effort=0.1)
    checks, (measures, coefficients), curve = cdb90_held_out.analyse_halves(data, settings)
    splits = [split.name for split, _ in cdb90_held_out.list_splits(record)]
    assert [row[0] for row in measures.rows] == [name for name in splits for _ in range(6)]
    assert 0 <= np.nanmin(curve) <= np.nanmax(curve) <= 1
    assert len(checks) == 20 * len(splits)
    assert len(coefficients.headings) == 2 + len(splits)
    for split, mask in cdb90_held_out.list_splits(record):
        if split.by == "war":
            assert not set(record.war[mask]) & set(record.war[~mask])
        else:
            assert 0 < mask.sum() < len(mask)


def test_active_days_are_read_with_what_is_known_of_the_hours():
    names = [f"ATP{end}{part}1" for end in "BE" for part in ("YR", "MN", "DA", "HR")]
    row = dict(zip(names, ["1800", "5", "1", "600", "1800", "5", "1", "1800"], strict=True))
    assert cdb90_tables.compute_active_days({"NOATP": "1"} | row) == (0.5, 0.5)
    unknown = row | {"ATPBHR1": "9999", "ATPEHR1": "9999"}
    assert cdb90_tables.compute_active_days({"NOATP": "1"} | unknown) == (1 / 24, 1)
    three_days = unknown | {"ATPEDA1": "3"}
    assert cdb90_tables.compute_active_days({"NOATP": "1"} | three_days) == (2, 3)
    midnight = row | {"ATPEHR1": "2400"}
    assert cdb90_tables.compute_active_days({"NOATP": "1"} | midnight) == (0.75, 0.75)
    assert np.isnan(cdb90_tables.compute_active_days({"NOATP": "1"} | row | {"ATPBMN1": ""})).all()
    assert np.isnan(cdb90_tables.compute_active_days({"NOATP": "0"})).all()


def test_misses_stand_first_and_golden_numbers_are_counted_apart():
    checks = [
        ReproductionCheck("golden", "1", "1", True, is_golden=True),
        ReproductionCheck("met", "1", "1", True),
        ReproductionCheck("missed", "1", "2", False),
    ]
    assert [check.quantity for check in sort_misses_first(checks)] == ["missed", "met", "golden"]
    assert describe_counts(checks).startswith("1 of 2 checks of the model reproduced, 1 not. Apart from these, 1 of 1")
