"""From one number to another; or fewer; or more."""

import math

from sim.claims.cells import Cell, Partition, cell_at, partition
from sim.claims.kinds.base import COUNTS, Kind
from sim.scenario.bounds import Bound


def among(bound: Bound) -> Partition:
    """Below, between, above."""
    return partition([math.ceil(bound.low), math.floor(bound.high) + 1])


def said(bound: Bound) -> Cell:
    """Between."""
    return cell_at(among(bound), math.ceil(bound.low))


KIND = Kind("counted", COUNTS, ("range",), among, said)
