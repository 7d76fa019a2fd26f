"""What `sim run` prints: headline outputs, claims beside the simulated distributions, control by steps of time."""

from collections import Counter
from datetime import timedelta
from math import inf, log10

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim import laws
from sim.likelihood.control import ControlState, list_control_reports
from sim.outputs.provenance import describe_posterior
from sim.report.after_reports import find_after_reports
from sim.report.control_reports import compare_between_ends, find_states_at_ends, make_state_letters, select_steps
from sim.report.text import format_caveat
from sim.report.text_direction import isolate_names
from sim.runs.accumulators import StudySummary
from sim.runs.replicate import Study
from sim.scenario.lint.unread_items import describe_unread
from sim.scenario.model import Scenario
from sim.scoring.claim_comparison import (
    ClaimComparison,
    compare_claims,
    select_headline_outputs,
    select_observable_claims,
    select_surprising_claims,
)
from sim.scoring.intervals import EmpiricalDistribution, wilson_interval

NARROW_SCREEN = 130  # columns of a screen; on a narrower one the claims lose their source, median and inner interval
STEP_WIDTH = 9  # columns of a step of time

MAX_CLAIMS = 200  # in a table on the screen
MAX_PLACES = 60
UNCALIBRATED_NOTE = (
    "Nothing is calibrated yet: the priors are wide and take nothing from this battle, so these are the outcomes that "
    "the model thinks possible before it has seen a single claim."
)


def show_run(console: Console, scenario: Scenario, study: Study, summary: StudySummary) -> None:
    """Print headline outputs first, then claims, then control, then how far to trust them."""
    scenario = isolate_names(scenario)
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
    if (moment_table := build_moment_table(scenario, study, summary)) is not None:
        console.print(moment_table)
    console.print(format_control_legend(scenario), highlight=False)
    console.print()
    after = find_after_reports(study)
    uncalibrated = UNCALIBRATED_NOTE if after is None else after.describe_note()
    console.print(format_caveat(describe_posterior(study.simulation), uncalibrated), highlight=False)
    if scenario.to_read:
        console.print(f"The scenario is a draft: {describe_unread(scenario.to_read)}", highlight=False)


def format_headline_outputs(scenario: Scenario, study: Study, summary: StudySummary) -> list[str]:
    """The scenario's headline outputs, as far as the battle is simulated, with their numbers filled in.

    Where a posterior is shipped with the battle, each is followed by the same of the battles that fit the reports.
    """
    outputs, after = select_headline_outputs(scenario, study.simulation.end_hours), find_after_reports(study)
    return [
        fill_headline_output(output.text, values, output.at_least).removesuffix(".")
        + ("." if after is None else after.describe_headline(number))
        for (number, output), values in zip(outputs.items(), summary.headline_outputs, strict=True)
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
    text = text.replace("{chance}", f"{100 * n_reached / values.size:.{digits}f}")
    return f"{text.removesuffix('.')} (95% interval {spread})."


def build_claim_table(scenario: Scenario, study: Study, summary: StudySummary, width: int) -> Table:
    """Every observable claim beside its simulated distribution, for a screen of this width."""
    claims = select_observable_claims(scenario, study.simulation.end_hours)
    rows = select_surprising_claims(compare_claims(claims, summary.claims), MAX_CLAIMS)
    title = "Claims beside what was simulated"
    if len(rows) < len(claims):
        title += f": the {len(rows)} of {len(claims):,} that hold in the fewest battles"
    table = Table(title=title, title_justify="left", pad_edge=False)
    hidden_columns = {"source", "median", "50 %"} if width < NARROW_SCREEN else set()
    for heading in ("where", "source", "claim", "said"):
        if heading not in hidden_columns:
            table.add_column(heading, overflow="fold", min_width=20 if heading == "claim" else 8)
    for heading in ("median", "50 %", "90 %", "bound holds"):
        if heading not in hidden_columns:
            table.add_column(heading, justify="right", overflow="fold")
    for row in rows:
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
        "median": format_claim_value(scenario, comparison, comparison.median),
        "50 %": " to ".join(format_claim_value(scenario, comparison, bound) for bound in comparison.interval_50),
        "90 %": " to ".join(format_claim_value(scenario, comparison, bound) for bound in comparison.interval_90),
        "bound holds": f"{low} to {high} %",
    }


