"""What was so in the battles of a stored run: what each observable claim is about, in the first of them."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.experiment.stored import StoredError


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
        raise StoredError(f"{folder}: damaged: {' '.join(str(error).split())[:200]}") from error
    return replications, {id: values[:, n] for n, id in enumerate(order)}
