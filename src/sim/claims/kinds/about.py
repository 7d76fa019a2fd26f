"""About a number: cells of equal ratio, so that about 700 is as vague as about 70."""

import math

from sim.claims.cells import Cell, Partition, cell_at, partition
from sim.claims.kinds.base import COUNTS, Kind
from sim.scenario.bounds import Bound

LARGEST = 1e9


def among(bound: Bound) -> Partition:
    """The bound's own cell, and others of its ratio below and above it as far as whole numbers go."""
    first, after = math.ceil(bound.low), math.floor(bound.high) + 1
    starts = [first, after]
    if bound.low > 0.0:
        ratio = bound.high / bound.low
        lower, upper = bound.low / ratio, bound.high * ratio
        while lower > 0.5:
            starts.append(math.ceil(lower))
            lower /= ratio
        while upper < LARGEST:
            starts.append(math.floor(upper) + 1)
            upper *= ratio
    return partition(starts)


def said(bound: Bound) -> Cell:
    """The bound's own cell."""
    return cell_at(among(bound), math.ceil(bound.low))


KIND = Kind("counted", COUNTS, ("about",), among, said)
