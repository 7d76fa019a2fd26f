"""What `sim run` prints: headline outputs, claims beside the simulated distributions, control by day."""

from collections import Counter
from datetime import date
from math import inf, log10

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim import laws
from sim.likelihood.control import ControlReport, ControlState, list_control_reports
from sim.outputs.provenance import describe_calibration
from sim.report.text import format_caveat
from sim.runs.accumulators import StudySummary
from sim.runs.replicate import Study
from sim.scenario.model import Scenario
from sim.scoring.claim_comparison import (
    ClaimComparison,
    compare_claims,
    select_headline_outputs,
    select_observable_claims,
)
from sim.scoring.intervals import EmpiricalDistribution, wilson_interval

NARROW_SCREEN = 130  # columns of a screen; on a narrower one the claims lose their source, median and inner interval
DAY_WIDTH = 9  # columns of a day

UNCALIBRATED_NOTE = (
    "Nothing is calibrated yet: the priors are wide and take nothing from this battle, so these are the outcomes that "
    "the model thinks possible before it has seen a single claim."
)


def show_run(console: Console, scenario: Scenario, study: Study, summary: StudySummary) -> None:
    """Print headline outputs first, then claims, then control, then how far to trust them."""
    console.print()
    console.print(
        Text.assemble(
            (scenario.title, "bold"),
            f", fought {study.runs} times under {laws.find_display_name(study.simulation.law)}",
        )
    )
    console.print()
    for sentence in format_headline_outputs(scenario, study, summary):
        console.print(f"  {sentence}", highlight=False)
    console.print()
    console.print(build_claim_table(scenario, study, summary, console.width))
    console.print(build_control_table(scenario, study, summary, console.width))
    console.print(format_control_legend(scenario), highlight=False)
    console.print()
    console.print(format_caveat(describe_calibration(study.simulation), UNCALIBRATED_NOTE), highlight=False)


def format_headline_outputs(scenario: Scenario, study: Study, summary: StudySummary) -> list[str]:
    """The scenario's headline outputs, as far as the battle is simulated, with their numbers filled in."""
    outputs = select_headline_outputs(scenario, study.simulation.end_hours).values()
    return [
        fill_headline_output(output.text, values, output.at_least)
        for output, values in zip(outputs, summary.headline_outputs, strict=True)
    ]


def fill_headline_output(text: str, values: EmpiricalDistribution, at_least: float | None) -> str:
    """A sentence with its numbers, a probability with its 95% interval, and no more digits than the sample supports."""
    low, median, high = values.compute_quantiles([0.25, 0.5, 0.75])
    text = text.replace("{low}", f"{low:.0f}").replace("{median}", f"{median:.0f}").replace("{high}", f"{high:.0f}")
    if at_least is None:
        return text
    n_reached = values.count_between(at_least, inf)
    bounds = wilson_interval(n_reached, values.size)
    digits = max(0, round(log10(values.size) / 2) - 2)
    spread = " to ".join(f"{100 * bound:.{digits}f}" for bound in bounds)
    return text.replace("{chance}", f"{100 * n_reached / values.size:.{digits}f}") + f" (95% interval {spread})"


def build_claim_table(scenario: Scenario, study: Study, summary: StudySummary, width: int) -> Table:
    """Every observable claim beside its simulated distribution, for a screen of this width."""
    table = Table(title="Claims beside what was simulated", title_justify="left", pad_edge=False)
    hidden_columns = {"source", "median", "50 %"} if width < NARROW_SCREEN else set()
    for heading in ("where", "source", "claim", "said"):
        if heading not in hidden_columns:
            table.add_column(heading, overflow="fold", min_width=20 if heading == "claim" else 8)
    for heading in ("median", "50 %", "90 %", "bound holds"):
        if heading not in hidden_columns:
            table.add_column(heading, justify="right", overflow="fold")
    claims = select_observable_claims(scenario, study.simulation.end_hours)
    for row in compare_claims(claims, summary.claims):
        cells = [cell for heading, cell in format_claim_cells(scenario, row).items() if heading not in hidden_columns]
        table.add_row(*cells, style="dim" if row.claim.role == "context" else None)
    return table


