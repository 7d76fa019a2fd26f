"""Writing the log, with a function for each form of event, and asking the clock to call an order up."""

from sim.battle.rows import Battle, Force, Order, Place
from sim.events import NOBODY, What


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


def log_force(battle: Battle, what: int, force: Force, people: float, order: int, now: float) -> None:
    """Log that people of a force come, go or are lost: PLACED, JOINED, DEPARTED, ARRIVED, KILLED, WOUNDED, CAPTURED."""
    record(battle, now, what, order, force.side, force.place, force.index, people, NOBODY)


def log_supplied(battle: Battle, force: Force, now: float) -> None:
    """Log that a force is supplied again."""
    record(battle, now, What.SUPPLIED, NOBODY, force.side, force.place, force.index, force.strength, NOBODY)


def log_unsupplied(battle: Battle, force: Force, now: float) -> None:
    """Log that a force has used up its supplies."""
    record(battle, now, What.UNSUPPLIED, NOBODY, force.side, force.place, force.index, force.strength, NOBODY)


def log_seized(battle: Battle, force: Force, kind: int, pieces: float, order: int, now: float) -> None:
    """Log that a force takes equipment of a kind."""
    record(battle, now, What.SEIZED, order, force.side, force.place, force.index, pieces, kind)


def log_line(battle: Battle, place: Place, order: int, now: float) -> None:
    """Log where the line of a place stands."""
    record(battle, now, What.LINE, order, NOBODY, place.index, NOBODY, place.held / place.blocks, NOBODY)


def log_begun(battle: Battle, order: Order, now: float) -> None:
    """Log that an order's moment has come."""
    record(battle, now, What.BEGUN, order.index, order.side, order.target, NOBODY, 0.0, NOBODY)


def log_void(battle: Battle, order: Order, why: int, now: float) -> None:
    """Log that an order is dropped."""
    record(battle, now, What.VOID, order.index, order.side, order.target, NOBODY, 0.0, why)


def log_held(battle: Battle, order: Order, why: int, now: float) -> None:
    """Log that an order finds its work done, or its forces stay where they are."""
    record(battle, now, What.HELD, order.index, order.side, order.goal, NOBODY, 0.0, why)


def log_redirected(battle: Battle, order: Order, why: int, now: float) -> None:
    """Log that an order takes the next place on its axis."""
    record(battle, now, What.REDIRECTED, order.index, order.side, order.goal, NOBODY, 0.0, why)


def log_done(battle: Battle, order: Order, now: float) -> None:
    """Log that an order has run its course."""
    record(battle, now, What.DONE, order.index, order.side, order.goal, NOBODY, 0.0, NOBODY)


def log_assault(battle: Battle, order: Order, people: float, now: float) -> None:
    """Log that an order opens an assault with so many people."""
    record(battle, now, What.ASSAULT, order.index, order.side, order.goal, NOBODY, people, NOBODY)


def log_supported(battle: Battle, order: Order, people: float, now: float) -> None:
    """Log that an order joins an assault that is under way."""
    record(battle, now, What.SUPPORTED, order.index, order.side, order.goal, NOBODY, people, NOBODY)


def log_ended(battle: Battle, order: Order, ending: int, now: float) -> None:
    """Log that an order's assault ends."""
    record(battle, now, What.ENDED, order.index, order.side, order.goal, NOBODY, 0.0, ending)


def log_alarm(battle: Battle, order: Order, now: float) -> None:
    """Log that a reserve is called."""
    record(battle, now, What.ALARM, order.index, order.side, order.goal, NOBODY, 0.0, NOBODY)


def log_sortie(battle: Battle, order: Order, killed: float, now: float) -> None:
    """Log an air strike or fire mission."""
    record(battle, now, What.SORTIE, order.index, order.side, order.goal, NOBODY, killed, NOBODY)


def log_bomb(battle: Battle, order: Order, outcome: int, killed: float, now: float) -> None:
    """Log a vehicle bomb."""
    record(battle, now, What.BOMB, order.index, order.side, order.target, NOBODY, killed, outcome)


def log_ambush(battle: Battle, order: Order, killed: float, now: float) -> None:
    """Log an ambush."""
    record(battle, now, What.AMBUSH, order.index, order.side, order.target, NOBODY, killed, NOBODY)


def log_sky(battle: Battle, what: int, begins: int, now: float) -> None:
    """Log that daylight, fog or rain begins (1) or ends (0): LIGHT, FOG, RAIN."""
    record(battle, now, what, NOBODY, NOBODY, NOBODY, NOBODY, 0.0, begins)


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
