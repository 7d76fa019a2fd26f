"""A table of a page that is made from the program."""

import re
import sys
from collections.abc import Callable
from pathlib import Path


def replace_table(page: str, head: str, table: str, subject: str) -> str:
    """The text of a page with the table of that head made anew; raise ValueError, with its subject, if it has none."""
    found = re.compile(re.escape(head) + r"(\|.*\n)*")
    if not found.search(page):
        raise ValueError(f"no table of {subject}")
    return found.sub(lambda _: table, page, count=1)


def rewrite_page(replace: Callable[[str], str]) -> None:
    """Write the page that the command line names, with its table made anew."""
    path = Path(sys.argv[1])
    path.write_text(replace(path.read_text(encoding="utf-8")), encoding="utf-8")
