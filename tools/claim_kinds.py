"""`python -m tools.claim_kinds PAGE`: writes the table of the kinds of claim into a page (docs/scenario.md)."""

import re
import sys
from pathlib import Path

from sim.scenario.claim_kinds import CLAIM_KINDS

HEAD = "| Written | Holds for |\n| --- | --- |\n"
TABLE = re.compile(re.escape(HEAD) + r"(\|.*\n)*")


def format_table() -> str:
    """The table: how each kind is written, and the numbers that agree with it."""
    return HEAD + "".join(f"| `{kind.example}` | {kind.meaning} |\n" for kind in CLAIM_KINDS.values())


def replace_table(page: str) -> str:
    """The text of a page with its table made anew; raise ValueError if it has none."""
    if not TABLE.search(page):
        raise ValueError("no table of the kinds of claim")
    return TABLE.sub(lambda _: format_table(), page, count=1)


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(replace_table(path.read_text(encoding="utf-8")), encoding="utf-8")
