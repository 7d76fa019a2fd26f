"""What the rules write: the log, how much of it there is, and whom they ask the clock to call."""

from dataclasses import dataclass

from sim.events import NOBODY


@dataclass(slots=True)
class Entry:
    """A row of the log: `events.ROW`."""

    time: float = 0.0
    what: int = 0
    order: int = NOBODY
    side: int = NOBODY
    place: int = NOBODY
    force: int = NOBODY
    amount: float = 0.0
    detail: int = NOBODY


@dataclass(slots=True)
class Tally:
    """How much of the log is written, how much there is room for, and how many orders wait to be called."""

    logged: int = 0
    room: int = 0
    calls: int = 0
    kinds: int = 0  # of equipment


@dataclass(slots=True)
class Call:
    """An order to be called up now, before its time."""

    order: int = 0
