"""What came out of a comparison with the record as tables: claims, scores, skill, silences."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from sim.experiment.scoring import Rival, Split, scores_of
from sim.scenario.model import Scenario


def told_table(scenario: Scenario, splits: Sequence[Split]) -> pa.Table:
    """A row for each claim, and one more for the state of a place that it gives: what was told, what was expected."""
    rows = []
    for split in splits:
        for each in split.told:
            claim, question = scenario.claims[each.question.claim], each.question
            low, q25, median, q75, high = each.quantiles
            rows.append(
                {
                    "claim": question.claim,
                    "sort": question.sort,
                    "split": split.name,
                    "source": claim.source,
                    "term": question.term,
                    "said": claim.value.said if claim.value else "",
                    "told_low": float(question.cell.low),
                    "told_high": float(question.cell.high),
                    "q05": low,
                    "q25": q25,
                    "q50": median,
                    "q75": q75,
                    "q95": high,
                    "chance": each.chance,
                    "chance_low": each.chance_interval[0],
                    "chance_high": each.chance_interval[1],
                    "pit": each.pit,
                    "inside_50": each.inside(0.5),
                    "inside_90": each.inside(0.9),
                }
            )
    return pa.Table.from_pylist(rows)


def scores_table(splits: Sequence[Split]) -> pa.Table:
    """A row for each forecaster, claim and score, and one for each term and its logarithmic score; less is better."""
    rows = []
    for split in splits:
        for forecast in (split.forecast, *split.baselines):
            for number, question in enumerate(forecast.questions):
                for name, value in scores_of(forecast.sample[:, number], question).items():
                    rows.append(row(forecast.name, split.name, question.claim, question.term, name, value))
            for term, value in forecast.log_scores.items():
                rows.append(row(forecast.name, split.name, None, term, "log_score", value))
    return pa.Table.from_pylist(rows, schema=SCORES)


SCORES = pa.schema(
    [(name, pa.string()) for name in ("forecaster", "split", "claim", "term", "score")] + [("value", pa.float64())]
)


def row(forecaster: str, split: str, claim: str | None, term: str, score: str, value: float) -> dict[str, object]:
    """One score."""
    return {
        "forecaster": forecaster,
        "split": split,
        "claim": claim,
        "term": term,
        "score": score,
        "value": float(value),
    }


def skill_table(rivals: Mapping[str, Sequence[Rival]]) -> pa.Table:
    """A row for each split, baseline and score: how much better the forecast is; the best baseline first."""
    rows = []
    for split, found in rivals.items():
        for each in found:
            low, high = each.skill.interval or (None, None)
            rows.append(
                {
                    "split": split,
                    "baseline": each.baseline,
                    "score": each.score,
                    "simulation": each.ours,
                    "baseline_score": each.theirs,
                    "skill": each.skill.value,
                    "low": low,
                    "high": high,
                    "claims": each.skill.claims,
                    "terms": each.skill.terms,
                }
            )
    return pa.Table.from_pylist(rows, schema=SKILL)


SKILL = pa.schema(
    [(name, pa.string()) for name in ("split", "baseline", "score")]
    + [(name, pa.float64()) for name in ("simulation", "baseline_score", "skill", "low", "high")]
    + [(name, pa.int64()) for name in ("claims", "terms")]
)


def silent_table(splits: Sequence[Split]) -> pa.Table:
    """A row for each claim of which a baseline says nothing, and why."""
    rows = [
        {"split": split.name, "baseline": forecast.name, "claim": claim, "why": why}
        for split in splits
        for forecast in split.baselines
        for claim, why in forecast.silent.items()
    ]
    return pa.Table.from_pylist(
        rows, schema=pa.schema([(n, pa.string()) for n in ("split", "baseline", "claim", "why")])
    )
