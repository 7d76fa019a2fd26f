"""Where work is done, one file each: here, in threads, in processes, on a cluster. A new file is found by its name.

A backend is one function, `map_chunks(work, chunks, place)`: it yields `(number, result)` for each chunk as results
become ready, in any order, where `number` is the place of the chunk in the list. It takes few chunks ahead of the
oldest that is unfinished (`window.as_ready` sees to that), survives the death of a worker if it has any (`losses`),
and leaves nothing running when it is closed. `check(place)` raises BackendError, before anything is written, if it
can't be had there.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


class BackendError(Exception):
    """Workers that can't be had, or that are lost again and again; the message says what to do."""


@dataclass(frozen=True)
class Place:
    """How many workers on this machine, or the address of a cluster's scheduler."""

    workers: int = 1
    address: str | None = None


class Backend(Protocol):
    """What each file of this folder is."""

    def check(self, place: Place) -> None:
        """Raise BackendError if there is nothing to work with."""

    def map_chunks(self, work: Callable[[Any], Any], chunks: Sequence[Any], place: Place) -> Iterator[tuple[int, Any]]:
        """The results of `work` on each chunk with the chunk's number, in any order."""


def names() -> list[str]:
    """The backends there are."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def load(name: str) -> Backend:
    """A backend by name; raise KeyError if there is none of that name."""
    if name not in names():
        raise KeyError(name)
    backend: Any = importlib.import_module(f"{__name__}.{name}")
    return backend  # type: ignore[no-any-return]
