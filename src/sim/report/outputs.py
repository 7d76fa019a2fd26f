"""The page of docs that tells every file, table, column and unit of an output folder, from the code that knows them."""

from collections.abc import Iterator

from sim.experiment import columns
from sim.experiment.columns import Table

HEAD = """# What an output folder holds

<!-- Made by `make outputs` from src/sim/experiment/columns/; a test holds it against real outputs. -->

Every command that fights battles makes a folder of its own, `outputs/NAME/<date>_<time>-<digest>/`:

| file | what it is |
| --- | --- |
| `run.json` | the manifest: command, settings, seed, versions, digests of what went in and came out |
| `scenario.json` | the scenario as it was fought, with readings and changes |
| `*.parquet` | the tables below, in Apache Parquet |
| `posterior.nc` | of `sim calibrate`: the draws, in NetCDF; `params=posterior:OUTPUT` fights them |
| `frozen-CUT.json` | of `sim forecast`: what was settled before it was scored |
| `figures/` | the figures as SVG and PNG |
| `exports/FORMAT/` | what `sim export` writes, if no other folder is named |
| `study.json`, `shards/`, `.lock` | only while a study is under way; `sim resume` goes on from them |

`run.json` is written last, so that its presence means complete. Its `files` has the SHA-256 of every table and of
`posterior.nc`, and its `seal` is that of the manifest itself: an output that was edited or cut short is refused by
`sim plot`, `sim export` and `sim scenario-discovery`, in one message. With `scenario.json` an output is drawn and
exported without the file it came from.

`sim plot OUTPUT figure=NAME|all` draws figures again, as PDF too and of any width. `sim export OUTPUT format=csv` makes
CSV of all tables, with a `datapackage.json` that says all of this of each column. Times and dates are local, as the
scenario has them. In names, `<side>`, `<prior>` and so on stand for ids of the scenario, one column for each.
"""
EXPORTS = """
# What exports hold

Beside the files there is always a `datapackage.json`: types, units and meanings of the columns, licence, the
scenario's sources, digests, and that all of it is simulated. Files of `ged`, `views` and `geojson` are named
`simulated_...` and say so inside too; those of `csv` have the names of the tables.
"""


# What stands in files of a format, and what its parts are called, where these are not rows and columns.
PARTS = {"nc": ("Arrays", "variable"), "json": ("A file for each", "key")}


def page() -> str:
    """The page as Markdown."""
    parts = [HEAD]
    for name in columns.commands():
        parts += section(f"`sim {name}`", name)
    parts.append(EXPORTS)
    for name in columns.FORMATS:
        parts += section(f"`sim export format={name}`", name)
    return "\n".join(parts)


def section(title: str, name: str) -> Iterator[str]:
    """The tables of one command or format."""
    yield f"## {title}\n"
    for table in columns.tables(name).values():
        yield "\n".join(lines(table)) + "\n"


def lines(table: Table) -> Iterator[str]:
    """One table."""
    has, called = PARTS.get(table.format, ("A row for each", "column"))
    yield f"### `{table.name}.{table.format}`\n"
    yield f"{has}: {table.says}.\n"
    yield f"| {called} | type | unit | meaning |"
    yield "| --- | --- | --- | --- |"
    for column in table.columns:
        yield f"| `{column.name}` | {column.type} | {column.unit} | {column.says} |"


if __name__ == "__main__":
    print(page(), end="")
