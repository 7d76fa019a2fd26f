"""Intervals of evidences that rest on two chains: they hold the truth as often as they say, unlike 1.96 errors."""

from dataclasses import dataclass
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student_t

from sim import random_streams
from sim.analysis.posterior_predictive import HeadlineEvent
from sim.analysis.robustness import AnalysisVariant
from sim.inference.ess import LogEvidence, pool_log_evidences
from sim.inference.evidence_intervals import pool_evidence_errors
from sim.inference.model_comparison import ModelComparison, compute_probabilities
from sim.report.model_comparison import describe_model_comparison
from sim.report.posterior_analysis import format_robustness_section

N_TRIALS = 1_000
BOUND = 4 * np.sqrt(0.95 * 0.05 / N_TRIALS)  # of a share of the trials that is .95
TRUE_LOG_EVIDENCES = np.array([-9.0, -9.5, -10.2, -9.8, -11.0, -9.3])
CHAIN_ERRORS = np.array([0.1, 0.4, 0.05, 0.2, 0.3, 0.15])  # of the logarithm, by one chain


def draw_chains(rng, n_models, understatement):
    """Two chains of each model; the error that they tell is the true one over `understatement`, of all or of each."""
    told = CHAIN_ERRORS[:n_models] / understatement
    return {
        f"model_{n}": [
            LogEvidence(float(TRUE_LOG_EVIDENCES[n] + CHAIN_ERRORS[n] * rng.standard_normal()), float(told[n]))
            for _ in range(2)
        ]
        for n in range(n_models)
    }


@dataclass
class StoredChains:
    """As much of finished chains as is compared."""

    log_evidences: tuple
    is_at_posterior: bool = True

    @property
    def log_evidence(self):
        return pool_log_evidences(list(self.log_evidences))


def compare(chains):
    return ModelComparison({name: StoredChains(tuple(each)) for name, each in chains.items()}, {})


@pytest.mark.parametrize("n_models", [1, 2, 6])
def test_intervals_by_pooled_spread_hold_the_truth_where_lineages_see_a_tenth_of_the_error(n_models):
    """By Student's t 95 of 100 intervals hold the truth; 1.96 errors of the two chains hold it in 70."""
    rng = random_streams.make_generator("two chains", n_models)
    held, plainly_held = 0, 0
    for _ in range(N_TRIALS):
        chains = draw_chains(rng, n_models, 10.0)
        error = abs(pool_log_evidences(chains["model_0"]).value - TRUE_LOG_EVIDENCES[0])
        held += error <= pool_evidence_errors(chains).compute_half_width("model_0")
        plainly_held += error <= 1.96 * pool_log_evidences(chains["model_0"]).error
    assert abs(held / N_TRIALS - 0.95) < BOUND
    assert abs(plainly_held / N_TRIALS - 0.70) < 4 * np.sqrt(0.7 * 0.3 / N_TRIALS)


def test_intervals_hold_the_truth_nearly_as_often_where_lineages_of_each_model_see_another_share():
    """Six models, whose errors are told too small by a factor of 1 to 10 each: 92 of 100, as the docs have it."""
    rng = random_streams.make_generator("uneven understatement", 1)
    held = 0
    for _ in range(N_TRIALS):
        chains = draw_chains(rng, 6, 10 ** rng.uniform(0.0, 1.0, 6))
        error = abs(pool_log_evidences(chains["model_0"]).value - TRUE_LOG_EVIDENCES[0])
        held += error <= pool_evidence_errors(chains).compute_half_width("model_0")
    assert abs(held / N_TRIALS - 0.92) < 4 * np.sqrt(0.92 * 0.08 / N_TRIALS)


@pytest.mark.parametrize("understatement", [1.0, 3.0])
def test_intervals_of_bayes_factors_hold_the_truth_whether_lineages_see_the_error_or_not(understatement):
    rng = random_streams.make_generator("bayes factor", int(understatement))
    held = 0
    for _ in range(N_TRIALS):
        chains = draw_chains(rng, 6, understatement)
        first, second = (pool_log_evidences(chains[name]).value for name in ("model_0", "model_1"))
        truth = TRUE_LOG_EVIDENCES[0] - TRUE_LOG_EVIDENCES[1]
        half_width = pool_evidence_errors(chains).compute_difference_half_width("model_0", "model_1")
        held += abs(first - second - truth) <= half_width
    assert held / N_TRIALS > 0.95 - BOUND


@pytest.mark.parametrize("n_models", [2, 4])
def test_intervals_of_probabilities_hold_the_truth(n_models):
    n_trials = 300
    rng = random_streams.make_generator("probability", n_models)
    truth = np.exp(TRUE_LOG_EVIDENCES[0]) / np.exp(TRUE_LOG_EVIDENCES[:n_models]).sum()
    held = 0
    for seed in range(n_trials):
        _, low, high = compute_probabilities(draw_chains(rng, n_models, 10.0), seed)["model_0"]
        held += low <= truth <= high
    assert held / n_trials > 0.95 - 4 * np.sqrt(0.95 * 0.05 / n_trials)


