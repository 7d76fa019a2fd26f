"""Where work is done, one file each: here, in threads, in processes, on a cluster. A new file is found by its name.

A backend is one function, `map_chunks(work, chunks, pool)`: it yields `(number, result)` for each chunk as results
become ready, in any order, where `number` is the index of the chunk in the list. It takes few chunks ahead of the
oldest that is unfinished (`parallel.iterate_as_ready` sees to that), survives the death of a worker if it has any
(`parallel.retry_lost`), and leaves nothing running when it is closed. `check(pool)` raises BackendError, before
anything is written, if it is not available.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sim.registry import PluginRegistry


class BackendError(Exception):
    """Workers are not available, or are lost again and again; the message says what to do."""


@dataclass(frozen=True)
class WorkerPool:
    """How many workers on this machine, or the address of a cluster's scheduler."""

    workers: int = 1
    address: str | None = None


class Backend(Protocol):
    """What each module of this folder provides."""

    def check(self, pool: WorkerPool) -> None:
        """Raise BackendError if it is not available."""

    def map_chunks(
        self, work: Callable[[Any], Any], chunks: Sequence[Any], pool: WorkerPool
    ) -> Iterator[tuple[int, Any]]:
        """The results of `work` on each chunk with the chunk's number, in any order."""


BACKENDS: PluginRegistry[Backend] = PluginRegistry(__name__)


def list_backends() -> list[str]:
    """The name of every backend, which is the name of its file."""
    return BACKENDS.list_names()


def load_backend(name: str) -> Backend:
    """A backend by name; raise UnknownPluginError, a KeyError, if there is none of that name."""
    return BACKENDS.load(name)
