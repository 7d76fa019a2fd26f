"""A number of the scenario: known from a claim or a source, assumed for a reason, or drawn from a prior."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.scenario.field_types import list_fields_holding
from sim.scenario.problems import DataPath
from sim.types import ClaimId, PriorId, Remark, SourceId, StrictModel, Text

MAX_COUNT = 1_000_000  # of anything counted: a battle of more would not end


class Quantity(StrictModel):
    """Either a fixed `value` or a `share` of a `prior`; every fixed number says where it comes from."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": ["value"]}, {"required": ["prior"]}],
            "if": {"required": ["value"]},
            "then": {"oneOf": [{"required": [origin]} for origin in ("claim", "source", "assumption")]},
        }
    )

    limits: ClassVar[tuple[float, float]] = (-MAX_COUNT, MAX_COUNT)  # of values drawn from a prior; as those of `value`

    value: float | None = None
    prior: PriorId | None = None
    share: Annotated[float, Field(gt=0)] = 1.0
    claim: ClaimId | None = None
    source: SourceId | None = None
    locator: Remark | None = None
    assumption: Text | None = None

    @model_validator(mode="after")
    def check_origin(self) -> "Quantity":
        """Refuse a number without an origin and a quantity with two."""
        if (self.value is None) == (self.prior is None):
            raise ValueError("give either a value or a prior")
        origins = [self.claim, self.source, self.assumption]
        n_origins = sum(origin is not None for origin in origins)
        if self.value is not None and n_origins != 1:
            raise ValueError("a number needs one origin: claim, source or assumption")
        if self.prior is not None and self.share != 1.0 and self.assumption is None:
            raise ValueError("a share of a prior needs an assumption that says why")
        return self


class NonNegativeQuantity(Quantity):
    """A quantity that can't be negative."""

    limits: ClassVar[tuple[float, float]] = (0.0, MAX_COUNT)

    value: Annotated[float, Field(ge=0, le=MAX_COUNT)] | None = None


class FractionQuantity(Quantity):
    """A quantity between 0 and 1."""

    limits: ClassVar[tuple[float, float]] = (0.0, 1.0)

    value: Annotated[float, Field(ge=0, le=1)] | None = None


class DepthQuantity(Quantity):
    """Kilometres, more than nothing: a line moves through them."""

    limits: ClassVar[tuple[float, float]] = (0.01, 1000.0)

    value: Annotated[float, Field(ge=0.01, le=1000)] | None = None


class PeriodQuantity(Quantity):
    """Hours from one time to the next: not so few that they never end."""

    limits: ClassVar[tuple[float, float]] = (0.25, MAX_COUNT)

    value: Annotated[float, Field(ge=0.25, le=MAX_COUNT)] | None = None


def iter_quantities(node: object, path: DataPath = ()) -> Iterator[tuple[DataPath, Quantity]]:
    """Every quantity in a part of a scenario, with its path."""
    if isinstance(node, Quantity):
        yield path, node
    elif isinstance(node, BaseModel):
        for name in list_fields_holding(type(node), Quantity):
            yield from iter_quantities(getattr(node, name), (*path, name))
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from iter_quantities(value, (*path, key))
    elif isinstance(node, tuple):
        for place, value in enumerate(node):
            yield from iter_quantities(value, (*path, place))
