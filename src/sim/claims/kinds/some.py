"""Some, without a number; or none."""

from sim.claims.cells import Cell, Partition, cell_at, partition
from sim.claims.kinds.base import Kind
from sim.scenario.bounds import Bound


def among(bound: Bound) -> Partition:
    """None, and one or more."""
    return partition([1])


def said(bound: Bound) -> Cell:
    """One or more."""
    return cell_at(among(bound), 1)


KIND = Kind("counted", ("people", "pieces", "sorties"), ("some", "happened"), among, said)
