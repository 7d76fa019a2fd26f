"""What choices and priors allow: how many there can be of anything, and who can be where and when."""

import math
from collections import defaultdict
from collections.abc import Container, Iterable
from datetime import datetime, timedelta

from sim.scenario.model import Scenario
from sim.scenario.orders import (
    AnyOrder,
    Attack,
    CommanderRule,
    Departure,
    Infiltration,
    Reinforcement,
    Reserve,
    Withdrawal,
)
from sim.scenario.priors import Prior
from sim.scenario.quantities import Quantity
from sim.scenario.rule_parameters import ValueRange

TAIL_PROBABILITY = 1e-4  # a range without an end is taken to end where one draw in ten thousand lies beyond
ZERO_RANGE: ValueRange = (0.0, 0.0)
MAX_ORDER_DURATION = timedelta(days=1)  # what began so long before a moment may still be under way
PASSABLE_SHARE = 0.5  # share of a place that a side must hold to march through it, as in the rules of battle


def compute_prior_range(prior: Prior) -> ValueRange:
    """The lowest and the highest value of a prior, but for rare draws where it has no end."""
    low, high = getattr(prior, "low", -math.inf), getattr(prior, "high", math.inf)
    lowest, highest = prior.quantile(TAIL_PROBABILITY), prior.quantile(1 - TAIL_PROBABILITY)
    given_low = math.isfinite(low) and "low" in prior.model_fields_set
    given_high = math.isfinite(high) and "high" in prior.model_fields_set
    return (low if given_low else lowest), (high if given_high else highest)


def compute_quantity_range(scenario: Scenario, quantity: Quantity) -> ValueRange:
    """The lowest and the highest value of a quantity."""
    if quantity.value is not None:
        return quantity.value, quantity.value
    if quantity.prior is None or quantity.prior not in scenario.priors:
        return ZERO_RANGE
    low, high = compute_prior_range(scenario.priors[quantity.prior])
    return low * quantity.share, high * quantity.share


def sum_ranges(ranges: list[ValueRange]) -> ValueRange:
    """The sum of ranges."""
    return sum(low for low, _ in ranges), sum(high for _, high in ranges)


def compute_strength_range(
    scenario: Scenario, side: str, initially_present: tuple[bool, ...] = (True, False), names: Container[str] = ()
) -> ValueRange:
    """The people of a side, in forces that are present at first, that come later, or both; of these names, if any."""
    forces = [
        force
        for id, force in scenario.forces.items()
        if force.side == side and force.initially_present in initially_present and (not names or id in names)
    ]
    return sum_ranges([compute_quantity_range(scenario, force.strength) for force in forces])


def compute_equipment_range(scenario: Scenario, side: str, kind: str) -> ValueRange:
    """The pieces of a kind of equipment of a side, those that stand at places among them, whoever had them first."""
    forces = [force for force in scenario.forces.values() if force.side == side and kind in force.equipment]
    stocks = [place.equipment[kind].pieces for place in scenario.places.values() if kind in place.equipment]
    quantities = [*(force.equipment[kind] for force in forces), *stocks]
    return sum_ranges([compute_quantity_range(scenario, each) for each in quantities])


def compute_max_replacements(scenario: Scenario, side: str, days: float, names: Container[str] = ()) -> float:
    """The most people who may have come as replacements in a number of days; to forces of these names, if any are."""
    receives_any = any(
        force.receives_replacements
        for id, force in scenario.forces.items()
        if force.side == side and (not names or id in names)
    )
    names = (f"replacements_per_day_{side}", "replacements_per_day")
    prior = next((scenario.priors[name] for name in names if name in scenario.priors), None)
    return compute_prior_range(prior)[1] * max(days, 0.0) if receives_any and prior is not None else 0.0


def find_start_window(scenario: Scenario, order: AnyOrder) -> tuple[datetime, datetime]:
    """The earliest and the latest moment at which an order may begin."""
    if isinstance(order, Reserve):
        return order.available_from or scenario.begins, order.until or scenario.horizon
    return order.window.earliest, order.window.latest


