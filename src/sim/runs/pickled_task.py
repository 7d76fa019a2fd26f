"""Work pickled once for many workers, and unpickled once in each."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sim.runs.backends import BackendError
from sim.storage.fingerprint import compute_code_digest


@dataclass(frozen=True)
class PickledTask:
    """A function in bytes, to be called in another process, with the digest of the code that pickled it."""

    pickled: bytes
    code_digest: str

    @staticmethod
    def pack(work: Callable[[Any], Any]) -> "PickledTask":
        """Pickle a function."""
        import cloudpickle  # here, since most commands do not need it

        return PickledTask(cloudpickle.dumps(work), compute_code_digest())

    def __call__(self, chunk: Any) -> Any:
        """Do the work on a chunk; raise BackendError in a worker whose code, libraries or machine differ."""
        if compute_code_digest() != self.code_digest:
            raise BackendError("a worker has another version of sim, of Python or of a library: its bits could differ")
        return unpickle_task(self.pickled)(chunk)


@lru_cache(maxsize=4)
def unpickle_task(pickled: bytes) -> Callable[[Any], Any]:
    """The function, the same object for every chunk, so that what it has cached serves the next ones."""
    work: Callable[[Any], Any] = pickle.loads(pickled)  # what this program pickled itself, never a file
    return work
