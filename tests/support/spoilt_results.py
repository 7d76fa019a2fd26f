"""A folder of results, damaged in every way that disks, editors and other people have."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

Damage = Callable[[Path], None]


def manifest_with(**changes: object) -> Damage:
    """The manifest with other entries."""

    def spoil(folder: Path) -> None:
        path = folder / "run.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return spoil


def calibrated_or_not(folder: Path) -> None:
    """The manifest says the contrary of whether its battles are calibrated."""
    known = json.loads((folder / "run.json").read_text()).get("calibrated", False)
    manifest_with(calibrated=not known)(folder)


def manifest_as(text: str | bytes) -> Damage:
    """Another text where the manifest was."""
    raw = text.encode() if isinstance(text, str) else text
    return lambda folder: (folder / "run.json").write_bytes(raw)  # type: ignore[func-returns-value]


def first_table(folder: Path) -> Path:
    """The table that is read first."""
    names = ("outcomes.parquet", "sensitivity_runs.parquet", "pairs.parquet", "runs.parquet")
    found = [folder / name for name in names if (folder / name).exists()]
    return found[0] if found else min(folder.glob("*.parquet"))


def half(folder: Path) -> None:
    path = first_table(folder)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def without_its_end(folder: Path) -> None:
    path = first_table(folder)
    path.write_bytes(path.read_bytes()[:-1])


def emptied(folder: Path) -> None:
    first_table(folder).write_bytes(b"")


def gone(folder: Path) -> None:
    first_table(folder).unlink()


def one_bit(folder: Path) -> None:
    path = first_table(folder)
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


def one_number(folder: Path) -> None:
    """A sound table with one number changed, or with a row too many if it has none: nothing but a digest tells."""
    path = first_table(folder)
    table = pq.read_table(path)
    if not table.num_rows:  # as of a forecast that came to no posterior
        nothing = {field.name: pa.nulls(1, field.type) for field in table.schema}
        pq.write_table(pa.table(nothing, schema=table.schema), path)
        return
    number = next(n for n, field in enumerate(table.schema) if n and pa.types.is_floating(field.type))
    values = table.column(number).to_numpy().copy()
    values[0] += 1
    pq.write_table(table.set_column(number, table.schema.names[number], [values]), path)


def foreign(folder: Path) -> None:
    """A table of something else."""
    pq.write_table(pa.table({"replication": [1, 2], "x": ["a", "b"]}), first_table(folder))


def text(folder: Path) -> None:
    first_table(folder).write_text("replication,seed\n1,2\n")


def nested(folder: Path) -> None:
    """A table whose columns are no numbers."""
    table = pq.read_table(first_table(folder))
    pq.write_table(pa.table({name: [[{"a": 1}]] * 3 for name in table.column_names}), first_table(folder))


def a_folder(folder: Path) -> None:
    path = first_table(folder)
    path.unlink()
    path.mkdir()


def a_pipe(folder: Path) -> None:
    path = first_table(folder)
    path.unlink()
    os.mkfifo(path)


def linked_out(folder: Path) -> None:
    """A link to a sound table that lies elsewhere."""
    path = first_table(folder)
    elsewhere = folder.parent / f"{folder.name}-elsewhere.parquet"
    shutil.move(path, elsewhere)
    path.symlink_to(elsewhere)


def manifest_linked_out(folder: Path) -> None:
    elsewhere = folder.parent / f"{folder.name}-elsewhere.json"
    shutil.move(folder / "run.json", elsewhere)
    (folder / "run.json").symlink_to(elsewhere)


def of_pickles(folder: Path) -> None:
    """A file that would be run if anybody unpickled it."""
    first_table(folder).write_bytes(b"cos\nsystem\n(S'touch unpickled'\ntR.")


DAMAGES: dict[str, Damage] = {
    "half a table": half,
    "a table without its last byte": without_its_end,
    "an empty table": emptied,
    "a table that is gone": gone,
    "one bit of a table": one_bit,
    "one number of a table": one_number,
    "a table of something else": foreign,
    "a text for a table": text,
    "a table of nested things": nested,
    "a folder for a table": a_folder,
    "a pipe for a table": a_pipe,
    "a link to a table elsewhere": linked_out,
    "a pickle for a table": of_pickles,
    "another seed in the manifest": manifest_with(seed=99),
    "other numbers of runs in the manifest": manifest_with(runs=10**9),
    "a manifest that is calibrated where it was not": calibrated_or_not,
    "measures of nothing in the manifest": manifest_with(measures=5),
    "another digest in the manifest": manifest_with(results_digest="0" * 64),
    "a manifest with more in it": manifest_with(note="x"),
    "an empty manifest": manifest_as(""),
    "a list for a manifest": manifest_as("[]"),
    "a number for a manifest": manifest_as("5"),
    "an empty mapping for a manifest": manifest_as("{}"),
    "half a manifest": manifest_as('{"seed": 7, "scenario'),
    "bytes for a manifest": manifest_as(bytes(range(256))),
    "a deep manifest": manifest_as("[" * 100_000),
    "a manifest of a huge number": manifest_as('{"seed": ' + "9" * 100_000 + "}"),
    "a link to a manifest elsewhere": manifest_linked_out,
}
