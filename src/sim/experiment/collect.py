"""Taking in the batches of a study as they are finished: tables grow on disk, and only so much stays in memory.

A study of any size leaves `runs` and `claims` of every replication. `daily`, which has a row for each replication, day,
place and side, holds all of them in a small study and the first ones in a large one; figures are drawn from those.
`days` holds the means over all of them.
"""

from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from sim.experiment.provenance import Digest
from sim.experiment.replicate import Batch, Study, joined, part_of
from sim.experiment.store import GrowingTable, write_table
from sim.experiment.summary import Summary, summary_of
from sim.experiment.tables import claims_table, daily_table, days_table, events_table, runs_table

WITH_DAYS = 2_000  # replications whose days are kept
PIECE = 200  # replications that are counted at a time
CHUNK = 10 * PIECE  # replications that are written at a time


@dataclass
class Collector:
    """Writes the tables of a study into a folder, batch by batch; only small tables wait, never the days of a batch."""

    study: Study
    folder: Path
    digest: Digest = field(default_factory=Digest)
    first: list[Batch] = field(default_factory=list)  # whose days are kept
    waiting: list[Batch] = field(default_factory=list)  # that are not counted yet, fewer than a piece
    runs: list[pa.Table] = field(default_factory=list)  # that wait to be written
    claims: list[pa.Table] = field(default_factory=list)
    summary: Summary | None = None

    def __post_init__(self) -> None:
        self.runs_file = GrowingTable(self.folder / "runs.parquet")
        self.claims_file = GrowingTable(self.folder / "claims.parquet")

    def add(self, batch: Batch) -> None:
        """Take in the next batch, in pieces of one length, so that the length of batches changes no bit."""
        self.digest.add(batch)
        days = max(WITH_DAYS, self.study.keep) - int(batch.replications[0])
        if days > 0:
            self.first.append(part_of(batch, 0, days))
        while len(batch.replications):
            room = PIECE - sum(len(each.replications) for each in self.waiting)
            self.waiting.append(part_of(batch, 0, room))
            batch = part_of(batch, room, len(batch.replications))
            if len(self.waiting[-1].replications) == room:
                self.settle()

    def settle(self) -> None:
        """Count what waits, and forget all of it but its rows of tables."""
        piece = joined(self.waiting)
        self.waiting = []
        if self.summary is None:
            self.summary = summary_of(self.study, piece)
        else:
            self.summary.add(piece)
        self.runs.append(runs_table(self.study, piece))
        self.claims.append(claims_table(self.study, piece))
        if sum(table.num_rows for table in self.runs) >= CHUNK:
            self.write()

    def write(self) -> None:
        """Write the rows that wait."""
        self.runs_file.write(pa.concat_tables(self.runs))
        self.claims_file.write(pa.concat_tables(self.claims))
        self.runs, self.claims = [], []

    def close(self) -> tuple[Batch, Summary]:
        """Write the rest; the replications whose days are kept, and the summary of all."""
        if self.waiting:
            self.settle()
        assert self.summary is not None
        if self.runs:
            self.write()
        self.runs_file.close()
        self.claims_file.close()
        first = joined(self.first)
        write_table(self.folder / "daily.parquet", daily_table(self.study, first))
        write_table(self.folder / "events.parquet", events_table(self.study, first))
        write_table(self.folder / "days.parquet", days_table(self.study, self.summary))
        return first, self.summary
