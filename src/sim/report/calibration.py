"""A calibration in words and tables: whether there is a posterior, its parameters and predictive checks."""

from collections.abc import Iterator, Sequence
from itertools import islice
from math import inf
from typing import Any

import numpy as np
from rich.table import Table

from sim import laws
from sim.inference.diagnostics import (
    MAX_Z,
    MIN_ESS,
    CalibrationResult,
    ClaimPrediction,
    ParameterSummary,
    find_correlated_pairs,
    summarize_parameters,
)
from sim.inference.evidence_intervals import pool_evidence_errors
from sim.outputs.formatting import format_sample_size, format_with_error, format_with_interval
from sim.report.claim_words import describe_source
from sim.report.report_inputs import ReportInputs
from sim.report.terminal_table import make_table
from sim.report.text import format_bullets, format_count, format_markdown_table
from sim.scenario.descriptions import capitalize, join_first
from sim.scenario.model import Scenario
from sim.scenario.unknown_names import describe_unknown
from sim.scoring.claim_comparison import is_yes_or_no
from sim.storage.manifest import CalibrateManifest

MAX_SHOWN_PAIRS = 3
MAX_SHOWN_NAMES = 8
LEARNED = ("determined", "narrowed")  # the labels of a parameter that the claims say something of
NOT_DETERMINED = "not determined"  # the label of a parameter that the claims do not identify
TABLE_EXPLANATION = (
    "Contraction: the part of the prior variance that the claims took away, on the scale on which the prior is "
    "normal, with its standard error. As far out: the chance of the event, or of a report at least as far out."
)


def describe_calibration(calibration: CalibrationResult) -> Iterator[str]:
    """The answer first: why there is no posterior, or how good it is."""
    smc_result = calibration.smc
    claims, terms = len(calibration.target.observation_model.claims), len(calibration.target.term_names)
    if not calibration.diagnostics.is_accepted:
        yield f"No posterior could be accepted from {count_claims(claims, terms)}."
        yield from calibration.diagnostics.failures
    else:
        assert calibration.accepted_posterior is not None
        yield describe_learning(
            calibration.target.simulation.scenario, summarize_parameters(calibration.accepted_posterior)
        )
        particles = sum(len(chain.population) for chain in smc_result.chains)
        yield (
            f"Fitted to {count_claims(claims, terms)} under "
            f"{laws.find_display_name(calibration.target.simulation.law)}. There are enough independent draws: at "
            f"least {format_sample_size(smc_result.ess)} of {particles:,} for half of the unknowns and claims; those "
            f"with fewer than {MIN_ESS} are marked (few draws)."
        )
    if smc_result.is_at_posterior:
        first, second = smc_result.log_evidences[:2]
        agreement = "which agree" if first.compute_z_distance(second) <= MAX_Z else "which do not agree within error"
        by_first, by_second = (format_log_evidence(each.value, each.error) for each in (first, second))
        errors = pool_evidence_errors({"": smc_result.log_evidences})
        total = format_log_evidence_interval(smc_result.log_evidence.value, errors.compute_half_width(""))
        yield (
            f"Logarithm of the evidence: {total.replace(' (', ' (95% interval ')}; from the two independent islands, "
            f"{by_first} and {by_second}, {agreement}."
        )
    importance_sample = calibration.importance_sample
    yield (
        f"For comparison, {importance_sample.n_draws:,} draws from the prior weighted by their likelihood are worth "
        f"{format_draws(importance_sample.ess)}; the heaviest has "
        f"{100 * importance_sample.max_weight_share:.0f} % of the weight."
    )
    yield from describe_history_matching(calibration)
    yield from (f"Beware: {line}" for line in calibration.diagnostics.warnings)


def describe_learning(scenario: Scenario, parameters: Sequence[ParameterSummary]) -> str:
    """How many unknowns the claims determine or narrow, and the one of which they say most."""
    n_learned = sum(each.label in LEARNED for each in parameters)
    if not n_learned:
        return f"The claims narrow none of the {len(parameters)} unknowns clearly."
    most = max(parameters, key=lambda each: each.contraction)
    before = format_with_interval(*most.prior_quantiles).replace(" (", " (90 % interval ")
    after = format_with_interval(*most.posterior_quantiles)
    return (
        f"Of {len(parameters)} unknowns the claims determine or narrow {n_learned}, most of all the "
        f"{describe_unknown(scenario, most.parameter)}: {before} before, {after} after."
    )


