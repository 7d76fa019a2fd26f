"""Days drawn from those that were told of, with replacement: any may come again, and nothing else. Source: Fagan2020.

Each day that is left of a claim's period is one of the days of which its source had told before; if it had told
nothing, of which anybody had.
"""

from math import ceil

import numpy as np

from sim.baselines.base import Asked, Guess
from sim.baselines.days import Piece, from_the_past


def guess(asked: Asked) -> Guess:
    """Counts that were told before."""

    def left(id: str, past: list[Piece], days: float) -> np.ndarray:
        likely = np.cumsum([piece.days for piece in past])
        whole = max(ceil(days), 1)
        drawn = np.searchsorted(likely, asked.luck(f"day_bootstrap:{id}", whole) * likely[-1], side="right")
        rates = np.array([piece.a_day for piece in past])[drawn]
        total: np.ndarray = rates.sum(axis=1) * days / whole
        return total

    return from_the_past(asked, left)
