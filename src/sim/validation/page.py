"""A page of prose with tables that commands fill in: between `<!-- NAME -->` and `<!-- end of NAME -->`."""

from collections.abc import Sequence

from sim.validation.finding import Finding


def filled(page: str, name: str, block: str) -> str:
    """The page with a block in its place, or at the end if it has none yet; nothing else of it changes."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    whole = f"{begin}\n{block.strip()}\n{end}"
    before, found, rest = page.partition(begin)
    if not found:
        return f"{page.rstrip()}\n\n{whole}\n".lstrip()
    _, closed, after = rest.partition(end)
    if not closed:
        raise ValueError(f"{begin} is not followed by {end}")
    return before + whole + after


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Rows as a Markdown table; numbers stand to the right."""
    right = [bool(rows) and all(numeric(row[n]) for row in rows) for n in range(len(headings))]
    lines = [headings, ["---:" if number else "---" for number in right], *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def numeric(cell: object) -> bool:
    """Whether a cell is a number, or a number as text."""
    try:
        float(str(cell).rstrip("%").replace(",", "").strip() or "0")
    except ValueError:
        return str(cell) in ("-", "")
    return True


def written(page: str, findings: Sequence[Finding]) -> str:
    """The page with the verdicts, tables and figure of each finding in their places."""
    for finding in findings:
        verdicts = [
            (verdict.what, verdict.wanted, verdict.found, "yes" if verdict.reproduced else "**NO**")
            for verdict in finding.verdicts
        ]
        parts = [table(("what", "wanted", "found", "reproduced"), verdicts)]
        parts += [f"![{finding.title}](images/validation/{finding.name}.png)"]
        parts += [f"{each.title}:\n\n{table(each.headings, each.rows)}" for each in finding.tables]
        page = filled(page, finding.name, "\n\n".join(parts))
    held = [verdict.reproduced for finding in findings for verdict in finding.verdicts]
    return filled(page, "count", f"{sum(held)} of {len(held)} checks reproduced, {len(held) - sum(held)} not.")
