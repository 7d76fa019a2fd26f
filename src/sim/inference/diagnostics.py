"""The result of a calibration: parameter summaries, predictive intervals of the claims, and whether it is accepted."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from sim.inference.battle_target import BattleTarget
from sim.inference.chains import SMCResult
from sim.inference.ess import compute_between_chain_z
from sim.inference.history_matching import HistoryMatchingWave
from sim.inference.importance import ImportanceSample
from sim.inference.negative_controls import ControlEstimate, estimate_control_ess, find_failed_controls, select_controls
from sim.inference.particles import ParameterSpace
from sim.inference.posterior import Posterior
from sim.inference.smc import SMCSettings

MIN_ESS = 400  # effective sample size that half of a posterior needs; what has less is marked
DETERMINED_CONTRACTION, NARROWED_CONTRACTION = 0.5, 0.2  # contraction from which on a parameter is called so
MIN_CORRELATION = 0.5  # posterior correlation from which on two parameters are said to be known together only
MIN_SHIFT = 0.5  # prior standard deviations
MISFIT_PROBABILITY = 0.005  # probability of a report as far out as the claim, below which the claim is a misfit
MAX_Z = 3.0  # standard errors that two chains may lie apart
FAMILY_ERROR_RATE = 0.05  # chance that any of all unknowns is found to differ where none does
MAX_MISFIT_SHARE = 0.1  # share of the claims: with more misfits, model and record contradict each other


@dataclass(frozen=True)
class ParameterSummary:
    """A parameter under the prior and the posterior: median and 90% interval (median, 5%, 95%), contraction and shift.

    On the scale on which the prior is standard normal, the contraction is 1 - variance of the posterior, and the shift
    its mean.
    """

    parameter: str
    unit: str
    prior_quantiles: tuple[float, float, float]
    posterior_quantiles: tuple[float, float, float]
    contraction: float
    contraction_error: float
    shift: float
    ess: float

    @property
    def is_ess_sufficient(self) -> bool:
        """Whether there are enough draws to show it."""
        return self.ess >= MIN_ESS

    @property
    def label(self) -> str:
        """What the record says of it, in a few words."""
        if not self.is_ess_sufficient:
            return f"few draws ({float(f'{self.ess:.2g}'):.0f})"
        if self.contraction >= DETERMINED_CONTRACTION:
            return "determined"
        if self.contraction >= NARROWED_CONTRACTION:
            return "narrowed"
        if self.contraction < -2 * self.contraction_error:
            return "spread: the claims pull it apart"
        if abs(self.shift) >= MIN_SHIFT:
            return "shifted, hardly narrowed"
        if self.contraction >= 2 * self.contraction_error:
            return "hardly narrowed"
        return "not determined"


@dataclass(frozen=True)
class CorrelatedPair:
    """Two parameters of which the record determines a combination better than either."""

    first: str
    second: str
    correlation: float


def summarize_parameters(posterior: Posterior) -> list[ParameterSummary]:
    """A summary of every parameter, the most contracted first."""
    ess = posterior.compute_ess(posterior.parameter_normals)
    variances = posterior.parameter_normals.var(axis=0)
    # The squared deviations have an effective sample size of their own, which gives the error of the variance.
    squared_deviations = (posterior.parameter_normals - posterior.parameter_normals.mean(axis=0)) ** 2
    ess_of_squares = posterior.compute_ess(squared_deviations)
    errors = squared_deviations.std(axis=0) / np.sqrt(np.maximum(ess_of_squares, 1.0))
    levels = (0.5, 0.05, 0.95)
    posterior_quantiles = np.quantile(posterior.parameter_values, levels, axis=0)
    summaries = [
        ParameterSummary(
            parameter=parameter,
            unit=prior.unit,
            prior_quantiles=(prior.quantile(levels[0]), prior.quantile(levels[1]), prior.quantile(levels[2])),
            posterior_quantiles=(
                float(posterior_quantiles[0, n]),
                float(posterior_quantiles[1, n]),
                float(posterior_quantiles[2, n]),
            ),
            contraction=float(1 - variances[n]),
            contraction_error=float(errors[n]),
            shift=float(posterior.parameter_normals[:, n].mean()),
            ess=float(ess[n]),
        )
        for n, (parameter, prior) in enumerate(posterior.priors.items())
    ]
    return sorted(summaries, key=lambda each: (not each.is_ess_sufficient, -each.contraction, each.parameter))


def find_correlated_pairs(posterior: Posterior) -> list[CorrelatedPair]:
    """Parameters that are known together only, the closest pairs first."""
    with np.errstate(invalid="ignore"):
        matrix = np.corrcoef(posterior.parameter_normals.T) if len(posterior.parameter_names) > 1 else np.ones((1, 1))
    pairs = [
        CorrelatedPair(posterior.parameter_names[row], posterior.parameter_names[column], float(matrix[row, column]))
        for row, column in zip(*np.triu_indices(len(matrix), 1), strict=True)
        if abs(matrix[row, column]) >= MIN_CORRELATION
    ]
    return sorted(pairs, key=lambda pair: -abs(pair.correlation))


@dataclass(frozen=True)
class ClaimPrediction:
    """A claim, `low` to `high`, beside the posterior predictive distribution of its report.

    `p_observed` is the probability of a report in that range, `p_tail` that of one as far out, on either side.
    """

    claim: str
    low: float
    high: float
    median: float
    interval_50: tuple[float, float]
    interval_90: tuple[float, float]
    p_observed: float
    p_tail: float
    ess: float  # of the reports

    @property
    def is_ess_sufficient(self) -> bool:
        """Whether there are enough draws to show it."""
        return self.ess >= MIN_ESS

    @property
    def is_misfit(self) -> bool:
        """Whether even the model that is calibrated on it hardly ever predicts such a report."""
        return self.p_tail < MISFIT_PROBABILITY


def predict_claims(posterior: Posterior) -> list[ClaimPrediction]:
    """The prediction of every claim that a posterior is calibrated on."""
    ess = np.nan_to_num(posterior.compute_ess(posterior.predicted_reports), nan=float(len(posterior)))
    return [
        predict_claim(
            claim,
            posterior.predicted_reports[:, n],
            float(posterior.observed_intervals[n, 0]),
            float(posterior.observed_intervals[n, 1]),
            float(ess[n]),
        )
        for n, claim in enumerate(posterior.claims)
    ]


def predict_claim(claim: str, reports: np.ndarray, low: float, high: float, ess: float) -> ClaimPrediction:
    """The prediction of one claim; `p_tail` is twice the smaller probability of being at or beyond it, at most 1."""
    quantiles = np.quantile(reports, [0.05, 0.25, 0.5, 0.75, 0.95]).tolist()
    p_tail = min(2 * min(float((reports <= high).mean()), float((reports >= low).mean())), 1.0)
    return ClaimPrediction(
        claim=claim,
        low=low,
        high=high,
        median=quantiles[2],
        interval_50=(quantiles[1], quantiles[3]),
        interval_90=(quantiles[0], quantiles[4]),
        p_observed=float(((low <= reports) & (reports <= high)).mean()),
        p_tail=p_tail,
        ess=ess,
    )


@dataclass(frozen=True)
class CalibrationDiagnostics:
    """Why there is no posterior to show (`failures`; none, if there is one), and what to know about it."""

    failures: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def is_accepted(self) -> bool:
        """Whether the posterior may be shown."""
        return not self.failures


def diagnose_calibration(
    smc: SMCResult, settings: SMCSettings, predictions: list[ClaimPrediction], space: ParameterSpace
) -> CalibrationDiagnostics:
    """Judge finished chains, and the predictions of the claims, if the chains are at the posterior."""
    failures = [*find_unreached_chains(smc, settings)]
    if not failures:
        failures += [
            *check_ess(smc),
            *check_controls(estimate_controls(smc, space)),
            *check_misfits(predictions),
        ]
    return CalibrationDiagnostics(tuple(failures), tuple(list_warnings(smc, predictions)) if not failures else ())


def find_unreached_chains(smc: SMCResult, settings: SMCSettings) -> list[str]:
    """A message for each chain that did not reach the posterior."""
    messages = []
    for chain in smc.chains:
        if chain.is_degenerate:
            messages.append(
                f"Island {chain.chain_id}: no battle makes the claims possible at all; the evidence is nothing."
            )
        elif not chain.is_at_posterior:
            messages.append(
                f"Island {chain.chain_id}: {chain.n_simulations:,} of {settings.max_simulations:,} battles brought it "
                f"to temperature {chain.beta:.2g}, not to 1: the claims lie too far from what the model does, or the "
                "budget is too small."
            )
    return messages


def check_ess(smc: SMCResult) -> list[str]:
    """A message if the effective sample size is too small."""
    if smc.ess >= MIN_ESS:
        return []
    return [
        f"Half of the unknowns, or of what was observed, have an effective sample below {smc.ess:.0f}; below "
        f"{MIN_ESS} no posterior is shown: more particles or sweeps are needed."
    ]


def estimate_controls(smc: SMCResult, space: ParameterSpace) -> list[ControlEstimate]:
    """The effective sample size of each chain by its negative controls."""
    return [
        estimate_control_ess(
            chain.chain_id,
            select_controls(chain.population.particles.normal_inputs, space.input_names),
        )
        for chain in smc.chains
    ]


def check_controls(estimates: list[ControlEstimate]) -> list[str]:
    """A message for each chain whose negative controls show that it is a smaller sample than is needed."""
    return [
        f"Island {each.chain_id}: random inputs that no battle reads should be as the prior has them, and by them the "
        f"effective sample is {each.ess:.0f} ({each.low:.0f} to {each.high:.0f}, 99% interval), clearly below the "
        f"{MIN_ESS / len(estimates):.0f} that each island needs: the particles are more alike than their families "
        "tell, and more battles (max_simulations) are needed."
        for each in find_failed_controls(estimates, MIN_ESS)
    ]


def check_misfits(predictions: list[ClaimPrediction]) -> list[str]:
    """A message if there are more misfits than in a record that the model can explain."""
    misfits = [each.claim for each in predictions if each.is_misfit]
    if len(misfits) <= MAX_MISFIT_SHARE * len(predictions):
        return []
    names = ", ".join(misfits[:8]) + (", ..." if len(misfits) > 8 else "")
    return [
        f"Model and record contradict each other: even after it has heard them, the model hardly ever says what "
        f"{len(misfits)} of {len(predictions)} claims say ({names})."
    ]


def list_warnings(smc: SMCResult, predictions: list[ClaimPrediction]) -> list[str]:
    """What to know about an accepted posterior."""
    messages = []
    first, second = smc.log_evidences[:2]
    if first.compute_z_distance(second) > MAX_Z:
        messages.append(
            f"The islands do not agree on the evidence within their error: {first.value:.2f} ± {first.error:.2f} and "
            f"{second.value:.2f} ± {second.error:.2f}."
        )
    z_scores = np.abs(
        compute_between_chain_z(*smc.make_samples(lambda chain: chain.population.particles.parameter_normals))
    )
    bound = compute_family_bound(len(z_scores))
    if (z_scores > bound).any():
        messages.append(
            f"The islands do not agree on {int((z_scores > bound).sum())} of {len(z_scores)} unknowns: their means lie "
            f"more than {bound:.1f} standard errors apart, which chance alone would bring about for any of "
            f"{len(z_scores)} in fewer than 5 of 100 calibrations (Bonferroni's bound)."
        )
    messages += [
        f"{each.claim}: hardly ever reported as it was, even by the calibrated model."
        for each in predictions
        if each.is_misfit
    ]
    return messages


def compute_family_bound(n_quantities: int) -> float:
    """How many standard errors none of so many quantities exceeds in 95 of 100 cases: Bonferroni's bound."""
    return float(norm.isf(FAMILY_ERROR_RATE / (2 * max(n_quantities, 1))))


@dataclass(frozen=True)
class CalibrationResult:
    """A whole calibration: history matching, importance sampling, SMC, and the posterior with its diagnostics.

    `posterior` is None if the chains did not reach it; whether it may be shown, `diagnostics` says.
    """

    target: BattleTarget
    settings: SMCSettings
    history_matching: HistoryMatchingWave
    importance_sample: ImportanceSample
    smc: SMCResult
    posterior: Posterior | None
    claim_predictions: list[ClaimPrediction]
    diagnostics: CalibrationDiagnostics

    @property
    def accepted_posterior(self) -> Posterior | None:
        """The posterior, if it may be shown."""
        return self.posterior if self.diagnostics.is_accepted else None
