"""The posterior analysis in words and as a Markdown page: headlines, turning points, robustness, sources."""

from collections.abc import Iterator, Sequence
from math import inf, isnan
from pathlib import Path

from rich.table import Table

from sim.analysis.posterior_analysis import PosteriorAnalysis
from sim.analysis.posterior_predictive import PitValue
from sim.analysis.robustness import AnalysisVariant, QuantileTriplet, SourceBias, SourceBiasRatio, pool_variant_errors
from sim.analysis.turning_points import TurningPointEffect
from sim.inference.diagnostics import MIN_ESS, ParameterSummary, summarize_parameters
from sim.inference.evidence_intervals import EvidenceErrors
from sim.inference.posterior import Posterior
from sim.outputs.formatting import (
    format_sample_size,
    format_to_precision,
    format_with_interval,
    strip_placeholders,
)
from sim.report.calibration import format_log_evidence_interval
from sim.report.forecast import format_forecast_output
from sim.report.headline import AFTER_REPORTS
from sim.report.terminal_table import make_table
from sim.report.text import format_made_by, format_markdown_table, format_target, lower_common
from sim.report.whatif import format_whatif_section
from sim.scenario.descriptions import capitalize
from sim.scenario.model import Scenario
from sim.scoring.intervals import IntervalEstimate

COMMAND_NAME = "sim analyse"
N_TERMINAL_COLUMNS = 5  # of the headings of turning points, from the left
SURPRISING_TAIL = 0.05  # tail probability below which a claim is a misfit


def format_per_100(estimate: IntervalEstimate | None) -> str:
    """A probability as battles in 100, with its interval."""
    if estimate is None:
        return "—"
    if isnan(estimate.value):
        return "never seen"
    return format_with_interval(estimate.value, estimate.low, estimate.high, 100.0)


def format_signed_difference(estimate: IntervalEstimate) -> str:
    """A difference in battles in 100, with its sign and interval."""
    if isnan(estimate.value):
        return "no clear winner"
    half = 50 * (estimate.high - estimate.low)
    value, low, high = (
        add_plus_sign(format_to_precision(100 * each, half)) for each in (estimate.value, estimate.low, estimate.high)
    )
    return f"{value} ({low} to {high})"


def add_plus_sign(text: str) -> str:
    """A number with a plus sign, unless it is negative or 0."""
    return text if text.startswith("−") or float(text) == 0 else f"+{text}"


def describe_headlines(scenario: Scenario, analysis: PosteriorAnalysis) -> Iterator[str]:
    """The main results: events, numbers, and the fit to the record."""
    for event in analysis.events:
        share, _, ends = format_per_100(event.probability).partition(" (")
        text = lower_common(event.text.replace("{chance}", share).removesuffix("."))
        interval = f" (95% interval {ends}" if ends else ""
        unknowns = f"{100 * event.parameter_variance_share:.0f} %"
        yield f"{AFTER_REPORTS}, {text}{interval}; the unknowns make {unknowns} of the variance, luck the rest."
    for number in analysis.numbers:
        subject = strip_placeholders(number.text)
        low, high = (f"{end:.0f}" for end in number.interval_90)
        yield f"{capitalize(subject)}: {number.median:.0f} in the median battle, {low} to {high} in nine of ten."
    yield from describe_record_fit(analysis)


def describe_record_fit(analysis: PosteriorAnalysis) -> Iterator[str]:
    """How well the posterior predictive distribution fits the record."""
    misfits = [each.claim for each in analysis.predictive_checks.pit_values if each.p_tail < SURPRISING_TAIL]
    count = len(analysis.predictive_checks.pit_values)
    yield (
        f"{len(misfits)} of {count} claims lie further out than all but {100 * SURPRISING_TAIL:.0f} in 100 reports of "
        f"battles that are fought again ({SURPRISING_TAIL * count:.2g} would by chance alone)."
    )
    yield (
        f"Of 100 records that the same sources would leave of these battles, "
        f"{format_per_100(analysis.predictive_checks.p_value)} fit them no better than the real one does: near "
        "0 the real record would be odd, near 50 it is one of many. A true misfit shows less than it should, since the "
        "battles were fitted to the same claims."
    )


