"""Who does the work on pieces of a population: the same results for any number of workers."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Any, TypeVar

from sim.experiment import backends
from sim.experiment.backends import Place
from sim.experiment.window import ordered

Piece = TypeVar("Piece")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Workers:
    """Where the work is done; `hears` is told after each piece of what kind of work it was."""

    backend: str = "serial"
    place: Place = field(default_factory=Place)
    hears: Callable[[str], None] = lambda kind: None

    def work(self, do: Callable[[Piece], Result], pieces: Sequence[Piece], kind: str) -> list[Result]:
        """The results of some work on each piece, in the order of the pieces."""
        return list(self.stream(do, pieces, kind))

    def stream(self, do: Callable[[Any], Any], pieces: Sequence[Any], kind: str) -> Iterator[Any]:
        """The same as they become ready."""
        alone = self.place.address is None and (self.place.workers == 1 or len(pieces) <= 1)
        backend = backends.load("serial" if alone else self.backend)
        results: Any = backend.map_chunks(do, pieces, self.place)
        with closing(results):
            for result in ordered(results, range(len(pieces))):
                self.hears(kind)
                yield result

    def side_by_side(self, do: Callable[[Piece, "Workers"], Result], parts: Sequence[Piece]) -> list[Result]:
        """The results of long work on a few parts, in their order.

        Threads take the parts at once, each with its share of the workers: pieces of one part would wait for each other
        after every move. Other backends have their workers elsewhere, and take part after part with all of them.
        """
        share = self.place.workers // len(parts)
        if self.backend != "threads" or share == 0:
            return [do(part, self) for part in parts]
        over = Event()

        def hears(kind: str) -> None:
            if over.is_set():
                raise InterruptedError("another part came to nothing, or nobody waits any more")
            self.hears(kind)

        own = replace(self, place=replace(self.place, workers=share), hears=hears)
        results: Any = backends.load("threads").map_chunks(lambda part: do(part, own), parts, Place(len(parts)))
        try:
            with closing(results):
                return list(ordered(results, range(len(parts))))
        finally:
            over.set()
