"""Scores: cases worked by hand in which no part vanishes, propriety by numbers, damaged copies that are noticed."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim import paths, random_streams
from sim.likelihood.binning import BINARY_BINS, UNIT_BINS, Bin, make_claim_bins
from sim.scenario.evidence import ReportedInterval
from sim.scoring.calibration import compute_coverage, compute_pit, is_inside_interval
from sim.scoring.scores import (
    SCORES,
    compute_crps,
    compute_ess,
    compute_fair_crps,
    compute_log_scores,
    mean_pair_distance,
)
from sim.scoring.skill import MIN_TERMS, compute_score_difference, compute_skill_score
from sim.scoring.targets import ForecastTarget

ENSEMBLE = np.array([40.0, 50.0, 60.0, 70.0])


def draw_uniforms(name, shape, seed=3):
    keys = random_streams.stream_keys([name])
    random_bits = random_streams.random_bits(keys, seed, np.arange(shape[0]), np.zeros(1, dtype=np.uint64), shape[1])
    return random_streams.uniforms_from_bits(random_bits[:, 0])


def count_target(phrase, kind="count"):
    return ForecastTarget("claim", kind, "term", *make_claim_bins(ReportedInterval.model_validate(phrase), "count"))


def state_target(reported):
    return ForecastTarget("claim", "state", "term", UNIT_BINS, Bin(reported, float(reported)))


def event_target(happened=True):
    return ForecastTarget("claim", "event", "term", BINARY_BINS, Bin(int(happened), float(happened)))


# --- By hand


def test_the_ranked_score_of_a_sample():
    # distances from 68 are 28, 18, 8 and 2: mean 14; two members are apart by 12.5 on average
    assert mean_pair_distance(ENSEMBLE) == pytest.approx(12.5)
    assert compute_crps(ENSEMBLE, 68) == pytest.approx(7.75)
    assert compute_fair_crps(ENSEMBLE, 68) == pytest.approx(5.666667, abs=1e-6)
    assert compute_crps(np.maximum(ENSEMBLE, 60), np.maximum(68, 60)) == pytest.approx(4.625)
    assert SCORES["crps"].compute(ENSEMBLE, count_target("exactly 68")) == pytest.approx(7.75)
    assert SCORES["fair_crps"].compute(ENSEMBLE, count_target("exactly 68")) == pytest.approx(17 / 3)


def test_an_interval_is_scored_at_the_edges_of_its_bins():
    # over 50 of these: 40 is in the bin from 31, 50 in that from 41, 60 in that from 51, 70 in that from 61
    lower_edges, reported = np.array([31.0, 41.0, 51.0, 61.0]), 51.0
    exact = np.abs(lower_edges - reported).mean() - np.abs(lower_edges[:, None] - lower_edges).mean() / 2
    assert exact == pytest.approx(10.0 - 6.25)
    assert SCORES["crps"].compute(ENSEMBLE, count_target("over 50")) == pytest.approx(3.75)
    # at least 50 has two bins only: 50 times a Brier score of 1/16
    assert SCORES["crps"].compute(ENSEMBLE, count_target("at least 50")) == pytest.approx(50 / 16)


def test_counts_on_a_logarithmic_scale():
    sample, reported = np.array([9.0, 99.0]), 49
    ends = math.log(10), math.log(100)
    exact = (abs(ends[0] - math.log(50)) + abs(ends[1] - math.log(50))) / 2 - (ends[1] - ends[0]) / 2
    assert SCORES["log_crps"].compute(sample, count_target(f"exactly {reported}")) == pytest.approx(exact, abs=1e-12)
    three = np.array([9.0, 99.0, 49.0])
    pairs = (2 * math.log(10) + 2 * math.log(5) + 2 * math.log(2)) / 6
    exact = (math.log(5) + math.log(2)) / 3 - pairs / 2
    assert SCORES["log_crps"].compute(three, count_target("exactly 49")) == pytest.approx(exact, abs=1e-12)


def test_events_and_states():
    sample = np.array([1.0, 1.0, 1.0, 0.0, 0.0])
    assert SCORES["brier"].compute(sample, event_target()) == pytest.approx(0.16)
    assert SCORES["brier"].compute(sample, event_target(False)) == pytest.approx(0.36)
    held = np.array([0.0, 0.0, 1.0, 1.0, 2.0])  # chances .4, .4, .2: below the borders .4 and .8
    assert SCORES["rps"].compute(held, state_target(0)) == pytest.approx((0.6**2 + 0.2**2) / 2)
    assert SCORES["rps"].compute(held, state_target(1)) == pytest.approx((0.4**2 + 0.2**2) / 2)
    assert SCORES["rps"].compute(held, state_target(2)) == pytest.approx((0.4**2 + 0.8**2) / 2)


def test_a_share_is_scored_in_shares():
    target = ForecastTarget("claim", "share", "term", UNIT_BINS, Bin(14, 14.0))
    assert SCORES["crps"].compute(np.array([10.0, 20.0]), target) == pytest.approx((5.0 - 2.5) / 20)


def test_the_logarithmic_score_is_that_of_the_mean_chance():
    chances = np.array([[0.2, 1e-300], [0.4, 1e-300], [0.6, 1e-297]])
    assert compute_log_scores(np.log(chances)) == pytest.approx([-math.log(0.4), -math.log(1.002e-297 / 3)])
    assert compute_ess(np.log(chances)) == pytest.approx([1.2**2 / 0.56, 1.002**2 / (1 + 2e-6)], rel=1e-6)


@pytest.mark.parametrize("name", SCORES)
def test_a_score_that_is_off_by_one_per_cent_is_noticed(name):
    """Each of the cases above, with the sample or the score damaged."""
    cases = {
        "crps": (ENSEMBLE, count_target("exactly 68"), 7.75),
        "fair_crps": (ENSEMBLE, count_target("exactly 68"), 17 / 3),
        "log_crps": (np.array([9.0, 30.0, 99.0]), count_target("exactly 49"), 0.0),
        "brier": (np.array([1.0, 1.0, 1.0, 0.0, 0.0]), event_target(), 0.16),
        "rps": (np.array([0.0, 0.0, 1.0, 1.0, 2.0]), state_target(0), 0.2),
    }
    sample, target, right = cases[name]
    value = SCORES[name].compute(sample, target)
    if right:
        assert value == pytest.approx(right)
        assert 1.01 * value != pytest.approx(right)
    damaged = sample.copy()
    damaged[1] += 1.0
    assert SCORES[name].compute(damaged, target) != pytest.approx(value)


# --- Proper


LAW = stats.nbinom(4, 4 / (4 + 12.0))
COUNTS = np.arange(200)


@pytest.mark.parametrize(
    "phrase", ["exactly 7", "over 10", "at least 8", "5 to 12", "about 9", "dozens", "some", "none"]
)
@pytest.mark.parametrize("name", ["crps", "log_crps"])
@pytest.mark.parametrize("other", [stats.nbinom(4, 4 / (4 + 9.0)), stats.nbinom(4, 4 / (4 + 16.0)), stats.poisson(12)])
def test_the_true_distribution_has_the_best_expected_score(phrase, name, other):
    """The expected score over all possible reports, of large samples as quantiles of each law."""
    target = count_target(phrase)
    shares = (np.arange(4000) + 0.5) / 4000
    honest, bent = LAW.ppf(shares), other.ppf(shares)
    bins = np.unique(target.binning.find_bins(COUNTS), axis=0)
    probabilities = LAW.cdf(bins[:, 1]) - LAW.cdf(bins[:, 0] - 1)
    assert probabilities.sum() == pytest.approx(1.0)

    def expected(sample):
        each = [
            SCORES[name].compute(
                sample, ForecastTarget("claim", "count", "term", target.binning, Bin(int(low), float(high)))
            )
            for low, high in bins.tolist()
        ]
        return float(np.dot(probabilities, each))

    assert expected(honest) < expected(bent) + 1e-9
    if phrase == "exactly 7":
        assert expected(honest) < expected(bent) - 1e-3


@given(belief=st.floats(0.05, 0.95), forecast=st.floats(0.05, 0.95))
def test_brier_is_proper(belief, forecast):
    def expected(probability):
        sample = (np.arange(1000) < 1000 * probability).astype(float)
        return belief * SCORES["brier"].compute(sample, event_target()) + (1 - belief) * SCORES["brier"].compute(
            sample, event_target(False)
        )

    assert expected(belief) <= expected(forecast) + 1e-3
    if abs(belief - forecast) > 0.1:
        assert expected(belief) < expected(forecast)


@given(belief=st.tuples(*[st.floats(0.05, 1)] * 3), forecast=st.tuples(*[st.floats(0.05, 1)] * 3))
def test_the_ranked_score_is_proper(belief, forecast):
    belief, forecast = (np.array(each) / sum(each) for each in (belief, forecast))

    def expected(chances):
        sample = np.repeat([0.0, 1.0, 2.0], np.rint(10_000 * chances).astype(int))
        return sum(belief[reported] * SCORES["rps"].compute(sample, state_target(reported)) for reported in range(3))

    assert expected(belief) <= expected(forecast) + 1e-3


def test_a_score_by_the_distance_alone_would_not_be_proper():
    """A damaged score, the mean distance without half the spread, prefers the median: the test above sees it."""
    shares = (np.arange(2000) + 0.5) / 2000
    sample = LAW.ppf(shares)
    chances = LAW.pmf(COUNTS)
    median = np.full(2000, LAW.median())
    distances = [np.abs(each[:, None] - COUNTS).mean(axis=0) @ chances for each in (sample, median)]
    assert distances[1] < distances[0]
    whole = [sum(chances[count] * compute_crps(each, count) for count in range(120)) for each in (sample, median)]
    assert whole[0] < whole[1]


# --- Where a claim lies

RARE = 2.69  # Kolmogorov's bound for one in a million, in units of one over the root of the draws


def test_the_transform_of_claims_that_are_drawn_from_their_forecasts_is_uniform():
    draws, members = 2_000, 400
    shares = draw_uniforms("pit", (draws, 2))
    sample = LAW.ppf((np.arange(members) + 0.5) / members)
    reported = LAW.ppf(shares[:, 0])
    for phrase in ("exactly 1", "over 10", "dozens"):
        bins = count_target(phrase).binning.find_bins(reported)
        targets = [
            ForecastTarget("claim", "count", "term", UNIT_BINS, Bin(int(low), float(high)))
            for low, high in bins.tolist()
        ]
        transforms = [compute_pit(sample, each, float(v)) for each, v in zip(targets, shares[:, 1], strict=True)]
        assert stats.kstest(transforms, "uniform").statistic < RARE / math.sqrt(draws) + 1 / members
        _, of, (low, high) = compute_coverage(transforms, 0.5)
        assert of == draws
        assert low < 0.5 < high
    narrow = [compute_pit(np.rint(sample / 2), each, float(v)) for each, v in zip(targets, shares[:, 1], strict=True)]
    assert stats.kstest(narrow, "uniform").statistic > RARE / math.sqrt(draws) + 1 / members


def test_the_middle_of_a_forecast():
    assert is_inside_interval(0.3, 0.5)
    assert not is_inside_interval(0.2, 0.5)
    assert is_inside_interval(0.2, 0.9)
    assert compute_coverage([0.5, 0.2, 0.97], 0.9)[:2] == (2, 3)
    target = ForecastTarget("claim", "count", "term", UNIT_BINS, Bin(50, 50.0))
    assert compute_pit(ENSEMBLE, target, 0.5) == pytest.approx(0.25 + 0.125)


# --- Skill


def test_skill_is_what_is_saved_or_gained_with_an_interval_over_terms():
    ours, theirs = np.full(8, 1.0), np.full(8, 4.0)
    terms = [f"term_{n}" for n in range(8)]
    saved = compute_skill_score(ours, theirs, terms)
    assert saved.value == pytest.approx(0.75)
    assert saved.interval == pytest.approx((0.75, 0.75))
    assert saved.sign == 1
    assert compute_score_difference(ours, theirs, terms).value == pytest.approx(3.0)
    assert compute_skill_score(theirs, ours, terms).sign == -1


def test_claims_of_one_term_count_together():
    scores = draw_uniforms("skill", (40, 1))[:, 0]
    theirs = scores + 0.4 * (np.arange(40) % 2) - 0.1
    apart = compute_skill_score(scores, theirs, [f"term_{n}" for n in range(40)])
    together = compute_skill_score(scores, theirs, [f"term_{n // 8}" for n in range(40)])
    assert apart.value == pytest.approx(together.value)
    assert (apart.n_terms, together.n_terms, together.n_claims) == (40, 5, 40)
    assert apart.interval != together.interval


def test_too_few_terms_have_no_interval():
    scores = np.arange(1.0, MIN_TERMS)
    skill = compute_score_difference(scores, scores + 1.0, [str(n) for n in range(MIN_TERMS - 1)])
    assert skill.interval is None
    assert skill.sign == 0


def test_a_baseline_whose_score_is_not_told_from_nought_leaves_no_end():
    terms = [str(n) for n in range(MIN_TERMS)]
    theirs = np.array([*[0.0] * (MIN_TERMS - 1), 1.0])
    unbounded = compute_skill_score(np.full(MIN_TERMS, 0.1), theirs, terms)
    assert unbounded.interval is None
    assert unbounded.is_unbounded
    assert not compute_skill_score(np.full(4, 0.1), theirs[1:], terms[1:]).is_unbounded
    assert not compute_skill_score(np.full(MIN_TERMS, 0.1), np.linspace(0.9, 1.1, MIN_TERMS), terms).is_unbounded


N_TERMS = (5, 7, 17)
N_TRIALS_OF_DOCS = 4_000
COVERAGE_ROWS = (
    "mean difference, Student's t",
    "mean difference, percentile bootstrap",
    "ratio, Fieller",
    "ratio, percentile bootstrap",
)


@pytest.mark.parametrize("n_terms", N_TERMS)
def test_an_interval_of_skill_holds_the_truth_as_often_as_it_says(n_terms):
    """Scores drawn many times: the intervals hold the truth in 95 of 100 cases, and a percentile bootstrap in fewer."""
    n_trials = 2_000
    rng = random_streams.make_generator("few terms", n_terms)
    terms = [str(number) for number in range(n_terms)]
    held = dict.fromkeys(COVERAGE_ROWS, 0)
    for _ in range(n_trials):
        theirs = np.exp(0.5 * rng.standard_normal(n_terms))
        ours = 0.8 * np.exp(0.5 * rng.standard_normal(n_terms))
        differences = rng.standard_normal(n_terms)
        interval = compute_score_difference(np.zeros(n_terms), differences, terms).interval
        held["mean difference, Student's t"] += interval[0] <= 0 <= interval[1]
        interval = compute_skill_score(ours, theirs, terms).interval
        held["ratio, Fieller"] += interval is None or interval[0] <= 0.2 <= interval[1]
        resampled = rng.integers(0, n_terms, (200, n_terms))
        low, high = np.quantile(differences[resampled].mean(axis=1), [0.025, 0.975])
        held["mean difference, percentile bootstrap"] += low <= 0 <= high
        low, high = np.quantile(ours[resampled].sum(axis=1) / theirs[resampled].sum(axis=1), [0.025, 0.975])
        held["ratio, percentile bootstrap"] += low <= 0.8 <= high
    bound = 4 * np.sqrt(0.95 * 0.05 / n_trials)
    assert abs(held["mean difference, Student's t"] / n_trials - 0.95) < bound
    assert held["ratio, Fieller"] / n_trials > 0.95 - bound
    assert held["mean difference, percentile bootstrap"] / n_trials < 0.95 - bound
    assert held["ratio, percentile bootstrap"] / n_trials < 0.95 - bound
    for name, n_held in held.items():
        told = read_coverage(name)[n_terms]
        variance = told * (1 - told) * (1 / n_trials + 1 / N_TRIALS_OF_DOCS)
        assert abs(n_held / n_trials - told) < 4 * np.sqrt(variance)


def read_coverage(interval):
    """By the number of terms, the share of trials in which an interval holds the truth, from the table in the docs."""
    text = (Path(__file__).parents[1] / "docs" / "model.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| {re.escape(interval)} \|(.*)\|$", text, re.MULTILINE)
    return dict(zip(N_TERMS, [float(cell) / 100 for cell in row.split("|")], strict=True))


def test_the_scores_are_those_that_are_meant():
    bibliography = set(
        re.findall(r"^@\w+\{([^,\s]+),", (paths.scenario_folder() / "sources.bib").read_text("utf-8"), re.M)
    )
    assert list(SCORES) == ["brier", "crps", "fair_crps", "log_crps", "rps"]
    for each in SCORES.values():
        assert each.target_kinds
        assert each.unit
        assert each.source in bibliography
