"""Parallel work on chunks of a population: the same results for any number of workers."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Any, TypeVar

from sim.runs import backends
from sim.runs.backends import WorkerPool
from sim.runs.parallel import restore_order

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Workers:
    """Where the work is done; `on_chunk_done` is called after each chunk with the kind of work that it was."""

    backend: str = "serial"
    pool: WorkerPool = field(default_factory=WorkerPool)
    on_chunk_done: Callable[[str], None] = lambda kind: None

    def map_chunks(self, task: Callable[[Chunk], Result], chunks: Sequence[Chunk], kind: str) -> list[Result]:
        """The results of a task for each chunk, in the order of the chunks."""
        return list(self.iter_chunks(task, chunks, kind))

    def iter_chunks(self, task: Callable[[Any], Any], chunks: Sequence[Any], kind: str) -> Iterator[Any]:
        """The same, each as soon as it and those before it are ready."""
        is_serial = self.pool.address is None and (self.pool.workers == 1 or len(chunks) <= 1)
        backend = backends.load_backend("serial" if is_serial else self.backend)
        results: Any = backend.map_chunks(task, chunks, self.pool)
        with closing(results):
            for result in restore_order(results, range(len(chunks))):
                self.on_chunk_done(kind)
                yield result

    def map_parallel(self, task: Callable[[Chunk, "Workers"], Result], items: Sequence[Chunk]) -> list[Result]:
        """The results of a long task for a few items, in their order.

        Threads take the items at once, each with its share of the workers: chunks of one item would wait for each other
        after every move. Other backends have their workers elsewhere, and take item after item with all of them.
        """
        workers_each = self.pool.workers // len(items)
        if self.backend != "threads" or workers_each == 0:
            return [task(item, self) for item in items]
        stopped = Event()

        def forward_progress(kind: str) -> None:
            if stopped.is_set():
                raise InterruptedError("another item failed, or nobody waits for this one any more")
            self.on_chunk_done(kind)

        inner_workers = replace(self, pool=replace(self.pool, workers=workers_each), on_chunk_done=forward_progress)
        results: Any = backends.load_backend("threads").map_chunks(
            lambda item: task(item, inner_workers), items, WorkerPool(len(items))
        )
        try:
            with closing(results):
                return list(restore_order(results, range(len(items))))
        finally:
            stopped.set()
