"""An assault begins and ends: its drawn intensity and break points, the rout of a garrison, prisoners and booty."""

import math

from sim.battle.codes import Driver, Kind, Phase, Stop
from sim.battle.rows import Battle, Force, Order
from sim.battle.rules.chance import binomial
from sim.battle.rules.journal import call_up, log_alarm, log_assault, log_ended, log_force, log_seized
from sim.battle.rules.movement import far_refuge, refuge
from sim.battle.rules.presence import enter, leave, recount, settle_line, yield_place
from sim.battle.rules.rates import restart_clock
from sim.events import NOBODY, Ending, What

MOST_LOST = 0.95  # a drawn break point is cut here: beyond it there is hardly anybody left to break


def open_assault(battle: Battle, order: Order, now: float) -> None:
    """An order opens an assault on its goal, with an intensity and break points of its own."""
    place = battle.places[order.goal]
    model = battle.model[0]
    sigma = model.intensity_sigma
    place.assault = order.index
    place.attacker = order.side
    place.opened = now
    place.intensity = math.exp(sigma * driver(battle, order, Driver.INTENSITY) - 0.5 * sigma * sigma)
    own, enemy = battle.sides[order.side], battle.sides[1 - order.side]
    attack = battle.fronts[2 * order.goal + order.side]
    defence = battle.fronts[2 * order.goal + 1 - order.side]
    attack.breaks_at = break_point(
        own.break_attack_median, own.break_attack_sigma, driver(battle, order, Driver.BREAK_ATTACK)
    )
    defence.breaks_at = break_point(
        enemy.break_defend_median, enemy.break_defend_sigma, driver(battle, order, Driver.BREAK_DEFEND)
    )
    for side in range(2):
        front = battle.fronts[2 * order.goal + side]
        front.start = front.strength
        front.lost = 0.0
        front.alarmed = 0
    log_assault(battle, order, attack.strength, now)
    restart_clock(battle, order.goal, order.stream, now)


def driver(battle: Battle, order: Order, which: int) -> float:
    """One of an order's drivers: a standard normal number."""
    return battle.drivers[order.drivers + which]


def break_point(median: float, sigma: float, normal: float) -> float:
    """The fraction lost at which a side breaks in this assault, lognormal."""
    return min(median * math.exp(sigma * normal), MOST_LOST)


def settle(battle: Battle, p: int, now: float) -> int:
    """See to a place where the fighting stands still, and let it go on; returns how many orders are to be called."""
    place = battle.places[p]
    stop = place.stop
    place.stop = Stop.NONE
    if stop == Stop.ALARM:
        battle.fronts[2 * p + 1 - place.attacker].alarmed = 1
        call_reserve(battle, p, 1 - place.attacker, now)
        restart_clock(battle, p, place.stream, now)
    elif stop == Stop.EMPTIED:
        recount(battle, p, now)
        settle_line(battle, p, NOBODY, now)
        restart_clock(battle, p, place.contact_stream, now)
    elif stop == Stop.TAKEN:
        close_assault(battle, p, Ending.TAKEN, now)
    elif stop == Stop.DEFENCE_BROKE:
        close_assault(battle, p, Ending.DEFENCE_BROKE, now)
    elif battle.fronts[2 * p + place.attacker].strength <= 0.0:
        close_assault(battle, p, Ending.NOBODY_LEFT, now)
    else:
        close_assault(battle, p, Ending.CALLED_OFF, now)
    return battle.tally[0].calls


def close_assault(battle: Battle, p: int, ending: int, now: float) -> None:
    """An assault ends; what that means for both sides, and every order that took part is called up."""
    place = battle.places[p]
    order = battle.orders[place.assault]
    attacker = place.attacker
    log_ended(battle, order, ending, now)
    place.assault = NOBODY
    place.attacker = NOBODY
    recount(battle, p, now)
    if ending == Ending.TAKEN or ending == Ending.DEFENCE_BROKE:
        rout(battle, p, 1 - attacker, order, now)
        yield_place(battle, p, attacker, order.index, now)
    elif ending == Ending.CALLED_OFF or ending == Ending.NOBODY_LEFT:
        seize(battle, p, 1 - attacker, order, now)
    settle_line(battle, p, order.index, now)
    for other in battle.orders:
        if other.goal == p and other.phase == Phase.FIGHTING:
            other.ending = ending
            call_up(battle, other.index)
    restart_clock(battle, p, place.contact_stream, now)


def rout(battle: Battle, p: int, side: int, order: Order, now: float) -> None:
    """A side gives way: some are taken, with equipment; the rest is counted at its refuge at once.

    The hours of the retreat are not modelled. From a place that is cut off more are taken, and the rest slips
    through to the nearest place that is still theirs; if none is, everybody surrenders.
    """
    seize(battle, p, 1 - side, order, now)
    share = battle.model[0].prisoners_share
    goal = refuge(battle, side, p)
    if goal == NOBODY:
        share = battle.model[0].cut_off_prisoners_share
        goal = far_refuge(battle, side, p)
    for force in battle.forces:
        if force.place == p and force.side == side:
            if goal == NOBODY:
                capture(battle, force, force.strength, order, now)
            else:
                taken = binomial(battle.streams[order.stream], force.strength, share)
                capture(battle, force, taken, order, now)
                leave(battle, force, order.index, now)
                enter(battle, force, goal, What.ARRIVED, order.index, now)
    recount(battle, p, now)


def capture(battle: Battle, force: Force, people: float, order: Order, now: float) -> None:
    """So many people of a force are taken prisoner."""
    if people > 0.0:
        force.strength -= people
        force.captured += people
        log_force(battle, What.CAPTURED, force, people, order.index, now)


def seize(battle: Battle, p: int, victor: int, order: Order, now: float) -> None:
    """The side that prevails at a place takes some of the other side's equipment there."""
    owner = someone(battle, p, victor)
    if owner == NOBODY:
        return
    kinds = battle.tally[0].kinds
    for force in battle.forces:
        if force.place == p and force.side != victor:
            for kind in range(kinds):
                gear = battle.gear[force.index * kinds + kind]
                taken = binomial(battle.streams[order.stream], gear.pieces, battle.model[0].seized_share)
                if taken > 0.0:
                    gear.pieces -= taken
                    battle.gear[owner * kinds + kind].seized += taken
                    log_seized(battle, battle.forces[owner], kind, taken, order.index, now)


def someone(battle: Battle, p: int, side: int) -> int:
    """A force of a side that stands at a place with people in it; NOBODY if there is none."""
    for force in battle.forces:
        if force.place == p and force.side == side and force.strength > 0.0:
            return force.index
    return NOBODY


def call_reserve(battle: Battle, p: int, side: int, now: float) -> None:
    """Call the first reserve of a side that covers the place and is free."""
    for order in battle.orders:
        if order.side == side and now >= order.earliest and order.kind == Kind.RESERVE and order.phase == Phase.WAITING:
            for i in range(order.first_step, order.first_step + order.steps):
                if battle.steps[i].place == p and now < order.latest:
                    order.goal = p
                    order.phase = Phase.BEGINNING
                    log_alarm(battle, order, now)
                    call_up(battle, order.index)
                    return
