"""Taking in the batches of a study as they are finished: tables grow on disk, and only so much stays in memory.

A study of any size leaves `runs` and `claims` of every replication. `daily`, which has a row for each replication, day,
place and side, holds all of them in a small study and the first ones in a large one; figures are drawn from those.
`days` holds the means over all of them.
"""

from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from sim.experiment.provenance import Digest
from sim.experiment.replicate import Batch, Study, joined
from sim.experiment.store import GrowingTable, write_table
from sim.experiment.summary import Summary, summary_of
from sim.experiment.tables import claims_table, daily_table, days_table, events_table, runs_table

WITH_DAYS = 2_000  # replications whose days are kept
CHUNK = 5_000  # replications that are written at a time


@dataclass
class Collector:
    """Writes the tables of a study into a folder, batch by batch; only small tables wait, never the days of a batch."""

    study: Study
    folder: Path
    digest: Digest = field(default_factory=Digest)
    first: list[Batch] = field(default_factory=list)  # whose days are kept
    runs: list[pa.Table] = field(default_factory=list)  # that wait to be written
    claims: list[pa.Table] = field(default_factory=list)
    summary: Summary | None = None

    def __post_init__(self) -> None:
        self.runs_file = GrowingTable(self.folder / "runs.parquet")
        self.claims_file = GrowingTable(self.folder / "claims.parquet")

    def add(self, batch: Batch) -> None:
        """Take in the next batch."""
        self.digest.add(batch)
        if self.summary is None:
            self.summary = summary_of(self.study, batch)
        else:
            self.summary.add(batch)
        if int(batch.replications[0]) < WITH_DAYS or batch.kept:
            self.first.append(batch)
        self.runs.append(runs_table(self.study, batch))
        self.claims.append(claims_table(self.study, batch))
        if sum(table.num_rows for table in self.runs) >= CHUNK:
            self.write()

    def write(self) -> None:
        """Write what waits."""
        self.runs_file.write(pa.concat_tables(self.runs))
        self.claims_file.write(pa.concat_tables(self.claims))
        self.runs, self.claims = [], []

    def close(self) -> tuple[Batch, Summary]:
        """Write the rest; the replications whose days are kept, and the summary of all."""
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
