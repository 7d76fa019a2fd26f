"""Tables of the terminal: without boxes, and no wider than the screen, so that they can be read in a file too."""

import sys
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table

MIN_TEXT_WIDTH = 12  # columns of a column of words
TELLING_ROWS = 10  # that are printed unless all are asked for
ALL_ROWS = sys.maxsize


def make_table(title: str, text_columns: Sequence[str], number_columns: Sequence[str] = ()) -> Table:
    """An empty table; cells that are too wide are folded, never cropped.

    Parameters
    ----------
    title
        The line above it.
    text_columns, number_columns
        The headings: columns of words come first, those of numbers stand to the right.
    """
    table = Table(title=title, title_justify="left", title_style="bold", pad_edge=False, box=box.SIMPLE_HEAD)
    for heading in text_columns:
        table.add_column(heading, overflow="fold", min_width=MIN_TEXT_WIDTH)
    for heading in number_columns:
        table.add_column(heading, justify="right", overflow="fold")
    return table


def print_table(console: Console, table: Table, max_rows: int) -> None:
    """Print the first rows of a table, which are its most telling ones, and where the others are.

    Parameters
    ----------
    console
        Where it is printed.
    table
        A table of `make_table` with all its rows.
    max_rows
        How many of them are printed: `TELLING_ROWS`, or `ALL_ROWS`.
    """
    console.print(select_first_rows(table, max_rows))
    if table.row_count > max_rows:
        console.print(f"All {table.row_count:,} rows: --full, or the folder below.", highlight=False)


def select_first_rows(table: Table, max_rows: int) -> Table:
    """The same table with its first rows only, and with their number in its title.

    Examples
    --------
    >>> table = make_table("Losses", ("day",), ("people",))
    >>> for day in ("1 June", "2 June", "3 June"):
    ...     table.add_row(day, "12")
    >>> select_first_rows(table, 2).title
    'Losses (2 of 3)'
    >>> select_first_rows(table, 3).title
    'Losses'
    """
    if table.row_count <= max_rows:
        return table
    selected = make_table(f"{table.title} ({max_rows:,} of {table.row_count:,})", ())
    for column in table.columns:
        selected.add_column(column.header, justify=column.justify, overflow=column.overflow, min_width=column.min_width)
    rows = list(zip(*(column.cells for column in table.columns), strict=True))
    for row, cells in zip(table.rows[:max_rows], rows, strict=False):
        selected.add_row(*cells, style=row.style)
    return selected
