"""A number: each number could have been said."""

from sim.claims.cells import EACH, Cell
from sim.claims.kinds.base import COUNTS, Kind
from sim.scenario.bounds import Bound


def said(bound: Bound) -> Cell:
    """The number; a count that is not whole is told as the nearest that is."""
    return Cell(round(bound.low), float(round(bound.low)))


KIND = Kind("counted", COUNTS, ("exactly",), lambda bound: EACH, said)
