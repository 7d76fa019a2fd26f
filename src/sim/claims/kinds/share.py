"""A share of a place as a number: ASSUMPTION: sources tell it in steps of five per cent."""

from sim.claims.cells import EACH, Cell
from sim.claims.kinds.base import Kind
from sim.scenario.bounds import Bound

STEPS = 20  # in the whole


def said(bound: Bound) -> Cell:
    """The step that is nearest to the share."""
    step = min(max(round((bound.low + bound.high) / 2 * STEPS), 0), STEPS)
    return Cell(step, float(step))


KIND = Kind("graded", ("share",), ("about", "exactly"), lambda bound: EACH, said)
