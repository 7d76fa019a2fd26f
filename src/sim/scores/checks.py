"""Where in its forecast a claim lies, and how often claims lie in the middle of theirs."""

from collections.abc import Sequence

import numpy as np

from sim.claims.intervals import wilson
from sim.claims.questions import Question


def pit(sample: np.ndarray, question: Question, luck: float) -> float:
    """The randomised probability integral transform: uniform if claims are drawn from their forecasts.

    From the chance to be told less than the claim's cell to the chance to be told no more, by a share `luck` in (0, 1)
    of the way. Source: Czado2009.
    """
    below = float((sample < question.cell.low).mean())
    up_to = float((sample <= question.cell.high).mean())
    return below + luck * (up_to - below)


def inside(transform: float, share: float) -> bool:
    """Whether a claim lies in the middle of its forecast that has this share of it."""
    return abs(transform - 0.5) <= share / 2.0


def coverage(transforms: Sequence[float], share: float) -> tuple[int, int, tuple[float, float]]:
    """How many of the claims lie in the middle of their forecasts, of how many, and the 95% interval of their share."""
    held = sum(inside(each, share) for each in transforms)
    return held, len(transforms), wilson(held, len(transforms))
