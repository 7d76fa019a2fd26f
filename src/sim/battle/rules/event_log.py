"""Writing the event log, with a function for each kind of event, and requesting interrupts of orders."""

from sim.battle.records import BattleState, ForceState, OrderState, PlaceState
from sim.events.log import NONE, EventKind


def log_event(
    battle: BattleState,
    now: float,
    event: int,
    order: int,
    side: int,
    place: int,
    force: int,
    value: float,
    code: int,
) -> None:
    """Write one row of the log; beyond its capacity, count it only, so that the caller can give more."""
    counters = battle.counters[0]
    if counters.n_logged < counters.log_capacity:
        entry = battle.log[counters.n_logged]
        entry.time = now
        entry.event = event
        entry.order = order
        entry.side = side
        entry.place = place
        entry.force = force
        entry.value = value
        entry.code = code
    counters.n_logged += 1


def log_force(battle: BattleState, event: int, force: ForceState, people: float, order: int, now: float) -> None:
    """Log that people of a force come, go, change force or are lost: a kind of `ARRIVAL_KINDS` or `DEPARTURE_KINDS`."""
    log_event(battle, now, event, order, force.side, force.place, force.index, people, NONE)


def log_supplied(battle: BattleState, force: ForceState, now: float) -> None:
    """Log that a force is supplied again."""
    log_event(battle, now, EventKind.SUPPLIED, NONE, force.side, force.place, force.index, force.strength, NONE)


def log_unsupplied(battle: BattleState, force: ForceState, now: float) -> None:
    """Log that a force has used up its supplies."""
    log_event(battle, now, EventKind.UNSUPPLIED, NONE, force.side, force.place, force.index, force.strength, NONE)


def log_capture_of_equipment(
    battle: BattleState, force: ForceState, kind: int, pieces: float, order: int, now: float
) -> None:
    """Log that a force takes equipment of a kind."""
    log_event(battle, now, EventKind.SEIZED, order, force.side, force.place, force.index, pieces, kind)


def log_place_equipment(
    battle: BattleState, event: int, side: int, place: PlaceState, kind: int, pieces: float, order: int, now: float
) -> None:
    """Log that equipment of a place is taken (SEIZED) or DESTROYED."""
    log_event(battle, now, event, order, side, place.index, NONE, pieces, kind)


def log_aircraft_lost(battle: BattleState, order: OrderState, now: float) -> None:
    """Log that a sortie of an order is shot down."""
    log_event(battle, now, EventKind.LOST, order.index, order.side, order.goal, NONE, 1.0, NONE)


def log_front(battle: BattleState, place: PlaceState, order: int, now: float) -> None:
    """Log where the front line of a place stands."""
    log_event(
        battle,
        now,
        EventKind.FRONT_MOVED,
        order,
        NONE,
        place.index,
        NONE,
        place.second_side_blocks / place.blocks,
        NONE,
    )


def log_started(battle: BattleState, order: OrderState, now: float) -> None:
    """Log that an order's moment has come."""
    log_event(battle, now, EventKind.ORDER_STARTED, order.index, order.side, order.target, NONE, 0.0, NONE)


def log_cancelled(battle: BattleState, order: OrderState, reason: int, now: float) -> None:
    """Log that an order is dropped."""
    log_event(battle, now, EventKind.ORDER_CANCELLED, order.index, order.side, order.target, NONE, 0.0, reason)


def log_moot(battle: BattleState, order: OrderState, reason: int, now: float) -> None:
    """Log that an order finds its work done, or its forces stay where they are."""
    log_event(battle, now, EventKind.ORDER_MOOT, order.index, order.side, order.goal, NONE, 0.0, reason)


def log_redirected(battle: BattleState, order: OrderState, reason: int, now: float) -> None:
    """Log that an order takes the next place on its axis."""
    log_event(battle, now, EventKind.REDIRECTED, order.index, order.side, order.goal, NONE, 0.0, reason)


def log_completed(battle: BattleState, order: OrderState, now: float) -> None:
    """Log that an order has run its course."""
    log_event(battle, now, EventKind.DONE, order.index, order.side, order.goal, NONE, 0.0, NONE)


def log_assault(battle: BattleState, order: OrderState, people: float, now: float) -> None:
    """Log that an order opens an assault with so many people."""
    log_event(battle, now, EventKind.ASSAULT, order.index, order.side, order.goal, NONE, people, NONE)


def log_supported(battle: BattleState, order: OrderState, people: float, now: float) -> None:
    """Log that an order joins an assault that is under way."""
    log_event(battle, now, EventKind.SUPPORTED, order.index, order.side, order.goal, NONE, people, NONE)


def log_ended(battle: BattleState, order: OrderState, ending: int, now: float) -> None:
    """Log that an order's assault ends."""
    log_event(battle, now, EventKind.ENDED, order.index, order.side, order.goal, NONE, 0.0, ending)


def log_alarm(battle: BattleState, order: OrderState, now: float) -> None:
    """Log that a reserve is called."""
    log_event(battle, now, EventKind.ALARM, order.index, order.side, order.goal, NONE, 0.0, NONE)


def log_sortie(battle: BattleState, order: OrderState, killed: float, now: float) -> None:
    """Log an air strike or fire mission."""
    log_event(battle, now, EventKind.SORTIE, order.index, order.side, order.goal, NONE, killed, NONE)


def log_bomb(battle: BattleState, order: OrderState, outcome: int, killed: float, now: float) -> None:
    """Log a vehicle bomb."""
    log_event(battle, now, EventKind.BOMB, order.index, order.side, order.target, NONE, killed, outcome)


def log_demand(battle: BattleState, order: OrderState, is_accepted: int, now: float) -> None:
    """Log a demand to surrender, and the answer."""
    log_event(battle, now, EventKind.DEMAND, order.index, order.side, order.target, NONE, 0.0, is_accepted)


def log_infiltration(battle: BattleState, order: OrderState, is_unseen: int, now: float) -> None:
    """Log that forces of an order have slipped into a place, and whether nobody has found them."""
    log_event(battle, now, EventKind.INFILTRATED, order.index, order.side, order.goal, NONE, 0.0, is_unseen)


def log_ambush(battle: BattleState, order: OrderState, killed: float, now: float) -> None:
    """Log an ambush."""
    log_event(battle, now, EventKind.AMBUSH, order.index, order.side, order.target, NONE, killed, NONE)


def log_sky(battle: BattleState, event: int, begins: int, now: float) -> None:
    """Log that daylight, fog or rain begins (1) or ends (0): LIGHT, FOG, RAIN."""
    log_event(battle, now, event, NONE, NONE, NONE, NONE, 0.0, begins)


def request_interrupt(battle: BattleState, order: int) -> None:
    """Ask the scheduler to let an order take its next step now; a second request for the same order changes nothing."""
    counters = battle.counters[0]
    for i in range(counters.n_interrupts):
        if battle.interrupts[i].order == order:
            return
    battle.interrupts[counters.n_interrupts].order = order
    counters.n_interrupts += 1


def pop_interrupt(battle: BattleState) -> int:
    """The order to be interrupted next, in the order of the requests; NONE if there is none."""
    counters = battle.counters[0]
    if counters.n_interrupts == 0:
        return NONE
    first = battle.interrupts[0].order
    counters.n_interrupts -= 1
    for i in range(counters.n_interrupts):
        battle.interrupts[i].order = battle.interrupts[i + 1].order
    return first
