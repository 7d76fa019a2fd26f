"""Writing the log, and asking the clock to call an order up."""

from sim.battle.rows import Battle
from sim.events import NOBODY


def record(
    battle: Battle,
    now: float,
    what: int,
    order: int,
    side: int,
    place: int,
    force: int,
    amount: float,
    detail: int,
) -> None:
    """Write one row of the log; beyond the room there is, count it only, so that the caller can give more."""
    tally = battle.tally[0]
    if tally.logged < tally.room:
        entry = battle.log[tally.logged]
        entry.time = now
        entry.what = what
        entry.order = order
        entry.side = side
        entry.place = place
        entry.force = force
        entry.amount = amount
        entry.detail = detail
    tally.logged += 1


def call_up(battle: Battle, order: int) -> None:
    """Ask the clock to let an order take its next step now; a second call of the same order changes nothing."""
    tally = battle.tally[0]
    for i in range(tally.calls):
        if battle.calls[i].order == order:
            return
    battle.calls[tally.calls].order = order
    tally.calls += 1


def next_call(battle: Battle) -> int:
    """The order to be called up next, in the order of asking; NOBODY if there is none."""
    tally = battle.tally[0]
    if tally.calls == 0:
        return NOBODY
    first = battle.calls[0].order
    tally.calls -= 1
    for i in range(tally.calls):
        battle.calls[i].order = battle.calls[i + 1].order
    return first
