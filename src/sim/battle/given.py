"""Battles whose parameters, and perhaps dice, were drawn elsewhere: replication k plays row k of a table, cyclically.

Everything goes by name, so a changed scenario plays the rows too: what is new in it is drawn as if nothing were given.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.scenario.priors import Distribution


@dataclass(frozen=True, eq=False)
class GivenDice:
    """The dice of each row: its drivers, the salts of its streams, and the seed and number that they are cast by."""

    drivers: tuple[str, ...]
    normals: np.ndarray  # (rows, drivers)
    streams: tuple[str, ...]
    salts: np.ndarray  # (rows, streams), uint64
    seeds: np.ndarray  # (rows,), uint64
    numbers: np.ndarray  # (rows,), uint64

    def rows(self, numbers: Any) -> np.ndarray:
        """The rows that some replications play."""
        return np.atleast_1d(numbers).astype(np.int64) % len(self.seeds)

    def salts_of(self, names: tuple[str, ...], rows: np.ndarray) -> np.ndarray:
        """The salts of streams by name, shape (rows, names); 0 for one that the table does not know."""
        if names == self.streams:
            known: np.ndarray = self.salts[rows]
            return known
        return placed(np.zeros((len(rows), len(names)), dtype=np.uint64), names, self.streams, self.salts[rows])

    def drivers_of(self, names: tuple[str, ...], rows: np.ndarray, drawn: np.ndarray) -> np.ndarray:
        """The drivers by name, shape (rows, names); as drawn for one that the table does not know."""
        return placed(drawn, names, self.drivers, self.normals[rows])


@dataclass(frozen=True, eq=False)
class Given:
    """The parameters of each row, as numbers and as standard normal ones, and the priors that they go by.

    A slot whose prior is another one in the scenario fought takes the number at the same share of that prior.
    """

    priors: Mapping[str, Distribution]  # by slot, in the order of the columns
    values: np.ndarray  # (rows, slots)
    normals: np.ndarray  # (rows, slots)
    dice: GivenDice | None = None  # None: each battle has dice of its own
    digest: str = ""  # of what the rows come from
    says: str = ""  # what they were calibrated on
    worth: float = 0.0  # how many independent draws they are worth

    def column(self, slot: str, prior: Distribution, numbers: Any) -> np.ndarray:
        """A slot in the rows that some replications play."""
        rows = np.atleast_1d(numbers).astype(np.int64) % len(self.values)
        column = tuple(self.priors).index(slot)
        if prior == self.priors[slot]:
            found: np.ndarray = self.values[rows, column]
            return found
        from scipy.special import ndtr  # here, since it takes long to import

        return prior.quantiles(ndtr(self.normals[rows, column]))


def placed(into: np.ndarray, names: tuple[str, ...], known: tuple[str, ...], columns: np.ndarray) -> np.ndarray:
    """Columns put where their names stand among others."""
    at = {name: n for n, name in enumerate(names)}
    both = [(at[name], n) for n, name in enumerate(known) if name in at]
    into[:, [to for to, _ in both]] = columns[:, [n for _, n in both]]
    return into
