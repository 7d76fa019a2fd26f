"""Scores: cases worked by hand in which no part vanishes, propriety by numbers, damaged copies that are noticed."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim import dice
from sim.claims.cells import EACH, Cell, partition
from sim.claims.kinds import found as kinds
from sim.claims.questions import Question
from sim.scenario.bounds import Bound
from sim.scores import SHARED, found
from sim.scores.checks import coverage, inside, pit
from sim.scores.ensemble import crps, fair_crps, spread
from sim.scores.likelihood import effective, log_scores
from sim.scores.skill import FEWEST, gained, share_saved

ENSEMBLE = np.array([40.0, 50.0, 60.0, 70.0])


def luck(name, shape, seed=3):
    keys = dice.keys([name])
    words = dice.words(keys, seed, np.arange(shape[0]), np.zeros(1, dtype=np.uint64), shape[1])
    return dice.shares(words[:, 0])


def question(said, sort="count"):
    bound = Bound.model_validate(said)
    kind = next(kind for kind in kinds().values() if bound.kind in kind.bounds and kind.channel == "counted")
    return Question("claim", sort, "term", kind.partition(bound), kind.said(bound))


def state(told):
    return Question("claim", "state", "term", EACH, Cell(told, float(told)))


def event(told=True):
    return Question("claim", "event", "term", partition([1, 2]), Cell(int(told), float(told)))


# --- By hand


def test_the_ranked_score_of_a_sample():
    # distances from 68 are 28, 18, 8 and 2: mean 14; two members are apart by 12.5 on average
    assert spread(ENSEMBLE) == pytest.approx(12.5)
    assert crps(ENSEMBLE, 68) == pytest.approx(7.75)
    assert fair_crps(ENSEMBLE, 68) == pytest.approx(5.666667, abs=1e-6)
    assert crps(np.maximum(ENSEMBLE, 60), np.maximum(68, 60)) == pytest.approx(4.625)
    assert found()["crps"].of(ENSEMBLE, question("exactly 68")) == pytest.approx(7.75)
    assert found()["fair_crps"].of(ENSEMBLE, question("exactly 68")) == pytest.approx(17 / 3)


def test_a_bound_is_scored_at_the_borders_of_its_cells():
    # over 50 of these: 40 is in the cell from 31, 50 in that from 41, 60 in that from 51, 70 in that from 61
    firsts, told = np.array([31.0, 41.0, 51.0, 61.0]), 51.0
    exact = np.abs(firsts - told).mean() - np.abs(firsts[:, None] - firsts).mean() / 2
    assert exact == pytest.approx(10.0 - 6.25)
    assert found()["crps"].of(ENSEMBLE, question("over 50")) == pytest.approx(3.75)
    # at least 50 knows two cells alone: 50 times a Brier score of 1/16
    assert found()["crps"].of(ENSEMBLE, question("at least 50")) == pytest.approx(50 / 16)


def test_counts_on_a_logarithmic_scale():
    sample, told = np.array([9.0, 99.0]), 49.0
    ends = math.log(10), math.log(100)
    exact = (abs(ends[0] - math.log(50)) + abs(ends[1] - math.log(50))) / 2 - (ends[1] - ends[0]) / 2
    assert found()["log_crps"].of(sample, question(f"exactly {told:.0f}")) == pytest.approx(exact, abs=1e-12)
    three = np.array([9.0, 99.0, 49.0])
    pairs = (2 * math.log(10) + 2 * math.log(5) + 2 * math.log(2)) / 6
    exact = (math.log(5) + math.log(2)) / 3 - pairs / 2
    assert found()["log_crps"].of(three, question("exactly 49")) == pytest.approx(exact, abs=1e-12)


def test_events_and_states():
    sample = np.array([1.0, 1.0, 1.0, 0.0, 0.0])
    assert found()["brier"].of(sample, event()) == pytest.approx(0.16)
    assert found()["brier"].of(sample, event(False)) == pytest.approx(0.36)
    held = np.array([0.0, 0.0, 1.0, 1.0, 2.0])  # chances .4, .4, .2: below the borders .4 and .8
    assert found()["ranked"].of(held, state(0)) == pytest.approx((0.6**2 + 0.2**2) / 2)
    assert found()["ranked"].of(held, state(1)) == pytest.approx((0.4**2 + 0.2**2) / 2)
    assert found()["ranked"].of(held, state(2)) == pytest.approx((0.4**2 + 0.8**2) / 2)


def test_a_share_is_scored_in_shares():
    told = Question("claim", "share", "term", EACH, Cell(14, 14.0))
    assert found()["crps"].of(np.array([10.0, 20.0]), told) == pytest.approx((5.0 - 2.5) / 20)


def test_the_logarithmic_score_is_that_of_the_mean_chance():
    chances = np.array([[0.2, 1e-300], [0.4, 1e-300], [0.6, 1e-297]])
    assert log_scores(np.log(chances)) == pytest.approx([-math.log(0.4), -math.log(1.002e-297 / 3)])
    assert effective(np.log(chances)) == pytest.approx([1.2**2 / 0.56, 1.002**2 / (1 + 2e-6)], rel=1e-6)


@pytest.mark.parametrize("name", [name for name in ("crps", "fair_crps", "log_crps", "brier", "ranked")])
def test_a_score_that_is_off_by_one_per_cent_is_noticed(name):
    """Each of the cases above, with the sample or the score damaged."""
    cases = {
        "crps": (ENSEMBLE, question("exactly 68"), 7.75),
        "fair_crps": (ENSEMBLE, question("exactly 68"), 17 / 3),
        "log_crps": (np.array([9.0, 30.0, 99.0]), question("exactly 49"), 0.0),
        "brier": (np.array([1.0, 1.0, 1.0, 0.0, 0.0]), event(), 0.16),
        "ranked": (np.array([0.0, 0.0, 1.0, 1.0, 2.0]), state(0), 0.2),
    }
    sample, asked, right = cases[name]
    value = found()[name].of(sample, asked)
    if right:
        assert value == pytest.approx(right)
        assert 1.01 * value != pytest.approx(right)
    damaged = sample.copy()
    damaged[1] += 1.0
    assert found()[name].of(damaged, asked) != pytest.approx(value)


# --- Proper


LAW = stats.nbinom(4, 4 / (4 + 12.0))
COUNTS = np.arange(200)


@pytest.mark.parametrize("said", ["exactly 7", "over 10", "at least 8", "5 to 12", "about 9", "dozens", "some", "none"])
@pytest.mark.parametrize("name", ["crps", "log_crps"])
@pytest.mark.parametrize("other", [stats.nbinom(4, 4 / (4 + 9.0)), stats.nbinom(4, 4 / (4 + 16.0)), stats.poisson(12)])
def test_nobody_does_better_than_by_telling_what_he_thinks(said, name, other):
    """The mean score over what may be told, each cell by its chance, of large samples as quantiles of each law."""
    asked = question(said)
    shares = (np.arange(4000) + 0.5) / 4000
    honest, bent = LAW.ppf(shares), other.ppf(shares)
    cells = np.unique(asked.partition.cells(COUNTS), axis=0)
    chances = LAW.cdf(cells[:, 1]) - LAW.cdf(cells[:, 0] - 1)
    assert chances.sum() == pytest.approx(1.0)

    def expected(sample):
        each = [
            found()[name].of(sample, Question("claim", "count", "term", asked.partition, Cell(int(low), float(high))))
            for low, high in cells.tolist()
        ]
        return float(np.dot(chances, each))

    assert expected(honest) < expected(bent) + 1e-9
    if said == "exactly 7":
        assert expected(honest) < expected(bent) - 1e-3


@given(think=st.floats(0.05, 0.95), say=st.floats(0.05, 0.95))
def test_brier_is_proper(think, say):
    def expected(chance):
        sample = (np.arange(1000) < 1000 * chance).astype(float)
        return think * found()["brier"].of(sample, event()) + (1 - think) * found()["brier"].of(sample, event(False))

    assert expected(think) <= expected(say) + 1e-3
    if abs(think - say) > 0.1:
        assert expected(think) < expected(say)


@given(think=st.tuples(*[st.floats(0.05, 1)] * 3), say=st.tuples(*[st.floats(0.05, 1)] * 3))
def test_the_ranked_score_is_proper(think, say):
    think, say = (np.array(each) / sum(each) for each in (think, say))

    def expected(chances):
        sample = np.repeat([0.0, 1.0, 2.0], np.rint(10_000 * chances).astype(int))
        return sum(think[told] * found()["ranked"].of(sample, state(told)) for told in range(3))

    assert expected(think) <= expected(say) + 1e-3


def test_a_score_by_the_distance_alone_would_not_be_proper():
    """A damaged score, the mean distance without half the spread, prefers the median: the test above sees it."""
    shares = (np.arange(2000) + 0.5) / 2000
    sample = LAW.ppf(shares)
    chances = LAW.pmf(COUNTS)
    median = np.full(2000, LAW.median())
    distances = [np.abs(each[:, None] - COUNTS).mean(axis=0) @ chances for each in (sample, median)]
    assert distances[1] < distances[0]
    whole = [sum(chances[told] * crps(each, told) for told in range(120)) for each in (sample, median)]
    assert whole[0] < whole[1]


# --- Where a claim lies

RARE = 2.69  # Kolmogorov's bound for one in a million, in units of one over the root of the draws


def test_the_transform_of_claims_that_are_drawn_from_their_forecasts_is_uniform():
    draws, members = 2_000, 400
    shares = luck("pit", (draws, 2))
    sample = LAW.ppf((np.arange(members) + 0.5) / members)
    told = LAW.ppf(shares[:, 0])
    for said in ("exactly 1", "over 10", "dozens"):
        cells = question(said).partition.cells(told)
        asked = [Question("claim", "count", "term", EACH, Cell(int(low), float(high))) for low, high in cells.tolist()]
        transforms = [pit(sample, each, float(v)) for each, v in zip(asked, shares[:, 1], strict=True)]
        assert stats.kstest(transforms, "uniform").statistic < RARE / math.sqrt(draws) + 1 / members
        _, of, (low, high) = coverage(transforms, 0.5)
        assert of == draws
        assert low < 0.5 < high
    narrow = [pit(np.rint(sample / 2), each, float(v)) for each, v in zip(asked, shares[:, 1], strict=True)]
    assert stats.kstest(narrow, "uniform").statistic > RARE / math.sqrt(draws) + 1 / members


def test_the_middle_of_a_forecast():
    assert inside(0.3, 0.5)
    assert not inside(0.2, 0.5)
    assert inside(0.2, 0.9)
    assert coverage([0.5, 0.2, 0.97], 0.9)[:2] == (2, 3)
    asked = Question("claim", "count", "term", EACH, Cell(50, 50.0))
    assert pit(ENSEMBLE, asked, 0.5) == pytest.approx(0.25 + 0.125)


# --- Skill


def test_skill_is_what_is_saved_or_gained_with_an_interval_over_terms():
    ours, theirs = np.full(8, 1.0), np.full(8, 4.0)
    terms = [f"term_{n}" for n in range(8)]
    saved = share_saved(ours, theirs, terms, "one", 1)
    assert saved.value == pytest.approx(0.75)
    assert saved.interval == pytest.approx((0.75, 0.75))
    assert saved.sign == 1
    assert gained(ours, theirs, terms, "one", 1).value == pytest.approx(3.0)
    assert share_saved(theirs, ours, terms, "one", 1).sign == -1


def test_claims_of_one_term_are_resampled_together():
    scores = luck("skill", (40, 1))[:, 0]
    theirs = scores + 0.4 * (np.arange(40) % 2) - 0.1
    apart = share_saved(scores, theirs, [f"term_{n}" for n in range(40)], "one", 1)
    together = share_saved(scores, theirs, [f"term_{n // 8}" for n in range(40)], "one", 1)
    assert apart.value == pytest.approx(together.value)
    assert (apart.terms, together.terms, together.claims) == (40, 5, 40)
    assert apart.interval != together.interval


def test_too_few_terms_have_no_interval():
    scores = np.arange(1.0, FEWEST)
    found_now = gained(scores, scores + 1.0, [str(n) for n in range(FEWEST - 1)], "one", 1)
    assert found_now.interval is None
    assert found_now.sign == 0


def test_an_interval_of_skill_holds_the_truth_as_often_as_it_says():
    """Terms drawn many times: the mean difference lies in its interval about 95 times in 100."""
    draws = luck("truth", (300, 30))
    held = 0
    for row in draws:
        theirs = 1.0 + row  # a mean difference of 1.5
        each = gained(np.zeros(30), theirs, [str(n) for n in range(30)], "one", 1)
        assert each.interval is not None
        held += each.interval[0] <= 1.5 <= each.interval[1]
    assert 0.88 <= held / 300 <= 0.99  # a bootstrap over 30 holds a little less than it says


def test_every_file_is_a_score():
    assert set(found()) == {"crps", "fair_crps", "log_crps", "brier", "ranked"}
    assert not set(found()) & set(SHARED)
    for each in found().values():
        assert each.sorts
        assert each.unit
