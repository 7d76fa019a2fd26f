"""What may be searched: the people of a documented reinforcement, sorties, or when either comes.

Only the side whose objective the scenario is about has levers, and no order to attack, to ambush or of a bomb ever is
one: nothing here looks for a better attack.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.perturbations.base import PerturbationError, known
from sim.perturbations.shift import Perturbation as Shift
from sim.perturbations.sorties import Perturbation as Sorties
from sim.perturbations.strength import Perturbation as Strength
from sim.scenario.model import Scenario
from sim.schema import Edit, Id, Part, Words

TIMED = ("reinforce", "airstrike")  # kinds of order whose moment may be searched
ONLY = "only the reinforcements and sorties of the side whose objective it is are searched, and when they come"


class LeverError(Exception):
    """A lever that this scenario can't have, or that nobody may pull."""


class Lever(Part):
    """One thing that can be changed, between two ends with a reason, in steps."""

    kind: Literal["people", "sorties", "hours"]
    says: Words
    reason: Words
    force: Id | None = None  # of people
    orders: tuple[Id, ...] = ()  # of hours
    low: float
    high: float
    step: Annotated[float, Field(gt=0)]

    @model_validator(mode="after")
    def clear(self) -> "Lever":
        """Refuse a range that is empty, and a lever that does not say what it moves."""
        if self.low >= self.high:
            raise ValueError("low is not below high")
        if self.step > self.high - self.low or (self.high - self.low) / self.step > 10_000:
            raise ValueError("step: between one and ten thousand of them make the range")
        if (self.kind == "people") != (self.force is not None) or (self.kind == "hours") != bool(self.orders):
            raise ValueError("people goes with a force, hours with orders, sorties with neither")
        if self.kind != "hours" and self.low < 0:
            raise ValueError("low: nothing below 0")
        return self

    def base(self, scenario: Scenario) -> float:
        """Where the lever stands in the scenario; raise LeverError if it is none."""
        side = scenario.objective.side
        try:
            if self.force is not None:
                return self.people(scenario, side)
            for id in self.orders:
                known("lever.orders", id, scenario.orders)
                order = scenario.orders[id]
                if order.kind not in TIMED or order.side != side:
                    raise LeverError(f"lever: {id} is of kind {order.kind} of {order.side}: {ONLY}")
        except PerturbationError as error:
            raise LeverError(f"{error.setting}: {error.message}") from error
        return 0.0 if self.kind == "hours" else 1.0

    def people(self, scenario: Scenario, side: str) -> float:
        """The people of a reinforcement that comes to the objective's side."""
        assert self.force is not None
        known("lever.force", self.force, scenario.forces)
        force = scenario.forces[self.force]
        coming = {
            id for order in scenario.orders.values() if order.kind == "reinforce" for id in getattr(order, "forces", ())
        }
        if force.side != side or force.present or self.force not in coming:
            raise LeverError(f"lever: {self.force} is no reinforcement of {side}: {ONLY}")
        if force.strength.value is None:
            raise LeverError(f"lever: {self.force} has no number of people, but a range (prior {force.strength.prior})")
        return force.strength.value

    def edits(self, scenario: Scenario, value: float) -> tuple[Edit, ...]:
        """The lever put somewhere; raise LeverError where that can't be."""
        change: Strength | Sorties | Shift
        if self.kind == "people":
            change = Strength(kind="strength", force=self.force, people=value)
        elif self.kind == "sorties":
            change = Sorties(kind="sorties", side=scenario.objective.side, factor=value)
        else:
            change = Shift(kind="shift", orders=self.orders, hours=value)
        try:
            return change.edits(scenario)
        except PerturbationError as error:
            raise LeverError(f"lever.{error.setting}: {error.message}") from error
