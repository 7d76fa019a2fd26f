"""What `sim run`, `sim sweep` and `sim sensitivity` left behind, read as factors and measures of each battle."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from sim.experiment.stored import StoredError as StoredError
from sim.experiment.stored import manifest_of, table


@dataclass(frozen=True)
class Stored:
    """Battles as columns. A factor of words comes as one column for each kind, 1 where it is that: `law is linear`.

    `group` numbers what belongs together: design points or, if they are few, replications.
    """

    factors: dict[str, np.ndarray]
    measures: dict[str, np.ndarray]
    group: np.ndarray
    manifest: dict[str, Any]


def read(folder: Path) -> Stored:
    """Read a complete output; raise StoredError for anything else."""
    manifest = manifest_of(folder)
    try:
        if "outcomes.parquet" in manifest["files"]:
            return of_sweep(manifest, table(folder, "points"), table(folder, "outcomes"))
        return of_runs(manifest, table(folder, "battles" if "battles.parquet" in manifest["files"] else "runs"))
    except (ValueError, LookupError, TypeError, pa.ArrowException) as error:
        raise StoredError(f"{folder}: damaged: {' '.join(str(error).split())[:200]}") from error


def of_sweep(manifest: dict[str, Any], points: pa.Table, outcomes: pa.Table) -> Stored:
    """A sweep: its levels are the factors; a design point belongs together."""
    point = outcomes["point"].to_numpy()
    factors: dict[str, np.ndarray] = {}
    for name in points.column_names[1:]:
        column = points[name].to_numpy(zero_copy_only=False)
        factors |= {label: values[point] for label, values in numbers(name, column).items()}
    measures = {name: outcomes[name].to_numpy() for name in outcomes.column_names[2:]}
    few = len(points) < 20  # too few to grow on one half of them: then a replication belongs together
    return Stored(factors, measures, outcomes["replication"].to_numpy() if few else point, manifest)


def of_runs(manifest: dict[str, Any], runs: pa.Table) -> Stored:
    """A run or the battles of a sensitivity study: the parameters are the factors."""
    columns = {name: runs[name].to_numpy(zero_copy_only=False).astype(np.float64) for name in runs.column_names}
    factors = {name[2:]: column for name, column in columns.items() if name.startswith("p_") and np.ptp(column) > 0}
    known = ("replication", "seed", "phases")
    measures = {name: column for name, column in columns.items() if not name.startswith("p_") and name not in known}
    return Stored(factors, measures, np.arange(len(runs)), manifest)


def numbers(name: str, column: np.ndarray) -> dict[str, np.ndarray]:
    """A factor as numbers: itself, or for words one column for each kind."""
    if column.dtype.kind == "f":
        return {name: column}
    return {f"{name} is {kind}": (column == kind).astype(np.float64) for kind in sorted(set(column.tolist()))}