def format_claim_value(scenario: Scenario, comparison: ClaimComparison, value: float) -> str:
    """A simulated value of a claim; a time is told as local time, or that it had not come by the end of the period."""
    observable = comparison.claim.observable
    assert observable is not None
    if observable.quantity != "time":
        return format_value(value, comparison.unit)
    if value > scenario.hours_since_start(observable.until):
        return "not by then"
    moment = scenario.begins + timedelta(hours=value)
    return f"{moment.day} {moment:%b %H:%M}"


def format_value(value: float, unit: str) -> str:
    """A simulated value with the digits that suit its unit."""
    if unit == "share held":
        return f"{100 * value:.0f} %"
    return f"{value:.1f}" if unit in ("hours", "times") else f"{value:.0f}"


def build_control_table(scenario: Scenario, study: Study, summary: StudySummary, width: int) -> Table:
    """For each reported place and step: the most likely state, its probability, and reported states in brackets."""
    places, steps = list(scenario.places), summary.steps
    probabilities = summary.control_counts / summary.runs
    reports = list_control_reports(scenario, steps)
    letters = make_state_letters(scenario)
    n_reports = Counter(report.place for report in reports)
    shown_places = {id for id, _ in n_reports.most_common(MAX_PLACES)}
    title = f"Control at the end of {steps.each}, the record in brackets"
    if len(shown_places) < len(n_reports):
        title += f": the {len(shown_places)} of {len(n_reports):,} places with most reports"
    table = Table(title=title, title_justify="left", pad_edge=False)
    place_width = max(18, width // 4)
    table.add_column("place", min_width=18, max_width=place_width, overflow="ellipsis", no_wrap=True)
    numbers = select_steps(steps, reports, max(1, (width - place_width - 4) // (STEP_WIDTH + 3)))
    for number in numbers:
        table.add_column(steps.format_label(number), justify="right", no_wrap=True)
    for id in filter(shown_places.__contains__, n_reports):
        row = probabilities[numbers, places.index(id)]
        reported_states = [find_states_at_ends(steps, reports, id, number) for number in numbers]
        table.add_row(
            scenario.places[id].name,
            *(
                f"{format_state(letters, states)}{format_reported_states(reported, letters)}"
                for states, reported in zip(row, reported_states, strict=True)
            ),
        )
    return table


def build_moment_table(scenario: Scenario, study: Study, summary: StudySummary) -> Table | None:
    """Reports of other moments than those of the table of control, each beside its own; None if there are none."""
    claims = select_observable_claims(scenario, study.simulation.end_hours)
    simulated = dict(zip(claims, summary.claims, strict=True))
    reports = list_control_reports(scenario, summary.steps)
    comparisons = compare_between_ends(scenario, summary.steps, reports, simulated)
    if not comparisons:
        return None
    letters = make_state_letters(scenario)
    title = "Control at other moments of which a source tells"
    if len(comparisons) > MAX_CLAIMS:
        title += f": the first {MAX_CLAIMS} of {len(comparisons):,}"
    table = Table(title=title, title_justify="left", pad_edge=False)
    for heading in ("place", "when", "reported", "simulated"):
        table.add_column(heading, overflow="fold")
    for each in comparisons[:MAX_CLAIMS]:
        table.add_row(each.place, each.when, letters[each.reported], format_state(letters, each.probabilities))
    return table


def format_state(letters: list[str], probabilities: np.ndarray) -> str:
    """The most likely state and its battles in 100."""
    return f"{letters[probabilities.argmax()]}{100 * probabilities.max():.0f}"


def format_reported_states(reported_states: list[ControlState], letters: list[str]) -> str:
    """Reported states in brackets; empty without a report."""
    reported_letters = dict.fromkeys(letters[state] for state in reported_states)
    return f" [{'/'.join(reported_letters)}]" if reported_letters else ""


def format_control_legend(scenario: Scenario) -> str:
    """The legend of the letters."""
    letters = make_state_letters(scenario)
    first, second = (side.short_name for side in scenario.sides.values())
    low, high = scenario.contested_share_range
    return (
        f"{letters[ControlState.FIRST]} {first}, {letters[ControlState.SECOND]} {second}, "
        f"c contested (between {100 * low:.0f} and {100 * high:.0f} per cent); numbers: battles in 100."
    )
