"""What all scores share: a forecast and what was told go in, a number comes out; the smaller, the better."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.claims.questions import Question, Sort


@dataclass(frozen=True)
class Score:
    """A proper score of a sample against what was told: nobody does better than by telling what he thinks."""

    sorts: tuple[Sort, ...]  # of questions that it is for
    unit: str
    of: Callable[[np.ndarray, Question], float]  # sample of shape (n,)


def collapsed(sample: np.ndarray, question: Question) -> tuple[np.ndarray, float]:
    """Each number as the first of its cell, and so what was told: what can be scored of a claim that is a bound.

    Since the cells do not depend on what was told, a proper score of these numbers is a proper score of the claim; for
    the CRPS it is the threshold-weighted one, with its weight at the borders of the cells. Source: Gneiting2011.
    """
    return question.partition.cells(sample)[:, 0], float(question.cell.low)
