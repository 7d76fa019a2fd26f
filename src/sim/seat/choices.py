"""What a side can decide at a stop: its due orders held or delayed, and plain measures of defence.

There is nothing else to choose: orders are those of the record, and what is added keeps or gives up ground that is the
side's own. Nothing here plans an attack.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_low

from sim.perturbations.add import AddOrder
from sim.perturbations.base import Perturbation
from sim.perturbations.cancel import CancelOrders
from sim.perturbations.shift import ShiftOrders
from sim.scenario.descriptions import describe_order_of_forces
from sim.scenario.model import Scenario
from sim.scenario.orders import FireSupport, Reserve, ScheduledOrder
from sim.seat.course import Decision
from sim.seat.knowledge import ForceStatus, Situation
from sim.seat.stops import Stop

DELAYS = {1: (1, 2, 4), 6: (3, 6, 12), 24: (6, 12, 24)}  # h, by the hours of a step of time of the battle
HELD_SHARE = 0.5  # of a place from which on a side can send forces there: the rules' own threshold
REQUEST_HOURS = 6  # ASSUMPTION: h within which sorties that are asked for begin


@dataclass(frozen=True)
class Choice:
    """Something that can be decided: `id` is what one types, `subject` the order that it changes or gives."""

    id: str
    description: str  # as half a sentence
    subject: str
    perturbation: Perturbation


def list_choices(
    base: Scenario, current: Scenario, stop: Stop, situation: Situation, decisions: tuple[Decision, ...]
) -> list[Choice]:
    """Everything that a side can decide at a stop, beside letting its orders go as they were recorded.

    Parameters
    ----------
    base, current
        The recorded scenario, and the one with all decisions so far.
    stop
        Where the battle has stopped.
    situation
        What the side knows.
    decisions
        Those so far.

    Returns
    -------
    list of Choice
        First those on due orders, then what can be sent, asked for and given up.
    """
    return [
        *list_order_choices(base, current, stop),
        *list_sendings(current, situation, decisions),
        *list_requests(current, situation, decisions),
        *list_withdrawals(current, situation, decisions),
    ]


def list_order_choices(base: Scenario, current: Scenario, stop: Stop) -> Iterator[Choice]:
    """Due orders can be held back for good, or delayed."""
    step_hours = current.make_time_steps(current.hours_since_start(current.ends)).hours
    for id in stop.due_orders:
        order, recorded = current.orders[id], base.orders[id]
        assert isinstance(order, ScheduledOrder)
        assert isinstance(recorded, ScheduledOrder)
        name = describe_order(current, id)
        description = f"without the {name}"
        cancel = CancelOrders(kind="cancel", orders=(id,), description=description)
        yield Choice(f"hold {id}", f"hold back the {name}", id, cancel)
        for hours in DELAYS[step_hours]:
            if order.window.latest + timedelta(hours=hours) > current.ends:
                continue
            total = (order.window.earliest - recorded.window.earliest) / timedelta(hours=1) + hours
            shift = ShiftOrders(
                kind="shift", orders=(id,), hours=total, description=f"with the {name} {total:g} hours later"
            )
            yield Choice(f"delay {id} {hours}", f"delay the {name} by {hours} hours", id, shift)


def describe_order(scenario: Scenario, id: str) -> str:
    """An order in words: what, where, by whom."""
    return describe_order_of_forces(scenario, scenario.orders[id], len(scenario.forces))


def list_sendings(current: Scenario, situation: Situation, decisions: tuple[Decision, ...]) -> Iterator[Choice]:
    """Free reserves can be sent to the places that they cover, free mobile forces to places under attack."""
    for force, role in list_free_forces(current, situation):
        if role == "garrison":
            continue
        for place in situation.places.values():
            is_covered = role == "reserve" and place.place in find_covered_places(current, force.force)
            if (
                (is_covered or place.is_threatened)
                and place.share >= HELD_SHARE
                and place.place != force.place
                and place.initial_share >= HELD_SHARE
            ):
                names = current.forces[force.force].name, current.places[place.place].name
                yield make_order_choice(
                    current,
                    situation,
                    decisions,
                    f"send {force.force} {place.place}",
                    f"send {names[0]} to {names[1]}",
                    f"with {names[0]} sent to {names[1]}",
                    {"kind": "reinforce", "forces": [force.force], "target": place.place},
                )


def list_requests(current: Scenario, situation: Situation, decisions: tuple[Decision, ...]) -> Iterator[Choice]:
    """Sorties can be asked for once a day over own ground that is attacked, if the side has any in the record."""
    recorded = [
        order
        for order in current.orders.values()
        if isinstance(order, FireSupport) and order.side == situation.side and not order.simulated_commander
    ]
    if not recorded or is_asked_today(current, situation, decisions):
        return
    kind = "airstrike" if any(order.kind == "airstrike" for order in recorded) else "shelling"
    usual = find_usual_mission(situation, [order for order in recorded if order.kind == kind])
    for place in situation.places.values():
        if place.is_threatened and place.initial_share >= HELD_SHARE:
            name = current.places[place.place].name
            yield make_order_choice(
                current,
                situation,
                decisions,
                f"sorties {place.place}",
                f"ask for {'sorties' if kind == 'airstrike' else 'shelling'} over {name}",
                f"with {'sorties' if kind == 'airstrike' else 'shelling'} asked for over {name}",
                {
                    "kind": kind,
                    "target": place.place,
                    "sorties": usual.sorties.model_dump(mode="json", exclude_unset=True),
                    "duration_hours": usual.duration_hours.model_dump(mode="json", exclude_unset=True),
                },
                hours=REQUEST_HOURS,
            )


def find_usual_mission(situation: Situation, missions: list[FireSupport]) -> FireSupport:
    """The mission in the middle of those on record: what is asked for is as large, since nothing says otherwise."""
    by_time = sorted(missions, key=lambda order: order.window.earliest)
    return by_time[median_low(range(len(by_time)))]


def is_asked_today(current: Scenario, situation: Situation, decisions: tuple[Decision, ...]) -> bool:
    """Whether sorties were asked for on the same date: an assumption of the seat, which bounds them."""
    today = find_moment(situation, situation.hours).date()
    return any(
        each.side == situation.side
        and each.choice.startswith("sorties ")
        and find_moment(situation, each.hours).date() == today
        for each in decisions
    )


def list_withdrawals(current: Scenario, situation: Situation, decisions: tuple[Decision, ...]) -> Iterator[Choice]:
    """Free forces at a place under attack can go back to a neighbouring place of their own."""
    for force, _ in list_free_forces(current, situation):
        place = situation.places[force.place or ""]
        goal = find_refuge(current, situation, place.place)
        if goal is not None and place.is_threatened:
            names = current.forces[force.force].name, current.places[goal].name
            yield make_order_choice(
                current,
                situation,
                decisions,
                f"withdraw {force.force}",
                f"withdraw {names[0]} to {names[1]}",
                f"with {names[0]} withdrawn to {names[1]}",
                {"kind": "withdraw", "forces": [force.force], "target": goal},
            )


def find_refuge(current: Scenario, situation: Situation, place: str) -> str | None:
    """The nearest neighbouring place that the side holds and nobody attacks; None if there is none."""
    neighbours = {
        (set(road.between) - {place}).pop(): current.compute_road_km(road)
        for road in current.roads.values()
        if place in road.between and len(set(road.between)) == 2
    }
    safe = [
        each
        for each in neighbours
        if situation.places[each].share >= HELD_SHARE and not situation.places[each].is_attacked
    ]
    return min(safe, key=lambda each: (neighbours[each], each), default=None)


def list_free_forces(current: Scenario, situation: Situation) -> Iterator[tuple[ForceStatus, str]]:
    """The forces that stand somewhere and carry out nothing, with their roles."""
    for force in situation.forces.values():
        if force.place is not None and force.people > 0.0 and force.order is None:
            yield force, current.forces[force.force].role


def find_covered_places(current: Scenario, force: str) -> tuple[str, ...]:
    """The places that a reserve is for by the record."""
    return tuple(
        place
        for order in current.active_orders.values()
        if isinstance(order, Reserve) and force in order.forces
        for place in order.covered_places
    )


def make_order_choice(
    current: Scenario,
    situation: Situation,
    decisions: tuple[Decision, ...],
    id: str,
    description: str,
    changed: str,
    definition: dict[str, object],
    hours: float = 0.0,
) -> Choice:
    """A choice that gives an order of its own, at once or within some hours."""
    order = f"{id.replace(' ', '_')}_{len(decisions) + 1}"
    earliest = ceil_minute(find_moment(situation, situation.hours))
    window = {
        "earliest": earliest.isoformat(timespec="minutes"),
        "latest": (earliest + timedelta(hours=hours)).isoformat(timespec="minutes"),
    }
    perturbation = AddOrder(
        kind="add",
        order=order,
        definition={**definition, "side": situation.side, "window": window},
        description=changed,
    )
    return Choice(id, description, order, perturbation)


def find_moment(situation: Situation, hours: float) -> datetime:
    """A local time by the hours since the beginning."""
    return situation.event_log.labels.local_time(hours)


def ceil_minute(moment: datetime) -> datetime:
    """The first full minute after a moment."""
    return moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
