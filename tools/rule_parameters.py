"""`python -m tools.rule_parameters PAGE`: writes the table of the rules' priors into a page (docs/scenario.md)."""

from sim.scenario.rule_parameters import RULE_PARAMETERS
from tools import page_tables

HEAD = "| Prior | Unit and meaning | Own prior of | Read by |\n| --- | --- | --- | --- |\n"


def format_table() -> str:
    """The table: each parameter, whose own prior it may have, and the kinds of orders that read it."""
    rows = [
        f"| `{name}` | {row.meaning} | {', '.join(row.owners) or '-'} | {', '.join(row.kinds) or 'every battle'} |\n"
        for name, row in RULE_PARAMETERS.items()
    ]
    return HEAD + "".join(rows)


def replace_table(page: str) -> str:
    """The text of a page with its table made anew; raise ValueError if it has none."""
    return page_tables.replace_table(page, HEAD, format_table(), "the priors of the rules")


if __name__ == "__main__":
    page_tables.rewrite_page(replace_table)