TURNING_POINT_HEADINGS = (
    "turn",
    "happens",
    "held if it happens",
    "held if not",
    "effect",
    "decided both ways",
    "association",
)


def make_turning_point_rows(effects: Sequence[TurningPointEffect]) -> list[list[str]]:
    """The turning points as rows, those with the largest effect first."""
    ordered = sorted(effects, key=lambda each: -abs(each.effect.value) if not isnan(each.effect.value) else 1.0)
    return [
        [
            each.label,
            format_per_100(each.probability),
            *format_intervention(each),
            "—" if each.association is None else format_signed_difference(each.association.difference),
        ]
        for each in ordered
    ]


def format_intervention(each: TurningPointEffect) -> list[str]:
    """What a turning point does to the outcome, and in how many battles that could be tried."""
    if not each.n_pairs:
        return ["—", "—", "association only", f"0 of {each.n_battles:,}"]
    return [
        format_per_100(each.p_hold_if_so),
        format_per_100(each.p_hold_if_not),
        format_signed_difference(each.effect),
        f"{each.n_pairs:,} of {each.n_battles:,}",
    ]


def build_turning_point_table(effects: Sequence[TurningPointEffect]) -> Table:
    """The turning points as a terminal table: how likely each was and what it does to the outcome."""
    title = "Turning points, the largest effect first: battles in 100 (95 %)"
    table = make_table(title, TURNING_POINT_HEADINGS[:1], TURNING_POINT_HEADINGS[1:N_TERMINAL_COLUMNS])
    for row in make_turning_point_rows(effects):
        turn, *cells = row[:N_TERMINAL_COLUMNS]
        table.add_row(capitalize(turn), *cells)
    return table


def format_analysis_page(
    scenario: Scenario,
    forecasts: Sequence[Path],
    whatif: Path | None,
    posterior: Posterior,
    analysis: PosteriorAnalysis,
    versions: Sequence[AnalysisVariant],
    caption: str,
    stem: str,
) -> Iterator[str]:
    """The lines of the Markdown page."""
    yield f"# Findings: {scenario.title}"
    yield ""
    yield f"{caption}. Made by `{format_target('analyse', scenario)}`; the command behind each part stands at its end."
    yield ""
    yield "Probabilities are shares of simulated battles, with 95% intervals that count battles of one family of draws"
    yield "together. A battle fought again has the unknowns as the record leaves them, and new dice."
    yield ""
    yield "## Would it happen again?"
    yield ""
    yield from (f"- {sentence}" for sentence in describe_headlines(scenario, analysis))
    yield ""
    yield from format_misfit_table(scenario, analysis)
    yield format_made_by(f"{COMMAND_NAME} posterior=OUTPUT")
    yield from format_robustness_section(versions, stem)
    yield from format_turning_point_section(analysis, stem)
    yield from format_source_section(scenario, analysis, stem)
    yield from format_parameter_section(posterior)
    for path in forecasts:
        yield from format_forecast_output(scenario, path, stem)
    if whatif is not None:
        yield from format_whatif_section(whatif, analysis.change_effects, stem)


def format_misfit_table(scenario: Scenario, analysis: PosteriorAnalysis) -> Iterator[str]:
    """The claims in the tails of their predictive distributions."""
    misfits = sorted(
        (each for each in analysis.predictive_checks.pit_values if each.p_tail < SURPRISING_TAIL),
        key=lambda each: each.p_tail,
    )
    if not misfits:
        return
    yield "Where the model fails, or the battle was odd, or a source was; which of them no count of battles tells:"
    yield ""
    yield from format_markdown_table(
        ("claim", "source", "said"),
        ("reports to expect: median (90 %)", "as far out, in 100"),
        (format_misfit_row(scenario, each, analysis.n_simulations) for each in misfits),
    )


