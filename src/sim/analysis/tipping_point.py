"""Tipping points: the smallest change of one documented factor that reverses an outcome.

The factor is a number of reinforcements or sorties, or a time; it is searched by scan and bisection under common random
numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.perturbations.base import PerturbationError, require_id
from sim.perturbations.shift import ShiftOrders as Shift
from sim.perturbations.sorties import ScaleSorties as Sorties
from sim.perturbations.strength import ChangeStrength as Strength
from sim.scenario.model import Scenario
from sim.scoring.intervals import wilson_interval
from sim.types import Edit, Id, StrictModel, Text

TIMED_ORDER_KINDS = ("reinforce", "airstrike")  # kinds of order whose moment may be searched
ALLOWED_FACTORS = (
    "only the reinforcements and sorties of the side whose objective it is are searched, and when they come"
)


class TippingFactorError(Exception):
    """A factor that this scenario does not have, or that may not be changed."""


class TippingFactor(StrictModel):
    """One thing that is changed, in steps between two ends, which have a documented reason."""

    kind: Literal["people", "sorties", "hours"]
    description: Text
    reason: Text
    force: Id | None = None  # of people
    orders: tuple[Id, ...] = ()  # of hours
    low: float
    high: float
    step: Annotated[float, Field(gt=0)]

    @model_validator(mode="after")
    def validate_range(self) -> "TippingFactor":
        """Refuse an empty range, and a factor that does not name what it changes."""
        if self.low >= self.high:
            raise ValueError("low is not below high")
        if self.step > self.high - self.low or (self.high - self.low) / self.step > 10_000:
            raise ValueError("step: between one and ten thousand of them make the range")
        if (self.kind == "people") != (self.force is not None) or (self.kind == "hours") != bool(self.orders):
            raise ValueError("people goes with a force, hours with orders, sorties with neither")
        if self.kind != "hours" and self.low < 0:
            raise ValueError("low: nothing below 0")
        return self

    def compute_base_value(self, scenario: Scenario) -> float:
        """The value of the factor in the scenario; raise TippingFactorError if the scenario can't have it."""
        side = scenario.objective.side
        try:
            if self.force is not None:
                return self.find_reinforcement_strength(scenario, side)
            for id in self.orders:
                require_id("factor.orders", id, scenario.orders)
                order = scenario.orders[id]
                if order.kind not in TIMED_ORDER_KINDS or order.side != side:
                    raise TippingFactorError(f"factor: {id} is of kind {order.kind} of {order.side}: {ALLOWED_FACTORS}")
        except PerturbationError as error:
            raise TippingFactorError(f"{error.setting}: {error.message}") from error
        return 0.0 if self.kind == "hours" else 1.0

    def find_reinforcement_strength(self, scenario: Scenario, side: str) -> float:
        """The people of a reinforcement of the objective's side."""
        assert self.force is not None
        require_id("factor.force", self.force, scenario.forces)
        force = scenario.forces[self.force]
        reinforcements = {
            id for order in scenario.orders.values() if order.kind == "reinforce" for id in getattr(order, "forces", ())
        }
        if force.side != side or force.initially_present or self.force not in reinforcements:
            raise TippingFactorError(f"factor: {self.force} is no reinforcement of {side}: {ALLOWED_FACTORS}")
        if force.strength.value is None:
            raise TippingFactorError(
                f"factor: {self.force} has no number of people, but a range (prior {force.strength.prior})"
            )
        return force.strength.value

    def make_edits(self, scenario: Scenario, value: float) -> tuple[Edit, ...]:
        """The edits that give the factor a value; raise TippingFactorError for one that is impossible."""
        perturbation: Strength | Sorties | Shift
        if self.kind == "people":
            perturbation = Strength(kind="strength", force=self.force, people=value)
        elif self.kind == "sorties":
            perturbation = Sorties(kind="sorties", side=scenario.objective.side, factor=value)
        else:
            perturbation = Shift(kind="shift", orders=self.orders, hours=value)
        try:
            return perturbation.edits(scenario)
        except PerturbationError as error:
            raise TippingFactorError(f"factor.{error.setting}: {error.message}") from error


SCAN_POINTS = 8  # values scanned between the base case and an end, so that no tipping point is passed over

EventSimulator = Callable[[float], np.ndarray]  # a value of the factor to the event in each battle, 0 or 1


