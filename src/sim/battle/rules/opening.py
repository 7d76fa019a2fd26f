"""The battle as it stands before the first order: who is where, who holds what, the weather to come."""

import math

from sim.battle.rows import Battle
from sim.battle.rules.journal import log_line
from sim.battle.rules.presence import enter
from sim.battle.rules.rates import restart_clock
from sim.battle.rules.sky import draw_weather
from sim.events import NOBODY, What


def whole(number: float) -> float:
    """People, pieces and blocks come whole."""
    return math.floor(number + 0.5)


def open_battle(battle: Battle) -> None:
    """Set the stage: lines, forces, weather, and the clocks of every place."""
    draw_weather(battle)
    for gear in battle.gear:
        gear.pieces = whole(gear.pieces)
    for place in battle.places:
        place.held = whole(place.held)
        place.held_first = place.held
        log_line(battle, place, NOBODY, 0.0)
    for force in battle.forces:
        force.strength = whole(force.strength)
        force.initial = force.strength
        force.supplies = battle.model[0].supply_days
        if force.present == 1:
            enter(battle, force, force.entry, What.PLACED, NOBODY, 0.0)
    for place in battle.places:
        restart_clock(battle, place.index, place.contact_stream, 0.0)
