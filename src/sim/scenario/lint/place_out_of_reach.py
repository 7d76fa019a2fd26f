"""A place that nobody can get to, or not in time."""

import math
from collections.abc import Iterator, Set
from heapq import heappop, heappush
from typing import Any

from sim.scenario import feasibility
from sim.scenario.checks import find_connected_places
from sim.scenario.feasibility import (
    PASSABLE_SHARE,
    find_earliest_controls,
    find_possible_positions,
    find_start_window,
    index_orders_of_forces,
)
from sim.scenario.lint.base import LintFinding
from sim.scenario.model import Scenario
from sim.scenario.orders import Ambush, Infiltration, Reinforcement, Reserve
from sim.scenario.prior_requirements import find_prior

LEVEL = "WARNING"
UNREACHABLE = math.inf
RoadLengths = dict[str, dict[str, float]]  # km made good as on a road, from a place to its neighbours


def check(scenario: Scenario, data: dict[str, Any]) -> Iterator[LintFinding]:
    """Forces move along links, through places that their side holds unless they infiltrate, and at the pace of a march.
    A place without a way to the others takes no part in the battle; an order whose forces can't be there before the end
    comes to nothing.
    """
    roads = build_road_lengths(scenario)
    neighbours = {place: set(near) for place, near in roads.items()}
    reached = find_connected_places(neighbours, scenario.objective.place)
    for place in scenario.places:
        if place not in reached:
            yield LintFinding(
                ("places", place), "no way from here", place, f"a link towards {scenario.objective.place}"
            )
    held = {side: find_earliest_controls(scenario, side, scenario.places, PASSABLE_SHARE) for side in scenario.sides}
    orders = index_orders_of_forces(scenario)
    distances: dict[tuple[frozenset[str], frozenset[str]], dict[str, float]] = {}
    for id, order in scenario.active_orders.items():
        earliest, latest = find_start_window(scenario, order)
        hours = (scenario.horizon - earliest).total_seconds() / 3600
        passable = {place for place, since in held[order.side].items() if since <= latest}
        if isinstance(order, Infiltration):  # they go past the enemy
            passable = set(scenario.places)
        for number, force in enumerate(getattr(order, "forces", ())):
            if isinstance(order, Ambush) or (
                isinstance(order, Reinforcement) and not scenario.forces[force].initially_present
            ):
                continue  # it lies in wait where it stands, or comes in at its target
            path = ("orders", id, "forces", number)
            places = order.covered_places if isinstance(order, Reserve) else (order.target,)
            ways = frozenset(passable), frozenset(find_possible_positions(scenario, force, id, orders[force]))
            if ways not in distances:
                distances[ways] = compute_distances(roads, *ways)
            km = distances[ways]
            destination = max(places, key=lambda place: km.get(place, UNREACHABLE))
            if destination not in km and destination in reached:
                message = f"no way to {destination} through places that its side could hold"
                yield LintFinding(path, message, force, "a way, or an order that opens one")
            elif 0 < hours < (hours_needed := km.get(destination, 0.0) / find_max_march_speed(scenario, id, force)):
                message = f"can't be at {destination} before the end"
                yield LintFinding(path, message, f"{hours_needed:.0f} h of march for {force}", f"at most {hours:.0f} h")


def build_road_lengths(scenario: Scenario) -> RoadLengths:
    """The links in both directions."""
    roads: RoadLengths = {place: {} for place in scenario.places}
    for link in scenario.roads.values():
        pace = feasibility.compute_quantity_range(scenario, scenario.road_types[link.road_type].speed_factor)[1] or 1.0
        one, other = link.between
        for start, end in ((one, other), (other, one)):
            roads[start][end] = min(scenario.compute_road_km(link) / pace, roads[start].get(end, UNREACHABLE))
    return roads


def compute_distances(roads: RoadLengths, passable: Set[str], starts: Set[str]) -> dict[str, float]:
    """Kilometres from the nearest start to every place that a way through passable places leads to."""
    km: dict[str, float] = {}
    crossable = passable | starts
    frontier = [(0.0, place) for place in starts]
    while frontier:
        here_km, here = heappop(frontier)
        if here in km:
            continue  # there is a shorter way
        km[here] = here_km
        for place, length in roads[here].items() if here in crossable else ():
            if place not in km:
                heappush(frontier, (here_km + length, place))
    return km


def find_max_march_speed(scenario: Scenario, order: str, force: str) -> float:
    """The highest speed at which a force can march for an order, km/h; infinite for an order that needs no march."""
    ids = (order, force, scenario.forces[force].side)
    name = find_prior([*(f"march_kmh_{id}" for id in ids), "march_kmh"], scenario.priors)
    return UNREACHABLE if name is None else feasibility.compute_prior_range(scenario.priors[name])[1]
