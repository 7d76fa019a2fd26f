"""The ranked probability score of who holds a place: one side, contested, the other; far off costs more than near."""

import numpy as np

from sim.claims.control import State
from sim.claims.questions import Question
from sim.scores.base import Score


def of(sample: np.ndarray, question: Question) -> float:
    """The mean, over the borders between states, of the squared lack of the chance to be below. Source: Epstein1969."""
    borders = range(len(State) - 1)
    lacks = [(float((sample <= border).mean()) - float(question.cell.high <= border)) ** 2 for border in borders]
    return sum(lacks) / len(lacks)


SCORE = Score(("state",), "chance squared", of)
