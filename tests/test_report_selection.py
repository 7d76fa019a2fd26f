"""Counts weighted by the chance of a report, against a direct simulation and against sums by hand."""

from datetime import datetime

import numpy as np
import pytest
from scipy.stats import nbinom

from sim import random_streams
from sim.analysis.forecast import PosteriorForecast, score_selected_counts
from sim.likelihood.observation_model import build_observation_model
from sim.scenario import load
from sim.scoring.report_selection import (
    ReportSelection,
    compute_weight_ess,
    compute_weighted_crps,
    compute_weighted_log_score,
    summarize_selected_scores,
)
from sim.scoring.scores import compute_crps

SELECTION = ReportSelection(-2.8, 1.8)


def draw_uniforms(name, count):
    """Uniform numbers in (0, 1), each its own."""
    bits = random_streams.random_bits(
        random_streams.stream_keys([name]), 20141203, np.arange(count), np.zeros(1, dtype=np.uint64), 1
    )
    return random_streams.uniforms_from_bits(bits)[:, 0, 0]


def test_weights_give_the_distribution_of_what_is_reported():
    """Counts are drawn, and each is reported with its chance: the weighted draws have the distribution of the reported.

    Bound: 4.5 standard errors of the difference of two shares, of the reported and of the weighted draws, for each of
    six numbers; one of them fails by chance in 20,000 runs, and the seed is fixed.
    """
    counts, others = (nbinom.ppf(draw_uniforms(name, 40_000), 0.7, 0.05) for name in ("counts", "others"))
    reported = others[draw_uniforms("report", 40_000) < 1.0 / (1.0 + np.exp(2.8 - 1.8 * np.log(others + 1.0)))]
    weights = SELECTION.compute_weights(counts[:, None])
    for number in (0, 1, 3, 10, 20, 50):
        of_weighted, of_reported = float(weights[counts <= number].sum()), float((reported <= number).mean())
        variance = of_reported * (1.0 - of_reported) * (1.0 / len(reported) + 1.0 / compute_weight_ess(weights))
        assert abs(of_weighted - of_reported) < 4.5 * np.sqrt(variance)
    assert abs((counts <= 3).mean() - (reported <= 3).mean()) > 0.2  # and the weights do matter


def test_the_chance_of_a_report_is_as_it_was_found():
    """17.4 per cent of killings of one and 94.1 of those of 20 or more, to within a point."""
    np.testing.assert_allclose(SELECTION.compute_probability(np.array([1.0, 20.0])), [0.174, 0.941], atol=0.01)


def test_without_a_slope_all_draws_weigh_the_same():
    selection = ReportSelection(-2.8, 0.0)
    assert not selection.is_on
    np.testing.assert_allclose(selection.compute_weights(np.array([[0.0], [5.0], [900.0]])), 1.0 / 3.0)


def test_several_counts_are_reported_each_by_itself():
    counts = np.array([[1.0, 20.0], [20.0, 20.0]])
    chances = SELECTION.compute_probability(counts).prod(axis=1)
    np.testing.assert_allclose(SELECTION.compute_weights(counts), chances / chances.sum())


def test_the_weighted_crps_is_that_of_the_weighted_sample():
    sample, weights = np.floor(15.0 * draw_uniforms("sample", 50)), draw_uniforms("weights", 50)
    share = weights / weights.sum()
    pairs = (share[:, None] * share[None, :] * np.abs(sample[:, None] - sample[None, :])).sum()
    expected = (share * np.abs(sample - 9.0)).sum() - pairs / 2.0
    assert compute_weighted_crps(sample, weights, 9.0) == pytest.approx(expected)
    assert compute_weighted_crps(sample, np.ones(50), 9.0) == pytest.approx(compute_crps(sample, 9.0))


def test_the_weighted_logarithmic_score_by_hand():
    found = compute_weighted_log_score(np.log([0.5, 0.1]), np.array([3.0, 1.0]))
    assert found == pytest.approx(-np.log(0.75 * 0.5 + 0.25 * 0.1))


def make_forecast(outcomes):
    """A forecast of the dead of a December day whose truth is given, reported as it is."""
    scenario = load("dec2014")
    claim, until = "sohr_isil_dead_by_6", datetime(2014, 12, 9)
    model = build_observation_model(scenario, scenario.hours_since_start(until), [claim])
    parameters = np.tile([1.0 if "bias" in name else 5.0 for name in model.parameter_names], (len(outcomes), 1))
    values = np.array(outcomes, dtype=np.float64)[:, None]
    return scenario, until, PosteriorForecast(model, (claim,), (), values, parameters, values)


def test_the_counts_of_a_forecast_are_scored_with_weights_and_without():
    scenario, until, forecast = make_forecast([2.0, 40.0, 200.0])
    scores = score_selected_counts(scenario, scenario.hours_since_start(until), forecast, SELECTION)
    assert [each.score for each in scores] == ["crps", "log_crps", "log_score"]
    chances = SELECTION.compute_probability(np.array([2.0, 40.0, 200.0]))
    assert all(each.ess == pytest.approx(chances.sum() ** 2 / (chances**2).sum()) for each in scores)
    assert scores[0].weighted != pytest.approx(scores[0].unweighted)
    off = score_selected_counts(scenario, scenario.hours_since_start(until), forecast, ReportSelection(-2.8, 0.0))
    assert [each.weighted for each in off] == pytest.approx([each.unweighted for each in off])
    assert [each.unweighted for each in off] == pytest.approx([each.unweighted for each in scores])
    assert summarize_selected_scores(scores)["crps"] == (scores[0].unweighted, scores[0].weighted, 1)
