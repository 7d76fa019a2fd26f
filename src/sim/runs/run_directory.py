"""The folder of an unfinished job: locked, with a shard of each batch that is done, so that it can be resumed."""

import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from sim.runs.backends import WorkerPool
from sim.runs.job_file import JOB_FILE, JobFile
from sim.runs.mixed_engines import map_chunks, map_with_compiler
from sim.runs.parallel import restore_order, split_range
from sim.runs.replicate import Batch, Study, is_vectorised, run_batch
from sim.runs.shards import DamagedShardError, ForeignShardError, ShardLabel, check_label, read_shard, write_shard
from sim.storage.atomic import fsync_folder
from sim.storage.fingerprint import compute_digest

LOCK_FILE = ".lock"
SHARD_FOLDER = "shards"


class InUseError(Exception):
    """A folder that another process is writing into."""


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Lock a folder; the lock ends with the process, however that ends. Raise InUseError if another process has it."""
    lock = FileLock(folder / LOCK_FILE)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise InUseError(f"{folder} is in use by another run") from error
    try:
        yield
    finally:
        lock.release()
    if not (folder / JOB_FILE).exists():  # the run is finished
        (folder / LOCK_FILE).unlink(missing_ok=True)


@dataclass
class RunDirectory:
    """The studies of a job file in their folder; `warn` is given a message about every damaged shard.

    If it `compiles`, plain rules are replaced by machine code in the midst of a study, once there is some.
    """

    folder: Path
    job_file: JobFile
    backend: str
    pool: WorkerPool
    warn: Callable[[str], None]
    compiles: bool = False
    n_simulated: int = 0  # battles simulated, and not read from shards

    def iterate_batches(self, part: str, study: Study) -> Generator[Batch, None, None]:
        """The batches of one study in their order, read or simulated; each is on disk before it is yielded."""
        folder = self.folder / SHARD_FOLDER / str(self.job_file.studies.index(part))
        folder.mkdir(parents=True, exist_ok=True)
        for parent in (self.folder, folder.parent):
            fsync_folder(parent)
        labels = self.make_labels(part, study)
        complete = self.find_complete(folder, labels)
        missing = [number for number in range(len(labels)) if number not in complete]
        with closing(self.simulate_missing(folder, labels, missing, study)) as stream:
            simulated = restore_order(stream, missing)
            for number, label in enumerate(labels):
                yield self.read_or_rerun(folder, label, study) if number in complete else next(simulated)

    def make_labels(self, part: str, study: Study) -> list[ShardLabel]:
        """The label of each shard of a study."""
        digest = compute_digest(self.job_file.inputs)
        return [
            ShardLabel(digest, part, each.start, each.stop)
            for each in split_range(study.runs, self.job_file.batch_length)
        ]

    def find_complete(self, folder: Path, labels: list[ShardLabel]) -> set[int]:
        """Which shards exist and are whole; raise ForeignShardError for a file that is none of them."""
        number_by_name = {label.file_name: number for number, label in enumerate(labels)}
        complete = set()
        for path in sorted(folder.iterdir()):
            if path.suffix == ".partial":
                path.unlink()
                continue
            if path.name not in number_by_name:
                raise ForeignShardError(f"{path} is not a part of this study: move it away")
            try:
                check_label(path, labels[number_by_name[path.name]])
            except ForeignShardError as error:
                raise ForeignShardError(f"{path} {error}: move it away") from error
            except DamagedShardError as error:
                self.warn(f"{path} {error}: its battles are fought again")
                continue
            complete.add(number_by_name[path.name])
        return complete

    def simulate_missing(
        self, folder: Path, labels: list[ShardLabel], missing: list[int], study: Study
    ) -> Generator[tuple[int, Batch], None, None]:
        """Simulate the missing batches; each is written as soon as it is done, in any order."""
        chunks = [range(labels[number].first, labels[number].last) for number in missing]
        backend = self.backend if self.pool.address or len(chunks) > 1 else "serial"
        label_by_start = {label.first: label for label in labels}

        def keep(batch: Batch) -> None:
            write_shard(folder, label_by_start[int(batch.replications[0])], batch)

        stream: Any = (
            map_with_compiler(study, chunks, backend, self.pool, self.warn, keep)
            if self.compiles and not is_vectorised(study.simulation)
            else map_chunks(study, chunks, backend, self.pool, keep)
        )
        with closing(stream):
            for number, batch in stream:
                self.n_simulated += len(batch.replications)
                yield missing[number], batch

    def read_or_rerun(self, folder: Path, label: ShardLabel, study: Study) -> Batch:
        """A batch from its shard, or simulated again if the shard is damaged."""
        path = folder / label.file_name
        try:
            return read_shard(path, label, study)
        except DamagedShardError as error:
            self.warn(f"{path} {error}: its battles are fought again")
            batch = run_batch(study, range(label.first, label.last))
            write_shard(folder, label, batch)
            self.n_simulated += len(batch.replications)
            return batch


def remove_job_files(folder: Path) -> None:
    """Remove what only an unfinished job needs, first the job file: without it a folder with `run.json` is finished."""
    (folder / JOB_FILE).unlink(missing_ok=True)
    shutil.rmtree(folder / SHARD_FOLDER, ignore_errors=True)
