"""The Brier score: of whether something is told to have been so."""

import numpy as np

from sim.claims.questions import Question
from sim.scores.base import Score


def of(sample: np.ndarray, question: Question) -> float:
    """The square of what the forecast's chance lacks. Source: Brier1950."""
    chance = float((sample == 1.0).mean())
    return (chance - float(question.cell.low == 1)) ** 2


SCORE = Score(("event",), "chance squared", of)
