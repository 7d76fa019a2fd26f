"""The digest of all simulated numbers: equal digests mean equal bits."""

import hashlib
from typing import Any

import numpy as np

from sim.runs.replicate import Batch
from sim.storage.fingerprint import compute_digest


class ResultsDigest:
    """SHA-256 over every simulated number, batch by batch: equal digests mean equal bits, whatever the batches."""

    def __init__(self) -> None:
        self.parts: dict[str, Any] = {}

    def add(self, batch: Batch) -> None:
        """Add more replications."""
        arrays = {
            "replications": batch.replications,
            "parameters": batch.parameters,
            "claims": batch.claims,
            "sentences": batch.headline_outputs,  # its name in every stored digest
            "phases": batch.phases,
        }
        for name, array in (arrays | batch.daily).items():
            self.find_part(name).update(np.ascontiguousarray(array))
        for run in batch.saved_logs:
            self.find_part("events").update(run.log.tobytes())

    def find_part(self, name: str) -> Any:
        """The digest of one array."""
        return self.parts.setdefault(name, hashlib.sha256())

    def hexdigest(self) -> str:
        """The digest of all replications so far."""
        return compute_digest({name: part.hexdigest() for name, part in self.parts.items()})


def compute_results_digest(batch: Batch) -> str:
    """The digest of some replications."""
    digest = ResultsDigest()
    digest.add(batch)
    return digest.hexdigest()
