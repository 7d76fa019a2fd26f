"""At least a number, or fewer."""

import math

from sim.claims.cells import Cell, Partition, cell_at, partition
from sim.claims.kinds.base import COUNTS, Kind
from sim.scenario.bounds import Bound


def among(bound: Bound) -> Partition:
    """Below the number, and from it on."""
    return partition([math.ceil(bound.low)])


def said(bound: Bound) -> Cell:
    """From the number on."""
    return cell_at(among(bound), math.ceil(bound.low))


KIND = Kind("counted", COUNTS, ("at least",), among, said)
