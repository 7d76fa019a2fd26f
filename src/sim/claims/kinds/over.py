"""Over a number: whoever knew of more than the next round number would have named that.

ASSUMPTION: the round numbers are 1, 1.5, 2, 3, 4, ... 9 times powers of ten, as far as they are whole: after 20 comes
30, after 35 comes 40, after 100 comes 150. The number that was said is one of the source's own, round or not.
"""

from sim.claims.cells import Cell, Partition, cell_at, partition
from sim.claims.kinds.base import COUNTS, Kind
from sim.scenario.bounds import Bound

LARGEST = 10**9
ROUND = sorted(
    {
        number
        for power in range(10)
        for number in (10**power, *([15 * 10 ** (power - 1)] if power else []), *(n * 10**power for n in range(2, 10)))
        if number <= LARGEST
    }
)


def named(bound: Bound) -> int:
    """The number over which it was."""
    return int(bound.low)


def among(bound: Bound) -> Partition:
    """Cells between neighbouring round numbers, the upper one included."""
    return partition([number + 1 for number in {0, *ROUND, named(bound)}])


def said(bound: Bound) -> Cell:
    """From one more than the number to the next round one."""
    return cell_at(among(bound), named(bound) + 1)


KIND = Kind("counted", COUNTS, ("over",), among, said)
