"""Each claim beside the distribution of what was simulated: median, intervals, the chance that its bound holds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.claims.distribution import Distribution
from sim.claims.intervals import wilson
from sim.history import History
from sim.measures.base import Observable
from sim.scenario.model import Scenario, Sentence
from sim.scenario.record import Claim


@dataclass(frozen=True)
class Comparison:
    """A claim and what came out: quantiles over replications, and how often its bound holds, with a 95% interval."""

    id: str
    claim: Claim
    unit: str
    median: float
    half: tuple[float, float]  # middle 50 per cent
    most: tuple[float, float]  # middle 90 per cent
    chance: float
    chance_interval: tuple[float, float]


def observed_claims(scenario: Scenario, ends: float) -> dict[str, Claim]:
    """The claims that can be observed in a battle that ends after so many hours."""
    return {
        id: claim
        for id, claim in scenario.claims.items()
        if claim.observable is not None and scenario.hours(claim.observable.until) <= ends
    }


def observed_sentences(scenario: Scenario, ends: float) -> dict[int, Sentence]:
    """The sentences of the answer, by their number from 1, that can be said of a battle of so many hours."""
    return {
        number: sentence
        for number, sentence in enumerate(scenario.sentences, start=1)
        if scenario.hours(sentence.observable.until) <= ends
    }


def observe(claims: dict[str, Claim], history: History) -> np.ndarray:
    """What each of the claims is about, as one run had it: shape (claims,)."""
    return np.array([about(claim).observe(history) for claim in claims.values()], dtype=np.float64)


def about(claim: Claim) -> Observable:
    """What an observable claim is about."""
    observable: Observable | None = claim.observable
    assert observable is not None
    return observable


def compare(claims: dict[str, Claim], simulated: Sequence[Distribution]) -> list[Comparison]:
    """Hold what was simulated, a distribution for each claim, against the claims."""
    return [compare_one(id, claim, values) for (id, claim), values in zip(claims.items(), simulated, strict=True)]


def compare_one(id: str, claim: Claim, values: Distribution) -> Comparison:
    """Hold the simulated values of one claim against it."""
    assert claim.value is not None
    low90, low50, median, high50, high90 = values.quantiles([0.05, 0.25, 0.5, 0.75, 0.95])
    held = values.between(claim.value.low, claim.value.high)
    return Comparison(
        id=id,
        claim=claim,
        unit=about(claim).unit,
        median=median,
        half=(low50, high50),
        most=(low90, high90),
        chance=held / values.size,
        chance_interval=wilson(held, values.size),
    )
