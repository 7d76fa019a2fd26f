"""What the record says of its sources: how much each tells for one that there was, and how they compare."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from sim.calibration.posterior import Posterior
from sim.scenario.model import Scenario

ENDS = (0.5, 0.05, 0.95)
Three = tuple[float, float, float]  # median, 5 and 95 per cent


@dataclass(frozen=True)
class Factor:
    """What a source tells of a side for one that there was: before and after the record was heard.

    `reference` are the keys of what the prior was taken from.
    """

    source: str
    side: str
    before: Three
    after: Three
    reason: str
    reference: tuple[str, ...]


@dataclass(frozen=True)
class Ratio:
    """How many times as much one source tells of a side as another: what the record can tell."""

    first: str
    second: str
    side: str
    before: Three
    after: Three


def factors(scenario: Scenario, posterior: Posterior) -> list[Factor]:
    """Every factor that the posterior has."""
    return [
        Factor(source, side, three(before), three(after), scenario.priors[slot].reason, scenario.priors[slot].reference)
        for (source, side, slot), (before, after) in known(scenario, posterior).items()
    ]


def ratios(scenario: Scenario, posterior: Posterior) -> list[Ratio]:
    """Every pair of sources that tell of one side."""
    pairs = combinations(known(scenario, posterior).items(), 2)
    return [
        Ratio(one[0], other[0], one[1], three(before[0] / before[1]), three(after[0] / after[1]))
        for (one, first), (other, second) in pairs
        if one[1] == other[1]
        for before, after in [((first[0], second[0]), (first[1], second[1]))]
    ]


def known(scenario: Scenario, posterior: Posterior) -> dict[tuple[str, str, str], tuple[np.ndarray, np.ndarray]]:
    """Draws of each factor, by source, side and slot, from the prior and from the posterior."""
    found = {}
    reports = scenario.reports
    for source, reporter in {} if reports is None else reports.sources.items():
        for side, counting in reporter.sides.items():
            if counting.bias in posterior.slots:
                column = posterior.slots.index(counting.bias)
                found[source, side, counting.bias] = posterior.before[:, column], posterior.values[:, column]
    return found


def three(values: np.ndarray) -> Three:
    """Median and the middle 90 per cent."""
    middle, low, high = np.quantile(values, ENDS).tolist()
    return middle, low, high
