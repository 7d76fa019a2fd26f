"""What the record determines of the unknowns, what it narrows, and what it says nothing of."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from sim.experiment.digits import rounded, spanned, with_error
from sim.report.markdown import bullets, table
from sim.report.record.outputs import Outputs

PAIRS = 12
SILENT = "not determined"


def unknown_lines(outputs: Outputs) -> Iterator[str]:
    """Prior beside posterior for every unknown, the most contracted first, and those that are known together only."""
    if not outputs.calibrated.manifest["stands"]:
        yield "There is no posterior, and nothing to say of any unknown.\n"
        return
    rows = outputs.calibrated.table("unknowns").to_pylist()
    silent = [name(row["slot"]) for row in rows if row["words"] == SILENT]
    yield f"Of {len(rows)} unknowns the record does not determine {len(silent)}: {', '.join(silent) or 'none'}.\n"
    yield from table(
        ("unknown", "the record"),
        ("prior: median (90 %)", "posterior: median (90 %)", "contraction", "effective draws"),
        ([name(row["slot"]) + f" ({row['unit']})", row["words"], three(row, "prior"), *after(row)] for row in rows),
    )
    yield "Contraction: the share of the prior's variance that the claims took away, on the scale on which the prior is"
    yield "normal, with its standard error.\n"
    yield from bullets(together(outputs))


def name(slot: str) -> str:
    """An unknown's id as words."""
    return slot.replace("_", " ")


def after(row: dict[str, Any]) -> list[str]:
    """What the record made of an unknown, if there are draws enough to tell."""
    if not row["shown"]:
        return ["—", "", rounded(row["effective"])]
    contraction = with_error(row["contraction"], row["contraction_error"])
    return [three(row, "posterior"), contraction, rounded(row["effective"])]


def three(row: dict[str, Any], which: str) -> str:
    """A median with its interval, in digits that the interval supports."""
    return spanned(*(row[f"{which}_{end}"] for end in ("median", "q05", "q95")))


def together(outputs: Outputs) -> Iterator[str]:
    """Pairs of which a combination is known better than either."""
    rows = outputs.calibrated.table("together").to_pylist()
    for row in islice(rows, PAIRS):
        kind = "ratio or difference" if row["correlation"] > 0 else "product or sum"
        yield (
            f"Known together only, their {kind} better than either: {name(row['first'])} and {name(row['second'])} "
            f"(correlation {row['correlation']:.1f})."
        )
    if len(rows) > PAIRS:
        yield f"And {len(rows) - PAIRS} more pairs."
