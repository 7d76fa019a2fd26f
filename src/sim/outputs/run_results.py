"""The tables of `sim run`: written batch by batch as they are simulated, and read again."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from sim.outputs.described_tables import DescribedTables
from sim.outputs.tables import (
    make_claims_table,
    make_daily_table,
    make_days_table,
    make_event_log_table,
    make_reporting_table,
    make_runs_table,
)
from sim.runs.accumulators import MAX_DAILY_RUNS, StudySummary, make_summary
from sim.runs.replicate import Batch, Study, concatenate_batches, slice_batch
from sim.runs.results_digest import ResultsDigest
from sim.storage.manifest import RunManifest, StudyManifest
from sim.storage.reader import StoredOutput, open_output
from sim.storage.writer import TableWriter

RUN_TABLE_MAKERS = {
    "runs": make_runs_table,
    "daily": make_daily_table,
    "claims": make_claims_table,
    "event_log": make_event_log_table,
}


@dataclass(frozen=True)
class RunTables:
    """The tables of the replications of a study whose days are kept, the first ones, with the manifest of all."""

    runs: pa.Table
    daily: pa.Table
    claims: pa.Table
    event_log: pa.Table
    manifest: StudyManifest


def make_run_tables(study: Study, batch: Batch, manifest: StudyManifest) -> RunTables:
    """The tables of a study."""
    return RunTables(**{name: make(study, batch) for name, make in RUN_TABLE_MAKERS.items()}, manifest=manifest)


def read_run(folder: Path) -> RunTables:
    """Read the output of a run; raise StoredError if it is incomplete, or not what was written."""
    return load_run_tables(open_output(folder))


def load_run_tables(output: StoredOutput) -> RunTables:
    """The tables of a stored run; raise StoredError if one can't be read.

    Of a million battles no more is read than of those whose days are kept: all their claims would take gigabytes.
    """
    manifest = output.require(RunManifest)
    kept = [("replication", "<", manifest.daily_replications)]
    return RunTables(**{name: output.read_table(name, filters=kept) for name in RUN_TABLE_MAKERS}, manifest=manifest)


COUNT_CHUNK = 200  # replications that are summarized at a time
WRITE_CHUNK = 10 * COUNT_CHUNK  # replications that are written at a time


@dataclass
class RunTableWriter:
    """Writes the tables of a study into a folder, batch by batch; only small tables wait in memory, never days."""

    study: Study
    folder: Path
    digest: ResultsDigest = field(default_factory=ResultsDigest)
    first_batches: list[Batch] = field(default_factory=list)  # whose days are kept
    uncounted: list[Batch] = field(default_factory=list)  # not summarized yet: fewer than COUNT_CHUNK replications
    pending_runs: list[pa.Table] = field(default_factory=list)  # to be written
    pending_claims: list[pa.Table] = field(default_factory=list)
    summary: StudySummary | None = None

    def __post_init__(self) -> None:
        self.described = DescribedTables("run", self.study.simulation.scenario)
        self.runs_file = TableWriter(self.folder / "runs.parquet")
        self.claims_file = TableWriter(self.folder / "claims.parquet")

    def add(self, batch: Batch) -> None:
        """Add the next batch, in pieces of one length, so that the length of batches changes no bit."""
        self.digest.add(batch)
        days = max(MAX_DAILY_RUNS, self.study.n_saved_logs) - int(batch.replications[0])
        if days > 0:
            self.first_batches.append(slice_batch(batch, 0, days))
        while len(batch.replications):
            room = COUNT_CHUNK - sum(len(each.replications) for each in self.uncounted)
            self.uncounted.append(slice_batch(batch, 0, room))
            batch = slice_batch(batch, room, len(batch.replications))
            if len(self.uncounted[-1].replications) == room:
                self.count_waiting()

    def count_waiting(self) -> None:
        """Summarize the replications that wait, and keep only their rows of tables."""
        piece = concatenate_batches(self.uncounted)
        self.uncounted = []
        if self.summary is None:
            self.summary = make_summary(self.study, piece)
        else:
            self.summary.add(piece)
        self.pending_runs.append(make_runs_table(self.study, piece))
        self.pending_claims.append(make_claims_table(self.study, piece))
        if sum(table.num_rows for table in self.pending_runs) >= WRITE_CHUNK:
            self.write_pending()

    def write_pending(self) -> None:
        """Write the pending rows."""
        self.runs_file.write(self.described.describe("runs", pa.concat_tables(self.pending_runs)))
        self.claims_file.write(self.described.describe("claims", pa.concat_tables(self.pending_claims)))
        self.pending_runs, self.pending_claims = [], []

    def close(self) -> tuple[Batch, StudySummary]:
        """Write the rest; return the replications whose days are kept, and the summary of all."""
        if self.uncounted:
            self.count_waiting()
        assert self.summary is not None
        if self.pending_runs:
            self.write_pending()
        self.runs_file.close()
        self.claims_file.close()
        first = concatenate_batches(self.first_batches)
        self.described.write(self.folder, "daily", make_daily_table(self.study, first))
        self.described.write(self.folder, "event_log", make_event_log_table(self.study, first))
        self.described.write(self.folder, "reporting", make_reporting_table(self.study.simulation))
        self.described.write(self.folder, "days", make_days_table(self.study, self.summary))
        return first, self.summary


def read_claim_values(output: StoredOutput, max_runs: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The numbers of the first replications, at most so many, and the observable of each claim in them, shape (n,)."""
    columns = ["replication", "claim", "simulated"]
    table = output.read_table("claims", columns, filters=[("replication", "<", max_runs)])
    try:
        replications = np.unique(table["replication"].to_numpy())
        claim_ids = table["claim"].unique().to_pylist()
        values = table["simulated"].to_numpy().reshape(len(replications), len(claim_ids))
    except (ValueError, KeyError) as error:
        raise output.make_table_error("claims", error) from error
    return replications, {id: values[:, n] for n, id in enumerate(claim_ids)}


def read_reporting_parameters(output: StoredOutput, replications: np.ndarray) -> dict[str, np.ndarray]:
    """How sources report in some replications by the run's posterior, by parameter, shape (n,); nothing if the run has
    none, or is older than the table.
    """
    if "reporting" not in output.table_names:
        return {}
    table = output.read_table("reporting")
    parameters, values = table["parameter"].to_numpy(), table["value"].to_numpy()
    by_draw = {name: values[parameters == name] for name in table["parameter"].unique().to_pylist()}
    return {name: column[replications % len(column)] for name, column in by_draw.items()}
