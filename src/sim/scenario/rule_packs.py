"""Packs of priors by era and by echelon: what a scenario needs and is not its own battle's.

What depends on the time (weapons, light, supply, how losses come about) is a pack of an era, what depends on how many
fight (times between orders and deeds, replacements) one of an echelon. An era names the fit that its assaults come
from, a pack with coefficients (`prior_packs`), so that a scenario names two packs and has everything:

    prior_packs:
      - {file: infantry_1939_1945, year: 1944, size: 600}
      - {file: battalion, year: 1944, size: 600}
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from sim.scenario.priors import Prior
from sim.types import Id, StrictModel, Text

PackKind = Literal["era", "echelon"]


class ValueSpan(StrictModel):
    """From one number to another, both included."""

    low: float
    high: float

    @model_validator(mode="after")
    def check_ends(self) -> "ValueSpan":
        """Refuse a span that ends before it begins."""
        if self.low > self.high:
            raise ValueError(f"low {self.low:g} is above high {self.high:g}")
        return self

    def contains(self, value: float) -> bool:
        """Whether a number lies in it."""
        return self.low <= value <= self.high

    def __str__(self) -> str:
        return f"{self.low:.0f} to {self.high:.0f}"


class RulePack(StrictModel):
    """Priors for battles of some years and sizes, with all that says where they come from."""

    title: Text
    kind: PackKind
    reference: tuple[str, ...]  # keys of the bibliography
    years: ValueSpan
    sizes: ValueSpan  # people; the geometric mean of both sides in a typical assault
    typical_size: Annotated[float, Field(ge=1)] | None = None
    taken_from: Annotated[tuple[Text, ...], Field(min_length=1)]
    engagement: Id | None = None  # the pack of the fit that gives how assaults are won and paid for
    priors: dict[Id, Prior]

    def make_priors(self, name: str, omitted: set[str]) -> dict[str, Any]:
        """Priors as a scenario writes them, without those omitted; `name` is that of the pack."""
        result = {}
        for id, prior in self.priors.items():
            if id not in omitted:
                data = prior.model_dump(mode="json", exclude_unset=True)
                result[id] = data | {"reason": f"{prior.reason} (pack {name})"}
        return result


def iter_named_priors(node: Any) -> Iterator[str]:
    """The priors that quantities in plain data name."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "prior" and isinstance(value, str):
                yield value
            else:
                yield from iter_named_priors(value)
    elif isinstance(node, list):
        for value in node:
            yield from iter_named_priors(value)