def test_errors_are_pooled_in_units_of_those_by_lineages():
    chains = {
        "calm": [LogEvidence(-1.0, 0.1), LogEvidence(-1.3, 0.1)],
        "wild": [LogEvidence(-5.0, 1.0), LogEvidence(-8.0, 1.0)],
    }
    pooled = pool_evidence_errors(chains)
    assert pooled.degrees_of_freedom == 2
    assert pooled.errors["calm"] == pytest.approx(0.15)
    assert pooled.errors["wild"] == pytest.approx(1.5)
    assert pooled.compute_half_width("calm") == pytest.approx(student_t.ppf(0.975, 2) * 0.15)


def test_chains_that_agree_leave_the_error_by_lineages():
    pooled = pool_evidence_errors({"a": [LogEvidence(-1.0, 0.2), LogEvidence(-1.0, 0.2)]})
    assert pooled.degrees_of_freedom == inf
    assert pooled.compute_half_width("a") == pytest.approx(1.96 * 0.2 / np.sqrt(2), rel=1e-3)


def test_a_model_without_an_error_by_lineages_takes_no_part_in_the_pooled_spread():
    apart = [LogEvidence(-1.0, 0.1), LogEvidence(-1.4, 0.1)]
    alone = pool_evidence_errors({"apart": apart})
    beside = pool_evidence_errors(
        {
            "apart": apart,
            "same": [LogEvidence(0.0, 0.0)] * 2,
            "unknown": [LogEvidence(-3.0, 0.0), LogEvidence(-4.0, 0.0)],
        }
    )
    assert beside.errors == alone.errors | {"same": 0.0, "unknown": inf}
    assert beside.degrees_of_freedom == alone.degrees_of_freedom == 1
    unknown = compute_probabilities({"a": apart, "b": [LogEvidence(-3.0, inf)] * 2}, 1)
    assert unknown["a"][1:] == (0.0, 1.0)


def test_a_verdict_needs_a_factor_of_twenty_beyond_students_t():
    """Two chains .6 apart: 1.96 errors allow the verdict, Student's t of two degrees of freedom does not."""
    best = [LogEvidence(-10.0, 0.1), LogEvidence(-10.6, 0.1)]
    other = [LogEvidence(-14.3, 0.1), LogEvidence(-14.9, 0.1)]
    assert not compare({"best": best, "other": other}).is_decisive
    assert compare({"best": best, "other": [LogEvidence(each.value - 1.0, 0.1) for each in other]}).is_decisive


def test_a_verdict_needs_a_known_error_of_every_rival():
    best = [LogEvidence(-10.0, 0.1)] * 2
    rivals = {"best": best, "second": [LogEvidence(-20.0, 0.1)] * 2, "third": [LogEvidence(-21.0, inf)] * 2}
    assert not compare(rivals).is_decisive
    del rivals["third"]
    assert compare(rivals).is_decisive


def test_the_text_says_what_the_intervals_rest_on():
    apart = {"best": [LogEvidence(-10.0, 0.1), LogEvidence(-10.6, 0.1)], "other": [LogEvidence(-12.0, 0.1)] * 2}
    text = " ".join(describe_model_comparison(compare(apart), None))
    assert "Student's t" in text
    assert "2 degrees of freedom: 4.3 standard errors either way" in text
    together = {name: [LogEvidence(-10.0, 0.1)] * 2 for name in ("best", "other")}
    assert "1.96 standard errors by families" in " ".join(describe_model_comparison(compare(together), None))


def test_bayes_factors_of_versions_have_pooled_intervals():
    event = HeadlineEvent("held", None, 0.0)
    chains = {
        "as read": (LogEvidence(0.0, 0.0),),
        "one": (LogEvidence(-1.0, 0.1), LogEvidence(-1.4, 0.1)),
        "two": (LogEvidence(-2.0, 0.1), LogEvidence(-2.4, 0.1)),
    }
    variants = [AnalysisVariant(name, each, True, (event,), (), ()) for name, each in chains.items()]
    lines = list(format_robustness_section(variants, "page"))
    (row,) = (line for line in lines if line.startswith("| one "))
    half_width = student_t.ppf(0.975, 2) * 0.2
    value = pool_log_evidences(list(chains["one"])).value
    assert f"−{-value:.1f} (−{half_width - value:.1f} to −{-half_width - value:.1f})" in row


chain_evidences = st.builds(LogEvidence, st.floats(-500.0, 0.0), st.floats(1e-3, 10.0))


@given(st.lists(st.tuples(chain_evidences, chain_evidences), min_size=1, max_size=6))
def test_an_interval_is_never_narrow_where_islands_lie_far_apart(pairs):
    """The pooled variance of M models is at least 1/M of the spread of any one, whatever errors the islands tell."""
    chains = {f"model_{n}": pair for n, pair in enumerate(pairs)}
    errors = pool_evidence_errors(chains)
    for name, (first, second) in chains.items():
        distance = abs(first.value - second.value)
        widest = student_t.ppf(0.975, len(pairs)) * distance / (2 * np.sqrt(len(pairs)))
        assert errors.compute_half_width(name) >= widest * (1 - 1e-9)
        if len(pairs) == 1:  # both islands lie within
            middle = pool_log_evidences([first, second]).value
            assert max(abs(first.value - middle), abs(second.value - middle)) <= errors.compute_half_width(name) + 1e-9