def find_destinations(scenario: Scenario, order: AnyOrder) -> tuple[str, ...]:
    """The places to which an order may bring its forces; none for fire support, bombs and ambushes."""
    if isinstance(order, CommanderRule):
        return tuple(scenario.places)  # he goes wherever the next place is
    if isinstance(order, Reserve):
        return (order.target, *order.covered_places)
    if isinstance(order, Attack):
        return (order.target, *order.axis)
    return (order.target,) if isinstance(order, Withdrawal | Departure | Infiltration | Reinforcement) else ()


def find_enemy_side(scenario: Scenario, side: str) -> str:
    """The other side."""
    return next(other for other in scenario.sides if other != side)


def find_arrival_orders(
    scenario: Scenario, side: str, place: str, until: datetime, since: datetime = datetime.min
) -> list[str]:
    """The orders that may bring a side to a place by a moment, and are not over by `since`."""

    def in_time(order: AnyOrder) -> bool:
        earliest, latest = find_start_window(scenario, order)
        has_no_end = since == datetime.min or isinstance(order, CommanderRule)  # who decides again and again
        return earliest <= until and (has_no_end or latest + MAX_ORDER_DURATION >= since)

    return [
        id
        for id, order in scenario.orders.items()
        if order.side == side and not order.cancelled and place in find_destinations(scenario, order) and in_time(order)
    ]


def compute_initial_share(scenario: Scenario, side: str, place: str) -> float:
    """The share of a place that a side holds when the battle begins."""
    holder = scenario.places[place].initial_control
    share = 1.0 if holder.share is None or holder.share.value is None else holder.share.value
    return share if holder.side == side else 1.0 - share


def starts_at(scenario: Scenario, side: str, place: str) -> bool:
    """Whether people of a side stand at a place when the battle begins."""
    return any(
        force.side == side and force.initially_present and force.location == place for force in scenario.forces.values()
    )


def may_be_present(scenario: Scenario, side: str, place: str, until: datetime) -> bool:
    """Whether people of a side may be at a place at a moment: from the beginning, sent there, or fallen back to it."""
    return (
        starts_at(scenario, side, place)
        or compute_initial_share(scenario, side, place) > 0
        or bool(find_arrival_orders(scenario, side, place, until))
    )


def find_earliest_controls(scenario: Scenario, side: str, places: Iterable[str], share: float) -> dict[str, datetime]:
    """When a side may first hold so much of each of some places, by a fight or a march; `datetime.max` if never."""
    earliest = {
        place: datetime.min
        if starts_at(scenario, side, place) or compute_initial_share(scenario, side, place) >= share
        else datetime.max
        for place in places
    }
    if max(earliest.values()) == datetime.min:
        return earliest
    for order in scenario.active_orders.values():
        if order.side == side and not isinstance(order, Reinforcement):  # that needs it held
            start = find_start_window(scenario, order)[0]
            for place in earliest.keys() & find_destinations(scenario, order):
                earliest[place] = min(earliest[place], start)
    return earliest


def may_control(scenario: Scenario, side: str, place: str, share: float, until: datetime) -> bool:
    """Whether a side may hold so much of a place at a moment."""
    return find_earliest_controls(scenario, side, (place,), share)[place] <= until


def index_orders_of_forces(scenario: Scenario) -> dict[str, list[str]]:
    """The orders that are not cancelled, by the forces that they call."""
    orders: dict[str, list[str]] = defaultdict(list)
    for id, order in scenario.active_orders.items():
        for force in dict.fromkeys(vars(order).get("forces", ())):
            orders[force].append(id)
    return orders


def find_possible_positions(scenario: Scenario, force: str, order: str, orders: Iterable[str]) -> set[str]:
    """The places at which a force may stand when an order comes: its first, and where other orders may have sent it.

    `orders` are those that call the force, from `index_orders_of_forces`.
    """
    until = find_start_window(scenario, scenario.orders[order])[1]
    destinations = {
        goal
        for id in orders
        if id != order and find_start_window(scenario, scenario.orders[id])[0] <= until
        for goal in find_destinations(scenario, scenario.orders[id])
    }
    return {scenario.forces[force].location} | destinations
