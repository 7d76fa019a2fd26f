"""A place that nobody can get to, or not in time."""

import math
from collections.abc import Iterator
from typing import Any

from sim.scenario import limits
from sim.scenario.consistency import connected
from sim.scenario.distances import link_km
from sim.scenario.lint.base import Finding
from sim.scenario.model import Scenario
from sim.scenario.orders import Ambush, Reinforce, Reserve
from sim.scenario.whereabouts import PASSABLE, bases, first_held, last_moment, period

LEVEL = "WARNING"
NO_WAY = math.inf
Roads = dict[str, dict[str, float]]  # km made good as on a road, from a place to its neighbours


def findings(scenario: Scenario, data: dict[str, Any]) -> Iterator[Finding]:
    """Forces move along links, through places that their side holds, and at the pace of a march. A place without a way
    to the others takes no part in the battle; an order whose forces can't be there before the end comes to nothing.
    """
    roads = roads_of(scenario)
    neighbours = {place: set(near) for place, near in roads.items()}
    reached = connected(neighbours, scenario.objective.place)
    for place in scenario.places:
        if place not in reached:
            yield Finding(("places", place), "no way from here", place, f"a link towards {scenario.objective.place}")
    held = {side: {p: first_held(scenario, side, p, PASSABLE) for p in scenario.places} for side in scenario.sides}
    pace = {side: fastest(scenario, side) for side in scenario.sides}
    for id, order in scenario.orders.items():
        earliest, latest = period(scenario, order)
        hours = (last_moment(scenario) - earliest).total_seconds() / 3600
        passable = {place for place, since in held[order.side].items() if since <= latest}
        for number, force in enumerate(getattr(order, "forces", ())):
            if isinstance(order, Ambush) or (isinstance(order, Reinforce) and not scenario.forces[force].present):
                continue  # it lies in wait where it stands, or comes in at its target
            path = ("orders", id, "forces", number)
            places = order.covers if isinstance(order, Reserve) else (order.target,)
            km = ways(roads, passable, bases(scenario, force, id))
            goal = max(places, key=lambda place: km.get(place, NO_WAY))
            if goal not in km and goal in reached:
                message = f"no way to {goal} through places that its side could hold"
                yield Finding(path, message, force, "a way, or an order that opens one")
            elif 0 < hours < (needed := km.get(goal, 0.0) / pace[order.side]):
                message = f"can't be at {goal} before the end"
                yield Finding(path, message, f"{needed:.0f} h of march for {force}", f"at most {hours:.0f} h")


def roads_of(scenario: Scenario) -> Roads:
    """The links in both directions."""
    roads: Roads = {place: {} for place in scenario.places}
    for link in scenario.links.values():
        pace = limits.quantity_range(scenario, scenario.ways[link.way].pace)[1] or 1.0
        one, other = link.between
        for start, end in ((one, other), (other, one)):
            roads[start][end] = min(link_km(scenario, link) / pace, roads[start].get(end, NO_WAY))
    return roads


def ways(roads: Roads, passable: set[str], starts: set[str]) -> dict[str, float]:
    """Kilometres from the nearest start to every place that a way through passable places leads to."""
    km: dict[str, float] = {}
    frontier = dict.fromkeys(starts, 0.0)
    while frontier:
        here = min(frontier, key=lambda place: frontier[place])
        km[here] = frontier.pop(here)
        for place, step in roads[here].items() if here in passable | starts else ():
            if place not in km:
                frontier[place] = min(km[here] + step, frontier.get(place, NO_WAY))
    return km


def fastest(scenario: Scenario, side: str) -> float:
    """The highest speed of a march, km/h."""
    names = (f"march_kmh_{side}", "march_kmh")
    return max(limits.prior_range(next(scenario.priors[name] for name in names if name in scenario.priors))[1], 1e-9)
