"""Work packed once for many workers, and unpacked once in each: a stage takes longer to prepare than to send."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sim.experiment.backends import BackendError
from sim.experiment.identity import code_digest


@dataclass(frozen=True)
class Parcel:
    """A function in bytes, to be called in another process; `code` is the digest of the code that packed it."""

    packed: bytes
    code: str

    @staticmethod
    def of(work: Callable[[Any], Any]) -> "Parcel":
        """Pack a function."""
        import cloudpickle  # here, since most commands need none of it

        return Parcel(cloudpickle.dumps(work), code_digest())

    def __call__(self, chunk: Any) -> Any:
        """Do the work on a chunk; raise BackendError in a worker whose code, libraries or machine are others."""
        if code_digest() != self.code:
            raise BackendError("a worker has another version of sim, of Python or of a library: its bits could differ")
        return unpacked(self.packed)(chunk)


@lru_cache(maxsize=4)
def unpacked(packed: bytes) -> Callable[[Any], Any]:
    """The function; it keeps what it has worked out for the chunks to come."""
    work: Callable[[Any], Any] = pickle.loads(packed)  # what this program packed itself, never a file
    return work
