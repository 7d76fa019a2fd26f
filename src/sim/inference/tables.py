"""Calibrations, SBC and model comparisons as Arrow tables."""

import numpy as np
import pyarrow as pa

from sim.inference.diagnostics import CalibrationResult, find_correlated_pairs, summarize_parameters
from sim.inference.history_matching import IMPLAUSIBILITY_CUTOFF
from sim.inference.model_comparison import ModelComparison, ModelConfusion
from sim.inference.posterior import STEP_COLUMNS, Posterior, tabulate_steps
from sim.inference.sbc import SBCResult

QUANTILE_NAMES = ("median", "q05", "q95")


def build_calibration_tables(calibration: CalibrationResult) -> dict[str, pa.Table]:
    """Every table by name; those of the posterior only if it may be shown."""
    tables = {
        "tempering": build_tempering_table(calibration),
        "history_matching": build_history_matching_table(calibration),
    }
    if calibration.accepted_posterior is not None:
        tables["parameters"] = build_parameters_table(calibration.accepted_posterior)
        tables["correlations"] = build_correlations_table(calibration.accepted_posterior)
        tables["posterior_predictive"] = build_predictions_table(calibration)
    return tables


def build_parameters_table(posterior: Posterior) -> pa.Table:
    """A row for each parameter: its prior and its posterior."""
    rows = [
        {
            "parameter": each.parameter,
            "unit": each.unit,
            **{f"prior_{name}": value for name, value in zip(QUANTILE_NAMES, each.prior_quantiles, strict=True)},
            **{
                f"posterior_{name}": value for name, value in zip(QUANTILE_NAMES, each.posterior_quantiles, strict=True)
            },
            "contraction": each.contraction,
            "contraction_error": each.contraction_error,
            "shift": each.shift,
            "ess": each.ess,
            "ess_sufficient": each.is_ess_sufficient,
            "label": each.label,
        }
        for each in summarize_parameters(posterior)
    ]
    return pa.Table.from_pylist(rows)


def build_correlations_table(posterior: Posterior) -> pa.Table:
    """A row for each pair of parameters that are known together only."""
    schema = pa.schema([("parameter_1", pa.string()), ("parameter_2", pa.string()), ("correlation", pa.float64())])
    return pa.Table.from_pylist(
        [
            {"parameter_1": pair.first, "parameter_2": pair.second, "correlation": pair.correlation}
            for pair in find_correlated_pairs(posterior)
        ],
        schema=schema,
    )


def build_predictions_table(calibration: CalibrationResult) -> pa.Table:
    """A row for each claim: its posterior predictive distribution, and where the claim lies in it."""
    rows = [
        {
            "claim": each.claim,
            "low": each.low,
            "high": each.high,
            "median": each.median,
            "q25": each.interval_50[0],
            "q75": each.interval_50[1],
            "q05": each.interval_90[0],
            "q95": each.interval_90[1],
            "p_observed": each.p_observed,
            "p_tail": each.p_tail,
            "is_misfit": each.is_misfit,
            "ess": each.ess,
            "ess_sufficient": each.is_ess_sufficient,
        }
        for each in calibration.claim_predictions
    ]
    return pa.Table.from_pylist(rows)


def build_tempering_table(calibration: CalibrationResult) -> pa.Table:
    """A row for each chain and tempering step."""
    chains = calibration.smc.chains
    rows = np.concatenate([tabulate_steps(chain.tempering_steps) for chain in chains])
    chain_ids = np.repeat([chain.chain_id for chain in chains], [len(chain.tempering_steps) for chain in chains])
    return pa.table({"chain": chain_ids} | dict(zip(STEP_COLUMNS, rows.T, strict=True)))


def build_history_matching_table(calibration: CalibrationResult) -> pa.Table:
    """A row for each claim: how many draws from the prior can give such a report, and how many are not implausible."""
    wave = calibration.history_matching
    claims = calibration.target.observation_model.claims
    is_count = ~np.isnan(wave.implausibility).all(axis=0)
    with np.errstate(invalid="ignore"):
        plausible = (wave.implausibility <= IMPLAUSIBILITY_CUTOFF).sum(axis=0)
    return pa.table(
        {
            "claim": list(claims),
            "n_draws": [len(wave.parameter_normals)] * len(claims),
            "n_draws_matching": (wave.n_matches > 0).sum(axis=0),
            "n_matches": wave.n_matches.sum(axis=0),
            "n_simulations": [len(wave.parameter_normals) * wave.n_repeats] * len(claims),
            "n_not_implausible": pa.array(np.where(is_count, plausible, 0), mask=~is_count),
        }
    )


def build_sbc_table(sbc: SBCResult) -> pa.Table:
    """A row for each synthetic battle and quantity: the rank of the truth, and whether the intervals cover it."""
    n_battles, n_quantities = sbc.ranks.shape
    return pa.table(
        {
            "dataset": np.repeat(np.arange(n_battles), n_quantities),
            "quantity": list(sbc.quantities) * n_battles,
            "rank": sbc.ranks.reshape(-1),
            "covered_50": sbc.is_covered[:, :, 0].reshape(-1),
            "covered_90": sbc.is_covered[:, :, 1].reshape(-1),
        }
    )


def build_model_comparison_table(comparison: ModelComparison) -> pa.Table:
    """A row for each model and chain: log evidence and its error; the probability of the model and its interval."""
    rows = []
    for name, smc in comparison.smc_results.items():
        probability, low, high = comparison.probabilities.get(name, (None, None, None))
        for chain, log_evidence in zip(smc.chains, smc.log_evidences, strict=True):
            rows.append(
                {
                    "model": name,
                    "chain": chain.chain_id,
                    "beta": chain.beta,
                    "log_evidence": log_evidence.value,
                    "log_evidence_error": log_evidence.error,
                    "n_simulations": chain.n_simulations,
                    "probability": probability,
                    "probability_low": low,
                    "probability_high": high,
                }
            )
    return pa.Table.from_pylist(rows)


def build_confusion_table(confusion: ModelConfusion) -> pa.Table:
    """A row for each true model and model: how many synthetic records of the one the evidence assigns to the other."""
    count = len(confusion.models)
    return pa.table(
        {
            "truth": np.repeat(confusion.models, count),
            "selected": list(confusion.models) * count,
            "n_datasets": confusion.counts.reshape(-1),
            "probability_of_truth": np.repeat(confusion.mean_probability_of_truth, count),
        }
    )
