"""Taking in the batches of a study as they are finished: tables grow on disk, and only so much stays in memory.

A study of any size leaves `runs` and `claims` of every replication. `daily`, which has a row for each replication, day,
place and side, holds all of them in a small study and the first ones in a large one; figures are drawn from those.
`days` holds the means over all of them.
"""

from dataclasses import dataclass, field
from pathlib import Path

from sim.experiment.provenance import Digest
from sim.experiment.replicate import Batch, Study, joined, part_of
from sim.experiment.store import GrowingTable, write_table
from sim.experiment.summary import Summary, summary_of
from sim.experiment.tables import claims_table, daily_table, days_table, events_table, runs_table

WITH_DAYS = 2_000  # replications whose days are kept
CHUNK = 2_000  # replications that are written at a time


@dataclass
class Collector:
    """Writes the tables of a study into a folder, batch by batch."""

    study: Study
    folder: Path
    digest: Digest = field(default_factory=Digest)
    first: list[Batch] = field(default_factory=list)  # whose days are kept
    waiting: list[Batch] = field(default_factory=list)
    summary: Summary | None = None

    def __post_init__(self) -> None:
        self.runs = GrowingTable(self.folder / "runs.parquet")
        self.claims = GrowingTable(self.folder / "claims.parquet")

    def add(self, batch: Batch) -> None:
        """Take in the next batch."""
        self.digest.add(batch)
        days = max(WITH_DAYS, self.study.keep) - int(batch.replications[0])
        if days > 0:
            self.first.append(part_of(batch, 0, days))
        while len(batch.replications):  # cut to the replication, so that the length of batches changes no bit
            room = CHUNK - sum(len(each.replications) for each in self.waiting)
            self.waiting.append(part_of(batch, 0, room))
            batch = part_of(batch, room, len(batch.replications))
            if len(self.waiting[-1].replications) == room:
                self.write()

    def write(self) -> None:
        """Write what waits."""
        batch = joined(self.waiting)
        self.waiting = []
        if self.summary is None:
            self.summary = summary_of(self.study, batch)
        else:
            self.summary.add(batch)
        self.runs.write(runs_table(self.study, batch))
        self.claims.write(claims_table(self.study, batch))

    def close(self) -> tuple[Batch, Summary]:
        """Write the rest; the replications whose days are kept, and the summary of all."""
        if self.waiting:
            self.write()
        first = joined(self.first)
        assert self.summary is not None
        self.runs.close()
        self.claims.close()
        write_table(self.folder / "daily.parquet", daily_table(self.study, first))
        write_table(self.folder / "events.parquet", events_table(self.study, first))
        write_table(self.folder / "days.parquet", days_table(self.study, self.summary))
        return first, self.summary