def format_draws(ess: float) -> str:
    """An effective sample of draws.

    >>> [format_draws(ess) for ess in (1.2, 1.6, 12_345)]
    ['1 independent draw', '2 independent draws', '12,000 independent draws']
    """
    return f"{format_sample_size(round(ess))} independent {'draw' if round(ess) == 1 else 'draws'}"


def describe_history_matching(calibration: CalibrationResult) -> Iterator[str]:
    """The result of history matching."""
    implausibility = calibration.history_matching
    claims = np.array(calibration.target.observation_model.claims)
    plausible = int(implausibility.is_plausible.sum())
    n_draws = len(implausibility.parameter_normals)
    yield (
        f"History matching: {plausible} of {n_draws:,} draws from the prior are plausible in the light of the claims "
        "(no draw is excluded for it)."
    )
    scenario = calibration.target.simulation.scenario
    unmatched = claims[(implausibility.n_matches == 0).all(axis=0)].tolist()
    if unmatched:
        never_matched = "; ".join(scenario.claims[each].statement for each in unmatched)
        n_battles = n_draws * implausibility.n_repeats
        yield f"No uncalibrated battle of {n_battles:,} reproduced what was reported of: {never_matched}."


def format_log_evidence(log_evidence: float, error: float) -> str:
    """A log evidence with its standard error."""
    if not error < inf:
        return f"{log_evidence:.4g} (error unknown)"
    return format_with_error(log_evidence, error)


def format_log_evidence_interval(log_evidence: float, half_width: float) -> str:
    """A log evidence with the ends of its interval, if it has an error."""
    if not half_width < inf:
        return f"{log_evidence:.4g} (error unknown)"
    if not half_width > 0:
        return f"{log_evidence:g}"
    return format_with_interval(log_evidence, log_evidence - half_width, log_evidence + half_width)


def build_calibration_tables(calibration: CalibrationResult) -> Iterator[Table]:
    """The tables of parameters and claims, if a posterior was accepted."""
    if calibration.accepted_posterior is not None:
        scenario = calibration.target.simulation.scenario
        yield build_parameter_table(scenario, summarize_parameters(calibration.accepted_posterior))
        yield build_predictive_table(scenario, calibration.claim_predictions)


def count_claims(claims: int, terms: int) -> str:
    """How many claims there are, and how many independent pieces of evidence claims that overlap make.

    >>> count_claims(6, 6), count_claims(6, 5)
    ('6 claims', '6 claims (5 pieces of evidence, since some overlap)')
    """
    overlap = "" if claims == terms else f" ({terms} pieces of evidence, since some overlap)"
    return format_count(claims, "claims") + overlap


def build_parameter_table(scenario: Scenario, parameters: list[ParameterSummary]) -> Table:
    """Prior beside posterior of each parameter, the most contracted first."""
    title = "Unknowns before and after the claims, those first of which the claims say most: median (90 %)"
    table = make_table(title, ("unknown", "the claims"), ("before", "after", "contraction"))
    for each in parameters:
        unit = "" if each.unit == "1" else f" ({each.unit})"
        table.add_row(
            f"{capitalize(describe_unknown(scenario, each.parameter))}{unit}",
            each.label,
            format_with_interval(*each.prior_quantiles),
            format_with_interval(*each.posterior_quantiles),
            format_with_error(each.contraction, each.contraction_error),
            style="dim" if each.label == NOT_DETERMINED else None,
        )
    return table


def build_predictive_table(scenario: Scenario, checks: list[ClaimPrediction]) -> Table:
    """Each claim beside the report that the calibrated model predicts, the most surprising first."""
    title = "What was reported, and the reports to expect of the calibrated battles, most surprising first"
    table = make_table(title, ("the source says",), ("median (90 %)", "as far out, in 100"))
    events = {each.claim for each in checks if is_yes_or_no(scenario.claims[each.claim])}
    surprises = {each.claim: each.p_observed if each.claim in events else each.p_tail for each in checks}
    for each in sorted(checks, key=lambda check: surprises[check.claim]):
        claim = scenario.claims[each.claim]
        chance = format_chance_in_100(surprises[each.claim])
        marks = ("" if not each.is_misfit else " [missed]") + ("" if each.is_ess_sufficient else " [few draws]")
        expected = "" if each.claim in events else format_expected_report(each)
        table.add_row(describe_source(scenario, claim) + marks, expected, chance)
    return table


