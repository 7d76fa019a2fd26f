"""A sealed forecast and its answers as Arrow tables."""

import pyarrow as pa

from sim.analysis.cross_validation.battle_forecasts import BattleForecast
from sim.analysis.cross_validation.sealed_battle import MODEL, OpenedForecast
from sim.scoring.intervals import wilson_interval

SEALED_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("id", "kind", "role")]
    + [("loss_share", pa.float64()), ("moment", pa.timestamp("us"))]
    + [(name, pa.float64()) for name in ("threshold", "chance", "low", "high")]
)
ANSWERS_SCHEMA = pa.schema(
    [("id", pa.string()), ("answer", pa.bool_()), ("basis", pa.string()), ("claims", pa.string())]
    + [(name, pa.float64()) for name in (MODEL, "persistence", "lanchester")]
)
SCORES_SCHEMA = pa.schema(
    [("forecaster", pa.string()), ("score", pa.string()), ("n_questions", pa.int64()), ("value", pa.float64())]
)


def make_sealed_table(forecast: BattleForecast, runs: int) -> pa.Table:
    """A row for each question: the chance of a yes, with its 95% interval over battles."""
    rows = []
    for question, chance in zip(forecast.questions, forecast.probabilities[MODEL].tolist(), strict=True):
        low, high = wilson_interval(chance * runs, runs)
        rows.append(
            {
                **question.row,
                "chance": chance,
                "low": low,
                "high": high,
            }
        )
    return pa.Table.from_pylist(rows, schema=SEALED_SCHEMA)


def make_opened_tables(opened: OpenedForecast) -> dict[str, pa.Table]:
    """The answer to each question beside all chances, and the scores."""
    questions = opened.battle.forecast.questions
    answers = [
        {
            "id": question.question.id,
            "answer": answer.answer,
            "basis": answer.basis,
            "claims": ", ".join(answer.claims),
            **{name: chances.get(n) for name, chances in opened.chances.items()},
        }
        for n, (question, answer) in enumerate(zip(questions, opened.battle.answers, strict=True))
    ]
    return {
        "answers": pa.Table.from_pylist(answers, schema=ANSWERS_SCHEMA),
        "scores": pa.Table.from_pylist(opened.list_scores(), schema=SCORES_SCHEMA),
    }
