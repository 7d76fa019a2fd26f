"""Claims beside the reports that the model predicts, as Markdown tables of stored scores."""

from collections.abc import Iterator, Sequence
from typing import Any

from sim.likelihood.binning import SHARE_STEPS
from sim.report.report_inputs import ReportInputs
from sim.report.text import format_markdown_table
from sim.storage.reader import StoredOutput


def format_median_interval(row: dict[str, Any]) -> str:
    """The median with its 90% interval; empty for an event."""
    if row["kind"] == "event":
        return ""
    scale, unit = (100 / SHARE_STEPS, " %") if row["kind"] == "share" else (1.0, "")
    median, low, high = (f"{abs(scale * row[name]):.0f}" for name in ("q50", "q05", "q95"))  # abs: no -0
    return f"{median} ({low} to {high}){unit}"


def format_probability(row: dict[str, Any]) -> str:
    """The 95% interval of the probability of what was reported, in 100."""
    return " to ".join(f"{100 * row[end]:.0f}" for end in ("probability_low", "probability_high"))


StoredRow = dict[str, Any]
CLAIM_TABLE_TITLES = {"calibration": "Claims that taught the model", "holdout": "Claims that it never heard"}


def select_claim_rows(output: StoredOutput, split: str) -> list[StoredRow]:
    """The rows of a split's claims, each claim once: control in three states repeats claims of control."""
    return [
        row
        for row in output.read_table("claim_forecasts").to_pylist()
        if row["split"] == split and row["kind"] != "state"
    ]


def format_claim_tables(inputs: ReportInputs) -> Iterator[str]:
    """Tables of claims, the holdout first: only these test the model."""
    score_output = inputs.scores
    if score_output is None:
        yield "No battles were held against the record: give this page an output of `sim score`.\n"
        return
    for split in ("holdout", "calibration"):
        rows = select_claim_rows(score_output, split)
        if rows:
            yield f"### {CLAIM_TABLE_TITLES[split]} ({len(rows)})\n"
            yield from format_markdown_table(
                ("claim", "source", "said"),
                ("to be told: median (90 %)", "chance of what was told, in 100", "place in what was expected, in 100"),
                (format_claim_cells(score_output, row) for row in rows),
            )


def format_claim_cells(output: StoredOutput, row: StoredRow) -> Sequence[str]:
    """The cells of one claim."""
    claim = output.scenario.claims[row["claim"]]
    statement = f"**{claim.statement}**" if is_outside_interval(row) else claim.statement
    return [
        statement,
        output.scenario.sources[claim.source].name,
        row["phrase"],
        format_median_interval(row),
        format_probability(row),
        format_pit(row),
    ]


def format_pit(row: StoredRow) -> str:
    """The PIT value of a claim, in 100; empty for an event."""
    return "" if row["kind"] == "event" else f"{100 * row['pit']:.0f}"


RARE_EVENT_PROBABILITY = 0.05  # probability of an event below which it counts as a misfit


def is_outside_interval(row: StoredRow) -> bool:
    """Whether a claim lies outside its 90% interval or, if it is an event, was very improbable."""
    return row["probability_high"] < RARE_EVENT_PROBABILITY if row["kind"] == "event" else not row["inside_90"]
