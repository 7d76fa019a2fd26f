"""`python -m tools.outputs`: the page docs/outputs.md, each table and column of an output folder, from its schema."""

from collections.abc import Iterator

from sim.outputs import schema
from sim.outputs.columns import OutputTable

# Outputs that are called otherwise than the command that leaves them.
CALLS = {"sealed-forecast": "forecast --sealed", "opened-forecast": "score SEALED_FORECAST"}
PAGE_HEAD = """# What an output folder holds

<!-- Made by `make outputs` from src/sim/outputs/schema.py; a test holds it against real outputs. -->

Every command that fights battles makes a folder of its own, `outputs/NAME/<date>_<time>-<digest>/`:

| file | what it is |
| --- | --- |
| `run.json` | the manifest: command, settings, seed, versions, digests of what went in and came out |
| `scenario.json` | the scenario as it was fought, with readings and changes |
| `*.parquet` | the tables below, in Apache Parquet |
| `posterior.nc` | of `sim calibrate`: the draws, in NetCDF; `parameters=posterior:OUTPUT` fights them |
| `sealed-CUTOFF.json` | of `sim forecast`: the forecast, sealed before it was scored |
| `figures/` | the figures as SVG, and of all commands but `sim run` as PNG too |
| `exports/FORMAT/` | what `sim export` writes, if no other folder is named |
| `job.json`, `shards/`, `.lock` | only while a study is under way; `sim resume` goes on from them |

`run.json` is written after all tables, so that its presence means complete results. Figures and page follow; where they
fail, the results are kept, and `sim resume OUTPUT` tries again. Its `schema` numbers the names of tables, columns and
keys: outputs of another schema are refused in one sentence, and have to be run again. Its `files` has the SHA-256 of
every table and of `posterior.nc`, and its `seal` is that of the manifest itself: an output that was edited or cut
short is refused by every command that reads one, in one message; so are links, pipes, and tables that are too large for
memory. A posterior is read with all of its output, and its own digest, over priors and metadata too, is that of the
manifest. With `scenario.json` an output is drawn and exported without the file it came from.

`sim plot OUTPUT figure=NAME|all` draws figures again, as SVG, PDF and PNG, of any width.
`sim export OUTPUT format=csv` makes CSV of all tables, with a `datapackage.json` that says all of this of each column.
Times and dates are local, as the
scenario has them. In names, `<side>`, `<prior>` and so on stand for ids of the scenario, one column for each.

Every Parquet table has the unit and the meaning of each column in the metadata of its field (`unit` and `description`;
the unit of names and pure numbers is `none`), from the same descriptions as this page.

Figures are set in DejaVu Sans, and in another installed font where it lacks a character. Where no installed font has
it, one line names the script and a free font to install.
"""
EXPORTS_HEAD = """
# What exports hold

Beside the files there is always a `datapackage.json`: types, units and meanings of the columns, licence, the
scenario's sources, digests, and that all of it is simulated. Files of all formats but `csv` are named
`simulated_...` and say so inside too; those of `csv` have the names of the tables. `kml` and `orbat_mapper` have no
columns: they hold the first battle whose events are kept (`save_logs`).
"""


# What stands in files of a format, and what its parts are called, where these are not rows and columns.
FORMAT_LABELS = {"nc": ("Arrays", "variable"), "json": ("A file for each", "key")}


def format_outputs_page() -> str:
    """The page as Markdown."""
    parts = [PAGE_HEAD]
    for name in schema.list_commands():
        parts += format_command_section(f"`sim {CALLS.get(name, name)}`", name)
    parts.append(EXPORTS_HEAD)
    for name in schema.EXPORT_FORMATS:
        parts += format_command_section(f"`sim export format={name}`", name)
    return "\n".join(parts)


def format_command_section(title: str, name: str) -> Iterator[str]:
    """The tables of one command or format."""
    yield f"## {title}\n"
    for table in schema.find_tables(name).values():
        yield "\n".join(format_table_schema(table)) + "\n"


def format_table_schema(table: OutputTable) -> Iterator[str]:
    """One table."""
    row_label, column_label = FORMAT_LABELS.get(table.format, ("A row for each", "column"))
    yield f"### `{table.name}.{table.format}`\n"
    yield f"{row_label}: {table.row_description}.\n"
    yield f"| {column_label} | type | unit | meaning |"
    yield "| --- | --- | --- | --- |"
    for column in table.columns:
        yield f"| `{column.name}` | {column.type} | {column.unit} | {column.description} |"


if __name__ == "__main__":
    print(format_outputs_page(), end="")
