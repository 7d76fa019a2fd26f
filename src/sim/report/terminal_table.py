"""Tables of the terminal: without boxes, and no wider than the screen, so that they can be read in a file too."""

from collections.abc import Sequence

from rich import box
from rich.table import Table

MIN_TEXT_WIDTH = 12  # columns of a column of words


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
