"""`python -m tools.rule_parameters PAGE`: writes the table of the rules' priors into a page (docs/scenario.md)."""

import re
import sys
from pathlib import Path

from sim.scenario.rule_parameters import RULE_PARAMETERS

HEAD = "| Prior | Unit and meaning | Own prior of | Read by |\n| --- | --- | --- | --- |\n"
TABLE = re.compile(re.escape(HEAD) + r"(\|.*\n)*")


def format_table() -> str:
    """The table: each parameter, whose own prior it may have, and the kinds of orders that read it."""
    rows = [
        f"| `{name}` | {row.meaning} | {', '.join(row.owners) or '-'} | {', '.join(row.kinds) or 'every battle'} |\n"
        for name, row in RULE_PARAMETERS.items()
    ]
    return HEAD + "".join(rows)


def replace_table(page: str) -> str:
    """The text of a page with its table made anew; raise ValueError if it has none."""
    if not TABLE.search(page):
        raise ValueError("no table of the priors of the rules")
    return TABLE.sub(lambda _: format_table(), page, count=1)


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(replace_table(path.read_text(encoding="utf-8")), encoding="utf-8")
