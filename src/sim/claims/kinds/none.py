"""None; or some."""

from sim.claims.cells import Cell, Partition, cell_at, partition
from sim.claims.kinds.base import Kind
from sim.scenario.bounds import Bound


def among(bound: Bound) -> Partition:
    """None, and one or more."""
    return partition([1])


def said(bound: Bound) -> Cell:
    """None."""
    return cell_at(among(bound), 0)


KIND = Kind("counted", ("people", "pieces", "sorties"), ("none", "did not happen"), among, said)
