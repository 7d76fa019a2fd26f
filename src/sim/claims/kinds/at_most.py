"""At most, or under, a number; or more."""

import math

from sim.claims.cells import Cell, Partition, cell_at, partition
from sim.claims.kinds.base import COUNTS, Kind
from sim.scenario.bounds import Bound


def among(bound: Bound) -> Partition:
    """Up to the number, and above it."""
    return partition([math.floor(bound.high) + 1])


def said(bound: Bound) -> Cell:
    """Up to the number."""
    return cell_at(among(bound), 0)


KIND = Kind("counted", COUNTS, ("at most", "under"), among, said)
