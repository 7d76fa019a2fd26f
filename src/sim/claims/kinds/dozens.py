"""Dozens: two dozen or more, and fewer than a hundred. Or fewer, or hundreds."""

import math

from sim.claims.cells import Cell, Partition, cell_at, partition
from sim.claims.kinds.base import COUNTS, Kind
from sim.scenario.bounds import Bound


def among(bound: Bound) -> Partition:
    """None, some, dozens, hundreds."""
    return partition([1, math.ceil(bound.low), math.floor(bound.high) + 1])


def said(bound: Bound) -> Cell:
    """Dozens."""
    return cell_at(among(bound), math.ceil(bound.low))


KIND = Kind("counted", COUNTS, ("dozens",), among, said)
