"""Levers: what a scenario leaves open or lets one ask about, as sliders, switches and choices made from it alone.

A position of a lever is settings of perturbations, the same that `sim whatif` takes: what the page shows can be saved
as a question and asked again, to the bit. No two levers set the same thing, so that any positions go together.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil, floor
from typing import Any, Literal

from sim.report.commander_rule import RULE_IN_SHORT
from sim.report.text import format_count
from sim.scenario.descriptions import capitalize, describe_order_of_forces, format_attributive, format_day, join_words
from sim.scenario.model import Scenario
from sim.scenario.orders import AnyOrder, FireSupport, Reinforcement, ScheduledOrder

LeverValue = float | bool | str
PerturbationSettings = dict[str, Any]  # of one perturbation: its `kind`, what it sets, and its description
PERCENT_RANGE = (50, 200)  # of a strength as the scenario has it. ASSUMPTION: beyond that it is another battle
SORTIES_RANGE = (0, 200)
PERCENT_STEP = 5
SHIFT_STEPS_HOURS = (1, 2, 3, 6, 12, 24)
MAX_SHIFT_POSITIONS = 80  # of a slider of hours
SINCE = "since"  # the lever of the moment from which on the others hold, in hours from the beginning
CONDITIONS = ("fog", "rain")
SUPPORT_NAMES = {"airstrike": "air strikes", "shelling": "guns and mortars"}
BOMB_OUTCOMES = {"random": "drawn", "on_target": "all reach their target", "short": "all fall short",
                 "stopped": "all are stopped"}  # fmt: skip


@dataclass(frozen=True)
class Lever:
    """Something that can be moved; at its `default` it changes nothing.

    Parameters
    ----------
    id, group, label
        What it is called in an address, under which heading it stands, and what it is called there.
    kind
        "range" is a number from `low` to `high` by `step`, "switch" is on or off, "choice" is one of `options`.
    default
        The position that is the scenario as it is written.
    change
        From a position to the settings of the perturbation that it is; None of the moment from which on others hold.
    unit
        "percent" or "hours", of a range.
    options
        What positions are called: those of a choice, or of a range that has words of its own.
    note
        What there is to say of it beside its label.
    is_initial
        Whether it is how the battle begins, and can't change from a later moment on.
    """

    id: str
    group: str
    label: str
    kind: Literal["range", "switch", "choice"]
    default: LeverValue
    change: Callable[[Any], PerturbationSettings] | None = field(compare=False)
    low: float = 0.0
    high: float = 0.0
    step: float = 1.0
    unit: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    is_initial: bool = False

    def is_position(self, value: object) -> bool:
        """Whether the lever can stand there: only so many positions, so that what is kept of them is bounded."""
        if self.kind == "switch":
            return isinstance(value, bool)
        if self.kind == "choice":
            return isinstance(value, str) and value in self.options
        if isinstance(value, bool) or not isinstance(value, int | float) or not self.low <= value <= self.high:
            return False
        steps = (value - self.low) / self.step
        return abs(steps - round(steps)) < 1e-9


class PositionError(Exception):
    """Positions of levers that there are not; the message says which, and what is allowed."""


Positions = dict[str, LeverValue]  # of the levers that are moved, by their ids


def check_positions(levers: Mapping[str, Lever], values: object) -> Positions:
    """The positions of the levers that are moved, in the order of the levers.

    Parameters
    ----------
    levers
        What can be moved, by id.
    values
        Positions by id, as they came from outside.

    Returns
    -------
    dict
        Without those that stand at their defaults.

    Raises
    ------
    PositionError
        There is no such lever, or it can't stand there.

    Examples
    --------
    >>> import sim
    >>> levers = list_levers(sim.load("teaching"))
    >>> check_positions(levers, {"strength.teal": 120, "strength.amber": 100})
    {'strength.teal': 120}
    """
    if not isinstance(values, dict):
        raise PositionError("levers: not positions by name")
    for id, value in values.items():
        if id not in levers:
            raise PositionError(f"levers: no such lever (got {str(id)[:60]!r})")
        if not levers[id].is_position(value):
            raise PositionError(
                f"levers.{id}: can't stand at {str(value)[:60]!r} (allowed: {describe_range(levers[id])})"
            )
    return {id: values[id] for id, lever in levers.items() if id in values and values[id] != lever.default}


def describe_range(lever: Lever) -> str:
    """Where a lever can stand."""
    if lever.kind == "switch":
        return "true, false"
    if lever.kind == "choice":
        return ", ".join(lever.options)
    return f"{lever.low:g} to {lever.high:g} in steps of {lever.step:g}"


def make_perturbation_settings(levers: Mapping[str, Lever], positions: Positions) -> dict[str, PerturbationSettings]:
    """The settings of one perturbation for each lever that is moved, as a question has them.

    Examples
    --------
    >>> import sim
    >>> levers = list_levers(sim.load("teaching"))
    >>> make_perturbation_settings(levers, {"strength.teal": 120})["strength_teal"]["factor"]
    1.2
    """
    changes = ((id, levers[id].change, value) for id, value in positions.items())
    return {id.replace(".", "_"): change(value) for id, change, value in changes if change is not None}


def find_moment(scenario: Scenario, positions: Positions) -> datetime | None:
    """The local time from which on some positions hold; None if they hold from the beginning.

    Examples
    --------
    >>> import sim
    >>> find_moment(sim.load("teaching"), {"sorties.teal.airstrike": 0, "since": 6})
    datetime.datetime(2001, 6, 1, 6, 0)
    """
    return scenario.begins + timedelta(hours=float(positions[SINCE])) if SINCE in positions else None


def list_levers(scenario: Scenario, end: datetime | None = None) -> dict[str, Lever]:
    """Every lever of a scenario, by id, in the order in which they are shown.

    Parameters
    ----------
    scenario
        The battle as it is written.
    end
        Local time at which a battle is broken off; what comes later has no lever.

    Returns
    -------
    dict
        Strengths, arrivals, fire from afar, weather, then orders of each side; last from when on they hold.

    Examples
    --------
    >>> import sim
    >>> list(list_levers(sim.load("teaching")))[:4]
    ['strength.teal', 'strength.amber', 'force.relief', 'shift.relief_arrives']
    """
    end = end or scenario.ends
    orders = {id: order for id, order in scenario.orders.items() if is_shown(order, end)}
    levers = [
        *list_strength_levers(scenario, orders),
        *list_arrival_levers(scenario, orders, end),
        *list_support_levers(scenario, orders),
        *list_weather_levers(scenario, end),
        *list_bomb_levers(orders),
        *list_commander_levers(scenario),
        *list_order_levers(scenario, orders),
        *list_moment_levers(scenario, end),
    ]
    return {lever.id: lever for lever in levers}


def is_shown(order: AnyOrder, end: datetime) -> bool:
    """Whether an order is one of the record that a battle comes to."""
    if order.simulated_commander or order.cancelled or order.kind == "command":
        return False
    return not isinstance(order, ScheduledOrder) or order.window.earliest < end


def list_strength_levers(scenario: Scenario, orders: Mapping[str, AnyOrder]) -> Iterator[Lever]:
    """The strength of each side at first, and of each force that comes later."""
    for id, side in scenario.sides.items():
        if any(force.side == id and force.initially_present for force in scenario.forces.values()):
            people = f"{side.short_name} {side.member_noun}"
            yield make_strength_lever(f"strength.{id}", capitalize(f"{people} at first"), people, {"side": id})
    arriving = [force for order in orders.values() if isinstance(order, Reinforcement) for force in order.forces]
    for id in dict.fromkeys(arriving):
        force = scenario.forces[id]
        if not force.initially_present:
            yield make_strength_lever(f"force.{id}", capitalize(force.name), force.name, {"force": id})


def make_strength_lever(id: str, label: str, people: str, whom: PerturbationSettings) -> Lever:
    """A strength in per cent of what the scenario has."""
    return Lever(
        id, "Strengths", label, "range", 100,
        lambda percent: {"kind": "strength", **whom, "factor": percent / 100,
                         "description": f"with {people} at {percent:g} per cent"},
        *PERCENT_RANGE, PERCENT_STEP, "percent", is_initial=True,
    )  # fmt: skip


def list_arrival_levers(scenario: Scenario, orders: Mapping[str, AnyOrder], end: datetime) -> Iterator[Lever]:
    """When each reinforcement comes."""
    for id, order in orders.items():
        if not isinstance(order, Reinforcement):
            continue
        earlier = (order.window.earliest - scenario.begins) / timedelta(hours=1)
        later = (min(end, scenario.horizon) - order.window.latest) / timedelta(hours=1)
        step = choose_step(earlier + max(later, 0.0))
        low, high = -step * floor(earlier / step), step * floor(max(later, 0.0) / step)
        if low == high:
            continue
        who = join_words([scenario.forces[each].name for each in order.forces[:2]])
        where, ends = scenario.places[order.target].name, f"{format_shift(low)} to {format_shift(high)}"
        yield Lever(
            f"shift.{id}", "Arrivals", f"{capitalize(who)} to {where}", "range", 0,
            make_shift(id, who, where), low, high, step, "hours",
            note=f"written for {describe_window(order)}; the slider goes from {ends}",
        )  # fmt: skip


def make_shift(order: str, who: str, where: str) -> Callable[[float], PerturbationSettings]:
    """From hours to the perturbation that moves an order by so many."""

    def change(hours: float) -> PerturbationSettings:
        moved = f"{abs(hours):g} hours {'later' if hours > 0 else 'earlier'}"
        return {"kind": "shift", "orders": [order], "hours": hours, "description": f"with {who} at {where} {moved}"}

    return change


def format_shift(hours: float) -> str:
    """How much earlier or later than it is written, as the page says it of a position.

    Examples
    --------
    >>> [format_shift(hours) for hours in (-24, 0, 3, 252)]
    ['1 day earlier', 'as written', '3 h later', '10 days 12 h later']
    """
    if hours == 0:
        return "as written"
    days, rest = divmod(abs(hours), 24)
    parts = [format_count(days, "days")] * (days > 0) + [f"{rest:g} h"] * (rest > 0)
    return f"{' '.join(parts)} {'later' if hours > 0 else 'earlier'}"


def choose_step(hours: float) -> float:
    """A step of hours that leaves a slider not too many positions."""
    return next((step for step in SHIFT_STEPS_HOURS if hours / step <= MAX_SHIFT_POSITIONS), SHIFT_STEPS_HOURS[-1])


def list_support_levers(scenario: Scenario, orders: Mapping[str, AnyOrder]) -> Iterator[Lever]:
    """How much fire from afar each side has, of each kind."""
    found = dict.fromkeys((order.side, order.kind) for order in orders.values() if isinstance(order, FireSupport))
    for side, kind in found:
        fire = f"{format_attributive(scenario.sides[side].short_name)} {SUPPORT_NAMES[kind]}"
        yield Lever(
            f"sorties.{side}.{kind}", "Fire from afar", capitalize(fire.removeprefix("the ")), "range", 100,
            make_sorties(side, kind, fire), *SORTIES_RANGE, PERCENT_STEP, "percent",
        )  # fmt: skip


def make_sorties(side: str, kind: str, name: str) -> Callable[[float], PerturbationSettings]:
    """From per cent to the perturbation that scales sorties or fire missions."""

    def change(percent: float) -> PerturbationSettings:
        described = f"with {name} at {percent:g} per cent" if percent else f"without {name}"
        settings = {"kind": "sorties", "order_kind": kind, "side": side, "factor": percent / 100}
        return settings | {"description": described}

    return change


def list_weather_levers(scenario: Scenario, end: datetime) -> Iterator[Lever]:
    """Fog and rain that were reported, each day of them on or off."""
    days: dict[date, str] = {}
    for weather in scenario.weather.values():
        day = (weather.begins + (weather.ends - weather.begins) / 2).date()
        if (
            weather.kind in CONDITIONS
            and scenario.begins.date() <= day < scenario.horizon.date()
            and weather.begins < end
        ):
            days.setdefault(day, weather.kind)
    for day, name in sorted(days.items()):
        yield Lever(
            f"weather.{day:%Y-%m-%d}", "Weather", capitalize(f"{name} on {format_day(day)}"), "switch", True,
            make_clearing(day, name), note="as reported",
        )  # fmt: skip


def make_clearing(day: date, name: str) -> Callable[[bool], PerturbationSettings]:
    """The perturbation that clears the air of a day."""
    settings = {"kind": "weather", "day": day.isoformat(), "condition": "clear"}
    return lambda on: settings | {"description": f"without the {name} of {format_day(day)}"}


def list_bomb_levers(orders: Mapping[str, AnyOrder]) -> Iterator[Lever]:
    """The fate of vehicle bombs, which the record leaves to frequencies."""
    if any(order.kind == "vehicle_bomb" for order in orders.values()):
        yield Lever(
            "bombs", "Chance", "Vehicle bombs", "choice", "random",
            lambda outcome: {"kind": "bombs", "outcome": outcome,
                             "description": f"with vehicle bombs that {BOMB_OUTCOMES[outcome]}"},
            options=BOMB_OUTCOMES,
        )  # fmt: skip


def list_commander_levers(scenario: Scenario) -> Iterator[Lever]:
    """Whether both sides follow the record, where the scenario has orders of commanders who decide for themselves."""
    if any(order.simulated_commander and isinstance(order, ScheduledOrder) for order in scenario.orders.values()):
        yield Lever(
            "commanders", "Commanders", "Follow the recorded orders", "switch", True,
            lambda on: {"kind": "free", "description": "with commanders who follow a fixed rule instead of the record"},
            note=f"else by a fixed rule: {RULE_IN_SHORT}",
        )  # fmt: skip


def list_order_levers(scenario: Scenario, orders: Mapping[str, AnyOrder]) -> Iterator[Lever]:
    """Each order of the record, given or not, by side."""
    for side in scenario.sides.values():
        group = capitalize(f"{format_attributive(side.short_name).removeprefix('the ')} orders")
        for id, order in orders.items():
            if scenario.sides[order.side] is side:
                label, window = capitalize(describe_order_of_forces(scenario, order, 1)), describe_window(order)
                yield Lever(
                    f"order.{id}", group, label, "switch", True, make_cancelling(id, label, window), note=window
                )


def make_cancelling(order: str, label: str, window: str) -> Callable[[bool], PerturbationSettings]:
    """The perturbation that cancels an order."""
    described = f"without the {label[0].lower()}{label[1:]}" + (f" of {window}" if window else "")
    return lambda on: {"kind": "cancel", "orders": [order], "description": described}


def list_moment_levers(scenario: Scenario, end: datetime) -> Iterator[Lever]:
    """From when on all others hold: at a later moment the battle is what it was until then, to the bit."""
    total = (end - scenario.begins) / timedelta(hours=1)
    step = choose_step(total)
    moments = [step * number for number in range(1, ceil(total / step))]
    if moments:
        later = {f"{hours:g}": format_clock(scenario.begins + timedelta(hours=hours)) for hours in moments}
        yield Lever(
            SINCE, "When the changes set in", "From", "range", 0, None, 0, moments[-1], step, "hours",
            {"0": "the beginning"} | later, "what has begun by then stays; strengths rest meanwhile",
        )  # fmt: skip


def format_clock(moment: datetime) -> str:
    """A time of a day: `06:00 on 2 June`."""
    return f"{moment:%H:%M} on {format_day(moment.date())}"


def describe_window(order: AnyOrder) -> str:
    """The day on which an order can be given, or the first and the last."""
    if not isinstance(order, ScheduledOrder):
        return ""
    first, last = order.window.earliest, order.window.latest
    if first.date() == last.date():
        return f"{first:%H:%M} to {format_clock(last)}" if first != last else format_clock(first)
    return f"{format_day(first.date())} to {format_day(last.date())}"
