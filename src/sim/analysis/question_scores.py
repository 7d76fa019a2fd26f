"""Scores of forecast questions that the record answers, beside climatology and persistence, with intervals by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import numpy as np

from sim.analysis.cluster_intervals import compute_cluster_variance
from sim.analysis.forecast_questions import (
    HELD_SHARE,
    PLACE_DAY,
    ForecastQuestion,
    QuestionForecast,
    enumerate_questions,
    find_attacker,
)
from sim.analysis.question_answers import QuestionAnswer, answer_questions, select_answer_claims
from sim.scenario.as_of import find_known_claims
from sim.scenario.model import Scenario
from sim.scoring.skill import MIN_TERMS, compute_t_quantile

ALL_KINDS = "all"
STATED_PLACE_DAY = "place_day_stated"  # the place-days that a claim of the end of the day answers
QuestionScore = Literal["brier", "log_score"]
SCORE_NAMES: tuple[QuestionScore, ...] = ("brier", "log_score")
BASELINE_NAMES = ("climatology", "persistence")
PERSISTENCE_PROBABILITY = 0.95  # ASSUMPTION: a place stays with who holds it at the cut-off in 19 of 20 cases
MIN_PROBABILITY = 0.001  # ASSUMPTION: what the logarithmic score takes for none of some hundred draws


@dataclass(frozen=True)
class AnsweredQuestion:
    """A question that was asked and that the record answers, with the chance of a yes by each forecaster."""

    question: ForecastQuestion
    answer: QuestionAnswer
    forecast: float
    baselines: dict[str, float]  # by name, of those that have a chance to give

    @property
    def is_yes(self) -> bool:
        """Whether the record says yes."""
        return self.answer.answer is True


@dataclass(frozen=True)
class QuestionEvaluation:
    """The answers to all questions of a forecast, and those that can be scored."""

    answers: tuple[QuestionAnswer, ...]
    scored: tuple[AnsweredQuestion, ...]


@dataclass(frozen=True)
class QuestionScoreRow:
    """A mean score of a kind of question beside that of a baseline over the same questions; less is better.

    `difference` is the baseline's mean less the forecast's, above 0 if the forecast is better; its 95% interval is
    Student's t over days, None below `MIN_TERMS` days.
    """

    kind: str
    baseline: str
    score: QuestionScore
    n_questions: int
    n_yes: int
    n_days: int
    forecast: float
    baseline_score: float
    difference: float
    interval: tuple[float, float] | None


def score_probability(score: QuestionScore, probability: float, is_yes: bool) -> float:
    """The Brier or the logarithmic score of the chance of a yes. Sources: Brier1950, Good1952."""
    if score == "brier":
        return (probability - float(is_yes)) ** 2
    limited = min(max(probability, MIN_PROBABILITY), 1.0 - MIN_PROBABILITY)
    return float(-np.log(limited if is_yes else 1.0 - limited))


def evaluate_questions(scenario: Scenario, cutoff: datetime, forecast: QuestionForecast) -> QuestionEvaluation:
    """Answer every question from the record, and put baselines beside those that were asked and have an answer."""
    answers = answer_questions(scenario, forecast.questions, select_answer_claims(scenario))
    past_questions = enumerate_questions(scenario, scenario.begins, cutoff)
    past_claims = select_answer_claims(scenario, find_known_claims(scenario, cutoff))
    past = list(zip(past_questions, answer_questions(scenario, past_questions, past_claims), strict=True))
    scored = []
    for question, probability, answer in zip(forecast.questions, forecast.probabilities, answers, strict=True):
        if probability is None or answer.answer is None:
            continue
        baselines = {"climatology": compute_climatology(question.kind, past)}
        if question.kind == PLACE_DAY:
            baselines["persistence"] = compute_persistence(scenario, question.place, past)
        scored.append(AnsweredQuestion(question, answer, probability.value, baselines))
    return QuestionEvaluation(answers, tuple(scored))


PastAnswers = Sequence[tuple[ForecastQuestion, QuestionAnswer]]


def compute_climatology(kind: str, past: PastAnswers) -> float:
    """The share of yes among the questions of a kind that were answered by the cut-off, with one more of each."""
    known_answers = [answer.answer for question, answer in past if question.kind == kind and answer.answer is not None]
    return (sum(known_answers) + 1.0) / (len(known_answers) + 2.0)


def compute_persistence(scenario: Scenario, place: str, past: PastAnswers) -> float:
    """The chance that the attacker holds a place for who held it by the last answer known, or at the beginning."""
    reported = [answer.answer for question, answer in past if question.place == place and question.kind == PLACE_DAY]
    known_answers = [answer for answer in reported if answer is not None]
    is_held = known_answers[-1] if known_answers else is_held_at_first(scenario, place)
    return PERSISTENCE_PROBABILITY if is_held else 1.0 - PERSISTENCE_PROBABILITY


def is_held_at_first(scenario: Scenario, place: str) -> bool:
    """Whether the attacker holds at least half of a place as the scenario begins."""
    holder = scenario.places[place].initial_control
    share = 1.0 if holder.share is None or holder.share.value is None else holder.share.value
    return (share if holder.side == find_attacker(scenario) else 1.0 - share) >= HELD_SHARE


def tabulate_scores(scored: Sequence[AnsweredQuestion]) -> list[QuestionScoreRow]:
    """Scores over all questions, and by kind, beside each baseline that has a chance for some of them."""
    groups: dict[str, list[AnsweredQuestion]] = {ALL_KINDS: list(scored)} if scored else {}
    for each in scored:
        groups.setdefault(each.question.kind, []).append(each)
    stated = [each for each in groups.get(PLACE_DAY, []) if each.answer.basis == "stated"]
    if stated and len(stated) < len(groups[PLACE_DAY]):
        groups[STATED_PLACE_DAY] = stated
    return [
        compare_forecasts(kind, baseline, score, shared)
        for kind, members in groups.items()
        for baseline in BASELINE_NAMES
        if (shared := [each for each in members if baseline in each.baselines])
        for score in SCORE_NAMES
    ]


def compare_forecasts(
    kind: str, baseline: str, score: QuestionScore, scored: Sequence[AnsweredQuestion]
) -> QuestionScoreRow:
    """The mean score of the forecast and of a baseline over the same questions."""
    ours = np.array([score_probability(score, each.forecast, each.is_yes) for each in scored])
    theirs = np.array([score_probability(score, each.baselines[baseline], each.is_yes) for each in scored])
    days = [each.question.day for each in scored]
    return QuestionScoreRow(
        kind,
        baseline,
        score,
        len(scored),
        sum(each.is_yes for each in scored),
        len(set(days)),
        float(ours.mean()),
        float(theirs.mean()),
        float((theirs - ours).mean()),
        compute_day_interval(theirs - ours, days),
    )


def compute_day_interval(differences: np.ndarray, days: Sequence[date]) -> tuple[float, float] | None:
    """The 95% interval of a mean over questions of which those of one day are a cluster; None for too few days."""
    day_index = np.unique(np.array(days, dtype="datetime64[D]"), return_inverse=True)[1].reshape(-1)
    n_days = int(day_index.max()) + 1
    if n_days < MIN_TERMS:
        return None
    mean = float(differences.mean())
    variance = compute_cluster_variance((differences - mean) / len(differences), day_index)
    half_width = compute_t_quantile(n_days) * float(np.sqrt(variance))
    return mean - half_width, mean + half_width
