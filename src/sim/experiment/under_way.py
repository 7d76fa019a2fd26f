"""A folder of results while its studies are fought: locked, with a shard of each batch that is done.

A run that is killed at any moment goes on from its shards: batches that are there are read, the others fought.
"""

import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from sim.experiment import backends
from sim.experiment.backends import Place
from sim.experiment.batches import split
from sim.experiment.durable import sync_folder
from sim.experiment.identity import digest_of
from sim.experiment.ledger import LEDGER, Ledger
from sim.experiment.replicate import Batch, Study, fight_batch, work_of
from sim.experiment.shards import DamagedError, ForeignError, Label, check_label, read_shard, write_shard
from sim.experiment.window import ordered

LOCK = ".lock"
SHARDS = "shards"


class InUseError(Exception):
    """A folder that another run is writing into."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder alone; the lock ends with the process, however that ends. Raise InUseError if another holds it."""
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise InUseError(f"{folder} is in use by another run") from error
    try:
        yield
    finally:
        lock.release()
    if not (folder / LEDGER).exists():  # the run is finished
        (folder / LOCK).unlink(missing_ok=True)


@dataclass
class UnderWay:
    """The studies of a ledger in their folder; `say` is told of every shard that is not trusted.

    `fresh` counts the battles that were fought, and not read from shards.
    """

    folder: Path
    ledger: Ledger
    backend: str
    place: Place
    say: Callable[[str], None]
    fresh: int = 0

    def fight(self, part: str, study: Study) -> Generator[Batch, None, None]:
        """The batches of one study in their order, read or fought; each is on disk before it is given."""
        folder = self.folder / SHARDS / str(self.ledger.parts.index(part))
        folder.mkdir(parents=True, exist_ok=True)
        for parent in (self.folder, folder.parent):
            sync_folder(parent)
        labels = self.labels(part, study)
        there = self.there(folder, labels)
        missing = [number for number in range(len(labels)) if number not in there]
        with closing(self.fought(folder, labels, missing, study)) as fresh:
            made = ordered(fresh, missing)
            for number, label in enumerate(labels):
                yield self.again(folder, label, study) if number in there else next(made)

    def labels(self, part: str, study: Study) -> list[Label]:
        """What each shard of a study is to say."""
        digest = digest_of(self.ledger.inputs)
        return [Label(digest, part, each.start, each.stop) for each in split(study.runs, self.ledger.length)]

    def there(self, folder: Path, labels: list[Label]) -> set[int]:
        """Which shards are there and whole; raise ForeignError for a file that is none of them."""
        numbers = {label.name: number for number, label in enumerate(labels)}
        found = set()
        for path in sorted(folder.iterdir()):
            if path.suffix == ".partial":
                path.unlink()
                continue
            if path.name not in numbers:
                raise ForeignError(f"{path} is not a part of this study: move it away")
            try:
                check_label(path, labels[numbers[path.name]])
            except ForeignError as error:
                raise ForeignError(f"{path} {error}: move it away") from error
            except DamagedError as error:
                self.say(f"{path} {error}: its battles are fought again")
                continue
            found.add(numbers[path.name])
        return found

    def fought(
        self, folder: Path, labels: list[Label], missing: list[int], study: Study
    ) -> Generator[tuple[int, Batch], None, None]:
        """Fight what is missing; each batch is written as soon as it is there, in whatever order."""
        chunks = [range(labels[number].first, labels[number].last) for number in missing]
        backend = self.backend if self.place.address or len(chunks) > 1 else "serial"
        stream: Any = backends.load(backend).map_chunks(work_of(study), chunks, self.place)
        with closing(stream):
            for number, batch in stream:
                write_shard(folder, labels[missing[number]], batch)
                self.fresh += len(batch.replications)
                yield missing[number], batch

    def again(self, folder: Path, label: Label, study: Study) -> Batch:
        """A batch that is there already, or is fought once more because its shard is damaged."""
        path = folder / label.name
        try:
            return read_shard(path, label, study)
        except DamagedError as error:
            self.say(f"{path} {error}: its battles are fought again")
            batch = fight_batch(study, range(label.first, label.last))
            write_shard(folder, label, batch)
            self.fresh += len(batch.replications)
            return batch


def clear(folder: Path) -> None:
    """Take away what only an unfinished study needs: once `run.json` is there."""
    shutil.rmtree(folder / SHARDS, ignore_errors=True)
    (folder / LEDGER).unlink(missing_ok=True)