def format_claim_cells(scenario: Scenario, comparison: ClaimComparison) -> dict[str, str]:
    """One claim as the cells of its row, by heading."""
    low, high = (f"{100 * bound:.0f}" for bound in comparison.probability_interval)
    assert comparison.claim.value is not None
    return {
        "where": str(comparison.claim.citation),
        "source": scenario.sources[comparison.claim.source].name,
        "claim": comparison.claim.statement,
        "said": comparison.claim.value.phrase,
        "median": format_value(comparison.median, comparison.unit),
        "50 %": " to ".join(format_value(bound, comparison.unit) for bound in comparison.interval_50),
        "90 %": " to ".join(format_value(bound, comparison.unit) for bound in comparison.interval_90),
        "bound holds": f"{low} to {high} %",
    }


def format_value(value: float, unit: str) -> str:
    """A simulated value with the digits that suit its unit."""
    if unit == "share held":
        return f"{100 * value:.0f} %"
    return f"{value:.1f}" if unit in ("hours", "times") else f"{value:.0f}"


def build_control_table(scenario: Scenario, study: Study, summary: StudySummary, width: int) -> Table:
    """For each reported place and each day: the most likely state, its probability, and reported states in brackets."""
    labels = study.simulation.compiled_scenario.labels
    probabilities = summary.control_counts / summary.runs
    reports = list_control_reports(scenario, summary.days)
    letters = make_state_letters(scenario)
    table = Table(title="Control at the end of each day, the record in brackets", title_justify="left", pad_edge=False)
    place_width = max(18, width // 4)
    table.add_column("place", min_width=18, max_width=place_width, overflow="ellipsis", no_wrap=True)
    day_indices = select_days(summary.days, reports, max(1, (width - place_width - 4) // (DAY_WIDTH + 3)))
    for number in day_indices:
        table.add_column(f"{summary.days[number].day} {summary.days[number]:%b}", justify="right", no_wrap=True)
    for id in dict.fromkeys(report.place for report in reports):
        row = probabilities[day_indices, labels.places.index(id)]
        reported_marks = [format_reported_states(reports, id, summary.days[number], letters) for number in day_indices]
        table.add_row(
            scenario.places[id].name,
            *(
                f"{letters[states.argmax()]}{100 * states.max():.0f}{mark}"
                for states, mark in zip(row, reported_marks, strict=True)
            ),
        )
    return table


def select_days(days: tuple[date, ...], reports: list[ControlReport], max_days: int) -> list[int]:
    """At most this many days: all of them, or the last and those with the most reports."""
    if len(days) <= max_days:
        return list(range(len(days)))
    report_counts = Counter(report.day for report in reports)
    ranked = sorted(range(len(days) - 1), key=lambda number: (-report_counts[days[number]], number))
    return sorted([*ranked[: max_days - 1], len(days) - 1])


def format_reported_states(reports: list[ControlReport], place: str, day: object, letters: list[str]) -> str:
    """The reported states of a place on a day, in brackets; empty without a report."""
    reported_letters = dict.fromkeys(
        letters[report.state] for report in reports if report.place == place and report.day == day
    )
    return f" [{'/'.join(reported_letters)}]" if reported_letters else ""


def make_state_letters(scenario: Scenario) -> list[str]:
    """A letter for each state: the sides' initials, and `c` for contested."""
    first, second = (side.short_name[0].upper() for side in scenario.sides.values())
    return [first, "c", second] if first != second else ["1", "c", "2"]


def format_control_legend(scenario: Scenario) -> str:
    """The legend of the letters."""
    letters = make_state_letters(scenario)
    first, second = (side.short_name for side in scenario.sides.values())
    low, high = scenario.contested_share_range
    return (
        f"{letters[ControlState.FIRST]} {first}, {letters[ControlState.SECOND]} {second}, "
        f"c contested (between {100 * low:.0f} and {100 * high:.0f} per cent); numbers: battles in 100."
    )
