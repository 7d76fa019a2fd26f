"""The same as `crps`, of the distribution behind the sample: for samples of different sizes."""

import numpy as np

from sim.claims.kinds.share import STEPS
from sim.claims.questions import Question
from sim.scores.base import Score, collapsed
from sim.scores.ensemble import fair_crps


def of(sample: np.ndarray, question: Question) -> float:
    """The score of the distribution that the sample is drawn from."""
    scale = STEPS if question.sort == "share" else 1
    return fair_crps(*collapsed(sample, question)) / scale


SCORE = Score(("count", "share"), "people, pieces or share", of)
