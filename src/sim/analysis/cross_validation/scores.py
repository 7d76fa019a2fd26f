"""Scores of forecasts of whole battles: each battle counts as one, and intervals are over battles."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.cross_validation.baselines import BASELINES, AnsweredBattle
from sim.analysis.cross_validation.battle_forecasts import POOLED, PRIOR
from sim.analysis.cross_validation.battle_questions import HELD, LOSS_OBSERVABLES
from sim.analysis.question_scores import SCORE_NAMES, QuestionScore, score_probability
from sim.scoring.skill import MIN_TERMS, compute_t_quantile

FORECASTERS = (POOLED, PRIOR, *BASELINES)
ALL_KINDS, PLACES, ORDERS, LOSSES = "all", "places", "orders", "losses"
KINDS = (ALL_KINDS, PLACES, ORDERS, LOSSES)


@dataclass(frozen=True)
class DecidedQuestion:
    """A question that the record answers, with the chance of a yes by each forecaster that has one."""

    battle: str
    id: str
    kind: str  # PLACES, ORDERS or LOSSES
    is_yes: bool
    chances: dict[str, float]


@dataclass(frozen=True)
class ForecasterScore:
    """The mean score of a forecaster over battles, beside the pooled forecast's of the same questions; less is better.

    `difference` is this forecaster's mean less the pooled forecast's, above 0 if the pooled forecast is better; its 95%
    interval is Student's t over battles, None for fewer than `MIN_TERMS`.
    """

    kind: str
    forecaster: str
    score: QuestionScore
    n_battles: int
    n_questions: int
    value: float
    pooled: float
    difference: float
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class CrossValidation:
    """What came of it: the battles with their answers, the questions that count, and the scores."""

    battles: tuple[AnsweredBattle, ...]
    decided: tuple[DecidedQuestion, ...]
    scores: tuple[ForecasterScore, ...]

    def find_score(self, kind: str, forecaster: str, score: QuestionScore) -> ForecasterScore | None:
        """One of the scores, if there is one."""
        return next(
            (each for each in self.scores if (each.kind, each.forecaster, each.score) == (kind, forecaster, score)),
            None,
        )


def cross_validate(battles: Sequence[AnsweredBattle]) -> CrossValidation:
    """Put the baselines beside the forecasts of each battle, and score all of them.

    Parameters
    ----------
    battles
        With forecasts that were frozen before the answers were read.

    Returns
    -------
    CrossValidation
        With scores by kind of question and forecaster.
    """
    decided: list[DecidedQuestion] = []
    for battle in battles:
        others = [each for each in battles if each is not battle]
        baselines = {name: predict(battle, others) for name, predict in BASELINES.items()}
        for n, question, is_yes in battle.iterate_decided():
            chances = {name: float(values[n]) for name, values in battle.forecast.probabilities.items()}
            chances |= {name: values[n] for name, values in baselines.items() if n in values}
            decided.append(DecidedQuestion(question.battle, question.id, find_kind(question.kind), is_yes, chances))
    return CrossValidation(tuple(battles), tuple(decided), tuple(score_forecasters(decided)))


def find_kind(kind: str) -> str:
    """The kind of question that scores are grouped by."""
    return PLACES if kind == HELD else LOSSES if kind in LOSS_OBSERVABLES else ORDERS


def score_forecasters(decided: Sequence[DecidedQuestion]) -> list[ForecasterScore]:
    """Every score of every forecaster, over all questions and by kind."""
    scores = []
    for kind in KINDS:
        members = [each for each in decided if kind in (ALL_KINDS, each.kind)]
        for forecaster in FORECASTERS:
            shared = [each for each in members if forecaster in each.chances]
            scores += [score_forecaster(kind, forecaster, score, shared) for score in SCORE_NAMES if shared]
    return scores


def score_forecaster(
    kind: str, forecaster: str, score: QuestionScore, decided: Sequence[DecidedQuestion]
) -> ForecasterScore:
    """The mean over battles of the mean over the questions of each, of a forecaster and of the pooled forecast."""
    own, pooled = (average_by_battle(name, score, decided) for name in (forecaster, POOLED))
    differences = own - pooled
    interval = None
    if len(differences) >= MIN_TERMS and forecaster != POOLED:
        half = compute_t_quantile(len(differences)) * float(differences.std(ddof=1)) / float(np.sqrt(len(differences)))
        interval = float(differences.mean()) - half, float(differences.mean()) + half
    return ForecasterScore(
        kind,
        forecaster,
        score,
        len(own),
        len(decided),
        float(own.mean()),
        float(pooled.mean()),
        float(differences.mean()),
        interval,
    )


def average_by_battle(forecaster: str, score: QuestionScore, decided: Sequence[DecidedQuestion]) -> np.ndarray:
    """The mean score of each battle's questions, in the order of the battles, shape (battles,)."""
    by_battle: dict[str, list[float]] = {}
    for each in decided:
        by_battle.setdefault(each.battle, []).append(score_probability(score, each.chances[forecaster], each.is_yes))
    return np.array([np.mean(values) for values in by_battle.values()])


def compute_discrimination(forecaster: str, decided: Sequence[DecidedQuestion]) -> float | None:
    """The chance that a question with a yes was given more than one with a no; a half if it says nothing, None without.

    The area under the curve of hits against false alarms; ties count as halves. Source: Hanley1982.
    """
    yes = np.array([each.chances[forecaster] for each in decided if each.is_yes and forecaster in each.chances])
    no = np.array([each.chances[forecaster] for each in decided if not each.is_yes and forecaster in each.chances])
    if not len(yes) or not len(no):
        return None
    comparisons = np.sign(yes[:, None] - no[None, :])
    return float((comparisons.mean() + 1.0) / 2.0)
