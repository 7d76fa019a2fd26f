"""A place that is better or worse fortified."""

from typing import Annotated, Literal

from pydantic import Field

from sim.perturbations.base import ASSUMPTION_TEXT, Perturbation, require_id
from sim.scenario.model import Scenario
from sim.types import Edit, Id


class SetCover(Perturbation):
    """The share of the attacker's fire that shelter takes away at a place is set."""

    kind: Literal["cover"] = "cover"
    place: Id
    cover: Annotated[float, Field(ge=0, le=1)]

    def edits(self, scenario: Scenario) -> tuple[Edit, ...]:
        require_id("place", self.place, scenario.places)
        return (Edit(path=f"places.{self.place}.cover", value={"value": self.cover, "assumption": ASSUMPTION_TEXT}),)
