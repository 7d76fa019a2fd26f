"""The source model: how each source is thought to report what it saw, by priors that the battle never reads.

    a count          ~ negative binomial (mean = bias * truth + background, size)
    a share          ~ normal (truth, share_sd), in steps; as any step alike with probability flip_probability
    a time           ~ normal (truth, time_sd), in quarters of an hour; as any alike with probability flip_probability
    true or not true : the contrary with probability flip_probability

`sim.likelihood` has the likelihood and the simulation of such reports.
"""

from collections.abc import Iterator

from pydantic import Field

from sim.types import PriorId, SideId, SourceId, StrictModel, is_absent


class CountErrorModel(StrictModel):
    """How a source counts: its reports are negative binomial, with mean bias times the truth. Source: Radford2023."""

    bias: PriorId  # the factor, one for the whole battle: 2 reports twice as many as there were
    size: PriorId  # of the negative binomial: the greater, the nearer to Poisson


class SourceErrorModel(StrictModel):
    """How one source errs."""

    sides: dict[SideId, CountErrorModel] = Field(default_factory=dict)  # its counts of each side's people
    both_sides: CountErrorModel | None = Field(default=None, exclude_if=is_absent)  # its counts of both together
    equipment: CountErrorModel | None = None  # its counts of equipment taken
    flip_probability: PriorId  # that it reports the contrary of what was so: of an event, of who held a place


class SourceModel(StrictModel):
    """What lies between battle and record: a claim is scored only if its source has an entry here."""

    background_rate: PriorId  # mean of people or pieces reported beyond the true ones, even where there were none
    share_sd: PriorId  # standard deviation of a reported share of a place
    time_sd: PriorId | None = Field(default=None, exclude_if=is_absent)  # hours: of a reported time or length of time
    sources: dict[SourceId, SourceErrorModel]

    def iter_priors(self) -> Iterator[str]:
        """The priors that are named here, some of them more than once."""
        yield from (self.background_rate, self.share_sd, *filter(None, [self.time_sd]))
        for error_model in self.sources.values():
            yield error_model.flip_probability
            for count_error_model in (*error_model.sides.values(), error_model.both_sides, error_model.equipment):
                if count_error_model is not None:
                    yield from (count_error_model.bias, count_error_model.size)
