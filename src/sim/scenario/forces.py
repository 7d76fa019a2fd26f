"""The two sides, the kinds of equipment that are counted, and the forces of both sides."""

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.quantities import NonNegativeQuantity
from sim.types import ClaimId, EquipmentId, Name, PlaceId, ShortName, SideId, StrictModel, Text


class Side(StrictModel):
    """One of the two sides."""

    name: Name
    short_name: ShortName
    member_noun: Name  # what its people are called: soldiers, fighters
    colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]


class Equipment(StrictModel):
    """A kind of equipment that is counted."""

    name: Name
    plural: Name


class Force(StrictModel):
    """A body of people of one side that stands at one place and moves as a whole."""

    name: Name
    side: SideId
    location: PlaceId  # where it stands when the battle begins, or where it comes in
    strength: NonNegativeQuantity
    role: Literal["mobile", "garrison", "reserve"] = "mobile"
    initially_present: bool = True  # False: it comes in with a `reinforce` order
    receives_replacements: bool = False  # its losses are made good between fights while it is supplied
    equipment: dict[EquipmentId, NonNegativeQuantity] = Field(default_factory=dict)
    unit_hierarchy: tuple[Name, ...] = ()
    commanders: tuple[Name, ...] = ()
    based_on: tuple[ClaimId, ...] = ()
    rationale: Text | None = None
