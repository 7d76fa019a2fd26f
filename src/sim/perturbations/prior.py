"""An unknown that is fixed or scaled: break points, killing rates, replacements, any prior."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.perturbations.base import Perturbation, PerturbationError, require_id
from sim.scenario.model import Scenario
from sim.scenario.priors import Pooled
from sim.types import Edit, Id

SCALED_FIELDS = ("value", "median", "mean", "sd", "mode", "low", "high")


class SetPrior(Perturbation):
    """A prior is fixed at a value, or everything in it that has its unit is scaled."""

    kind: Literal["prior"] = "prior"
    prior: Id
    value: float | None = None
    factor: Annotated[float, Field(gt=0, le=100)] | None = None

    @model_validator(mode="after")
    def check_change(self) -> "SetPrior":
        """Refuse two changes at once, and none."""
        if (self.value is None) == (self.factor is None):
            raise ValueError("give either a value or a factor")
        return self

    def edits(self, scenario: Scenario) -> tuple[Edit, ...]:
        require_id("prior", self.prior, scenario.priors)
        if self.value is not None:
            return (Edit(path=f"priors.{self.prior}", value=self.value),)
        assert self.factor is not None
        prior = scenario.priors[self.prior]
        if isinstance(prior, Pooled):  # what a file says, which is moved afterwards
            prior = prior.own
        if prior.distribution == "beta":
            raise PerturbationError("factor", f"{self.prior} is a share between 0 and 1: give a value")
        numbers = {name: getattr(prior, name) for name in SCALED_FIELDS if name in prior.model_fields_set}
        return tuple(
            Edit(path=f"priors.{self.prior}.{name}", value=number * self.factor) for name, number in numbers.items()
        )
