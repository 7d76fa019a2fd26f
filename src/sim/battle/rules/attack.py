"""Attack, counterattack and reserve: forces muster, march, fight for a place, and hold it or fall back.

An order expects history to go otherwise: its goal may be held already, out of reach, or its forces spent.
"""

import math

from sim.battle.codes import Fallback, Kind, Phase
from sim.battle.rows import NEVER, Battle, Order
from sim.battle.rules.assault import close_assault, open_assault
from sim.battle.rules.command import next_goal
from sim.battle.rules.intent import done, drop, enemy_at, precondition_holds, stay, wait_for_moment
from sim.battle.rules.journal import log_begun, log_ended, log_held, log_redirected, log_supported
from sim.battle.rules.movement import (
    PASSABLE,
    arrive,
    busy,
    depart,
    free_strength,
    initial_strength,
    march_hours,
    reachable,
    refuge,
    release,
    way_km,
)
from sim.battle.rules.presence import enter, leave, share_held, yield_place
from sim.events import NOBODY, Ending, What, Why

SPENT = 0.1  # ASSUMPTION: forces below this share of their first strength no longer attack
EXHAUSTED = 0.2  # ASSUMPTION: an assault whose tempo has fallen to this share is over


def step_attack(battle: Battle, order: Order, now: float) -> float:
    """The next step of an attack; returns the hours until the one after it."""
    if order.phase == Phase.WAITING:
        return NEVER if order.kind == Kind.RESERVE else wait_for_moment(battle, order, now)
    if order.phase == Phase.BEGINNING:
        return begin_attack(battle, order, now)
    if order.phase == Phase.MARCHING:
        return set_out(battle, order, now)
    if order.phase == Phase.ARRIVING:
        return engage(battle, order, now)
    if order.phase == Phase.FIGHTING:
        return fight_on(battle, order, now)
    if order.phase == Phase.CONSOLIDATING:
        if order.kind == Kind.RESERVE and enemy_at(battle, order.goal, order.side) <= 0.0:
            return fall_back(battle, order, now)
        release(battle, order)
        return done(battle, order, now)
    return come_home(battle, order, now)


def begin_attack(battle: Battle, order: Order, now: float) -> float:
    """The moment has come: see whether the order still makes sense, and choose the goal."""
    if order.kind == Kind.COMMAND:
        order.goal = next_goal(battle, order)
        if order.goal == NOBODY:
            return order.every_hours
    elif order.kind != Kind.RESERVE:
        order.goal = order.target
    log_begun(battle, order, now)
    if not precondition_holds(battle, order):
        return drop(battle, order, Why.PRECONDITION, now)
    if free_strength(battle, order) <= SPENT * initial_strength(battle, order):
        why: int = Why.BUSY if busy(battle, order) else Why.SPENT
        if order.if_spent == Fallback.HOLD:
            return stay(battle, order, why, now)
        return drop(battle, order, why, now)
    order.step = 0
    while True:
        why = obstacle(battle, order)
        if why == NOBODY:
            order.phase = Phase.MARCHING
            model = battle.model[0]
            return model.reserve_delay_hours if order.kind == Kind.RESERVE else model.muster_hours
        fallback = order.if_held if why == Why.ALREADY_HELD else order.if_unreachable
        if fallback == Fallback.HOLD:
            return stay(battle, order, why, now)
        if fallback != Fallback.REDIRECT or order.step >= order.steps:
            return drop(battle, order, why, now)
        order.goal = battle.steps[order.first_step + order.step].place
        order.step += 1
        log_redirected(battle, order, why, now)


def obstacle(battle: Battle, order: Order) -> int:
    """Why an order makes no sense with its present goal; NOBODY if it does."""
    if held_already(battle, order):
        return Why.ALREADY_HELD
    if not reachable(battle, order, order.goal):
        return Why.UNREACHABLE
    return NOBODY


def held_already(battle: Battle, order: Order) -> bool:
    """Whether there is nothing to fight for at an order's goal."""
    no_enemy = enemy_at(battle, order.goal, order.side) <= 0.0
    return no_enemy and share_held(battle, order.goal, order.side) >= 1.0


def set_out(battle: Battle, order: Order, now: float) -> float:
    """The forces set out; the way may have closed since, or other work taken them."""
    if not reachable(battle, order, order.goal):
        return drop(battle, order, Why.UNREACHABLE, now)
    order.phase = Phase.ARRIVING
    return depart(battle, order, order.goal, now)


