"""What the figures of a validation are drawn from, as one table, and back."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from sim.validation.finding import Finding

Curves = dict[str, dict[str, np.ndarray]]  # by finding, by name


def curves_table(findings: Sequence[Finding]) -> pa.Table:
    """A row for each number of each curve: finding, curve, its row, and its column if the curve has several."""
    kinds = [("finding", pa.string()), ("curve", pa.string()), ("row", pa.int32()), ("column", pa.int32())]
    pieces = []
    for finding in findings:
        for name, curve in finding.curves.items():
            pieces.append(piece(finding.name, name, np.asarray(curve, dtype=np.float64)))
    schema = pa.schema([*kinds, ("value", pa.float64())])
    return pa.concat_tables([schema.empty_table(), *(each.cast(schema) for each in pieces)])


def piece(finding: str, name: str, curve: np.ndarray) -> pa.Table:
    """The rows of one curve of one or two dimensions."""
    if curve.ndim not in (1, 2):
        raise ValueError(f"{finding}: {name} has {curve.ndim} dimensions (allowed: 1 or 2)")
    index = np.indices(curve.shape, dtype=np.int32).reshape(curve.ndim, -1)
    count = curve.size
    return pa.table(
        {
            "finding": pa.array([finding] * count, type=pa.string()),
            "curve": pa.array([name] * count, type=pa.string()),
            "row": pa.array(index[0]),
            "column": pa.array(index[1]) if curve.ndim == 2 else pa.nulls(count, pa.int32()),
            "value": pa.array(curve.reshape(-1)),
        }
    )


def curves_of(table: pa.Table) -> Curves:
    """The curves of each finding, as they were written."""
    names = zip(table["finding"].to_pylist(), table["curve"].to_pylist(), strict=True)
    row, column, value = (table[name].to_pylist() for name in ("row", "column", "value"))
    cells: dict[tuple[str, str], list[tuple[int, int | None, float]]] = {}
    for number, key in enumerate(names):
        cells.setdefault(key, []).append((row[number], column[number], value[number]))
    found: Curves = {}
    for (finding, name), members in cells.items():
        found.setdefault(finding, {})[name] = array_of(members)
    return found


def array_of(members: Sequence[tuple[int, int | None, float]]) -> np.ndarray:
    """The numbers of one curve in their places."""
    rows = 1 + max(row for row, _, _ in members)
    columns = [column for _, column, _ in members if column is not None]
    if not columns:
        return np.array([value for _, _, value in sorted(members, key=lambda each: each[0])])
    array = np.full((rows, 1 + max(columns)), np.nan)
    for row, column, value in members:
        array[row, column] = value
    return array


def finding_of(name: str, title: str, curves: Mapping[str, np.ndarray]) -> Finding:
    """A finding as far as its figure needs it."""
    return Finding(name, title, (), (), curves)
