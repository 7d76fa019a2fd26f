"""Claims beside the reports that the model predicts, as Markdown tables of stored scores."""

from collections.abc import Iterator, Sequence
from typing import Any

from sim.likelihood.binning import SHARE_STEPS, TIME_STEPS
from sim.report.report_inputs import ReportInputs
from sim.report.skill import PRIOR_REPORTING_NOTE
from sim.report.text import format_markdown_table
from sim.storage.manifest import ScoreManifest
from sim.storage.reader import StoredOutput


def format_median_interval(row: dict[str, Any]) -> str:
    """The median with its 90% interval; empty for an event."""
    if row["kind"] == "event":
        return ""
    scale, unit = {"share": (100 / SHARE_STEPS, " %"), "time": (1 / TIME_STEPS, " h")}.get(row["kind"], (1.0, ""))
    median, low, high = (f"{abs(scale * row[name]):.0f}" for name in ("q50", "q05", "q95"))  # abs: no -0
    return f"{median} ({low} to {high}){unit}"


def format_percentages(low: float, high: float) -> str:
    """The 95% interval of a probability, in 100."""
    return f"{100 * low:.0f} to {100 * high:.0f}"


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
    manifest = score_output.require(ScoreManifest)
    if manifest.calibrated and manifest.reporting == "prior":
        yield f"{PRIOR_REPORTING_NOTE}\n"
    agreement = {row["claim"]: row for row in score_output.read_table("claim_agreement").to_pylist()}
    for split in ("holdout", "calibration"):
        rows = select_claim_rows(score_output, split)
        if rows:
            yield f"### {CLAIM_TABLE_TITLES[split]} ({len(rows)})\n"
            yield from format_markdown_table(
                ("claim", "source", "said"),
                (
                    "was so in the battles, in 100",
                    "would be reported, in 100",
                    "reports to expect: median (90 %)",
                    "place in what was expected, in 100",
                ),
                (format_claim_cells(score_output, row, agreement[row["claim"]]) for row in rows),
            )


def format_claim_cells(output: StoredOutput, row: StoredRow, agreement: StoredRow) -> Sequence[str]:
    """The cells of one claim."""
    claim = output.scenario.claims[row["claim"]]
    statement = f"**{claim.statement}**" if is_outside_interval(row) else claim.statement
    return [
        statement,
        output.scenario.sources[claim.source].name,
        row["phrase"],
        format_percentages(agreement["low"], agreement["high"]),
        format_percentages(row["probability_low"], row["probability_high"]),
        format_median_interval(row),
        format_pit(row),
    ]


def format_pit(row: StoredRow) -> str:
    """The PIT value of a claim, in 100; empty for an event."""
    return "" if row["kind"] == "event" else f"{100 * row['pit']:.0f}"


RARE_EVENT_PROBABILITY = 0.05  # probability of an event below which it counts as a misfit


def is_outside_interval(row: StoredRow) -> bool:
    """Whether a claim lies outside its 90% interval or, if it is an event, was very improbable."""
    return row["probability_high"] < RARE_EVENT_PROBABILITY if row["kind"] == "event" else not row["inside_90"]