def format_misfit_row(scenario: Scenario, pit_value: PitValue, battles: int) -> list[str]:
    """The cells of one such claim."""
    claim = scenario.claims[pit_value.claim]
    phrase = claim.value.phrase if claim.value else ""
    detection_limit = 100 * 3 / battles  # by the rule of three
    tail_text = f"below {detection_limit:.1g}" if pit_value.p_tail == 0 else f"{100 * pit_value.p_tail:.1g}"
    interval_text = f"{pit_value.median:.0f} ({pit_value.interval_90[0]:.0f} to {pit_value.interval_90[1]:.0f})"
    return [claim.statement, scenario.sources[claim.source].name, phrase, interval_text, tail_text]


def format_robustness_section(versions: Sequence[AnalysisVariant], stem: str) -> Iterator[str]:
    """The headlines under every interpretation and source."""
    if len(versions) < 2:
        return
    yield "## What depends on how the text is read, and on whom one believes"
    yield ""
    reference = next((each for each in versions if each.events), None)
    if reference is None:
        yield "No version left a posterior.\n"
    else:
        events = [strip_placeholders(event.text) for event in reference.events]
        numbers = [f"median: {strip_placeholders(number.text)}" for number in reference.numbers]
        columns = [*events, *numbers, "log evidence over the first (95% interval)"]
        errors = pool_variant_errors(versions)
        rows = ([each.name, *format_robustness_cells(each, versions[0], errors, len(columns) - 1)] for each in versions)
        yield f"![The headline, version by version](images/{stem}-robustness.png)"
        yield ""
        yield from format_markdown_table(("version",), columns, rows)
    for each in versions:
        if each.failures or each.warnings:
            yield f"{each.name}: {' '.join((*each.failures, *each.warnings))}"
            yield ""
    yield "Evidence compares readings only where the same claims are heard; a reading that drops a claim, and the"
    yield "choice of one source's counts, have none to compare. Differences below 3 are slight; one of 0 without an"
    yield "interval comes of battles that the reading leaves as they were, as far as anybody was heard of them."
    yield "Intervals are the wider of Student's t, from how far the two islands of each version lie apart, pooled over"
    yield "the versions, and 1.96 standard errors by families."
    yield ""
    yield format_made_by(f"{COMMAND_NAME} posterior=OUTPUT readings=[...] sources=true")


def format_robustness_cells(
    version: AnalysisVariant, first: AnalysisVariant, errors: EvidenceErrors, columns: int
) -> list[str]:
    """A version as the cells of its row."""
    if not version.events:
        cells = ["no posterior", *["—"] * (columns - 1)]
    else:
        cells = [format_per_100(event.probability) for event in version.events]
        cells += [
            f"{number.median:.0f} ({number.interval_90[0]:.0f} to {number.interval_90[1]:.0f})"
            for number in version.numbers
        ]
    if version is first:
        return [*cells, "0"]
    if not version.is_comparable:
        return [*cells, "other claims"]
    half_width = errors.compute_half_width(version.name) if version.name in errors.errors else inf
    return [*cells, format_log_evidence_interval(version.log_bayes_factor.value, half_width)]


def format_turning_point_section(analysis: PosteriorAnalysis, stem: str) -> Iterator[str]:
    """The section on turning points."""
    yield "## Turning points"
    yield ""
    yield f"![Each turn, how likely it was, and what it does to the outcome](images/{stem}-turning_points.png)"
    yield ""
    yield from format_markdown_table(
        TURNING_POINT_HEADINGS[:1], TURNING_POINT_HEADINGS[1:], make_turning_point_rows(analysis.turning_points)
    )
    yield "Held: battles in 100 in which the objective is held at the end. The effect is that of an intervention:"
    yield "the same battles are simulated again with the turn decided the one way and the other. For that the luck"
    yield "of its orders (combat power and break points of assaults, whether a vehicle bomb comes through) is moved"
    yield "no further than it takes, and all other luck is kept; where no chance is involved, an edit of the"
    yield "scenario takes the turn away. Battles that no luck of these orders decides, such as those in which an"
    yield "order was never given, are left out: the last column but one counts the others. Beside it stands the"
    yield "association: battles that have the turn of themselves less those in which it went the other way, which"
    yield "may differ in more than the turn."
    yield from format_luck_moved(analysis.turning_points)
    yield ""
    yield format_made_by(f"{COMMAND_NAME} posterior=OUTPUT")


