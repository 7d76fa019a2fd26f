"""The curves behind the validation figures, as one Arrow table and back."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from sim.analysis.validation.results import ValidationResult

CurvesByResult = dict[str, dict[str, np.ndarray]]  # by data set, by name of the curve


def build_curves_table(results: Sequence[ValidationResult]) -> pa.Table:
    """A row for each number of each curve: data set, curve, its row, and its column if the curve has several."""
    index_fields = [("data_set", pa.string()), ("curve", pa.string()), ("row", pa.int32()), ("column", pa.int32())]
    parts = []
    for result in results:
        for name, curve in result.curves.items():
            parts.append(build_curve_rows(result.name, name, np.asarray(curve, dtype=np.float64)))
    schema = pa.schema([*index_fields, ("value", pa.float64())])
    return pa.concat_tables([schema.empty_table(), *(each.cast(schema) for each in parts)])


def build_curve_rows(result_name: str, name: str, curve: np.ndarray) -> pa.Table:
    """The rows of one curve of one or two dimensions."""
    if curve.ndim not in (1, 2):
        raise ValueError(f"{result_name}: {name} has {curve.ndim} dimensions (allowed: 1 or 2)")
    index = np.indices(curve.shape, dtype=np.int32).reshape(curve.ndim, -1)
    count = curve.size
    return pa.table(
        {
            "data_set": pa.array([result_name] * count, type=pa.string()),
            "curve": pa.array([name] * count, type=pa.string()),
            "row": pa.array(index[0]),
            "column": pa.array(index[1]) if curve.ndim == 2 else pa.nulls(count, pa.int32()),
            "value": pa.array(curve.reshape(-1)),
        }
    )


def parse_curves(table: pa.Table) -> CurvesByResult:
    """The curves of each data set, as they were written."""
    names = zip(table["data_set"].to_pylist(), table["curve"].to_pylist(), strict=True)
    row, column, value = (table[name].to_pylist() for name in ("row", "column", "value"))
    cells: dict[tuple[str, str], list[tuple[int, int | None, float]]] = {}
    for number, key in enumerate(names):
        cells.setdefault(key, []).append((row[number], column[number], value[number]))
    result: CurvesByResult = {}
    for (result_name, name), members in cells.items():
        result.setdefault(result_name, {})[name] = rebuild_array(members)
    return result


def rebuild_array(members: Sequence[tuple[int, int | None, float]]) -> np.ndarray:
    """The numbers of one curve in their places."""
    rows = 1 + max(row for row, _, _ in members)
    columns = [column for _, column, _ in members if column is not None]
    if not columns:
        return np.array([value for _, _, value in sorted(members, key=lambda each: each[0])])
    array = np.full((rows, 1 + max(columns)), np.nan)
    for row, column, value in members:
        array[row, column] = value
    return array


def make_figure_input(name: str, title: str, curves: Mapping[str, np.ndarray]) -> ValidationResult:
    """A result as far as its figure needs it."""
    return ValidationResult(name, title, (), (), curves)