def engage(battle: Battle, order: Order, now: float) -> float:
    """The forces are there: walk in, join the assault under way, or open one."""
    goal = order.goal
    place = battle.places[goal]
    order.ending = NOBODY
    order.recalled = 0
    people = arrive(battle, order, goal, now)
    if people <= 0.0:
        release(battle, order)
        return drop(battle, order, Why.SPENT, now)
    if held_already(battle, order):
        log_held(battle, order, Why.ALREADY_HELD, now)
    elif enemy_at(battle, goal, order.side) <= 0.0:
        yield_place(battle, goal, order.side, order.index, now)
        log_ended(battle, order, Ending.TAKEN, now)
    else:
        order.phase = Phase.FIGHTING
        if place.assault == NOBODY:
            order.attacking = 1
            open_assault(battle, order, now)
            return limit_hours(battle, order)
        order.attacking = 1 if place.attacker == order.side else 0
        log_supported(battle, order, people, now)
        return NEVER
    order.phase = Phase.CONSOLIDATING
    return battle.model[0].consolidate_hours


def limit_hours(battle: Battle, order: Order) -> float:
    """How long an assault lasts at most: by its time limit, or until it is exhausted."""
    return min(time_limit(battle, order), exhaustion(battle))


def time_limit(battle: Battle, order: Order) -> float:
    """The hours that an order gives its assault."""
    return order.within_hours if order.within_hours > 0.0 else battle.model[0].assault_hours


def exhaustion(battle: Battle) -> float:
    """The hours after which the tempo of an assault has fallen to the exhausted share."""
    fatigue = battle.model[0].fatigue_per_hour
    return -math.log(EXHAUSTED) / fatigue if fatigue > 0.0 else NEVER


def fight_on(battle: Battle, order: Order, now: float) -> float:
    """Called up during a fight, or its time is over: see whether it ends, and what follows."""
    place = battle.places[order.goal]
    if order.ending == NOBODY and place.assault == order.index:
        ending = reason_to_end(battle, order, now)
        if ending == NOBODY:
            return max(place.opened + limit_hours(battle, order) - now, 0.0)
        close_assault(battle, order.goal, ending, now)
    elif order.ending == NOBODY and order.recalled == 0:
        return NEVER
    if holds_on(battle, order):
        order.phase = Phase.CONSOLIDATING
        return battle.model[0].consolidate_hours
    return fall_back(battle, order, now)


def reason_to_end(battle: Battle, order: Order, now: float) -> int:
    """Why an order's own assault ends now, other than by its losses; NOBODY if it goes on."""
    model = battle.model[0]
    opened = battle.places[order.goal].opened
    if order.recalled == 1:
        return Ending.RECALLED
    if order.daylight_only == 1 and model.daylight == 0:
        return Ending.DARK
    if order.daylight_only == 1 and model.fog == 1:
        return Ending.FOG
    if now + 1e-6 >= opened + limit_hours(battle, order):
        return Ending.TIME if time_limit(battle, order) <= exhaustion(battle) else Ending.EXHAUSTED
    return NOBODY


def holds_on(battle: Battle, order: Order) -> bool:
    """Whether an order's forces stay where they fought: as victors, as defenders, or in the blocks that they won."""
    if order.recalled == 1:
        return False
    if order.attacking == 0 or order.ending == Ending.TAKEN or order.ending == Ending.DEFENCE_BROKE:
        return True
    some = share_held(battle, order.goal, order.side) > 0.0
    if order.ending == Ending.CALLED_OFF or order.ending == Ending.NOBODY_LEFT:
        return some and order.if_repelled == Fallback.HOLD
    return some


def fall_back(battle: Battle, order: Order, now: float) -> float:
    """The forces go back to where they came from, or to the nearest place that is still theirs; else they stay."""
    longest = 0.0
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        if force.order == order.index and force.place == order.goal:
            home = force.home
            if home == NOBODY or home == order.goal or share_held(battle, home, order.side) < PASSABLE:
                home = refuge(battle, order.side, order.goal)
            if home != NOBODY:
                km = way_km(battle, order.side, order.goal, home)
                if km < NEVER:
                    force.home = home
                    leave(battle, force, order.index, now)
                    longest = max(longest, march_hours(battle, order.side, km))
    order.phase = Phase.RETURNING
    return longest


def come_home(battle: Battle, order: Order, now: float) -> float:
    """The forces are back."""
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        if force.order == order.index and force.place == NOBODY:
            enter(battle, force, force.home, What.ARRIVED, order.index, now)
    release(battle, order)
    return done(battle, order, now)
