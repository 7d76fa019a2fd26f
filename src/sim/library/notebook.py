"""What a notebook shows below a cell: pieces of HTML that are replaced as work goes on, and figures."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

FIGURE_FORMAT = "png"


def find_shell() -> Any:
    """The shell of a kernel of Jupyter, which shows HTML; None anywhere else. Nothing is imported to find out."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return shell if hasattr(shell, "kernel") else None


@contextmanager
def show_html() -> Iterator[Callable[[str], None]]:
    """A piece of HTML below the cell that can be replaced; it is empty at the end."""
    from IPython.display import HTML, display

    handle = display(HTML(""), display_id=True)
    try:
        yield lambda text: handle.update(HTML(text))
    finally:
        handle.update(HTML(""))


class NotebookStatus:
    """A line of text below a cell."""

    def __init__(self, update_html: Callable[[str], None]):
        self.update_html = update_html

    def update(self, status: str) -> None:
        """Replace the line."""
        self.update_html(escape(status))


def ensure_figures_are_shown() -> None:
    """Have a notebook show figures that belong to no window as pictures, unless it shows them already."""
    if (shell := find_shell()) is None:
        return
    from IPython.core.pylabtools import select_figure_formats
    from matplotlib.figure import Figure

    formatter = shell.display_formatter.formatters[f"image/{FIGURE_FORMAT}"]
    try:
        formatter.lookup_by_type(Figure)
    except KeyError:
        select_figure_formats(shell, {FIGURE_FORMAT})
