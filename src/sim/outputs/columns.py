"""Descriptions of output columns and tables, and the columns that several tables share."""

import re
from dataclasses import dataclass

PLACEHOLDER = re.compile(r"<(\w+)>")  # in the name of many columns of one kind: `killed_<side>`


@dataclass(frozen=True)
class OutputColumn:
    """A column, or several of one kind, such as `killed_<side>`; its type is `any` if that depends on the scenario."""

    name: str
    type: str
    unit: str
    description: str

    @property
    def placeholder(self) -> str | None:
        """What there is one such column for each of: side, prior, headline and so on; None for a single column."""
        match = PLACEHOLDER.search(self.name)
        return None if match is None else match[1]

    def matches(self, name: str) -> bool:
        """Whether a column of this name is this one, or of this kind."""
        pattern = re.escape(PLACEHOLDER.sub("\0", self.name)).replace("\0", ".+")
        return re.fullmatch(pattern, name) is not None

    def extract_id(self, name: str) -> str:
        """The id in the name of a column of this kind: `teal` in `killed_teal`."""
        before, after = PLACEHOLDER.split(self.name)[0], PLACEHOLDER.split(self.name)[-1]
        return name[len(before) : len(name) - len(after)]


@dataclass(frozen=True)
class OutputTable:
    """A table or file; `row_description` says what a row is, `format` is the suffix of the file."""

    name: str
    row_description: str
    columns: tuple[OutputColumn, ...]
    format: str = "parquet"

    def find_column(self, name: str) -> OutputColumn | None:
        """The description of a column: a single one before one of a kind, and of these that with the longest name."""
        matches = [each for each in self.columns if each.matches(name)]
        return max(
            matches, key=lambda each: (each.placeholder is None, len(PLACEHOLDER.sub("", each.name))), default=None
        )


REPLICATION = OutputColumn("replication", "integer", "", "number of the battle: it and the seed fix all its luck")
DAY = OutputColumn("day", "date", "", "local date")
STEP = OutputColumn(
    "day",
    "any",
    "",
    "step of time: the local date; of a battle of up to five days the local time at which the step ends, which has six "
    "hours, or one in a battle of up to 36 hours",
)
PLACE = OutputColumn("place", "string", "", "id of a place of the scenario")
SIDE = OutputColumn("side", "string", "", "id of a side of the scenario")
POINT = OutputColumn("point", "integer", "", "number of the design point")
MEASURE = OutputColumn("measure", "string", "", "id of a measure; run.json has its text and unit under `measures`")
MEASURES = OutputColumn(
    "<measure>", "number", "of the measure", "the measure; an event is 1 where it came about, else 0"
)
PRIOR = OutputColumn("p_<prior>", "number", "of the prior", "the value that this battle drew for the prior")
CUTOFF = OutputColumn(
    "split", "string", "", "name of the cutoff: a split of the scenario, `day_<month>_<day>` or `asked`"
)
CLAIM = OutputColumn("claim", "string", "", "id of a claim of the scenario")
SHARE_OF_BATTLES, OF_THE_CLAIM = "share of battles", "of the claim"  # units
TERM = OutputColumn("term", "string", "", "what is scored together: claims of one source that hang together")
