"""The same battles with a turning point decided both ways, the luck of its orders moved no further than that takes.

What decides a turning point are normal inputs z of the orders that it is about: the ratio of combat power and the break
points of assaults, whether a vehicle bomb arrives and reaches its target. They are moved along one direction d, in
which the side of the first of these orders has better luck at every one of them; all other random inputs stay:

    s_so  = the smallest |s| with which it happens,            z(s) = z + s d
    s_not = the smallest |s| with which it goes the other way
    effect = mean of held(z(s_so)) - held(z(s_not))            over battles for which both are found

One of the two is 0 in nearly every battle: the other is the nearest battle that went otherwise. At each s only those
battles are simulated for which one of the two is still to be found. Sources: Pearl2009 for interventions on the inputs
of a simulated cause, Lewis1973 for the nearest case.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import numpy as np

from sim.analysis.turning_points import DecidedBattles, find_both_ways, find_held
from sim.battle.enums import OrderInput
from sim.battle.shifted_simulation import make_shifted_simulation
from sim.battle.simulation import Simulation
from sim.events.observable import Observable, list_places
from sim.scenario.descriptions import find_last_day
from sim.scenario.evaluation import TurningPoint
from sim.scenario.model import Scenario
from sim.scenario.orders import AnyOrder, ScheduledOrder

SHIFTS = (0.5, 1.0, 1.5, 2.0, 3.0, 5.0)  # tried in this sequence, both signs of each, in standard deviations
ENOUGH_DECIDED = 0.99  # share of battles decided both ways from which no further shift is tried
ASSAULT_DIRECTION = MappingProxyType(
    {OrderInput.COMBAT_POWER: 1.0, OrderInput.BREAK_ATTACK: 1.0, OrderInput.BREAK_DEFEND: -1.0}
)
ORDER_DIRECTIONS: Mapping[str, Mapping[OrderInput, float]] = MappingProxyType(
    {
        "attack": ASSAULT_DIRECTION,
        "counterattack": ASSAULT_DIRECTION,
        "vehicle_bomb": MappingProxyType({OrderInput.ARRIVES: -1.0, OrderInput.REACHES: -1.0}),
    }
)

# From another simulation and the numbers of some of the battles: their outcomes, shape (numbers, observables)
Resimulate = Callable[[Simulation, np.ndarray], np.ndarray]


def decide_both_ways(
    simulation: Simulation, turning_point: TurningPoint, outcomes: np.ndarray, resimulate: Resimulate
) -> DecidedBattles:
    """Simulate battles again with a turning point decided both ways.

    Parameters
    ----------
    simulation
        The simulation of the battles as they were.
    turning_point
        A turning point that claims define.
    outcomes
        What was observed of the battles as they were, shape (battles, observables): those of
        `list_turning_point_observables`.
    resimulate
        The outcomes of some of these battles, by their numbers, under another simulation.

    Returns
    -------
    DecidedBattles
        None of the battles is decided if nothing that orders draw concerns the turning point.
    """
    scenario = simulation.scenario
    direction = find_direction(scenario, turning_point)
    n_battles = len(outcomes)
    found = np.zeros((2, n_battles), dtype=bool)
    is_held = np.zeros((2, n_battles), dtype=bool)
    distances = np.zeros((2, n_battles))
    for shift in iterate_shifts():
        if shift and (not direction or found.all(axis=0).mean() >= ENOUGH_DECIDED):
            break
        undecided = np.flatnonzero(~found.all(axis=0))
        shifted = outcomes
        if shift:
            input_shifts = {name: shift * sign for name, sign in direction.items()}
            shifted = resimulate(make_shifted_simulation(simulation, input_shifts), undecided)
        held = find_held(scenario, shifted)
        for way, has_come in enumerate(find_both_ways(scenario, turning_point, shifted)):
            is_new = has_come & ~found[way, undecided]
            is_held[way, undecided[is_new]] = held[is_new]
            distances[way, undecided[is_new]] = abs(shift)
            found[way, undecided[is_new]] = True
    return DecidedBattles(is_held[0], is_held[1], found[0] & found[1], distances.max(axis=0))


def pair_with_removal(scenario: Scenario, outcomes: np.ndarray, without: np.ndarray) -> DecidedBattles:
    """Battles that all have a turning point, and the same ones with edits of the scenario that take it away."""
    count = len(outcomes)
    return DecidedBattles(
        find_held(scenario, outcomes), find_held(scenario, without), np.ones(count, dtype=bool), np.zeros(count)
    )


def iterate_shifts() -> Iterator[float]:
    """No shift, then each size upward and downward, the smallest first."""
    yield 0.0
    for size in SHIFTS:
        yield size
        yield -size


def find_direction(scenario: Scenario, turning_point: TurningPoint) -> dict[str, float]:
    """The normal inputs that decide a turning point, signed: better luck for the side of its first order."""
    observables = [scenario.claims[id].observable for id in turning_point.claims]
    if turning_point.alternative is not None:
        observables.append(turning_point.alternative.observable)
    orders = {
        id: order
        for observable in observables
        if observable is not None
        for id, order in find_orders(scenario, observable).items()
    }
    direction: dict[str, float] = {}
    for id, order in orders.items():
        is_same_side = order.side == next(iter(orders.values())).side
        for each, sign in ORDER_DIRECTIONS[order.kind].items():
            direction[f"order:{id}:{each.name.lower()}"] = sign if is_same_side else -sign
    return direction


def find_orders(scenario: Scenario, observable: Observable) -> dict[str, AnyOrder]:
    """The orders that decide what is observed: those it names, or those that go for its place while it is observed."""
    named, places = getattr(observable, "orders", ()), list_places(observable)
    return {
        id: order
        for id, order in scenario.active_orders.items()
        if order.kind in ORDER_DIRECTIONS
        and (id in named or (not named and order.target in places and is_in_period(order, observable)))
    }


def is_in_period(order: AnyOrder, observable: Observable) -> bool:
    """Whether an order may begin on a day on which a claim observes."""
    if not isinstance(order, ScheduledOrder):
        return False
    first_day = find_last_day(observable.until) if observable.since is None else observable.since.date()
    return order.window.earliest <= observable.until and order.window.latest.date() >= first_day
