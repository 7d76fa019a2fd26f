"""Counts within counts and the negative binomial: exact answers, and every combination gone through by hand."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from support.claims import make_count_tree

from sim.likelihood.binning import Bin
from sim.likelihood.negative_binomial import nb_log_pmf, nb_log_tail, nb_quantiles


def probability(tree, truth, factor, size, stray=0.0):
    """The probability of the reports of a tree, for one battle."""
    values = np.atleast_2d(np.asarray(truth, dtype=float))
    reports = np.array([[factor, size, stray]])
    return math.exp(tree.log_likelihood(values, reports)[0])


@pytest.mark.parametrize(
    ("observed_bin", "truth", "factor", "expected"),
    [
        (Bin(100, 100), 45, 2.5, 0.011221),
        (Bin(101, math.inf), 45, 2.5, 0.590294),
        (Bin(100, math.inf), 45, 2.5, 0.601515),
        (Bin(101, 150), 45, 2.5, 0.439576),
        (Bin(43, 51), 45, 1.0, 0.213890),
        (Bin(1, math.inf), 2, 1.0, 0.838494),
        (Bin(0, math.inf), 2, 1.0, 1.0),
    ],
)
def test_probabilities_worked_elsewhere(observed_bin, truth, factor, expected):
    assert probability(make_count_tree([observed_bin]), truth, factor, 10.0) == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize(("truth", "expected"), [(45, 0.544095), (90, 0.893689)])
def test_a_factor_that_is_not_known_is_averaged_over(truth, expected):
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    factors = 2.5 * np.exp(0.5 * nodes)
    tails = np.exp(nb_log_tail(101, factors * truth, np.full(40, 10.0)))
    assert (weights / weights.sum() * tails).sum() == pytest.approx(expected, abs=5e-7)


def test_a_vague_source_hardly_moves_the_answer():
    truths = np.arange(1, 401).astype(float)
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)

    def likelihood(observed_bin, median, sigma, size):
        values, factors = np.repeat(truths, 40)[:, None], np.tile(median * np.exp(sigma * nodes), 400)
        reports = np.stack([factors, np.full(16000, size), np.zeros(16000)], axis=1)
        chances = np.exp(make_count_tree([observed_bin]).log_likelihood(values, reports)).reshape(400, 40)
        return chances @ (weights / weights.sum())

    def summary(posterior):
        below = np.cumsum(posterior / posterior.sum())
        return [int(truths[np.searchsorted(below, share)]) for share in (0.5, 0.05, 0.95)]

    monitor = likelihood(Bin(68, 68), 0.95, 0.25, 30.0)
    press = likelihood(Bin(201, 300), 2.5, 0.5, 10.0)
    assert summary(monitor) == [81, 47, 141]
    assert summary(press) == [143, 54, 327]
    assert summary(monitor * press) == [85, 53, 138]


@given(
    first=st.integers(0, 40),
    width=st.integers(0, 60),
    mean=st.floats(1e-3, 400),
    size=st.floats(0.3, 200),
)
def test_the_negative_binomial_is_that_of_scipy(first, width, mean, size):
    exact = stats.nbinom(size, size / (size + mean))
    masses = nb_log_pmf(first, first + width, np.array([mean]), np.array([size]))[0]
    assert masses == pytest.approx(exact.logpmf(np.arange(first, first + width + 1)), rel=1e-9, abs=1e-9)
    assert nb_log_tail(first, np.array([mean]), np.array([size]))[0] == pytest.approx(
        exact.logsf(first - 1), rel=1e-7, abs=1e-7
    )


def test_a_tail_beyond_all_numbers_still_has_an_order():
    tails = nb_log_tail(301, np.array([0.01, 0.02, 0.5, 5.0]), np.full(4, 10.0))
    assert np.isfinite(tails).all()
    assert (np.diff(tails) > 0).all()
    for mean, tail in zip([0.01, 0.02, 0.5, 5.0], tails.tolist(), strict=True):
        share = mean / (mean + 10.0)
        logs = [
            math.lgamma(n + 10.0) - math.lgamma(10.0) - math.lgamma(n + 1.0) + n * math.log(share)
            for n in range(301, 600)
        ]
        most = max(logs)
        exact = most + math.log(sum(math.exp(each - most) for each in logs)) + 10.0 * math.log1p(-share)
        assert tail == pytest.approx(exact, abs=0.01)


@given(share=st.floats(1e-9, 1 - 1e-9), mean=st.floats(0.01, 300), size=st.floats(0.3, 100))
def test_a_drawn_count_lies_where_its_share_does(share, mean, size):
    count = nb_quantiles(np.array([share]), np.array([mean]), np.array([size]))[0]
    exact = stats.nbinom(size, size / (size + mean))
    assert exact.cdf(count) >= share * (1 - 1e-9)
    assert count == 0 or exact.cdf(count - 1) <= share * (1 + 1e-9)


def enumerate_counts(nodes, bins, truths, factor, size, stray, most):
    """The joint probability of a tree by going through every combination of rests; above `most` all are alike."""
    rests = [truths[column] - sum(truths[nodes[part][0]] for part in parts) for column, parts in nodes]
    laws = [stats.nbinom(size, size / (size + factor * rest + stray)) for rest in rests]
    masses = [[*law.pmf(np.arange(most)), law.sf(most - 1)] for law in laws]
    total = 0.0
    for drawn in product(range(most + 1), repeat=len(nodes)):
        counts: list[int] = []
        for number, (_, parts) in enumerate(nodes):
            counts.append(drawn[number] + sum(counts[part] for part in parts))
        if all(each.low <= count <= each.high for each, count in zip(bins, counts, strict=True)):
            total += math.prod(masses[number][count] for number, count in enumerate(drawn))
    return total


TREES = [
    [(0, ()), (1, (0,))],
    [(0, ()), (1, (0,)), (2, (1,))],
    [(0, ()), (1, ()), (2, (0, 1))],
]


@given(
    nodes=st.sampled_from(TREES),
    data=st.data(),
    factor=st.floats(0.3, 2.0),
    size=st.floats(1.0, 20.0),
)
def test_nested_counts_have_the_joint_chance_of_every_combination(nodes, data, factor, size):
    bins = []
    for _ in nodes:
        low = data.draw(st.integers(0, 4))
        bins.append(Bin(low, data.draw(st.one_of(st.just(math.inf), st.integers(low, low + 4)))))
    truths = [1, 1, 3] if len(nodes[-1][1]) == 2 else [1, 2, 4][: len(nodes)]
    most = 9  # above every bin that ends
    try:
        tree = make_count_tree(bins, nodes)
    except ValueError:
        assert enumerate_counts(nodes, bins, truths, factor, size, 0.3, most) == 0.0
        return
    exact = enumerate_counts(nodes, bins, truths, factor, size, 0.3, most)
    assert probability(tree, truths, factor, size, 0.3) == pytest.approx(exact, rel=1e-8, abs=1e-12)


def test_nested_counts_are_reported_by_their_increments():
    # over 100 by one day and over 200 by the next: 45 and then 40 more of them were so
    nodes, bins = [(0, ()), (1, (0,))], [Bin(101, 150), Bin(201, 300)]
    factor, size = 2.5, 10.0
    laws = [stats.nbinom(size, size / (size + factor * truth)) for truth in (45, 40)]
    exact = sum(laws[0].pmf(first) * (laws[1].cdf(300 - first) - laws[1].cdf(200 - first)) for first in range(101, 151))
    assert probability(make_count_tree(bins, nodes), [45, 85], factor, size) == pytest.approx(exact, rel=1e-10)
    alone = probability(make_count_tree([bins[0]]), 45, factor, size) * probability(
        make_count_tree([bins[1]]), 85, factor, size
    )
    assert abs(alone - exact) > 0.02  # the second bound is no second witness of the first 45


def test_the_parts_of_an_exact_total_are_a_product():
    nodes, bins = [(0, ()), (1, ()), (2, (0, 1))], [Bin(7, 7), Bin(37, 37), Bin(45, 45)]
    exact = math.prod(
        stats.nbinom(30, 30 / (30 + 0.9 * truth + 0.5)).pmf(count) for truth, count in ((9, 7), (30, 37), (4, 1))
    )
    assert probability(make_count_tree(bins, nodes), [9, 30, 43], 0.9, 30.0, 0.5) == pytest.approx(exact, rel=1e-10)


def test_a_total_below_its_parts_is_refused_and_a_part_above_its_whole_is_an_error():
    with pytest.raises(ValueError, match="claim_2: less than what it contains"):
        make_count_tree([Bin(7, 7), Bin(37, 37), Bin(40, 40)], [(0, ()), (1, ()), (2, (0, 1))])
    with pytest.raises(ValueError, match="a part is more than the whole"):
        probability(make_count_tree([Bin(7, 7), Bin(45, 45)], [(0, ()), (1, (0,))]), [9, 8], 1.0, 30.0)


def test_what_is_next_to_impossible_is_finite_and_in_order():
    bins, nodes = [Bin(21, 30), Bin(101, 150)], [(0, ()), (1, (0,))]
    values = np.array([[0.0, 0.0], [0.0, 5.0], [5.0, 5.0], [20.0, 60.0]])
    reports = np.tile([0.01, 80.0, 1e-3], (4, 1))
    found = make_count_tree(bins, nodes).log_likelihood(values, reports)
    assert np.isfinite(found).all()
    assert found[0] < found[1] < found[3]
    assert found[0] < -900
