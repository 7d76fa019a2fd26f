"""A cross-validation over battles as Arrow tables, and the statement that freezes its forecasts."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from sim.analysis.cross_validation.baselines import BASELINES
from sim.analysis.cross_validation.battle_forecasts import POOLED, PRIOR, BattleForecast
from sim.analysis.cross_validation.battle_questions import compute_questions_digest
from sim.analysis.cross_validation.recorded_fate import VIEWS, RecordedFate
from sim.analysis.cross_validation.scores import CrossValidation
from sim.analysis.cross_validation.source_factors import SourceFactor
from sim.storage.fingerprint import compute_digest

QUESTIONS_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("battle", "id", "kind", "role")]
    + [("loss_share", pa.float64()), ("moment", pa.timestamp("us")), ("threshold", pa.float64())]
    + [(name, pa.float64()) for name in (POOLED, PRIOR)]
)
ANSWERS_SCHEMA = pa.schema(
    [("battle", pa.string()), ("id", pa.string()), ("answer", pa.bool_())]
    + [(name, pa.string()) for name in ("basis", "claims")]
    + [(name, pa.float64()) for name in BASELINES]
)
SCORES_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("kind", "forecaster", "score")]
    + [(name, pa.int64()) for name in ("n_battles", "n_questions")]
    + [(name, pa.float64()) for name in ("value", "pooled", "difference", "low", "high")]
)
FATES_SCHEMA = pa.schema(
    [("battle", pa.string()), ("n_decided", pa.int64()), ("place", pa.string()), ("holder", pa.string())]
    + [("moment", pa.timestamp("us"))]
    + [(f"{quantity}_{view}", pa.float64()) for quantity in ("fate", "mean") for view in VIEWS]
)
FACTORS_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("battle", "parameter", "side", "sources")]
    + [(f"{view}_{level}", pa.float64()) for view in ("prior", "posterior") for level in ("q05", "median", "q95")]
)


def make_statement(forecasts: Sequence[BattleForecast], runs: int, seed: int) -> dict[str, Any]:
    """What is frozen before an answer is read: digests of the questions and of all chances, by battle."""
    return {
        "runs": runs,
        "seed": seed,
        "battles": {
            each.scenario.name: {
                "scenario": each.scenario.compute_digest(),
                "questions": compute_questions_digest(each.questions),
                "n_questions": len(each.questions),
                "chances": compute_digest({name: values.tolist() for name, values in each.probabilities.items()}),
            }
            for each in forecasts
        },
    }


def make_questions_table(forecasts: Sequence[BattleForecast]) -> pa.Table:
    """A row for each question, in the order in which it was asked; no answer is in it."""
    rows = [
        {
            "battle": each.scenario.name,
            **question.row,
            **{name: float(values[n]) for name, values in each.probabilities.items()},
        }
        for each in forecasts
        for n, question in enumerate(each.questions)
    ]
    return pa.Table.from_pylist(rows, schema=QUESTIONS_SCHEMA)


def build_score_tables(result: CrossValidation) -> dict[str, pa.Table]:
    """What is known once the answers are read: answers with the baselines' chances, and the scores."""
    chances = {(each.battle, each.id): each.chances for each in result.decided}
    answer_rows = [
        {
            "battle": battle.scenario.name,
            "id": question.question.id,
            "answer": answer.answer,
            "basis": answer.basis,
            "claims": ", ".join(answer.claims),
            **{name: chances.get((question.battle, question.id), {}).get(name) for name in BASELINES},
        }
        for battle in result.battles
        for question, answer in zip(battle.forecast.questions, battle.answers, strict=True)
    ]
    score_rows = [
        {
            "kind": each.kind,
            "forecaster": each.forecaster,
            "score": each.score,
            "n_battles": each.n_battles,
            "n_questions": each.n_questions,
            "value": each.value,
            "pooled": each.pooled,
            "difference": each.difference,
            "low": None if each.interval is None else each.interval[0],
            "high": None if each.interval is None else each.interval[1],
        }
        for each in result.scores
    ]
    return {
        "answers": pa.Table.from_pylist(answer_rows, schema=ANSWERS_SCHEMA),
        "scores": pa.Table.from_pylist(score_rows, schema=SCORES_SCHEMA),
    }


def make_fates_table(fates: Sequence[RecordedFate]) -> pa.Table:
    """A row for each battle: the chance of what happened by each view."""
    rows = [
        {
            "battle": each.battle,
            "n_decided": each.n_decided,
            **{name: getattr(each.last_holder, name, None) for name in ("place", "holder", "moment")},
            **{f"fate_{view}": each.fate_chances.get(view) for view in VIEWS},
            **{f"mean_{view}": each.mean_chances.get(view) for view in VIEWS},
        }
        for each in fates
    ]
    return pa.Table.from_pylist(rows, schema=FATES_SCHEMA)


def make_factors_table(factors: Sequence[SourceFactor]) -> pa.Table:
    """A row for each factor of each battle, before and after its reports."""
    rows = [
        {"battle": each.battle, "parameter": each.parameter, "side": each.side, "sources": ", ".join(each.sources)}
        | dict(zip(("prior_q05", "prior_median", "prior_q95"), each.prior, strict=True))
        | dict(zip(("posterior_q05", "posterior_median", "posterior_q95"), each.posterior, strict=True))
        for each in factors
    ]
    return pa.Table.from_pylist(rows, schema=FACTORS_SCHEMA)
