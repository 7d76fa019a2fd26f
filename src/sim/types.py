"""Base types of all parts of a scenario: strict models, ids that refer to something, times, text positions."""

import re
import unicodedata
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

POSITION_PATTERN = re.compile(r"^(?:([a-z][a-z0-9_]*) )?([a-z][a-z0-9_]*) (\d+)\.(\d+)$")
RECORD_DATE = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
POSITION_HELP = "not a position in the text: write `section paragraph.sentence`, like `battle 2.3`"
DATE_PATTERN = re.compile(r"^\d{4}-\d{2}-\d{2}$")
DATE_REGEX = r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
TIME_REGEX = r"([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?)?$"


@dataclass(frozen=True)
class Reference:
    """Marks an id that must be a key of another section of the scenario."""

    section: str

    def __get_pydantic_json_schema__(self, core: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(core), "description": f"an id of `{self.section}`"}


ID_REGEX = r"^[a-z][a-z0-9_]{0,99}$"  # file names are made of ids
NAME_REGEX = r"\S"
SHORT_NAME_REGEX = r"^\S(.*\S)?$"
# What is said of a text that does not match; pydantic would print the pattern.
PATTERN_MESSAGES = {
    ID_REGEX: (
        "not an id (a small letter from a to z, then up to 99 small letters, digits and _): a name may have any letters"
    ),
    NAME_REGEX: "not a name: nothing in it can be seen (allowed: any text with a letter, a digit or a sign)",
    SHORT_NAME_REGEX: "not a name: it begins and ends with a letter, a digit or a sign",
}


def is_visible(text: str) -> bool:
    """Whether there is anything to be seen in a text, and not only marks that belong above a letter."""
    return any(unicodedata.category(each)[0] in "LNPS" for each in text)


def check_visible(name: str) -> str:
    """Refuse a name in which there is nothing to be seen."""
    if not is_visible(name):
        raise ValueError(PATTERN_MESSAGES[NAME_REGEX])
    return name


def check_remark(text: str) -> str:
    """Refuse a reason, a paraphrase or a note in which there is nothing to be seen."""
    if not is_visible(text):
        raise ValueError("nothing in it can be seen: write it in words")
    return text


Id = Annotated[str, StringConstraints(pattern=ID_REGEX)]
# What something is called, in any script: one character is enough.
Name = Annotated[str, StringConstraints(pattern=NAME_REGEX), AfterValidator(check_visible)]
ShortName = Annotated[str, StringConstraints(pattern=SHORT_NAME_REGEX), AfterValidator(check_visible)]
SourceId = Annotated[Id, Reference("sources")]
SideId = Annotated[Id, Reference("sides")]
PlaceId = Annotated[Id, Reference("places")]
ForceId = Annotated[Id, Reference("forces")]
OrderId = Annotated[Id, Reference("orders")]
ClaimId = Annotated[Id, Reference("claims")]
PriorId = Annotated[Id, Reference("priors")]
TerrainId = Annotated[Id, Reference("terrains")]
WayId = Annotated[Id, Reference("road_types")]
EquipmentId = Annotated[Id, Reference("equipment")]
Remark = Annotated[str, AfterValidator(check_remark)]
Text = Annotated[Remark, StringConstraints(min_length=3)]


def parse_as_day_start(value: object) -> object:
    """Read a bare date as the beginning of that day; leave anything else but numbers to pydantic."""
    if isinstance(value, int | float):
        raise ValueError("not a date or time: write 2001-06-02 or 2001-06-02T14:30")
    if isinstance(value, str) and DATE_PATTERN.match(value):
        return f"{value}T00:00"
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    return value


def parse_as_day_end(value: object) -> object:
    """Read a bare date as the end of that day, so that `until: 2001-06-02` includes the 2nd."""
    moment = parse_as_day_start(value)
    if moment is value:
        return value
    midnight = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    assert isinstance(midnight, datetime)
    if midnight.date() == date.max:
        raise ValueError("the calendar ends there")
    return midnight + timedelta(days=1)


def reject_time_zone(moment: datetime) -> datetime:
    """Refuse time zones: every time of a scenario is local."""
    if moment.tzinfo is not None:
        raise ValueError("times are local: leave the time zone out")
    return moment


def make_time_schema(description: str) -> WithJsonSchema:
    """How a time is written in a file, for the JSON Schema."""
    return WithJsonSchema(
        {
            "type": "string",
            "pattern": DATE_REGEX + TIME_REGEX,
            "patternErrorMessage": "not a date or time: write 2001-06-02 or 2001-06-02T14:30",  # for editors
            "description": description,
        }
    )