@dataclass
class TippingCurve:
    """The event at each value of the factor that was simulated, in steps from the base case."""

    base: float
    step: float
    simulate_events: EventSimulator
    events_by_step: dict[int, np.ndarray] = field(default_factory=dict)

    def get_events(self, steps: int) -> np.ndarray:
        """The event in each battle, simulated if it has not been."""
        if steps not in self.events_by_step:
            self.events_by_step[steps] = self.simulate_events(self.compute_factor_value(steps))
        return self.events_by_step[steps]

    def compute_factor_value(self, steps: int) -> float:
        """The value of the factor so many steps from the base case."""
        return self.base + steps * self.step

    def compute_event_share(self, steps: int) -> float:
        """The share of battles in which the event happens."""
        return float(self.get_events(steps).mean())

    def compute_interval(self, steps: int) -> tuple[float, float]:
        """The 95% interval of that share."""
        return wilson_interval(float(self.get_events(steps).sum()), len(self.get_events(steps)))


@dataclass(frozen=True)
class TippingPoint:
    """The first value in one direction at which the outcome is reversed, in steps from the base case.

    `first_possible` is the first at which it could be, by the 95% interval; `first_certain` the first at which all of
    the interval lies beyond one half, None if there is none in range.
    """

    steps: int
    first_possible: int
    first_certain: int | None


@dataclass(frozen=True)
class TippingPointResult:
    """Whether the event is likely in the base case, and where each direction reverses that (None: nowhere).

    `is_likely_at_base` is None if the interval of the base case holds one half; then nothing was searched.
    """

    curve: TippingCurve
    is_likely_at_base: bool | None
    upward: TippingPoint | None
    downward: TippingPoint | None
    max_increase: int
    max_decrease: int

    @property
    def smallest_change(self) -> TippingPoint | None:
        """The tipping point of the fewest steps."""
        tipping_points = [tipping_point for tipping_point in (self.upward, self.downward) if tipping_point is not None]
        return min(tipping_points, key=lambda tipping_point: abs(tipping_point.steps)) if tipping_points else None


def find_tipping_points(
    base: float, low: float, high: float, step_size: float, simulate_events: EventSimulator
) -> TippingPointResult:
    """Search a factor from its base value to both ends of its range."""
    curve = TippingCurve(base, step_size, simulate_events)
    max_increase = max(int((high - base) / step_size + 1e-9), 0)
    max_decrease = max(int((base - low) / step_size + 1e-9), 0)
    interval_low, interval_high = curve.compute_interval(0)
    if interval_low <= 0.5 <= interval_high:
        return TippingPointResult(curve, None, None, None, max_increase, max_decrease)
    is_likely_at_base = curve.compute_event_share(0) > 0.5
    upward = find_threshold(curve, is_likely_at_base, max_increase, 1)
    downward = find_threshold(curve, is_likely_at_base, max_decrease, -1)
    return TippingPointResult(curve, is_likely_at_base, upward, downward, max_increase, max_decrease)


def find_threshold(curve: TippingCurve, is_likely_at_base: bool, max_steps: int, direction: int) -> TippingPoint | None:
    """The tipping point in one direction; None if there is none."""

    def is_reversed(steps: int) -> bool:
        return (curve.compute_event_share(direction * steps) > 0.5) != is_likely_at_base

    def is_possibly_reversed(steps: int) -> bool:
        low, high = curve.compute_interval(direction * steps)
        return low < 0.5 if is_likely_at_base else high > 0.5

    def is_certainly_reversed(steps: int) -> bool:
        low, high = curve.compute_interval(direction * steps)
        return high < 0.5 if is_likely_at_base else low > 0.5

    first = find_first_step(is_reversed, max_steps)
    if first is None:
        return None
    first_possible = find_first_step(is_possibly_reversed, first)
    first_certain = find_first_step(is_certainly_reversed, max_steps, first)
    return TippingPoint(
        direction * first,
        direction * (first_possible or first),
        None if first_certain is None else direction * first_certain,
    )


def find_first_step(predicate: Callable[[int], bool], max_steps: int, since: int = 0) -> int | None:
    """The first number of steps after `since` at which something holds: by a scan, then by bisection in between."""
    scan_steps = sorted({round(float(mark)) for mark in np.linspace(since, max_steps, SCAN_POINTS + 1)})
    if since > 0 and predicate(since):
        return since
    for before, after in pairwise(scan_steps):
        if not predicate(after):
            continue
        lower, upper = before, after
        while upper - lower > 1:
            middle = (lower + upper) // 2
            lower, upper = (lower, middle) if predicate(middle) else (middle, upper)
        return upper
    return None
