"""Fills the blocks of a Markdown page, from `<!-- NAME -->` to `<!-- end of NAME -->`, with tables and figures."""

from collections.abc import Sequence

from sim.analysis.validation.results import ReproductionCheck, ValidationResult, describe_counts, sort_misses_first

VERDICTS = {  # of a check: whether it is reproduced, and golden
    (True, False): "yes",
    (False, False): "**NO**",
    (True, True): "yes, golden",
    (False, True): "**NO**, golden",
}


def fill_block(page: str, name: str, block: str) -> str:
    """The page with a block in its place, or at the end if it is new; the rest of the page stays."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    filled_block = f"{begin}\n{block.strip()}\n{end}"
    before, opening, rest = page.partition(begin)
    if not opening:
        return f"{page.rstrip()}\n\n{filled_block}\n".lstrip()
    _, closing, after = rest.partition(end)
    if not closing:
        raise ValueError(f"{begin} is not followed by {end}")
    return before + filled_block + after


def format_markdown_table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Rows as a Markdown table; columns of numbers are aligned to the right."""
    is_numeric_column = [bool(rows) and all(is_numeric(row[n]) for row in rows) for n in range(len(headings))]
    lines = [headings, ["---:" if numeric else "---" for numeric in is_numeric_column], *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def is_numeric(cell: object) -> bool:
    """Whether a cell is a number, or a number as text."""
    try:
        float(str(cell).rstrip("%").replace(",", "").strip() or "0")
    except ValueError:
        return str(cell) in ("-", "")
    return True


def fill_validation_page(page: str, results: Sequence[ValidationResult]) -> str:
    """The page with the checks, tables and figure of each validation in their blocks."""
    for result in results:
        check_rows = [
            (check.quantity, check.expected, check.obtained, VERDICTS[check.is_reproduced, check.is_golden])
            for check in sort_misses_first(result.checks)
        ]
        parts = [format_markdown_table(("what", "wanted", "found", "reproduced"), check_rows)]
        parts += [f"![{result.title}](images/validation/{result.name}.png)"]
        parts += [f"{each.title}:\n\n{format_markdown_table(each.headings, each.rows)}" for each in result.tables]
        page = fill_block(page, result.name, "\n\n".join(parts))
    return fill_block(page, "count", describe_counts(parse_checks(page)))


def parse_checks(page: str) -> list[ReproductionCheck]:
    """The checks that a page has, also those of validations that were not done again."""
    meanings = {verdict: meaning for meaning, verdict in VERDICTS.items()}
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ")]
    cells = [row for row in rows if len(row) == 4 and row[3] in meanings]
    return [ReproductionCheck(what, wanted, found, *meanings[verdict]) for what, wanted, found, verdict in cells]
