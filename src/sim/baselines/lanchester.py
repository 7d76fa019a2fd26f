"""Plain Lanchester: both sides whole, day and night, from the first hour until one of them is gone."""

from collections.abc import Callable

import numpy as np

from sim.baselines.base import Asked, Guess
from sim.baselines.prior_draws import everywhere, other, prior, span, strength

Left = Callable[[Asked, str, float], np.ndarray]


def dead(asked: Asked, left: Left) -> Guess:
    """The dead of each claim, by a law that says how many of a side are left after so many days, shape (n,).

    Who is lost is killed or wounded, in the proportion of the scenario's prior.
    """
    spoken, silent = everywhere(asked)
    so = {}
    for id in spoken:
        side = asked.about(id).side
        since, until = span(asked, id)
        lost = left(asked, side, since) - left(asked, side, until)
        so[id] = lost / (1.0 + prior(asked, "wounded_per_killed", side))
    return Guess(so=so, silent=silent)


def matched(asked: Asked, side: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Own and enemy strength, and how many of the other each of them puts out of action in a day."""
    enemy = other(asked, side)
    own, against = strength(asked, side), strength(asked, enemy)
    return own, against, prior(asked, "killing_rate", side), prior(asked, "killing_rate", enemy)
