"""Opening the battle, and the next step of an order by the rule of its kind."""

import math

from sim.battle.enums import OrderKind, OrderPhase
from sim.battle.records import NEVER, BattleState
from sim.battle.rules.ambush import step_ambush
from sim.battle.rules.attack import step_attack
from sim.battle.rules.combat_calendar import next_combat_time
from sim.battle.rules.detachment import step_detachment
from sim.battle.rules.event_log import log_front
from sim.battle.rules.fire_support import step_fire_support
from sim.battle.rules.infiltration import step_infiltration
from sim.battle.rules.logistics import step_logistics
from sim.battle.rules.mean_parameters import refresh_mean_parameters
from sim.battle.rules.occupancy import enter_place
from sim.battle.rules.order_conditions import hours_to_departure, hours_to_wait, wait_for_departure
from sim.battle.rules.rates import round_to_tick, start_waiting
from sim.battle.rules.surrender import step_surrender_demand
from sim.battle.rules.transfer import step_transfer
from sim.battle.rules.vehicle_bomb import step_vehicle_bomb
from sim.battle.rules.weather import draw_weather, step_environment
from sim.events.log import NONE, EventKind


def round_half_up(value: float) -> float:
    """The nearest whole number: people, pieces and blocks come whole."""
    return math.floor(value + 0.5)


def open_battle(battle: BattleState) -> None:
    """Set the initial state: front lines, forces, weather, and when each place has its first event."""
    draw_weather(battle)
    refresh_mean_parameters(battle)
    for stock in battle.equipment:
        stock.pieces = round_half_up(stock.pieces)
    for place_stock in battle.place_equipment:
        place_stock.pieces = round_half_up(place_stock.pieces)
    for place in battle.places:
        place.second_side_blocks = round_half_up(place.second_side_blocks)
        place.initial_second_side_blocks = place.second_side_blocks
        log_front(battle, place, NONE, 0.0)
    for force in battle.forces:
        force.strength = round_half_up(force.strength)
        force.initial_strength = force.strength
        force.supplies = force.supply_days
        if force.present == 1:
            enter_place(battle, force, force.entry_place, EventKind.PLACED, NONE, 0.0)
    for place in battle.places:
        start_waiting(battle, place.index, place.contact_stream, 0.0)


def step_order(battle: BattleState, index: int, now: float) -> tuple[float, int, float]:
    """Take the next step of an order; returns the hours until the one after it, how many interrupts wait, and when the
    next event of the fighting is due.

    Hours NEVER: the order waits for an interrupt. Below 0: it is over.
    """
    hours = take_step(battle, index, now)
    return hours, battle.counters[0].n_interrupts, next_combat_time(battle)


def take_step(battle: BattleState, index: int, now: float) -> float:
    """Take the next step of an order; returns the hours until the one after it."""
    hours = dispatch_order(battle, index, now)
    return round_to_tick(hours) if 0.0 <= hours < NEVER else hours


def dispatch_order(battle: BattleState, index: int, now: float) -> float:
    """The same hours, before they are rounded to a tick."""
    order = battle.orders[index]
    if order.phase == OrderPhase.WAITING and order.begins_assault == 1:
        return wait_for_departure(order)
    if order.phase == OrderPhase.BEGINNING and order.tries == 0:
        hours = hours_to_wait(battle, order, now)
        if hours != 0.0:
            return hours
    if order.phase == OrderPhase.MARCHING and order.begins_assault == 1 and order.tries == 0:
        hours = hours_to_departure(battle, order, now)
        if hours > 0.0:
            return hours
    if order.kind == OrderKind.ATTACK or order.kind == OrderKind.RESERVE or order.kind == OrderKind.COMMAND:
        return step_attack(battle, order, now)
    if order.kind == OrderKind.WITHDRAW or order.kind == OrderKind.REINFORCE or order.kind == OrderKind.LEAVE:
        return step_transfer(battle, order, now)
    if order.kind == OrderKind.AIRSTRIKE or order.kind == OrderKind.SHELLING:
        return step_fire_support(battle, order, now)
    if order.kind == OrderKind.VEHICLE_BOMB:
        return step_vehicle_bomb(battle, order, now)
    if order.kind == OrderKind.SURRENDER_DEMAND:
        return step_surrender_demand(battle, order, now)
    if order.kind == OrderKind.DETACH:
        return step_detachment(battle, order, now)
    if order.kind == OrderKind.INFILTRATE:
        return step_infiltration(battle, order, now)
    if order.kind == OrderKind.AMBUSH:
        return step_ambush(battle, order, now)
    if order.kind == OrderKind.ENVIRONMENT:
        return step_environment(battle, now)
    return step_logistics(battle, order, now)
