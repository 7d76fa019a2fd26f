"""What orders of every kind share: their moment, their precondition, being dropped, being done."""

from sim.battle.codes import Driver, Kind, Phase
from sim.battle.rows import NEVER, Battle, Order
from sim.battle.rules.chance import share_below
from sim.battle.rules.journal import call_up, log_done, log_held, log_void
from sim.battle.rules.presence import share_held
from sim.events import NOBODY

DONE = -1.0  # instead of a delay: the order takes no further step
PATIENCE = 12  # ASSUMPTION: h that an order waits for fog to lift, an enemy to show, or its forces to be free


def wait_for_moment(battle: Battle, order: Order, now: float) -> float:
    """The hours until an order's moment, which is drawn evenly from its window."""
    share = share_below(battle.drivers[order.drivers + Driver.MOMENT])
    order.phase = Phase.BEGINNING
    return max(order.earliest + (order.latest - order.earliest) * share - now, 0.0)


def reconsider(battle: Battle, index: int) -> None:
    """An order whose moment is another now looks at it anew, unless it has come; the sky looks at once."""
    order = battle.orders[index]
    if order.kind == Kind.SKY:
        call_up(battle, index)
    elif order.phase == Phase.BEGINNING and order.tries == 0 and order.kind != Kind.ROUND:
        order.phase = Phase.WAITING
        call_up(battle, index)


def precondition_holds(battle: Battle, order: Order) -> bool:
    """Whether the place that an order depends on is held as it must be."""
    if order.required_place == NOBODY:
        return True
    return share_held(battle, order.required_place, order.required_side) >= order.required_share


def drop(battle: Battle, order: Order, why: int, now: float) -> float:
    """An order no longer makes sense in this battle: log it, with the reason."""
    log_void(battle, order, why, now)
    return finish(battle, order)


def stay(battle: Battle, order: Order, why: int, now: float) -> float:
    """An order's forces hold where they are instead."""
    log_held(battle, order, why, now)
    return finish(battle, order)


def done(battle: Battle, order: Order, now: float) -> float:
    """An order has run its course."""
    log_done(battle, order, now)
    return finish(battle, order)


def finish(battle: Battle, order: Order) -> float:
    """No further step; but a reserve is ready to be called again, and what recurs waits for its next time."""
    if order.kind == Kind.RESERVE or order.every_hours > 0.0:
        order.phase = Phase.WAITING
        order.goal = NOBODY
        order.tries = 0
        order.fired = 0.0
        return NEVER if order.kind == Kind.RESERVE else order.every_hours
    order.phase = Phase.OVER
    return DONE


def enemy_at(battle: Battle, p: int, side: int) -> float:
    """The enemy's people at a place."""
    return battle.fronts[2 * p + 1 - side].strength
