"""The record: sources, claims with the place in the text, and the phrases in which numbers are reported."""

import operator
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, PlainSerializer, model_validator

from sim.events.observables import AnyObservable
from sim.scenario.claim_kinds import CLAIM_KINDS, PHRASE_HELP
from sim.types import (
    ClaimId,
    EndTime,
    Id,
    Name,
    PlaceId,
    RecordDate,
    RecordDates,
    Remark,
    SideId,
    SourceId,
    StrictModel,
    Text,
    TextPosition,
    is_absent,
)


class ReportedInterval(BaseModel):
    """The numbers that agree with what was said: `low` to `high`, both included.

    Parameters
    ----------
    phrase
        What was said, in one of the phrases of `CLAIM_KINDS`.
    kind
        Name of the claim kind that the phrase is of.
    low, high
        The limits, in the unit of the observable.

    Raises
    ------
    ValidationError
        The phrase is none of those allowed, or its range runs backwards.

    Examples
    --------
    >>> interval = ReportedInterval.model_validate("15 to 25")
    >>> interval.low, interval.high, interval.contains(20)
    (15.0, 25.0, True)
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    phrase: str
    kind: str
    low: float
    high: float

    @model_validator(mode="before")
    @classmethod
    def parse_phrase(cls, value: object) -> object:
        """Read the phrase of a scenario file; raise ValueError with the phrases allowed."""
        if not isinstance(value, str):
            raise ValueError(f"not a bound (allowed: {PHRASE_HELP})")
        for name, kind in CLAIM_KINDS.items():
            if (limits := kind.parse(value)) is not None:
                low, high = limits
                if high < low:
                    raise ValueError(f"the range runs backwards: {value}")
                return {"phrase": value, "kind": name, "low": low, "high": high}
        raise ValueError(f"not a bound (allowed: {PHRASE_HELP})")

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        words = [kind.template for kind in CLAIM_KINDS.values() if not (kind.has_number or kind.has_time)]
        patterns = [kind.pattern.pattern for kind in CLAIM_KINDS.values() if kind.has_number or kind.has_time]
        return {
            "description": f"what was said of the number: {PHRASE_HELP}",
            "anyOf": [{"enum": words}, {"type": "string", "pattern": "|".join(patterns)}],
        }

    def relative_to(self, begins: datetime) -> "ReportedInterval":
        """The same, with local times as hours since the beginning of a battle."""
        kind = CLAIM_KINDS[self.kind]
        if not kind.has_time or (limits := kind.parse(self.phrase, begins)) is None:
            return self
        return self.model_copy(update={"low": limits[0], "high": limits[1]})

    def contains(self, value: float) -> bool:
        """Whether a simulated value agrees with what was said."""
        return self.low <= value <= self.high

    @property
    def reported_number(self) -> float | None:
        """The number that was said, or the middle of a range; None for words."""
        match CLAIM_KINDS[self.kind].reported_number:
            case "low":
                return float(round(self.low, 9))
            case "middle":
                return (self.low + self.high) / 2
            case "high":
                return float(round(self.high, 9))
            case None:
                return None


SerializedInterval = Annotated[ReportedInterval, PlainSerializer(lambda interval: interval.phrase, return_type=str)]


class SourceText(StrictModel):
    """A text that the scenario is drawn from: facts and figures are taken over, its sentences are not."""

    title: Text
    address: Text | None = Field(default=None, exclude_if=is_absent)  # where it can be read: a page, an archive's mark
    date: RecordDate | None = Field(default=None, exclude_if=is_absent)  # when it was written
    language: Text | None = Field(default=None, exclude_if=is_absent)
    licence: Text | None = Field(default=None, exclude_if=is_absent)
    retrieved: Remark | None = Field(default=None, exclude_if=is_absent)  # when it was read
    source: SourceId | None = Field(default=None, exclude_if=is_absent)  # who speaks where the text names nobody
    sections: tuple[Id, ...] = ()  # none: it is cited by paragraph and sentence alone
    summary_sections: tuple[Id, ...] = ()  # sections that sum up the whole, and so were written after it
    pages: bool = Field(default=False, exclude_if=operator.not_)  # it is cited by page and paragraph instead


class Source(StrictModel):
    """Somebody who reported; `reference` is an entry of the bibliography."""

    name: Name
    kind: Literal["monitor", "belligerent", "press", "text", "reference"]
    side: SideId | None = None
    reference: str
    address: Text | None = Field(default=None, exclude_if=is_absent)  # where its report can be read
    dates: RecordDates | None = Field(default=None, exclude_if=is_absent)  # when it reported
    note: Remark | None = None


class Claim(StrictModel):
    """What one source reported: never the truth, and always with the place where the text says so."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"role": {"const": "context"}}},
            "then": {"required": ["reason"], "dependencies": {"observable": ["value"]}},
            "else": {"required": ["observable", "value"]},
        }
    )

    statement: Text  # our own paraphrase
    citation: TextPosition
    source: SourceId
    reported: EndTime | None = Field(default=None, exclude_if=is_absent)  # when it was told; if not given, at once
    uncertain: bool = False  # the text says "reportedly" or the like
    observable: AnyObservable | None = None
    value: SerializedInterval | None = None
    places: tuple[PlaceId, ...] = ()  # for claims of role context, where there is no observable to say it
    role: Literal["calibration", "holdout", "context"]
    reason: Text | None = None  # why a claim is not scored, or held out
    population: Id | None = None  # claims of one source that count the same people
    includes: tuple[ClaimId, ...] = ()
    reading: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*=[a-z][a-z0-9_]*$")] | None = None

    @model_validator(mode="after")
    def check_role(self) -> "Claim":
        """Refuse a claim that can't be scored and does not say why."""
        if self.role == "context":
            if self.reason is None:
                raise ValueError("a claim of role context needs a reason")
        elif self.observable is None or self.value is None:
            raise ValueError("a scored claim needs an observable and a value")
        if self.role != "context" and getattr(self.observable, "fate", None) is not None:
            raise ValueError("no rule follows prisoners: a claim of their fate is of role context")
        if (self.observable is not None) and self.value is None:
            raise ValueError("an observable needs a value to be held against")
        return self

    @property
    def known_since(self) -> datetime | None:
        """When it could be known: when it had been told, and what it tells of was over; None if nothing dates it."""
        over = None if self.observable is None else self.observable.until
        return max((moment for moment in (self.reported, over) if moment is not None), default=None)


class Synopsis(StrictModel):
    """What happened, in a few sentences of ours for who knows nothing of it, and the claims that they rest on."""

    text: Text
    based_on: tuple[ClaimId, ...] = ()
