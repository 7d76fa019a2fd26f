"""Every claim beside what the sources of the calibrated model would have told."""

from collections.abc import Iterator, Sequence
from typing import Any

from sim.experiment.stored import Output
from sim.report.markdown import table
from sim.report.record.outputs import Outputs
from sim.report.told import chance, middle

Row = dict[str, Any]
TITLES = {"calibration": "Claims that taught the model", "holdout": "Claims that it never heard"}


def rows_of(output: Output, split: str) -> list[Row]:
    """The rows of a comparison's claims; what a claim says of the state of a place is in its own row already."""
    return [row for row in output.table("told").to_pylist() if row["split"] == split and row["sort"] != "state"]


def told_lines(outputs: Outputs) -> Iterator[str]:
    """Tables of claims, those that it never heard first: only these test it."""
    compared = outputs.compared
    if compared is None:
        yield "No battles were held against the record: give this page an output of `sim score`.\n"
        return
    for split in ("holdout", "calibration"):
        rows = rows_of(compared, split)
        if rows:
            yield f"### {TITLES[split]} ({len(rows)})\n"
            yield from table(
                ("claim", "source", "said"),
                ("to be told: median (90 %)", "chance of what was told, in 100", "place in what was expected, in 100"),
                (cells(compared, row) for row in rows),
            )


def cells(output: Output, row: Row) -> Sequence[str]:
    """One claim."""
    claim = output.scenario.claims[row["claim"]]
    says = f"**{claim.says}**" if outside(row) else claim.says
    return [says, output.scenario.sources[claim.source].name, row["said"], middle(row), chance(row), place(row)]


def place(row: Row) -> str:
    """The share of what was expected that lies below the claim; nothing, for an event."""
    return "" if row["sort"] == "event" else f"{100 * row['pit']:.0f}"


RARE = 0.05  # chance of an event, below which it is told apart


def outside(row: Row) -> bool:
    """Whether what was told lies outside the middle nine tenths, or, for an event, was all but ruled out."""
    return row["chance_high"] < RARE if row["sort"] == "event" else not row["inside_90"]