def format_expected_report(check: ClaimPrediction) -> str:
    """The predicted report: its median and the middle nine tenths."""
    return f"{check.median:,.0f} ({check.interval_90[0]:,.0f} to {check.interval_90[1]:,.0f})"


def format_chance_in_100(chance: float) -> str:
    """A chance in 100, with one digit below one half."""
    return f"{100 * chance:.0f}" if chance >= 0.005 else f"{100 * chance:.1g}"


def describe_identifiability(calibration: CalibrationResult) -> Iterator[str]:
    """What the claims do not identify, in words."""
    if calibration.accepted_posterior is None:
        return
    scenario = calibration.target.simulation.scenario
    yield TABLE_EXPLANATION
    yield from describe_undetermined(scenario, summarize_parameters(calibration.accepted_posterior))
    pairs = find_correlated_pairs(calibration.accepted_posterior)
    named = [
        f"{describe_unknown(scenario, pair.first)} and {describe_unknown(scenario, pair.second)} "
        f"({pair.correlation:.1f})".replace("-", "−")
        for pair in pairs[:MAX_SHOWN_PAIRS]
    ]
    rest = f"; {len(pairs) - MAX_SHOWN_PAIRS:,} more pairs are in correlations.parquet" * (len(pairs) > MAX_SHOWN_PAIRS)
    if named:
        yield f"Better known together than alone, with their correlation: {'; '.join(named)}{rest}."


def describe_undetermined(scenario: Scenario, parameters: list[ParameterSummary]) -> Iterator[str]:
    """The parameters that the claims do not identify."""
    names = [describe_unknown(scenario, each.parameter) for each in parameters if each.label == NOT_DETERMINED]
    if not names:
        return
    shown = join_first(names, MAX_SHOWN_NAMES)
    yield f"The claims do not determine {len(names)} of {len(parameters)} unknowns: {shown}."


MAX_LISTED_PAIRS = 12


def format_parameter_section(inputs: ReportInputs) -> Iterator[str]:
    """Prior beside posterior of every parameter, the most contracted first, and the correlated pairs."""
    if not inputs.calibration.require(CalibrateManifest).accepted:
        yield "There is no posterior, and nothing to say of any unknown.\n"
        return
    rows = inputs.calibration.read_table("parameters").to_pylist()
    undetermined_names = [format_parameter_name(row["parameter"]) for row in rows if row["label"] == NOT_DETERMINED]
    names = ", ".join(undetermined_names) or "none"
    yield f"Of {len(rows)} unknowns the record does not determine {len(undetermined_names)}: {names}.\n"
    yield from format_markdown_table(
        ("unknown", "the record"),
        ("prior: median (90 %)", "posterior: median (90 %)", "contraction", "effective draws"),
        (
            [
                format_parameter_name(row["parameter"]) + f" ({row['unit']})",
                row["label"],
                format_quantile_triplet(row, "prior"),
                *format_posterior_cells(row),
            ]
            for row in rows
        ),
    )
    yield "Contraction: the share of the prior's variance that the claims took away, on the scale on which the prior is"
    yield "normal, with its standard error.\n"
    yield from format_bullets(describe_correlated_pairs(inputs))


def format_parameter_name(parameter: str) -> str:
    """A parameter's id as words."""
    return parameter.replace("_", " ")


def format_posterior_cells(row: dict[str, Any]) -> list[str]:
    """The posterior of a parameter; its label says where the draws are few."""
    contraction = format_with_error(row["contraction"], row["contraction_error"])
    return [format_quantile_triplet(row, "posterior"), contraction, format_sample_size(row["ess"])]


def format_quantile_triplet(row: dict[str, Any], prefix: str) -> str:
    """A median with its interval, with the digits that the interval supports."""
    return format_with_interval(*(row[f"{prefix}_{end}"] for end in ("median", "q05", "q95")))


def describe_correlated_pairs(inputs: ReportInputs) -> Iterator[str]:
    """Pairs of which a combination is better identified than either."""
    rows = inputs.calibration.read_table("correlations").to_pylist()
    for row in islice(rows, MAX_LISTED_PAIRS):
        kind = "ratio or difference" if row["correlation"] > 0 else "product or sum"
        names = f"{format_parameter_name(row['parameter_1'])} and {format_parameter_name(row['parameter_2'])}"
        yield (f"Known together only, their {kind} better than either: {names} (correlation {row['correlation']:.1f}).")
    if len(rows) > MAX_LISTED_PAIRS:
        yield f"And {len(rows) - MAX_LISTED_PAIRS:,} more pairs."