def format_luck_moved(effects: Sequence[TurningPointEffect]) -> Iterator[str]:
    """How far the luck of orders had to be moved to decide the turning points."""
    shifts = [each.median_shift for each in effects if each.median_shift is not None]
    if shifts:
        yield ""
        yield (
            "In the median battle whose luck had to be moved it was moved by "
            f"{min(shifts):.1f} to {max(shifts):.1f} standard deviations, by turn."
        )


def format_source_section(scenario: Scenario, analysis: PosteriorAnalysis, stem: str) -> Iterator[str]:
    """The section on reporting factors of sources and their ratios."""
    yield "## What each source reports"
    yield ""
    yield f"![Factors of each source, before and after](images/{stem}-source_bias.png)"
    yield ""
    yield from format_markdown_table(
        ("source, of whom", "the prior's reason, and what it was taken from"),
        ("prior: median (90 %)", "posterior"),
        (format_source_factor_row(scenario, each) for each in analysis.source_biases),
    )
    yield "Only ratios are known from the record: twice as many dead and sources that report half of them leave the"
    yield "same claims. The level of each factor rests on its prior."
    yield ""
    yield from format_markdown_table(
        ("ratio",),
        ("prior", "posterior"),
        (format_source_ratio_row(scenario, ratio) for ratio in analysis.source_bias_ratios),
    )
    yield format_made_by(f"{COMMAND_NAME} posterior=OUTPUT")


def format_source_factor_row(scenario: Scenario, source_factor: SourceBias) -> list[str]:
    """The cells of one source about one side."""
    name = f"{scenario.sources[source_factor.source].name}, of {scenario.sides[source_factor.side].short_name}"
    references = f" ({', '.join(source_factor.reference)})" if source_factor.reference else ""
    return [
        name,
        source_factor.reason + references,
        format_factor(source_factor.prior_quantiles),
        format_factor(source_factor.posterior_quantiles),
    ]


def format_source_ratio_row(scenario: Scenario, ratio: SourceBiasRatio) -> list[str]:
    """The cells of one ratio of two sources."""
    first_name, second_name = scenario.sources[ratio.first].name, scenario.sources[ratio.second].name
    return [
        f"{first_name} to {second_name}, of {scenario.sides[ratio.side].short_name}",
        format_factor(ratio.prior_quantiles),
        format_factor(ratio.posterior_quantiles),
    ]


def format_factor(values: QuantileTriplet) -> str:
    """A median with its 90% interval."""
    middle, low, high = values
    return f"{middle:.2g} ({low:.2g} to {high:.2g})"


def format_parameter_section(posterior: Posterior) -> Iterator[str]:
    """The section on what the claims identify and what they do not."""
    parameters = summarize_parameters(posterior)
    identified = [each for each in parameters if each.label in ("determined", "narrowed")]
    undetermined_names = [each.parameter.replace("_", " ") for each in parameters if each.label == "not determined"]
    yield "## What the record determines, and what it does not"
    yield ""
    yield from format_markdown_table(
        ("unknown",),
        ("prior: median (90 %)", "posterior", "contraction", "effective sample"),
        (format_parameter_row(each) for each in identified),
    )
    names = ", ".join(undetermined_names) or "none"
    yield f"Of {len(parameters)} unknowns the record does not determine {len(undetermined_names)}: {names}."
    too_few_draws = [each.parameter.replace("_", " ") for each in parameters if not each.is_ess_sufficient]
    if too_few_draws:
        yield ""
        yield f"Few effective draws (below {MIN_ESS}), so that their numbers are rough: {', '.join(too_few_draws)}."
    yield ""
    yield format_made_by("sim calibrate")


def format_parameter_row(parameter: ParameterSummary) -> list[str]:
    """The cells of one identified parameter."""
    name = f"{parameter.parameter.replace('_', ' ')} ({parameter.unit})"
    return [
        name,
        format_factor(parameter.prior_quantiles),
        format_factor(parameter.posterior_quantiles),
        f"{parameter.contraction:.1f}",
        format_sample_size(parameter.ess),
    ]
