"""Forecast questions, their answers and scores, and scores of weighted counts, as Arrow tables."""

from collections.abc import Sequence

import pyarrow as pa

from sim.analysis.forecast import SealedForecast
from sim.analysis.forecast_cutoffs import ForecastCutoff
from sim.analysis.forecast_questions import QuestionForecast
from sim.analysis.question_scores import AnsweredQuestion, QuestionScoreRow, tabulate_scores

DAY_AHEAD_LABEL = "a day ahead"
SealedQuestions = tuple[ForecastCutoff, QuestionForecast]
QUESTIONS_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("split", "id", "kind", "place", "order")]
    + [("day", pa.date32())]
    + [(name, pa.float64()) for name in ("probability", "low", "high")]
)
ANSWERS_SCHEMA = pa.schema(
    [("split", pa.string()), ("id", pa.string()), ("answer", pa.bool_())]
    + [(name, pa.string()) for name in ("basis", "claims")]
    + [(name, pa.float64()) for name in ("climatology", "persistence")]
)
QUESTION_SCORES_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("split", "kind", "baseline", "score")]
    + [(name, pa.int64()) for name in ("n_questions", "n_yes", "n_days")]
    + [(name, pa.float64()) for name in ("forecast", "baseline_score", "difference", "low", "high")]
)
SELECTED_SCORES_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("split", "claim", "term", "score")]
    + [(name, pa.float64()) for name in ("unweighted", "weighted", "ess")]
)


def make_questions_table(sealed: Sequence[SealedQuestions]) -> pa.Table:
    """A row for each question of each cut-off, in the order in which they were sealed; no answer is in it."""
    rows = []
    for cutoff, forecast in sealed:
        for question, probability in zip(forecast.questions, forecast.probabilities, strict=True):
            low, value, high = (
                (None, None, None) if probability is None else (probability.low, probability.value, probability.high)
            )
            rows.append(
                {
                    "split": cutoff.name,
                    "id": question.id,
                    "kind": question.kind,
                    "place": question.place,
                    "order": question.order,
                    "day": question.day,
                    "probability": value,
                    "low": low,
                    "high": high,
                }
            )
    return pa.Table.from_pylist(rows, schema=QUESTIONS_SCHEMA)


def group_scored_questions(forecasts: Sequence[SealedForecast]) -> dict[str, list[AnsweredQuestion]]:
    """The questions that are scored, by cut-off; those of a next day are too few each, and are pooled."""
    groups: dict[str, list[AnsweredQuestion]] = {}
    for each in forecasts:
        if each.question_evaluation is not None:
            name = DAY_AHEAD_LABEL if each.cutoff.is_daily else each.cutoff.name
            groups.setdefault(name, []).extend(each.question_evaluation.scored)
    return groups


def tabulate_grouped_scores(forecasts: Sequence[SealedForecast]) -> dict[str, list[QuestionScoreRow]]:
    """The scores of each group of questions, by kind and baseline."""
    return {name: tabulate_scores(scored) for name, scored in group_scored_questions(forecasts).items()}


def build_question_tables(forecasts: Sequence[SealedForecast]) -> dict[str, pa.Table]:
    """What is known once the forecasts are scored: answers, scores, and scores of weighted counts."""
    answer_rows = []
    for each in forecasts:
        if each.questions is None or each.question_evaluation is None:
            continue
        baselines = {scored.question.id: scored.baselines for scored in each.question_evaluation.scored}
        for question, answer in zip(each.questions.questions, each.question_evaluation.answers, strict=True):
            answer_rows.append(
                {
                    "split": each.cutoff.name,
                    "id": question.id,
                    "answer": answer.answer,
                    "basis": answer.basis,
                    "claims": ", ".join(answer.claims),
                    **{name: baselines.get(question.id, {}).get(name) for name in ("climatology", "persistence")},
                }
            )
    score_rows = [
        make_score_row(group, row) for group, rows in tabulate_grouped_scores(forecasts).items() for row in rows
    ]
    selected_rows = [
        {
            "split": each.cutoff.name,
            "claim": score.claim,
            "term": score.term,
            "score": score.score,
            "unweighted": score.unweighted,
            "weighted": score.weighted,
            "ess": score.ess,
        }
        for each in forecasts
        for score in each.selected_scores
    ]
    return {
        "question_answers": pa.Table.from_pylist(answer_rows, schema=ANSWERS_SCHEMA),
        "question_scores": pa.Table.from_pylist(score_rows, schema=QUESTION_SCORES_SCHEMA),
        "selected_scores": pa.Table.from_pylist(selected_rows, schema=SELECTED_SCORES_SCHEMA),
    }


def make_score_row(group: str, row: QuestionScoreRow) -> dict[str, object]:
    """A row of the table of scores."""
    low, high = row.interval or (None, None)
    return {
        "split": group,
        "kind": row.kind,
        "baseline": row.baseline,
        "score": row.score,
        "n_questions": row.n_questions,
        "n_yes": row.n_yes,
        "n_days": row.n_days,
        "forecast": row.forecast,
        "baseline_score": row.baseline_score,
        "difference": row.difference,
        "low": low,
        "high": high,
    }
