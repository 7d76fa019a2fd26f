"""`python -m tools.claim_kinds PAGE`: writes the table of the kinds of claim into a page (docs/scenario.md)."""

from sim.scenario.claim_kinds import CLAIM_KINDS
from tools import page_tables

HEAD = "| Written | Holds for |\n| --- | --- |\n"


def format_table() -> str:
    """The table: how each kind is written, and the numbers that agree with it."""
    return HEAD + "".join(f"| `{kind.example}` | {kind.meaning} |\n" for kind in CLAIM_KINDS.values())


def replace_table(page: str) -> str:
    """The text of a page with its table made anew; raise ValueError if it has none."""
    return page_tables.replace_table(page, HEAD, format_table(), "the kinds of claim")


if __name__ == "__main__":
    page_tables.rewrite_page(replace_table)
