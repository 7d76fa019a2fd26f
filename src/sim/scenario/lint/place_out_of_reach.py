"""A place that nobody can get to, or not in time."""

import math
from collections.abc import Iterator
from typing import Any

from sim.scenario import limits
from sim.scenario.consistency import connected
from sim.scenario.distances import link_km
from sim.scenario.lint.base import Finding
from sim.scenario.model import Scenario
from sim.scenario.orders import Reserve
from sim.scenario.whereabouts import PASSABLE, bases, last_moment, may_hold, period

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
    for id, order in scenario.orders.items():
        earliest, latest = period(scenario, order)
        hours = (last_moment(scenario) - earliest).total_seconds() / 3600
        passable = {place for place in scenario.places if may_hold(scenario, order.side, place, PASSABLE, latest)}
        for number, force in enumerate(getattr(order, "forces", ())):
            if order.kind == "reinforce" and not scenario.forces[force].present:
                continue  # it comes in at its target
            path = ("orders", id, "forces", number)
            starts = bases(scenario, force, id)
            places = order.covers if isinstance(order, Reserve) else (order.target,)
            km = {goal: min(shortest(roads, passable, start, goal) for start in starts) for goal in places}
            goal = max(km, key=lambda place: km[place])
            if km[goal] == NO_WAY and goal in reached:
                message = f"no way to {goal} through places that its side could hold"
                yield Finding(path, message, force, "a way, or an order that opens one")
            elif 0 < hours < (needed := km[goal] / fastest(scenario, order.side)) < NO_WAY:
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


def shortest(roads: Roads, passable: set[str], start: str, goal: str) -> float:
    """Kilometres of the shortest way whose places between start and goal can be passed; infinity if there is none."""
    km = {start: 0.0}
    final: set[str] = set()
    while frontier := km.keys() - final:
        here = min(frontier, key=lambda place: km[place])
        if here == goal:
            return km[here]
        final.add(here)
        if here == start or here in passable:
            for place, step in roads[here].items():
                km[place] = min(km[here] + step, km.get(place, NO_WAY))
    return NO_WAY


def fastest(scenario: Scenario, side: str) -> float:
    """The highest speed of a march, km/h."""
    names = (f"march_kmh_{side}", "march_kmh")
    return max(limits.prior_range(next(scenario.priors[name] for name in names if name in scenario.priors))[1], 1e-9)
