"""What `sim run` prints: the answer, the claims that the battles reach least often and, if asked for, all the rest."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim import laws
from sim.outputs.provenance import describe_posterior
from sim.report.after_reports import describe_uncalibrated
from sim.report.claim_words import describe_counting, describe_source, describe_sources, format_agreement
from sim.report.control_table import build_control_table, build_moment_table, format_control_legend
from sim.report.documented_changes import describe_documented_changes
from sim.report.headline import format_headline_outputs
from sim.report.model_trust import describe_trust
from sim.report.terminal_table import make_table
from sim.report.text import format_caveat
from sim.report.text_direction import isolate_names
from sim.runs.accumulators import StudySummary
from sim.runs.replicate import Study
from sim.scenario.lint.unread_items import describe_unread
from sim.scenario.model import Scenario
from sim.scoring.claim_comparison import ClaimComparison, compare_claims, rank_by_surprise, select_observable_claims

AGREEMENT_WIDTH = 28  # columns of `true in 10 of 100 (4 to 21)`
TELLING_CLAIMS = 10  # that are shown unless all are asked for
MAX_CLAIMS = 200  # in a table on the screen
FULL_HINT = "All claims, and who held what when: --full, or report.html in the folder below."


def show_run(console: Console, scenario: Scenario, study: Study, summary: StudySummary, association: str) -> None:
    """Print the answer: headline outputs, the claims that surprise most, what would have changed it and what goes with
    it, and how far to trust them.
    """
    scenario = isolate_names(scenario)
    show_answer(console, scenario, study, summary)
    show_claims(console, scenario, study, summary, TELLING_CLAIMS)
    console.print(FULL_HINT, highlight=False)
    show_reasons(console, study, association)
    show_caveat(console, scenario, study)


def show_whole_run(console: Console, scenario: Scenario, study: Study, summary: StudySummary, association: str) -> None:
    """Print the answer, all claims and the tables of control."""
    scenario = isolate_names(scenario)
    show_answer(console, scenario, study, summary)
    show_claims(console, scenario, study, summary, MAX_CLAIMS)
    console.print(build_control_table(scenario, study, summary, console.width))
    if (moment_table := build_moment_table(scenario, study, summary)) is not None:
        console.print(moment_table)
    console.print(format_control_legend(scenario), highlight=False)
    show_reasons(console, study, association)
    show_caveat(console, scenario, study)


def show_answer(console: Console, scenario: Scenario, study: Study, summary: StudySummary) -> None:
    """Print the title and the headline outputs."""
    law = laws.find_display_name(study.simulation.law)
    times = "once" if study.runs == 1 else f"{study.runs:,} times"
    console.print()
    console.print(Text.assemble((scenario.title, "bold"), f", fought {times} under {law}"))
    console.print()
    for sentence in format_headline_outputs(scenario, study, summary):
        console.print(f"- {sentence}", highlight=False)
    console.print()


def show_claims(console: Console, scenario: Scenario, study: Study, summary: StudySummary, max_claims: int) -> None:
    """Print the claims beside the battles and, if there are any, which sources are out of line with them."""
    claims = select_observable_claims(scenario, study.simulation.end_hours)
    comparisons = compare_claims(claims, summary.claims)
    console.print(build_claim_table(scenario, comparisons, max_claims))
    if comparisons:
        console.print(describe_sources(scenario, comparisons), highlight=False)


def show_reasons(console: Console, study: Study, association: str) -> None:
    """Print what would have changed the outcome, and what goes with it among the battles, as far as it is known."""
    console.print()
    for heading, sentences in (
        ("What would have changed it.", describe_documented_changes(study)),
        ("What goes with it.", association),
    ):
        if sentences:
            console.print(Text.assemble((heading, "bold"), f" {sentences}"), highlight=False)


def show_caveat(console: Console, scenario: Scenario, study: Study) -> None:
    """Print how far to trust the battles, and what of a drafted scenario is still to be read."""
    caveat = format_caveat(describe_posterior(study.simulation), describe_uncalibrated(study))
    trust = describe_trust(study.simulation.law)
    console.print(Text.assemble(("How far to trust it.", "bold"), f" {caveat} {trust}".rstrip()), highlight=False)
    if scenario.to_read:
        console.print(f"The scenario is a draft: {describe_unread(scenario.to_read)}", highlight=False)


def build_claim_table(scenario: Scenario, comparisons: Sequence[ClaimComparison], max_claims: int) -> Table:
    """Claims beside the simulated distributions, those first which the fewest battles reach."""
    rows = rank_by_surprise(comparisons)[:max_claims]
    title = "What was reported, most surprising first"
    if len(rows) < len(comparisons):
        title += f": {len(rows)} of {len(comparisons):,} claims"
    table = make_table(title, ("the source says", "counted as", "in the battles: median (90 %), claim true"))
    table.columns[-1].min_width = AGREEMENT_WIDTH
    for row in rows:
        table.add_row(
            describe_source(scenario, row.claim),
            describe_counting(scenario, row.claim),
            format_agreement(scenario, row),
            style="dim" if row.claim.role == "context" else None,
        )
    return table
