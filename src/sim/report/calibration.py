"""A calibration in words and tables: whether there is a posterior, its parameters and predictive checks."""

from collections.abc import Iterator
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
from sim.report.report_inputs import ReportInputs
from sim.report.text import format_bullets, format_markdown_table
from sim.scenario.descriptions import join_words
from sim.storage.manifest import CalibrateManifest

MAX_SHOWN_PAIRS = 8
NOT_DETERMINED = "not determined"  # the label of a parameter that the claims do not identify
TABLE_EXPLANATION = (
    "contraction: the share of the prior variance that the claims took away, on the scale on which the prior is "
    "normal, with its standard error. like it: chance that the calibrated model's source would have told the same."
)


def describe_calibration(calibration: CalibrationResult) -> Iterator[str]:
    """The answer first: why there is no posterior, or how good it is."""
    smc_result = calibration.smc
    claims, terms = len(calibration.target.observation_model.claims), len(calibration.target.term_names)
    if not calibration.diagnostics.is_accepted:
        yield f"No posterior. {claims} claims in {terms} terms were heard."
        yield from (f"  {line}" for line in calibration.diagnostics.failures)
    else:
        particles = sum(len(chain.population) for chain in smc_result.chains)
        yield (
            f"Calibrated on {claims} claims in {terms} terms under "
            f"{laws.find_display_name(calibration.target.simulation.law)}: half of the "
            f"unknowns and of what was observed have an effective sample of "
            f"{format_sample_size(smc_result.ess)} or more (of {particles:,} draws). What has less than {MIN_ESS} is "
            "marked: few draws."
        )
    if smc_result.is_at_posterior:
        first, second = smc_result.log_evidences[:2]
        agreement = (
            "they agree" if first.compute_z_distance(second) <= MAX_Z else "they do not agree within their error"
        )
        by_first, by_second = (format_log_evidence(each.value, each.error) for each in (first, second))
        errors = pool_evidence_errors({"": smc_result.log_evidences})
        total = format_log_evidence_interval(smc_result.log_evidence.value, errors.compute_half_width(""))
        yield (
            f"Logarithm of the evidence: {total}, 95% interval; by island, with standard errors, {by_first} and "
            f"{by_second}: {agreement}."
        )
    importance_sample = calibration.importance_sample
    yield (
        f"Baseline: plain weights of {importance_sample.n_draws:,} draws from the prior leave an effective sample of "
        f"{importance_sample.ess:.2g}; the heaviest draw has {100 * importance_sample.max_weight_share:.0f}% of the "
        "weight."
    )
    yield from describe_history_matching(calibration)
    yield from (f"Beware: {line}" for line in calibration.diagnostics.warnings)


def describe_history_matching(calibration: CalibrationResult) -> Iterator[str]:
    """The result of history matching."""
    implausibility = calibration.history_matching
    claims = np.array(calibration.target.observation_model.claims)
    plausible = int(implausibility.is_plausible.sum())
    n_draws = len(implausibility.parameter_normals)
    yield (
        f"History matching: {plausible} of {n_draws} draws of the battle's parameters are not implausible "
        "(nothing is cut off by that)."
    )
    never_matched = claims[(implausibility.n_matches == 0).all(axis=0)]
    if len(never_matched):
        n_battles = n_draws * implausibility.n_repeats
        yield f"Told in none of {n_battles:,} battles of the prior as it was: {', '.join(never_matched)}."


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
        yield build_parameter_table(summarize_parameters(calibration.accepted_posterior))
        yield build_predictive_table(calibration.claim_predictions)


def build_parameter_table(parameters: list[ParameterSummary]) -> Table:
    """Prior beside posterior of each parameter, the most contracted first."""
    table = Table(title="Unknowns: prior and posterior (median, 5% to 95%)", title_justify="left", pad_edge=False)
    table.add_column("unknown", overflow="fold")
    for heading in ("prior", "posterior", "contraction"):
        table.add_column(heading, justify="right")
    table.add_column("the record")
    for each in parameters:
        table.add_row(
            f"{each.parameter.replace('_', ' ')} ({each.unit})",
            format_with_interval(*each.prior_quantiles),
            format_with_interval(*each.posterior_quantiles),
            format_with_error(each.contraction, each.contraction_error),
            each.label,
            style="dim" if each.label == NOT_DETERMINED else None,
        )
    return table


def build_predictive_table(checks: list[ClaimPrediction]) -> Table:
    """Each claim beside the report that the calibrated model predicts."""
    table = Table(title="Claims, and what the calibrated model's sources tell", title_justify="left", pad_edge=False)
    table.add_column("claim", overflow="fold")
    for heading in ("told", "median", "5% to 95%", "like it, in 100"):
        table.add_column(heading, justify="right")
    for each in checks:
        table.add_row(
            each.claim + (" (missed)" if each.is_misfit else "") + ("" if each.is_ess_sufficient else " (few draws)"),
            format_reported_interval(each.low, each.high),
            *format_predicted_cells(each),
        )
    return table


def format_predicted_cells(check: ClaimPrediction) -> tuple[str, str, str]:
    """The predicted report, and how often it would be the reported one."""
    percent_like = f"{100 * check.p_observed:.0f}" if check.p_observed >= 0.005 else f"{100 * check.p_observed:.1g}"
    return f"{check.median:.0f}", f"{check.interval_90[0]:.0f} to {check.interval_90[1]:.0f}", percent_like


def format_reported_interval(low: float, high: float) -> str:
    """The reported numbers."""
    if high == inf:
        return f"{low:.0f} or more"
    return f"{low:.0f}" if low == high else f"{low:.0f} to {high:.0f}"


def describe_identifiability(calibration: CalibrationResult) -> Iterator[str]:
    """What the claims do not identify, in words."""
    if calibration.accepted_posterior is None:
        return
    yield TABLE_EXPLANATION
    yield from describe_undetermined(summarize_parameters(calibration.accepted_posterior))
    pairs = find_correlated_pairs(calibration.accepted_posterior)
    for pair in pairs[:MAX_SHOWN_PAIRS]:
        names = (pair.first.replace("_", " "), pair.second.replace("_", " "))
        combination = "their ratio or difference" if pair.correlation > 0 else "their product or sum"
        yield (
            f"Known together only: {names[0]} and {names[1]} ({combination} is known better than either; correlation "
            f"{pair.correlation:.1f})."
        )
    if len(pairs) > MAX_SHOWN_PAIRS:
        yield f"And {len(pairs) - MAX_SHOWN_PAIRS} more pairs, in correlations.parquet."


def describe_undetermined(parameters: list[ParameterSummary]) -> Iterator[str]:
    """The parameters that the claims do not identify."""
    names_by_label: dict[str, list[str]] = {}
    for each in parameters:
        names_by_label.setdefault(each.label, []).append(each.parameter.replace("_", " "))
    if names := names_by_label.get(NOT_DETERMINED):
        yield f"The record does not determine {join_words(names)} ({len(names)} of {len(parameters)} unknowns)."


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
        yield f"And {len(rows) - MAX_LISTED_PAIRS} more pairs."
