"""What every part of a scenario is made of: strict models, ids that refer to something, times, text positions."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

POSITION = re.compile(r"^([a-z]+) (\d+)\.(\d+)$")
DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
WRITTEN_DAY = r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
WRITTEN_HOUR = r"([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?)?$"


@dataclass(frozen=True)
class Refers:
    """Marks an id that must be a key of another section of the scenario."""

    section: str

    def __get_pydantic_json_schema__(self, core: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(core), "description": f"an id of `{self.section}`"}


Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
SourceId = Annotated[Id, Refers("sources")]
SideId = Annotated[Id, Refers("sides")]
PlaceId = Annotated[Id, Refers("places")]
ForceId = Annotated[Id, Refers("forces")]
OrderId = Annotated[Id, Refers("orders")]
ClaimId = Annotated[Id, Refers("claims")]
PriorId = Annotated[Id, Refers("priors")]
TerrainId = Annotated[Id, Refers("terrains")]
WayId = Annotated[Id, Refers("ways")]
EquipmentId = Annotated[Id, Refers("equipment")]
Words = Annotated[str, StringConstraints(min_length=3)]


def start_of_day(written: object) -> object:
    """Read a bare date as the beginning of that day; leave anything else but numbers to pydantic."""
    if isinstance(written, int | float):
        raise ValueError("not a date or time: write 2001-06-02 or 2001-06-02T14:30")
    if isinstance(written, str) and DAY.match(written):
        return f"{written}T00:00"
    if isinstance(written, date) and not isinstance(written, datetime):
        return datetime.combine(written, time())
    return written


def end_of_day(written: object) -> object:
    """Read a bare date as the end of that day, so that `until: 2001-06-02` includes the 2nd."""
    moment = start_of_day(written)
    if moment is written:
        return written
    midnight = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    assert isinstance(midnight, datetime)
    if midnight.date() == date.max:
        raise ValueError("the calendar ends there")
    return midnight + timedelta(days=1)


def local(moment: datetime) -> datetime:
    """Refuse time zones: every time of a scenario is local."""
    if moment.tzinfo is not None:
        raise ValueError("times are local: leave the time zone out")
    return moment


def written_as(meaning: str) -> WithJsonSchema:
    """How a time is written in a file, for the JSON Schema."""
    return WithJsonSchema(
        {
            "type": "string",
            "pattern": WRITTEN_DAY + WRITTEN_HOUR,
            "patternErrorMessage": "not a date or time: write 2001-06-02 or 2001-06-02T14:30",  # for editors
            "description": meaning,
        }
    )


Moment = Annotated[
    datetime,
    BeforeValidator(start_of_day),
    AfterValidator(local),
    written_as("local time, 2001-06-02T14:30; a bare day, 2001-06-02, is its beginning"),
]
Deadline = Annotated[
    datetime,
    BeforeValidator(end_of_day),
    AfterValidator(local),
    written_as("local time, 2001-06-02T14:30; a bare day, 2001-06-02, is its end"),
]


class Part(BaseModel):
    """A piece of a scenario: no unknown keys, unchangeable once read, no endless numbers."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Edit(Part):
    """One change of the scenario's plain data: a dotted path and the value that it gets."""

    path: Words
    value: object


class TextPosition(Part):
    """Where the source text says it: section, paragraph and sentence, counted from 1."""

    section: Id
    paragraph: int = Field(ge=1)
    sentence: int = Field(ge=1)

    @model_validator(mode="before")
    @classmethod
    def read(cls, written: object) -> object:
        """Read the short form `battle 2.3`."""
        if not isinstance(written, str):
            return written
        found = POSITION.match(written)
        if not found:
            raise ValueError("not a position in the text: write `section paragraph.sentence`, like `battle 2.3`")
        return {"section": found[1], "paragraph": int(found[2]), "sentence": int(found[3])}

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        meaning = "where the text says it: section paragraph.sentence, like `battle 2.3`, counted from 1"
        return {
            "type": "string",
            "pattern": r"^[a-z]+ [1-9]\d*\.[1-9]\d*$",
            "patternErrorMessage": "not a position in the text: write `section paragraph.sentence`, like `battle 2.3`",
            "description": meaning,
        }

    def __str__(self) -> str:
        return f"{self.section} {self.paragraph}.{self.sentence}"


class Window(Part):
    """The earliest and the latest local time that the text allows for something."""

    earliest: Moment
    latest: Moment

    @model_validator(mode="after")
    def ordered(self) -> "Window":
        """Refuse a window that ends before it begins."""
        if self.latest < self.earliest:
            raise ValueError(f"ends ({self.latest:%Y-%m-%dT%H:%M}) before it begins ({self.earliest:%Y-%m-%dT%H:%M})")
        return self
