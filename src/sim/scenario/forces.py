"""The second layer, choices: the forces of both sides."""

from typing import Literal

from pydantic import Field

from sim.scenario.quantities import Count
from sim.schema import ClaimId, EquipmentId, Part, PlaceId, SideId, Words


class Force(Part):
    """A body of people of one side that stands at one place and moves as a whole."""

    name: Words
    side: SideId
    at: PlaceId  # where it stands when the battle begins, or where it comes in
    strength: Count
    role: Literal["mobile", "garrison", "reserve"] = "mobile"
    present: bool = True  # False: it comes in with a `reinforce` order
    replaced: bool = False  # its losses are made good between fights while it is supplied
    equipment: dict[EquipmentId, Count] = Field(default_factory=dict)
    units: tuple[Words, ...] = ()
    commanders: tuple[Words, ...] = ()
    drawn_from: tuple[ClaimId, ...] = ()
    decided: Words | None = None
