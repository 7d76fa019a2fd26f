"""How sources report, drawn from its priors: one factor per source and side for a whole battle."""

from collections.abc import Sequence

import numpy as np

from sim import dice
from sim.scenario.model import Scenario


def drawn(scenario: Scenario, slots: Sequence[str], seed: int, replications: Sequence[int] | np.ndarray) -> np.ndarray:
    """The priors of reporting by name for each replication, shape (n, slots); each by the dice of its own name."""
    keys = dice.keys([f"prior:{slot}" for slot in slots])
    nothing = np.zeros(len(keys), dtype=np.uint64)
    shares = dice.shares(dice.words(keys, seed, np.asarray(replications), nothing, 1)[..., 0])
    columns = [scenario.priors[slot].quantiles(shares[:, number]) for number, slot in enumerate(slots)]
    return np.stack(columns, axis=1) if columns else np.empty((len(shares), 0))
