"""The first layer of a scenario, the record: who reported what, where the text says so, and how it is observed."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from sim.measures import Measure
from sim.scenario.bounds import WrittenBound
from sim.schema import ClaimId, Id, Part, PlaceId, SideId, SourceId, TextPosition, Words


class SourceText(Part):
    """The text that the scenario is drawn from; its sentences stay in it, facts and figures carry over."""

    title: Words
    retrieved: str
    source: SourceId
    sections: tuple[Id, ...]
    summaries: tuple[Id, ...] = ()  # sections that sum up the whole, and so were written after it


class Source(Part):
    """Somebody who reported; `key` is an entry of the bibliography."""

    name: Words
    kind: Literal["monitor", "belligerent", "press", "text", "reference"]
    side: SideId | None = None
    key: str
    note: str | None = None


class Claim(Part):
    """What one source reported: never the truth, and always with the place where the text says so."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"scored": {"const": "carried"}}},
            "then": {"required": ["reason"], "dependencies": {"observable": ["value"]}},
            "else": {"required": ["observable", "value"]},
        }
    )

    says: Words  # our own paraphrase
    at: TextPosition
    source: SourceId
    hedged: bool = False  # the text says "reportedly" or the like
    observable: Measure | None = None
    value: WrittenBound | None = None
    places: tuple[PlaceId, ...] = ()  # for carried claims, where there is no observable to say it
    scored: Literal["calibration", "holdout", "carried"]
    reason: Words | None = None  # why a claim is carried and not scored, or held out
    group: Id | None = None  # claims of one source that count the same people
    contains: tuple[ClaimId, ...] = ()
    reading: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*=[a-z][a-z0-9_]*$")] | None = None

    @model_validator(mode="after")
    def scorable(self) -> "Claim":
        """Refuse a claim that can't be scored and does not say why."""
        if self.scored == "carried":
            if self.reason is None:
                raise ValueError("a carried claim needs a reason")
        elif self.observable is None or self.value is None:
            raise ValueError("a scored claim needs an observable and a value")
        if (self.observable is not None) and self.value is None:
            raise ValueError("an observable needs a value to be held against")
        return self


class Summary(Part):
    """What happened, in a few sentences of ours for who knows nothing of it, and the claims that they rest on."""

    text: Words
    drawn_from: tuple[ClaimId, ...] = ()
