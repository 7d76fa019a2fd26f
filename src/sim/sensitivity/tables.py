"""A sensitivity study as tables: shares, effects, and the battles behind the shares."""

import pyarrow as pa

from sim.sensitivity.battles import Decisive


def shares_table(found: Decisive) -> pa.Table:
    """A row for each measure and factor: shares of the variance with half their 95% intervals."""
    rows = [
        {
            "measure": id,
            "factor": share.factor,
            "alone": share.first,
            "alone_half": share.first_half,
            "in_all": share.total,
            "in_all_half": share.total_half,
        }
        for id, shares in found.shares.items()
        for share in shares or ()
    ]
    numbers = ("alone", "alone_half", "in_all", "in_all_half")
    return pa.Table.from_pylist(rows, schema=schema(numbers))


def effects_table(found: Decisive) -> pa.Table:
    """A row for each measure and factor of the screening: mean size of the effects, half its interval, spread."""
    rows = [
        {"measure": id, "factor": each.factor, "size": each.size, "size_half": each.half, "spread": each.spread}
        for id, effects in found.screening.items()
        for each in effects
    ]
    return pa.Table.from_pylist(rows, schema=schema(("size", "size_half", "spread")))


def schema(numbers: tuple[str, ...]) -> pa.Schema:
    """Two names and some numbers."""
    return pa.schema([("measure", pa.string()), ("factor", pa.string()), *((name, pa.float64()) for name in numbers)])


def battles_table(found: Decisive) -> pa.Table:
    """A row for each battle: the unknowns looked at (`p_...`) and every measure."""
    columns = {f"p_{name}": column for name, column in found.parameters.items()}
    return pa.table(columns | {each.id: found.outcomes[:, n] for n, each in enumerate(found.measures)})
