"""What a scenario declares for its evaluation: temporal splits of the record, and turning points."""

from pydantic import model_validator

from sim.events.observables import AnyObservable
from sim.scenario.evidence import SerializedInterval
from sim.types import ClaimId, Edit, EndTime, StrictModel, Text


class TemporalSplit(StrictModel):
    """A split of the record in time: claims of what came after the cutoff, up to `until`, score a forecast."""

    description: Text
    cutoff: EndTime
    until: EndTime

    @model_validator(mode="after")
    def check_order(self) -> "TemporalSplit":
        """Refuse a split that holds out nothing."""
        if self.until <= self.cutoff:
            raise ValueError("until must lie after the cutoff")
        return self


class AlternativeOutcome(StrictModel):
    """The other way in which a turning point can go."""

    observable: AnyObservable
    value: SerializedInterval


class TurningPoint(StrictModel):
    """A documented moment at which things could have gone otherwise.

    A simulated battle has it if all the claims in `claims` are true of it; it went the other way where `alternative`
    holds or, if that is not given, in every other battle. What no rule leaves open, such as the weather that a source
    reports, is taken away by `counterfactual_edits`, and battles are simulated with and without it.
    """

    description: Text
    claims: tuple[ClaimId, ...] = ()
    alternative: AlternativeOutcome | None = None
    counterfactual_edits: tuple[Edit, ...] = ()

    @model_validator(mode="after")
    def check_definition(self) -> "TurningPoint":
        """Refuse a turning point without claims and edits, or with both."""
        if bool(self.claims) == bool(self.counterfactual_edits):
            raise ValueError("give either claims or counterfactual_edits")
        if self.alternative is not None and not self.claims:
            raise ValueError("alternative goes with claims")
        return self
