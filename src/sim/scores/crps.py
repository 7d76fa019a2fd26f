"""The continuous ranked probability score of counts and shares, in people, pieces or shares."""

import numpy as np

from sim.claims.kinds.share import STEPS
from sim.claims.questions import Question
from sim.scores.base import Score, collapsed
from sim.scores.ensemble import crps


def of(sample: np.ndarray, question: Question) -> float:
    """The score of a sample as the whole forecast."""
    scale = STEPS if question.sort == "share" else 1
    return crps(*collapsed(sample, question)) / scale


SCORE = Score(("count", "share"), "people, pieces or share", of)
