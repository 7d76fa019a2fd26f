"""A stage on which every replication is a row of a design: with parameters set for it, and dice of a chosen number."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from sim.battle.fight import Luck, Stage


@dataclass(frozen=True, eq=False)
class Designed(Stage):
    """Replication k is row k of a design: slots set to `levels`, the other priors drawn by `priors_by[k]`, the dice
    cast by `dice_by[k]`. Rows with equal numbers share their luck. Only the parameter vector changes from row to row,
    so nothing is checked again.
    """

    levels: Mapping[str, np.ndarray] = field(default_factory=dict)
    priors_by: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    dice_by: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))

    def cast(self, replications: Any) -> Any:
        return self.dice_by[replications]

    def vector(self, seed: int, replication: int, luck: Luck) -> dict[str, float]:
        drawn = super().vector(seed, int(self.priors_by[replication]), luck)
        return drawn | {slot: float(column[replication]) for slot, column in self.levels.items()}

    def vectors(self, seed: int, replications: np.ndarray) -> np.ndarray:
        drawn = super().vectors(seed, self.priors_by[replications])
        for slot, column in self.levels.items():
            drawn[:, self.slots.index(slot)] = column[replications]
        return drawn


def designed(stage: Stage, levels: Mapping[str, np.ndarray], priors_by: np.ndarray, dice_by: np.ndarray) -> Designed:
    """A stage with a row of a design for each replication; raise KeyError for a slot that does not exist."""
    if unknown := set(levels) - set(stage.slots):
        raise KeyError(f"no such prior: {', '.join(sorted(unknown))}")
    same = {each.name: getattr(stage, each.name) for each in fields(Stage)}
    by, cast = (np.asarray(each, dtype=np.uint64) for each in (priors_by, dice_by))
    return Designed(**same, levels=dict(levels), priors_by=by, dice_by=cast)