StartTime = Annotated[
    datetime,
    BeforeValidator(parse_as_day_start),
    AfterValidator(reject_time_zone),
    make_time_schema("local time, 2001-06-02T14:30; a bare day, 2001-06-02, is its beginning"),
]
EndTime = Annotated[
    datetime,
    BeforeValidator(parse_as_day_end),
    AfterValidator(reject_time_zone),
    make_time_schema("local time, 2001-06-02T14:30; a bare day, 2001-06-02, is its end"),
]


class StrictModel(BaseModel):
    """A piece of a scenario: no unknown keys, unchangeable once read, no endless numbers."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Edit(StrictModel):
    """One change of the scenario's plain data: a dotted path and the value that it gets."""

    path: Annotated[str, StringConstraints(min_length=1)]
    value: object


def is_absent(value: object) -> bool:
    """Whether a value that may be left out is: what was written before it could be given has the same digest."""
    return value is None or value == () or value == {}


def parse_record_dates(value: object) -> object:
    """Read a bare year as text; leave the rest to the check that follows."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def check_record_date(text: str) -> str:
    """Refuse what is no date: a year, a month or a day, as exactly as it is known."""
    if not re.fullmatch(RECORD_DATE, text) or not is_calendar_date(text):
        raise ValueError("not a date: write 1982, 1982-05 or 1982-05-28")
    return text


def check_record_dates(text: str) -> str:
    """Refuse what is neither a date nor two of them in order."""
    first, *rest = text.split(" to ")
    if len(rest) > 1:
        raise ValueError("not a date, nor two: write 1982-05-28, or 1982-05-28 to 1982-06-14")
    for each in (first, *rest):
        check_record_date(each)
    if rest and rest[0] < first[: len(rest[0])]:
        raise ValueError(f"ends ({rest[0]}) before it begins ({first})")
    return text


def is_calendar_date(text: str) -> bool:
    """Whether a year, a month or a day is one of the calendar."""
    try:
        date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return False
    return True


RecordDate = Annotated[
    str,
    BeforeValidator(parse_record_dates),
    AfterValidator(check_record_date),
    WithJsonSchema(
        {"type": ["string", "integer"], "description": "1982, 1982-05 or 1982-05-28, as far as it is known"}
    ),
]
RecordDates = Annotated[
    str,
    BeforeValidator(parse_record_dates),
    AfterValidator(check_record_dates),
    WithJsonSchema({"type": ["string", "integer"], "description": "a date, or two: 1982-05-28 to 1982-06-14"}),
]


class TextPosition(StrictModel):
    """Where a text says it: section, paragraph and sentence, counted from 1, and the text if there are several."""

    text: Id | None = Field(default=None, exclude_if=is_absent)
    section: Id  # of a text without sections: the text itself
    paragraph: int = Field(ge=1)
    sentence: int = Field(ge=1)

    @model_validator(mode="before")
    @classmethod
    def parse_short_form(cls, value: object) -> object:
        """Read the short forms `battle 2.3` and `gazette battle 2.3`."""
        if not isinstance(value, str):
            return value
        match = POSITION_PATTERN.match(value)
        if not match:
            raise ValueError(POSITION_HELP)
        return {"text": match[1], "section": match[2], "paragraph": int(match[3]), "sentence": int(match[4])}

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        meaning = (
            "where the text says it: section paragraph.sentence, like `battle 2.3`, counted from 1; "
            "before it a key of `texts`, if there are several: `gazette battle 2.3`"
        )
        return {
            "type": "string",
            "pattern": r"^([a-z][a-z0-9_]* )?[a-z][a-z0-9_]* [1-9]\d*\.[1-9]\d*$",
            "patternErrorMessage": POSITION_HELP,
            "description": meaning,
        }

    def __str__(self) -> str:
        text = "" if self.text is None else f"{self.text} "
        return f"{text}{self.section} {self.paragraph}.{self.sentence}"


class Window(StrictModel):
    """The earliest and the latest local time that the text allows for something."""

    earliest: StartTime
    latest: StartTime

    @model_validator(mode="after")
    def check_order(self) -> "Window":
        """Refuse a window that ends before it begins."""
        if self.latest < self.earliest:
            raise ValueError(f"ends ({self.latest:%Y-%m-%dT%H:%M}) before it begins ({self.earliest:%Y-%m-%dT%H:%M})")
        return self
