"""Priors are inverse distribution functions: monotone, finite, within their cuts, and those of the textbook."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from scipy import stats

from sim import paths
from sim.scenario import load
from sim.scenario.priors import Prior

ADAPTER: TypeAdapter[Any] = TypeAdapter(Prior)
LEAST, GREATEST = 2.0**-53, 1 - 2.0**-53  # the ends of what dice give


def prior(distribution: str, **numbers: float) -> Any:
    return ADAPTER.validate_python({"distribution": distribution, "unit": "1", "reason": "for a test"} | numbers)


U = st.one_of(st.floats(LEAST, GREATEST), st.sampled_from([LEAST, 0.25, 0.5, 0.75, GREATEST]))
NUMBER = st.floats(-100, 100)
POSITIVE = st.floats(0.01, 100)
SHAPE = st.floats(0.1, 3)
SHARE = st.floats(0.02, 0.98)


@st.composite
def spans(draw, of: st.SearchStrategy[float] = NUMBER) -> tuple[float, float]:
    low = draw(of)
    return low, low + draw(st.floats(0.1, 100))


@st.composite
def normals(draw) -> tuple[Any, Any]:
    mean, sd = draw(NUMBER), draw(SHAPE)
    below, above = draw(st.floats(-3, -0.1)), draw(st.floats(0.1, 3))
    cut = draw(st.sampled_from([(), ("low",), ("high",), ("low", "high")]))
    numbers = {"low": mean + below * sd, "high": mean + above * sd}
    exact = stats.truncnorm(below if "low" in cut else -math.inf, above if "high" in cut else math.inf, mean, sd)
    return prior("normal", mean=mean, sd=sd, **{name: numbers[name] for name in cut}), exact.ppf


@st.composite
def lognormals(draw) -> tuple[Any, Any]:
    median, sigma = draw(POSITIVE), draw(SHAPE)
    low, high = (median * math.exp(sigma * draw(span)) for span in (st.floats(-3, -0.1), st.floats(0.1, 3)))
    cut = draw(st.sampled_from([(), ("low",), ("high",), ("low", "high")]))
    whole = stats.lognorm(sigma, scale=median)
    below = whole.cdf(low) if "low" in cut else 0.0
    above = whole.cdf(high) if "high" in cut else 1.0
    numbers = {"low": low, "high": high}
    return (
        prior("lognormal", median=median, sigma=sigma, **{name: numbers[name] for name in cut}),
        lambda u: whole.ppf(below + u * (above - below)),
    )


@st.composite
def logitnormals(draw) -> tuple[Any, Any]:
    median, sigma = draw(SHARE), draw(SHAPE)
    odds = median / (1 - median)
    ends = [odds * math.exp(sigma * draw(span)) for span in (st.floats(-3, -0.1), st.floats(0.1, 3))]
    cut = draw(st.sampled_from([(), ("low",), ("high",), ("low", "high")]))
    numbers = {name: end / (1 + end) for name, end in zip(("low", "high"), ends, strict=True)}
    whole = stats.lognorm(sigma, scale=odds)  # of the odds
    below = whole.cdf(ends[0]) if "low" in cut else 0.0
    above = whole.cdf(ends[1]) if "high" in cut else 1.0

    def quantile(u: float) -> float:
        share = whole.ppf(below + u * (above - below))
        return 1.0 if math.isinf(share) else share / (1 + share)

    return prior("logitnormal", median=median, sigma=sigma, **{name: numbers[name] for name in cut}), quantile


@st.composite
def triangulars(draw) -> tuple[Any, Any]:
    low, high = draw(spans())
    at = draw(st.one_of(SHARE, st.sampled_from([0.0, 1.0])))
    mode = min(max(low + at * (high - low), low), high)
    exact = stats.triang((mode - low) / (high - low), low, high - low)
    return prior("triangular", low=low, mode=mode, high=high), exact.ppf


# each family: a prior and the quantile function of scipy
FAMILIES: dict[str, st.SearchStrategy[tuple[Any, Any]]] = {
    "fixed": NUMBER.map(lambda value: (prior("fixed", value=value), lambda u: value)),
    "uniform": spans().map(
        lambda span: (prior("uniform", low=span[0], high=span[1]), stats.uniform(span[0], span[1] - span[0]).ppf)
    ),
    "loguniform": spans(POSITIVE).map(
        lambda span: (prior("loguniform", low=span[0], high=span[1]), stats.loguniform(*span).ppf)
    ),
    "triangular": triangulars(),
    "normal": normals(),
    "lognormal": lognormals(),
    "logitnormal": logitnormals(),
    "beta": st.tuples(SHAPE, SHAPE).map(lambda ab: (prior("beta", a=ab[0], b=ab[1]), stats.beta(*ab).ppf)),
}


def known() -> set[str]:
    """The distributions that a scenario may name."""
    choices = ADAPTER.json_schema()["discriminator"]["mapping"]
    return set(choices)


def test_every_distribution_that_a_scenario_may_name_is_tested_here():
    assert set(FAMILIES) | {"pooled"} == known()  # a pooled one has its own inside: test_prior_pools.py


@pytest.mark.parametrize("family", FAMILIES)
def test_quantiles_are_those_of_scipy(family):
    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(FAMILIES[family], st.floats(1e-6, 1 - 1e-6))
    def check(pair, u):
        drawn, exact = pair
        assert drawn.quantile(u) == pytest.approx(float(exact(u)), rel=1e-7, abs=1e-7)

    check()


@pytest.mark.parametrize("family", FAMILIES)
def test_quantiles_never_fall_stay_finite_and_keep_to_the_cuts(family):
    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(FAMILIES[family], st.lists(U, min_size=2, max_size=8))
    def check(pair, shares):
        drawn = pair[0]
        values = [drawn.quantile(u) for u in sorted(shares)]
        assert all(map(math.isfinite, values))
        slack = 1e-12 * max(map(abs, values), default=1)
        assert all(earlier <= later + slack for earlier, later in pairwise(values))
        low, high = getattr(drawn, "low", -math.inf), getattr(drawn, "high", math.inf)
        assert all(low - slack <= value <= high + slack for value in values)

    check()


@pytest.mark.parametrize(
    ("drawn", "median"),
    [
        (prior("fixed", value=7), 7),
        (prior("uniform", low=2, high=8), 5),
        (prior("loguniform", low=1, high=100), 10),
        (prior("triangular", low=0, mode=1, high=2), 1),
        (prior("triangular", low=0, mode=0, high=1), 1 - math.sqrt(0.5)),
        (prior("normal", mean=3, sd=2), 3),
        (prior("normal", mean=3, sd=2, low=1, high=5), 3),
        (prior("lognormal", median=300, sigma=0.3), 300),
        (prior("lognormal", median=300, sigma=0.3, low=100, high=900), 300),
        (prior("beta", a=2, b=2), 0.5),
    ],
)
def test_the_median_is_the_one_worked_by_hand(drawn, median):
    assert drawn.quantile(0.5) == pytest.approx(median, rel=1e-12)


def test_a_share_of_three_quarters_worked_by_hand():
    assert prior("uniform", low=2, high=8).quantile(0.75) == 6.5
    assert prior("loguniform", low=1, high=16).quantile(0.75) == pytest.approx(8)
    assert prior("triangular", low=0, mode=1, high=2).quantile(0.875) == pytest.approx(1.5)
    assert prior("normal", mean=0, sd=1).quantile(0.975) == pytest.approx(1.959963984540054)
    assert prior("lognormal", median=2, sigma=1).quantile(0.975) == pytest.approx(2 * math.exp(1.959963984540054))
    assert prior("beta", a=1, b=1).quantile(0.75) == pytest.approx(0.75)


@pytest.mark.parametrize(
    "numbers",
    [
        {"distribution": "uniform", "low": 2, "high": 2},
        {"distribution": "uniform", "low": 3, "high": 2},
        {"distribution": "uniform", "low": float("nan"), "high": 2},
        {"distribution": "uniform", "low": 0, "high": float("inf")},
        {"distribution": "loguniform", "low": 0, "high": 2},
        {"distribution": "triangular", "low": 0, "mode": 3, "high": 2},
        {"distribution": "normal", "mean": 0, "sd": 0},
        {"distribution": "normal", "mean": float("nan"), "sd": 1},
        {"distribution": "normal", "mean": 0, "sd": 1, "low": 2, "high": 1},
        {"distribution": "lognormal", "median": 0, "sigma": 1},
        {"distribution": "logitnormal", "median": 1, "sigma": 1},
        {"distribution": "lognormal", "median": 1, "sigma": -1},
        {"distribution": "lognormal", "median": float("inf"), "sigma": 1},
        {"distribution": "beta", "a": 0, "b": 1},
        {"distribution": "fixed"},
        {"distribution": "fixed", "value": float("nan")},
        {"distribution": "fixed", "value": 1, "basis": "literature"},
        {"distribution": "fixed", "value": 1, "claim": "hill_regained"},
        {"distribution": "gamma", "a": 1},
    ],
)
def test_a_prior_that_makes_no_sense_is_refused(numbers):
    with pytest.raises(ValidationError):
        ADAPTER.validate_python({"unit": "1", "reason": "for a test"} | numbers)


@pytest.mark.parametrize("name", sorted(path.stem for path in paths.scenario_folder().glob("*.yaml")))
def test_every_prior_of_the_scenarios_is_finite_from_end_to_end(name):
    for slot, drawn in load(name).priors.items():
        values = [drawn.quantile(u) for u in (LEAST, 0.01, 0.5, 0.99, GREATEST)]
        assert all(math.isfinite(value) for value in values), slot
        assert values == sorted(values), slot


@pytest.mark.parametrize("name", ["teaching", "dec2014"])
def test_many_quantiles_at_once_are_those_of_each(name):
    shares = np.array([LEAST, 0.001, 1 / 3, 0.5, 0.9, GREATEST])
    for slot, unknown in load(name).priors.items():
        assert unknown.quantiles(shares).tolist() == [unknown.quantile(share) for share in shares.tolist()], slot


def test_quantiles_of_every_distribution_are_those_of_each():
    shares = np.linspace(0.01, 0.99, 40)
    for unknown in (
        prior("fixed", value=2.5),
        prior("uniform", low=-1, high=3),
        prior("loguniform", low=0.1, high=30),
        prior("triangular", low=0, mode=1, high=5),
        prior("normal", mean=1, sd=2, low=-1),
        prior("lognormal", median=2, sigma=0.7, low=0.5, high=9),
        prior("lognormal", median=2, sigma=0.7),
        prior("logitnormal", median=0.02, sigma=1.5),
        prior("logitnormal", median=0.02, sigma=1.5, low=0.001, high=0.4),
        prior("beta", a=2, b=5),
    ):
        assert unknown.quantiles(shares).tolist() == [unknown.quantile(share) for share in shares.tolist()]
