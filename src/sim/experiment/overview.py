"""A study as far as a page tells of it: what all replications add up to, and the first of them with their days."""

from dataclasses import dataclass, field

from sim.experiment.collect import WITH_DAYS
from sim.experiment.replicate import Batch, Study, joined, part_of
from sim.experiment.summary import Summary, summary_of


@dataclass
class Overview:
    """Takes in the batches of a study; no more than the first ones stay in memory."""

    study: Study
    first: list[Batch] = field(default_factory=list)
    summary: Summary | None = None

    def add(self, batch: Batch) -> None:
        """Take in the next batch."""
        room = WITH_DAYS - sum(len(each.replications) for each in self.first)
        if room > 0:
            self.first.append(part_of(batch, 0, room))
        if self.summary is None:
            self.summary = summary_of(self.study, batch)
        else:
            self.summary.add(batch)

    def close(self) -> tuple[Batch, Summary]:
        """The replications that stayed, and the summary of all."""
        assert self.summary is not None
        return joined(self.first), self.summary
