"""How many of the named orders ended in a given way."""

from typing import ClassVar, Literal

from sim.events import Ending, Outcome, What
from sim.history import Names
from sim.measures.base import Observable, Sort, indices
from sim.schema import OrderId
from sim.tally import Reading, Tally

KINDS: dict[str, tuple[What, tuple[int, ...]]] = {
    "on_target": (What.BOMB, (Outcome.ON_TARGET,)),
    "short": (What.BOMB, (Outcome.SHORT,)),
    "stopped": (What.BOMB, (Outcome.STOPPED,)),
    "not_on_target": (What.BOMB, (Outcome.SHORT, Outcome.STOPPED)),
    "taken": (What.ENDED, (Ending.TAKEN, Ending.DEFENCE_BROKE)),
    "thrown_back": (What.ENDED, (Ending.CALLED_OFF, Ending.NOBODY_LEFT, Ending.EXHAUSTED, Ending.TIME)),
    "launched": (What.ASSAULT, ()),
    "sprung": (What.AMBUSH, ()),
    "void": (What.VOID, ()),
}


class Measure(Observable):
    """How many of the orders ended in the given way between `since` and `until`."""

    unit: ClassVar[str] = "orders"
    sort: ClassVar[Sort] = "events"

    measure: Literal["outcome"]
    orders: tuple[OrderId, ...]
    outcome: Literal[
        "on_target", "short", "stopped", "not_on_target", "taken", "thrown_back", "launched", "sprung", "void"
    ]

    def tally(self, names: Names) -> Tally:
        what, details = KINDS[self.outcome]
        return Tally(
            Reading.ORDERS,
            {what: 1.0},
            *self.hours(names),
            orders=indices(names.orders, self.orders),
            details=details,
        )
