"""The fair ranked probability score of counts on a logarithmic scale: claims of tens and of hundreds weigh alike.

Counts are taken as log(1 + count). Source: Bosse2023.
"""

import numpy as np

from sim.claims.questions import Question
from sim.scores.base import Score, collapsed
from sim.scores.ensemble import fair_crps


def of(sample: np.ndarray, question: Question) -> float:
    """The score of the distribution that the sample is drawn from."""
    counts, told = collapsed(sample, question)
    return fair_crps(np.log1p(counts), float(np.log1p(told)))


SCORE = Score(("count",), "log(1 + count)", of)
