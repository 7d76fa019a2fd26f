"""A forecast and all baselines scored against the claims: how each does, and the skill over each baseline."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from sim.likelihood.observation_model import (
    ObservationModel,
    complete_with_priors,
    log_likelihood,
    select_scorable_claims,
)
from sim.scenario.model import Scenario
from sim.scoring.baseline_inputs import ForecastTask
from sim.scoring.baselines import BASELINES, forecast_baseline
from sim.scoring.calibration import compute_coverage, compute_pit, is_inside_interval
from sim.scoring.forecast import Forecast, build_claim_model, draw_uniform_pairs, make_forecast_from_parameters
from sim.scoring.intervals import wilson_interval
from sim.scoring.scores import SCORES, compute_log_scores
from sim.scoring.skill import Skill, compute_score_difference, compute_skill_score
from sim.scoring.targets import ForecastTarget

SPLITS = ("calibration", "holdout")
LOG_SCORE = "log_score"
SKILL_SCORES = ("log_crps", "brier", "rps")  # by which forecasts are compared, beside the logarithmic score


@dataclass(frozen=True)
class ClaimForecast:
    """A claim beside its forecast: quantiles of the report, the probability of the bin reported, its PIT and scores."""

    target: ForecastTarget
    quantiles: tuple[float, float, float, float, float]  # 5, 25, 50, 75, 95 per cent
    probability: float
    probability_interval: tuple[float, float]
    pit: float
    scores: dict[str, float]

    def is_inside(self, level: float) -> bool:
        """Whether the report lies in the central interval of its forecast of this level."""
        return is_inside_interval(self.pit, level)


@dataclass(frozen=True)
class ScorePair:
    """A forecast and a baseline by one score, over what both score: claims, or terms for the logarithmic score."""

    baseline: str
    score: str
    ours: np.ndarray  # (claims,)
    theirs: np.ndarray  # (claims,)
    terms: tuple[str, ...]  # the term of each claim


@dataclass(frozen=True)
class BaselineScore:
    """How a forecast does against a baseline by one score: `skill` above 0 if the forecast is better."""

    baseline: str
    score: str
    skill: Skill
    forecast_mean: float  # means over claims, or over terms for the logarithmic score
    baseline_mean: float


@dataclass(frozen=True)
class SplitEvaluation:
    """The evaluation of the claims of one split: each claim, and the skill over each baseline."""

    name: str
    forecast: Forecast
    claim_forecasts: tuple[ClaimForecast, ...]
    score_pairs: tuple[ScorePair, ...]
    baseline_scores: tuple[BaselineScore, ...]  # the best baseline first
    baseline_forecasts: tuple[Forecast, ...]

    def compute_coverage(self, level: float) -> tuple[int, int, tuple[float, float]]:
        """How many counts and shares lie in the central intervals of their forecasts, of how many, with an interval."""
        pits = [each.pit for each in self.claim_forecasts if each.target.kind in ("count", "share", "time")]
        return compute_coverage(pits, level)


@dataclass(frozen=True)
class SimulatedValues:
    """The observables of simulated battles: a column for each claim that could be observed in them.

    `reporting` has how the sources report in each battle, by parameter, as far as a posterior says it; the rest comes
    from the priors.
    """

    scenario: Scenario
    ends: float  # hours
    values: Mapping[str, np.ndarray]
    seed: int
    replications: np.ndarray
    reporting: Mapping[str, np.ndarray] = field(default_factory=dict)

    def draw_reporting_parameters(self, model: ObservationModel) -> np.ndarray:
        """How the sources report in each battle, shape (n, parameters of the model)."""
        return complete_with_priors(self.scenario, model.parameter_names, self.seed, self.replications, self.reporting)


def evaluate_splits(simulated: SimulatedValues) -> list[SplitEvaluation]:
    """Evaluate every split of the claims that has some in these battles.

    Parameters
    ----------
    simulated
        The simulated values of the claims, an array of shape (n,) each.

    Returns
    -------
    list of SplitEvaluation
        Calibration and holdout; a split without claims that end by then is left out.

    Examples
    --------
    >>> import sim
    >>> scenario = sim.load("teaching")
    >>> values = {"hill_regained": np.array([1.0, 0.5])}
    >>> values |= {id: np.ones(2) for id, claim in scenario.claims.items() if claim.role == "calibration"}
    >>> simulated = SimulatedValues(scenario, 72.0, values, seed=1, replications=np.arange(2))
    >>> [each.name for each in evaluate_splits(simulated)]
    ['calibration', 'holdout']
    """
    return [evaluation for split in SPLITS if (evaluation := evaluate_split(simulated, split)) is not None]


def evaluate_split(simulated: SimulatedValues, split: str) -> SplitEvaluation | None:
    """Evaluate one split of the claims; None if none of them can be observed in these battles."""
    scenario = simulated.scenario
    split_claims = [id for id, claim in scenario.claims.items() if claim.role == split]
    claims = select_scorable_claims(scenario, simulated.ends, split_claims)
    if not claims:
        return None
    task = ForecastTask(scenario, tuple(claims), simulated.seed, simulated.replications)
    return evaluate_forecast(
        split,
        forecast_simulation(simulated, claims),
        task,
        simulated.ends,
        partial(compute_simulation_log_scores, simulated),
    )


TermScorer = Callable[[Sequence[str]], Mapping[str, float]]  # from claims to the logarithmic scores of their terms


def evaluate_forecast(
    split: str, forecast: Forecast, task: ForecastTask, ends: float, score_terms: TermScorer
) -> SplitEvaluation:
    """Evaluate a forecast beside all baselines; these may score fewer claims, and terms of fewer claims."""
    baseline_forecasts = [forecast_baseline(name, task, ends) for name in BASELINES]
    pairs = tuple(pair for other in baseline_forecasts for pair in pair_scores(forecast, other, score_terms))
    return SplitEvaluation(
        split,
        forecast,
        tuple(summarize_claims(forecast, task.seed)),
        pairs,
        rank_baselines(pairs),
        tuple(baseline_forecasts),
    )


def group_by_split(splits: Sequence[SplitEvaluation]) -> dict[str, tuple[BaselineScore, ...]]:
    """The baseline scores of each split."""
    return {split.name: split.baseline_scores for split in splits}


def pool_splits(splits: Sequence[SplitEvaluation]) -> tuple[BaselineScore, ...]:
    """Baseline scores over all claims of several splits, the best first; a term that spans splits counts once."""
    pairs_by_score: dict[tuple[str, str], list[ScorePair]] = {}
    for split in splits:
        for pair in split.score_pairs:
            pairs_by_score.setdefault((pair.baseline, pair.score), []).append(pair)
    pooled = [
        ScorePair(
            baseline,
            score,
            np.concatenate([pair.ours for pair in pairs]),
            np.concatenate([pair.theirs for pair in pairs]),
            tuple(term for pair in pairs for term in pair.terms),
        )
        for (baseline, score), pairs in pairs_by_score.items()
    ]
    return rank_baselines(pooled)


def rank_baselines(pairs: Sequence[ScorePair]) -> tuple[BaselineScore, ...]:
    """The skill over each baseline by each score, the best baseline first."""
    baseline_scores = [score_baseline(pair) for pair in pairs]
    return tuple(sorted(baseline_scores, key=lambda each: (each.skill.sign, each.skill.value)))


def score_baseline(pair: ScorePair) -> BaselineScore:
    """The skill over one baseline: a difference of logarithmic scores, or a skill score of others."""
    compare = compute_score_difference if pair.score == LOG_SCORE else compute_skill_score
    skill = compare(pair.ours, pair.theirs, pair.terms)
    return BaselineScore(pair.baseline, pair.score, skill, float(pair.ours.mean()), float(pair.theirs.mean()))


def forecast_simulation(simulated: SimulatedValues, claims: Sequence[str]) -> Forecast:
    """The forecast of what the sources would report of the simulated battles."""
    model = build_claim_model(simulated.scenario, simulated.ends, claims)
    values = np.column_stack([simulated.values[id] for id in model.claims])
    return make_forecast_from_parameters(
        "simulation",
        simulated.scenario,
        model,
        values,
        simulated.draw_reporting_parameters(model),
        simulated.seed,
        simulated.replications,
    )


def summarize_claims(forecast: Forecast, seed: int) -> Iterator[ClaimForecast]:
    """Each claim beside its forecast."""
    uniforms = draw_uniform_pairs(
        [f"pit:{target.claim}" for target in forecast.targets], seed, np.zeros(1, dtype=np.uint64)
    )
    for number, target in enumerate(forecast.targets):
        sample = forecast.sample[:, number]
        low, high = target.observed_bin.low, target.observed_bin.high
        n_inside = int(((low <= sample) & (sample <= high)).sum())
        quantiles = np.quantile(sample, [0.05, 0.25, 0.5, 0.75, 0.95], method="inverted_cdf").tolist()
        yield ClaimForecast(
            target=target,
            quantiles=(quantiles[0], quantiles[1], quantiles[2], quantiles[3], quantiles[4]),
            probability=n_inside / len(sample),
            probability_interval=wilson_interval(n_inside, len(sample)),
            pit=compute_pit(sample, target, float(uniforms[0, number, 0])),
            scores=compute_scores(sample, target),
        )


def compute_scores(sample: np.ndarray, target: ForecastTarget) -> dict[str, float]:
    """Every score that can score such a target."""
    return {name: each.compute(sample, target) for name, each in SCORES.items() if target.kind in each.target_kinds}


def pair_scores(forecast: Forecast, baseline: Forecast, score_terms: TermScorer) -> Iterator[ScorePair]:
    """A forecast and a baseline by every score that the baseline can have, over the claims that it scores."""
    column_by_target = {(target.claim, target.kind): number for number, target in enumerate(forecast.targets)}
    for name in SKILL_SCORES:
        score = SCORES[name]
        shared = [n for n, target in enumerate(baseline.targets) if target.kind in score.target_kinds]
        if not shared:
            continue
        targets = [baseline.targets[n] for n in shared]
        our_scores = np.array(
            [score.compute(forecast.sample[:, column_by_target[q.claim, q.kind]], q) for q in targets]
        )
        their_scores = np.array([score.compute(baseline.sample[:, n], q) for n, q in zip(shared, targets, strict=True)])
        yield ScorePair(baseline.name, name, our_scores, their_scores, tuple(target.term for target in targets))
    if baseline.log_scores:
        terms = tuple(baseline.log_scores)
        our_log_scores = score_terms(baseline.claims)
        our_scores, their_scores = (
            np.array([each[term] for term in terms]) for each in (our_log_scores, baseline.log_scores)
        )
        yield ScorePair(baseline.name, LOG_SCORE, our_scores, their_scores, terms)


def compute_simulation_log_scores(simulated: SimulatedValues, claims: Sequence[str]) -> dict[str, float]:
    """The logarithmic scores of the simulated battles, over the terms that these claims make."""
    model = build_claim_model(simulated.scenario, simulated.ends, claims)
    values = np.column_stack([simulated.values[id] for id in model.claims])
    likelihood = log_likelihood(model, values, simulated.draw_reporting_parameters(model))
    log_score_values = compute_log_scores(likelihood)
    return dict(zip([term.name for term in model.terms], log_score_values.tolist(), strict=True))
