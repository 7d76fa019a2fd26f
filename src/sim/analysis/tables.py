"""Forecasts, posterior analyses and sensitivity studies as Arrow tables."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from sim.analysis.forecast import SealedForecast
from sim.analysis.posterior_analysis import PosteriorAnalysis
from sim.analysis.question_tables import DAY_AHEAD_LABEL, build_question_tables
from sim.analysis.robustness import AnalysisVariant, pool_variant_errors
from sim.analysis.sensitivity import SensitivityResult
from sim.analysis.turning_points import Association
from sim.outputs.score_tables import make_claim_forecasts_table, make_scores_table, make_skill_table
from sim.scenario.model import Scenario
from sim.scoring.evaluate import BaselineScore, SplitEvaluation, pool_splits
from sim.scoring.intervals import IntervalEstimate

FAN_COLUMNS = ("q05", "q25", "q50", "q75", "q95")
FAN_SCHEMA = pa.schema(
    [("split", pa.string()), ("side", pa.string()), ("midnight", pa.timestamp("us"))]
    + [(name, pa.float64()) for name in FAN_COLUMNS]
)


def group_baselines(forecasts: Sequence[SealedForecast]) -> dict[str, tuple[BaselineScore, ...]]:
    """Scores of the baselines by cut-off; forecasts of a next day are too small to be scored each by itself, and are
    pooled.
    """
    splits = {
        each.cutoff.name: each.score.baseline_scores
        for each in forecasts
        if each.score is not None and not each.cutoff.is_daily
    }
    days = [each.score for each in forecasts if each.score is not None and each.cutoff.is_daily]
    return splits | ({DAY_AHEAD_LABEL: pool_splits(days)} if days else {})


def build_forecast_tables(
    scenario: Scenario, forecasts: Sequence[SealedForecast], baselines: Mapping[str, Sequence[BaselineScore]]
) -> dict[str, pa.Table]:
    """Each claim beside its forecast, fans, scores, skill, claims that were skipped, and what became of the questions;
    `split` names the cut-off.
    """
    splits: list[SplitEvaluation] = [each.score for each in forecasts if each.score is not None]
    skipped = [
        {"split": each.cutoff.name, "claim": claim}
        for each in forecasts
        if each.forecast is not None
        for claim in each.forecast.skipped_claims
    ]
    fan_rows = [
        {
            "split": each.cutoff.name,
            "side": fan.side,
            "midnight": end,
            **dict(zip(FAN_COLUMNS, row, strict=True)),
        }
        for each in forecasts
        for fan in each.fans
        for end, row in zip(fan.steps.ends, fan.quantiles.tolist(), strict=True)
    ]
    return {
        "quantile_bands": pa.Table.from_pylist(fan_rows, schema=FAN_SCHEMA),
        "claim_forecasts": make_claim_forecasts_table(scenario, splits),
        "scores": make_scores_table(splits),
        "skill": make_skill_table(baselines),
        "no_forecast": pa.Table.from_pylist(
            skipped, schema=pa.schema([("split", pa.string()), ("claim", pa.string())])
        ),
        **build_question_tables(forecasts),
    }


def build_analysis_tables(analysis: PosteriorAnalysis, variants: Sequence[AnalysisVariant]) -> dict[str, pa.Table]:
    """Turning points, headline events and counts, PIT values, biases of the sources, and variants."""
    errors = pool_variant_errors(variants)
    rows: dict[str, list[dict[str, object]]] = {
        "turning_points": [
            {
                "turning_point": each.turning_point,
                "description": each.label,
                **make_interval_columns("probability", each.probability),
                **make_interval_columns("p_hold_if_so", each.p_hold_if_so),
                **make_interval_columns("p_hold_if_not", each.p_hold_if_not),
                **make_interval_columns("effect", each.effect),
                "n_pairs": each.n_pairs,
                "median_shift": each.median_shift,
                **make_association_columns(each.association),
            }
            for each in analysis.turning_points
        ],
        "headline_events": [
            {
                "text": each.text,
                **make_interval_columns("probability", each.probability),
                "parameter_variance_share": each.parameter_variance_share,
            }
            for each in analysis.events
        ],
        "headline_numbers": [
            {
                "text": each.text,
                "median": each.median,
                "q05": each.interval_90[0],
                "q95": each.interval_90[1],
                **make_interval_columns("mean", each.mean),
            }
            for each in analysis.numbers
        ],
        "predictive_checks": [
            {"claim": each.claim, "term": each.term, "pit": each.pit, "p_tail": each.p_tail, "median": each.median}
            for each in analysis.predictive_checks.pit_values
        ],
        "source_biases": [
            {
                "source": each.source,
                "side": each.side,
                **make_triplet_columns("prior", each.prior_quantiles),
                **make_triplet_columns("posterior", each.posterior_quantiles),
            }
            for each in analysis.source_biases
        ],
        "source_bias_ratios": [
            {
                "source_1": each.first,
                "source_2": each.second,
                "side": each.side,
                **make_triplet_columns("prior", each.prior_quantiles),
                **make_triplet_columns("posterior", each.posterior_quantiles),
            }
            for each in analysis.source_bias_ratios
        ],
        "robustness": [
            {
                "variant": each.name,
                "log_bayes_factor": each.log_bayes_factor.value,
                "log_bayes_factor_error": each.log_bayes_factor.error,
                "log_bayes_factor_half_width": errors.compute_half_width(each.name) if each.events else None,
                "is_comparable": each.is_comparable,
                **{
                    f"event_{n}_{name}": value
                    for n, event in enumerate(each.events)
                    for name, value in make_interval_columns("probability", event.probability).items()
                },
                **{f"number_{n}_median": number.median for n, number in enumerate(each.numbers)},
                "failures": " ".join(each.failures),
            }
            for each in variants
        ],
    }
    return {name: pa.Table.from_pylist(each) for name, each in rows.items() if each}


def make_association_columns(association: Association | None) -> dict[str, object]:
    """How the outcome goes with a turning point, in columns; empty where edits take it away."""
    if association is None:
        names = ("p_hold_with", "p_hold_without", "association")
        empty = {column: None for name in names for column in make_interval_columns(name, None)}
        return {**empty, "n_with": None, "n_without": None}
    return {
        **make_interval_columns("p_hold_with", association.p_hold_with),
        **make_interval_columns("p_hold_without", association.p_hold_without),
        **make_interval_columns("association", association.difference),
        "n_with": association.n_with,
        "n_without": association.n_without,
    }


def make_interval_columns(name: str, estimate: IntervalEstimate | None) -> dict[str, float | None]:
    """An estimate as three columns."""
    values = (None, None, None) if estimate is None else (estimate.value, estimate.low, estimate.high)
    return dict(zip((name, f"{name}_low", f"{name}_high"), values, strict=True))


def make_triplet_columns(name: str, values: tuple[float, float, float]) -> dict[str, float]:
    """A median with its 90% interval as three columns."""
    return dict(zip((f"{name}_median", f"{name}_q05", f"{name}_q95"), values, strict=True))


def build_sobol_table(result: SensitivityResult) -> pa.Table:
    """A row for each measure and factor: Sobol indices with half their 95% intervals."""
    rows = [
        {
            "measure": id,
            "factor": index.factor,
            "first_order": index.first_order,
            "first_order_conf": index.first_order_conf,
            "total_order": index.total_order,
            "total_order_conf": index.total_order_conf,
        }
        for id, indices in result.sobol_indices.items()
        for index in indices or ()
    ]
    numbers = ("first_order", "first_order_conf", "total_order", "total_order_conf")
    return pa.Table.from_pylist(rows, schema=make_index_schema(numbers))


def build_morris_table(result: SensitivityResult) -> pa.Table:
    """A row for each measure and factor of the screening: mu*, half its 95% interval, and sigma."""
    rows = [
        {
            "measure": id,
            "factor": each.factor,
            "mu_star": each.mu_star,
            "mu_star_conf": each.mu_star_conf,
            "sigma": each.sigma,
        }
        for id, effects in result.morris_effects.items()
        for each in effects
    ]
    return pa.Table.from_pylist(rows, schema=make_index_schema(("mu_star", "mu_star_conf", "sigma")))


def make_index_schema(numbers: tuple[str, ...]) -> pa.Schema:
    """The schema of indices by measure and factor."""
    return pa.schema([("measure", pa.string()), ("factor", pa.string()), *((name, pa.float64()) for name in numbers)])


def build_sensitivity_runs_table(result: SensitivityResult) -> pa.Table:
    """A row for each battle: the parameters that were varied (`p_...`), and every measure."""
    columns = {f"p_{name}": column for name, column in result.parameters.items()}
    return pa.table(columns | {each.id: result.outcomes[:, n] for n, each in enumerate(result.measures)})
