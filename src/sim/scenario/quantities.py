"""A number of the scenario: known from a claim or a source, assumed for a reason, or drawn from a prior."""

from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, model_validator

from sim.schema import ClaimId, Part, PriorId, SourceId, Words

MOST = 1_000_000  # of anything counted: a battle of more would not end


class Quantity(Part):
    """Either a fixed `value` or a `share` of a `prior`; every fixed number says where it comes from."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": ["value"]}, {"required": ["prior"]}],
            "if": {"required": ["value"]},
            "then": {"oneOf": [{"required": [origin]} for origin in ("claim", "source", "assumption")]},
        }
    )

    limits: ClassVar[tuple[float, float]] = (-MOST, MOST)  # of what is drawn from a prior; as those of `value`

    value: float | None = None
    prior: PriorId | None = None
    share: Annotated[float, Field(gt=0)] = 1.0
    claim: ClaimId | None = None
    source: SourceId | None = None
    where: str | None = None
    assumption: Words | None = None

    @model_validator(mode="after")
    def traceable(self) -> "Quantity":
        """Refuse a number without an origin and a quantity with two."""
        if (self.value is None) == (self.prior is None):
            raise ValueError("give either a value or a prior")
        origins = [self.claim, self.source, self.assumption]
        given = sum(origin is not None for origin in origins)
        if self.value is not None and given != 1:
            raise ValueError("a number needs one origin: claim, source or assumption")
        if self.prior is not None and self.share != 1.0 and self.assumption is None:
            raise ValueError("a share of a prior needs an assumption that says why")
        return self


class Count(Quantity):
    """A quantity that can't be negative."""

    limits: ClassVar[tuple[float, float]] = (0.0, MOST)

    value: Annotated[float, Field(ge=0, le=MOST)] | None = None


class Fraction(Quantity):
    """A quantity between 0 and 1."""

    limits: ClassVar[tuple[float, float]] = (0.0, 1.0)

    value: Annotated[float, Field(ge=0, le=1)] | None = None


class Depth(Quantity):
    """Kilometres, more than nothing: a line moves through them."""

    limits: ClassVar[tuple[float, float]] = (0.01, 1000.0)

    value: Annotated[float, Field(ge=0.01, le=1000)] | None = None


class Interval(Quantity):
    """Hours from one time to the next: not so few that they never end."""

    limits: ClassVar[tuple[float, float]] = (0.25, MOST)

    value: Annotated[float, Field(ge=0.25, le=MOST)] | None = None
