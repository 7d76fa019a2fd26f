"""Tables of an evaluation: claim forecasts, scores, skill over baselines, and claims that are not scored."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from sim.scenario.model import Scenario
from sim.scoring.evaluate import BaselineScore, SplitEvaluation, compute_scores
from sim.scoring.intervals import wilson_interval


def make_claim_forecasts_table(scenario: Scenario, splits: Sequence[SplitEvaluation]) -> pa.Table:
    """A row for each claim, and one more for the state of a place that it gives: the report and its forecast."""
    rows = []
    for split in splits:
        for each in split.claim_forecasts:
            claim, target = scenario.claims[each.target.claim], each.target
            low, q25, median, q75, high = each.quantiles
            rows.append(
                {
                    "claim": target.claim,
                    "kind": target.kind,
                    "split": split.name,
                    "source": claim.source,
                    "term": target.term,
                    "phrase": claim.value.phrase if claim.value else "",
                    "reported_low": float(target.observed_bin.low),
                    "reported_high": float(target.observed_bin.high),
                    "q05": low,
                    "q25": q25,
                    "q50": median,
                    "q75": q75,
                    "q95": high,
                    "probability": each.probability,
                    "probability_low": each.probability_interval[0],
                    "probability_high": each.probability_interval[1],
                    "pit": each.pit,
                    "inside_50": each.is_inside(0.5),
                    "inside_90": each.is_inside(0.9),
                }
            )
    return pa.Table.from_pylist(rows)


def make_claim_agreement_table(scenario: Scenario, values: Mapping[str, np.ndarray]) -> pa.Table:
    """A row for each claim of the record: in what share of the battles it was so, whatever its source reports of it."""
    rows = []
    for id, simulated in values.items():
        limits = scenario.claims[id].value
        assert limits is not None
        n_agreeing = int(((limits.low <= simulated) & (simulated <= limits.high)).sum())
        low, high = wilson_interval(n_agreeing, len(simulated))
        rows.append({"claim": id, "share": n_agreeing / len(simulated), "low": low, "high": high})
    return pa.Table.from_pylist(rows, schema=CLAIM_AGREEMENT_SCHEMA)


CLAIM_AGREEMENT_SCHEMA = pa.schema(
    [("claim", pa.string())] + [(name, pa.float64()) for name in ("share", "low", "high")]
)


def make_scores_table(splits: Sequence[SplitEvaluation]) -> pa.Table:
    """A row for each forecaster, claim and score, and one for each term and its logarithmic score; less is better."""
    rows = []
    for split in splits:
        for forecast in (split.forecast, *split.baseline_forecasts):
            for number, target in enumerate(forecast.targets):
                for name, value in compute_scores(forecast.sample[:, number], target).items():
                    rows.append(make_score_row(forecast.name, split.name, target.claim, target.term, name, value))
            for term, value in forecast.log_scores.items():
                rows.append(make_score_row(forecast.name, split.name, None, term, "log_score", value))
    return pa.Table.from_pylist(rows, schema=SCORES_SCHEMA)


SCORES_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("forecaster", "split", "claim", "term", "score")] + [("value", pa.float64())]
)


def make_score_row(
    forecaster: str, split: str, claim: str | None, term: str, score: str, value: float
) -> dict[str, object]:
    """One row of the table of scores."""
    return {
        "forecaster": forecaster,
        "split": split,
        "claim": claim,
        "term": term,
        "score": score,
        "value": float(value),
    }


def make_skill_table(baseline_scores: Mapping[str, Sequence[BaselineScore]]) -> pa.Table:
    """A row for each split, baseline and score: how much better the forecast is; the best baseline first."""
    rows = []
    for split, split_scores in baseline_scores.items():
        for each in split_scores:
            low, high = each.skill.interval or (None, None)
            rows.append(
                {
                    "split": split,
                    "baseline": each.baseline,
                    "score": each.score,
                    "simulation": each.forecast_mean,
                    "baseline_score": each.baseline_mean,
                    "skill": each.skill.value,
                    "low": low,
                    "high": high,
                    "n_claims": each.skill.n_claims,
                    "n_terms": each.skill.n_terms,
                }
            )
    return pa.Table.from_pylist(rows, schema=SKILL_SCHEMA)


SKILL_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("split", "baseline", "score")]
    + [(name, pa.float64()) for name in ("simulation", "baseline_score", "skill", "low", "high")]
    + [(name, pa.int64()) for name in ("n_claims", "n_terms")]
)


def make_unscored_table(splits: Sequence[SplitEvaluation]) -> pa.Table:
    """A row for each claim that a baseline does not score, and why."""
    rows = [
        {"split": split.name, "baseline": forecast.name, "claim": claim, "reason": reason}
        for split in splits
        for forecast in split.baseline_forecasts
        for claim, reason in forecast.unscored.items()
    ]
    return pa.Table.from_pylist(
        rows, schema=pa.schema([(n, pa.string()) for n in ("split", "baseline", "claim", "reason")])
    )
