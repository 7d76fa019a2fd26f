"""What `sim run` left behind, read again: its manifest, and what was so in its battles."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.experiment.store import MANIFEST


class OutputError(Exception):
    """A folder that can't be read as the output of a run, in one message."""


def manifest_of(folder: Path) -> dict[str, Any]:
    """What a complete output says of itself; raise OutputError for anything else."""
    if not folder.is_dir():
        raise OutputError(f"{folder}: no such folder")
    if not (folder / MANIFEST).is_file():
        raise OutputError(f"{folder}: not a complete output (there is no {MANIFEST})")
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise damaged(folder, error) from error
    if not (folder / "claims.parquet").is_file() or "settings" not in manifest:
        raise OutputError(f"{folder}: not the output of a run of battles (allowed: a folder that `sim run` wrote)")
    return manifest


def claims_of(folder: Path, most: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Of the first `most` battles at most: their numbers, and what each observable claim is about, shape (n,) each."""
    try:
        table = pq.read_table(
            folder / "claims.parquet",
            columns=["replication", "claim", "simulated"],
            filters=[("replication", "<", most)],
        )
        replications = np.unique(table["replication"].to_numpy())
        order = pc.unique(table["claim"]).to_pylist()
        values = table["simulated"].to_numpy().reshape(len(replications), len(order))
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        raise damaged(folder, error) from error
    return replications, {id: values[:, n] for n, id in enumerate(order)}


def damaged(folder: Path, error: Exception) -> OutputError:
    """The error for an output that can't be made sense of."""
    return OutputError(f"{folder}: damaged: {' '.join(str(error).split())[:200]}")
