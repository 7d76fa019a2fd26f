"""How sources report, drawn from its priors: one factor per source and side for a whole battle."""

from collections.abc import Sequence

import numpy as np

from sim import dice
from sim.claims.negative_binomial import quantiles
from sim.claims.terms.counted import LEAST_MEAN, Counted
from sim.claims.testimony import Testimony
from sim.scenario.model import Scenario


def drawn(scenario: Scenario, slots: Sequence[str], seed: int, replications: Sequence[int] | np.ndarray) -> np.ndarray:
    """Priors by name for each replication, shape (n, slots), each by the dice of its name, as a battle draws its."""
    keys = dice.keys([f"prior:{slot}" for slot in slots])
    nothing = np.zeros(len(keys), dtype=np.uint64)
    shares = dice.shares(dice.words(keys, seed, np.asarray(replications), nothing, 1)[..., 0])
    columns = [scenario.priors[slot].quantiles(shares[:, number]) for number, slot in enumerate(slots)]
    return np.stack(columns, axis=1) if columns else np.empty((len(shares), 0))


def as_told(record: Testimony, reports: np.ndarray) -> np.ndarray:
    """The same for values that are no truths but what was told before: no factor any more, and nothing astray."""
    plain = reports.copy()
    for term in record.terms:
        if isinstance(term, Counted):
            plain[:, term.bias] = 1.0
            plain[:, term.stray] = 0.0
    return plain


def so_far(scenario: Scenario, source: str, side: str, dead: np.ndarray, seed: int) -> np.ndarray | None:
    """The totals of a side's dead that a source would tell after each day, shape (n, days) like the dead so far.

    None if the scenario does not say how it counts them.
    """
    reporter = None if scenario.reports is None else scenario.reports.sources.get(source)
    counting = None if reporter is None else reporter.sides.get(side)
    if scenario.reports is None or counting is None:
        return None
    numbers = np.arange(len(dead))
    slots = drawn(scenario, [counting.bias, counting.size, scenario.reports.stray], seed, numbers)
    keys = dice.keys([f"report:{source}:{side}:so_far"])
    luck = dice.shares(dice.words(keys, seed, numbers, np.zeros(1, dtype=np.uint64), 1)[:, 0])
    means = np.maximum(slots[:, [0]] * dead + slots[:, [2]], LEAST_MEAN)
    sizes = np.broadcast_to(slots[:, [1]], means.shape)
    return quantiles(np.broadcast_to(luck, means.shape), means, sizes)
