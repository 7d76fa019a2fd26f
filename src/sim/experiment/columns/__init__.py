"""What the files of an output hold, column by column: one file for each command, and for each format of exports.

The pages of docs and the descriptors of exports are made from this; a shared test holds it against real outputs.
"""

import importlib
import pkgutil
import re
from dataclasses import dataclass
from functools import cache

SHARED = ("usual",)  # columns that several tables have, and no tables themselves
FORMATS = ("ged", "geojson", "views")  # of exports, which no command writes by itself
MANY = re.compile(r"<(\w+)>")  # what stands for many columns of one kind: `killed_<side>`


@dataclass(frozen=True)
class Column:
    """A column, or several of one kind: what type it has (`any` if that depends), its unit, what it means."""

    name: str
    type: str
    unit: str
    says: str

    @property
    def each(self) -> str | None:
        """What there is one such column for: side, prior, sentence, measure or factor; None for a single one."""
        found = MANY.search(self.name)
        return None if found is None else found[1]

    def matches(self, name: str) -> bool:
        """Whether a column of a table is this one, or of this kind."""
        pattern = re.escape(MANY.sub("\0", self.name)).replace("\0", ".+")
        return re.fullmatch(pattern, name) is not None

    def part(self, name: str) -> str:
        """The id in the name of a column of this kind: `teal` in `killed_teal`."""
        before, after = MANY.split(self.name)[0], MANY.split(self.name)[-1]
        return name[len(before) : len(name) - len(after)]


@dataclass(frozen=True)
class Table:
    """A table or file: its name, what a row is, its columns; `format` is how the file ends."""

    name: str
    says: str
    columns: tuple[Column, ...]
    format: str = "parquet"

    def column(self, name: str) -> Column | None:
        """What a column is: a single one by its name, then one of a kind, those with most of a name first."""
        fitting = [each for each in self.columns if each.matches(name)]
        return max(fitting, key=lambda each: (each.each is None, len(MANY.sub("", each.name))), default=None)


def names() -> list[str]:
    """Every command and format whose files are described, by the names of the files here."""
    modules = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name.replace("_", "-") for name in modules if name not in SHARED)


def commands() -> list[str]:
    """The commands among them."""
    return [name for name in names() if name not in FORMATS]


@cache
def tables(name: str) -> dict[str, Table]:
    """The tables of a command or a format by their names; none for one that is not described."""
    if name not in names():
        return {}
    module = importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
    return {table.name: table for table in module.TABLES}
