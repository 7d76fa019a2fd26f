"""More or fewer people in a force, or in all forces of a side."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from sim.perturbations.base import ASSUMPTION_TEXT, Perturbation, require_id, scale_quantity
from sim.scenario.model import Scenario
from sim.scenario.quantities import MAX_COUNT
from sim.types import Edit, Id


class ChangeStrength(Perturbation):
    """The strength of a force (or of every force of a side that is there at first) is scaled, or set to a number."""

    kind: Literal["strength"] = "strength"
    force: Id | None = None
    side: Id | None = None
    factor: Annotated[float, Field(gt=0, le=100)] | None = None
    people: Annotated[float, Field(ge=0, le=MAX_COUNT)] | None = None

    @model_validator(mode="after")
    def check_target(self) -> "ChangeStrength":
        """Refuse two targets or two changes, and one number for many forces."""
        if (self.force is None) == (self.side is None):
            raise ValueError("give either a force or a side")
        if (self.factor is None) == (self.people is None):
            raise ValueError("give either a factor or people")
        if self.side is not None and self.people is not None:
            raise ValueError("people goes with one force; a side is scaled by a factor")
        return self

    def edits(self, scenario: Scenario) -> tuple[Edit, ...]:
        if self.force is not None:
            require_id("force", self.force, scenario.forces)
            return (Edit(path=f"forces.{self.force}.strength", value=self.scale_strength(scenario, self.force)),)
        assert self.side is not None
        require_id("side", self.side, scenario.sides)
        side_forces = [
            id for id, force in scenario.forces.items() if force.side == self.side and force.initially_present
        ]
        return tuple(Edit(path=f"forces.{id}.strength", value=self.scale_strength(scenario, id)) for id in side_forces)

    def scale_strength(self, scenario: Scenario, force: str) -> dict[str, Any]:
        """The new strength of a force, as plain data."""
        if self.people is not None:
            return {"value": self.people, "assumption": ASSUMPTION_TEXT}
        assert self.factor is not None
        return scale_quantity(scenario.forces[force].strength, self.factor)
