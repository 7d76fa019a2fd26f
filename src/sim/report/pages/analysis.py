"""The page of a calibration, a forecast or a posterior analysis: sentences, tables, figures."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.table import Table

from sim.battle.simulation import Simulation
from sim.inference.diagnostics import CalibrationResult, ParameterSummary, summarize_parameters
from sim.outputs.formatting import format_to_precision
from sim.report.html.content import (
    KeyFigure,
    PageContent,
    ResultBlock,
    convert_table,
    make_figure_blocks,
    split_lead,
)
from sim.report.html.render import write_page
from sim.scenario.basemap import Basemap
from sim.scenario.descriptions import capitalize
from sim.scenario.model import Scenario
from sim.scenario.unknown_names import describe_unknown
from sim.storage.manifest import BattleManifest

MAX_KEY_FIGURES = 3  # numbers on the first screen
QUESTIONS = {
    "calibrate": "What do the claims say of the unknowns?",
    "forecast": "What could be foreseen, and what came?",
    "analyse": "What decided the battle, and how sure can one be of it?",
}
LEAD_FIGURES = (  # by their titles: the one that shows the answer of its command
    "Prior to posterior",
    "Claim forecasts",
    "Day ahead",
    "Turning points",
)


def write_analysis_page(
    folder: Path,
    command: str,
    argv: Sequence[str],
    simulation: Simulation,
    basemap: Basemap,
    manifest: BattleManifest,
    headlines: Iterable[str],
    key_figures: Sequence[KeyFigure],
    result_blocks: Sequence[ResultBlock],
    figure_paths: Sequence[Path],
) -> None:
    """Write `report.html` beside tables and figures: question, answer and best figure first, then the rest."""
    sentences = tuple(strip_indent(sentence) for sentence in headlines)
    found = [each for each in result_blocks if each.sentences or each.table or each.svg]
    is_new = not set(sentences) <= {sentence for block in found for sentence in block.sentences}
    in_words = (ResultBlock("In words", sentences),) if key_figures and len(sentences) > 1 and is_new else ()
    lead, other_blocks = split_lead((*in_words, *found, *make_figure_blocks(list(figure_paths))), LEAD_FIGURES)
    write_page(
        folder,
        PageContent(
            command=command,
            argv=tuple(argv),
            scenario=simulation.scenario,
            basemap=basemap,
            end_hours=simulation.end_hours,
            manifest=manifest,
            headlines=sentences,
            key_figures=tuple(key_figures),
            result_blocks=other_blocks,
            question=QUESTIONS.get(command, ""),
            lead=lead,
        ),
    )


def build_contraction_figures(calibration: CalibrationResult) -> list[KeyFigure]:
    """The unknowns of which the claims say most: their medians before and after; none without a posterior."""
    posterior = calibration.accepted_posterior
    if posterior is None:
        return []
    summaries = sorted(summarize_parameters(posterior), key=lambda each: (-each.contraction, each.parameter))
    return [
        build_contraction_figure(calibration.target.simulation.scenario, each) for each in summaries[:MAX_KEY_FIGURES]
    ]


def build_contraction_figure(scenario: Scenario, summary: ParameterSummary) -> KeyFigure:
    """One unknown from prior to posterior median."""
    before, after = (
        format_to_precision(median, (high - low) / 2)
        for median, low, high in (summary.prior_quantiles, summary.posterior_quantiles)
    )
    unit = "" if summary.unit == "1" else f" ({summary.unit})"
    share = f"the claims take away {100 * max(summary.contraction, 0.0):.0f} % of the prior variance"
    return KeyFigure(
        f"{before} → {after}",
        share,
        f"{capitalize(describe_unknown(scenario, summary.parameter))}{unit}, median: {summary.label}",
    )


def strip_indent(sentence: str) -> str:
    """A sentence of the terminal without its indent or the mark of a list."""
    return sentence.strip().removeprefix("- ")


def make_table_block(title: str, table: Table, sentences: Iterable[str] = ()) -> ResultBlock:
    """A table of the terminal as a result block."""
    return ResultBlock(title, tuple(strip_indent(each) for each in sentences), table=convert_table(table))
