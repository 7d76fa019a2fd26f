"""How each source is thought to tell what it saw: names of priors, which the battle itself never reads."""

from collections.abc import Iterator

from pydantic import Field

from sim.schema import Part, PriorId, SideId, SourceId


class Counting(Part):
    """How a source counts: what it tells is negative binomial about the truth times a factor. Source: Radford2023."""

    bias: PriorId  # the factor, one for the whole battle: 2 tells twice as many as there were
    size: PriorId  # of the negative binomial: the greater, the nearer to Poisson


class Reporter(Part):
    """What is assumed of one source."""

    sides: dict[SideId, Counting] = Field(default_factory=dict)  # its counts of each side's people
    equipment: Counting | None = None  # its counts of equipment taken
    misreport: PriorId  # chance that it tells the contrary of what was so: of an event, of who held a place


class Reports(Part):
    """What lies between the battle and the record: a claim is scored only if its source has an entry here."""

    stray: PriorId  # people or pieces that may be told where there were none
    share_sd: PriorId  # standard deviation of a share of a place as told
    sources: dict[SourceId, Reporter]

    def priors(self) -> Iterator[str]:
        """The priors that are named here, some of them more than once."""
        yield from (self.stray, self.share_sd)
        for reporter in self.sources.values():
            yield reporter.misreport
            for counting in (*reporter.sides.values(), reporter.equipment):
                if counting is not None:
                    yield from (counting.bias, counting.size)
