"""The same number of dead on every day: what battles of its time cost a force of its strength. Source: CDB90.

Casualties per 1,000 people and day in battles since 1937 against 1,000 to 5,000 defenders: the attacker's median is 17,
with a standard deviation of the logarithm of 1.0; the defender's 75, with 1.4. Whoever holds the objective defends. Who
is lost is killed or wounded in the proportion of the scenario's prior; from day to day the dead vary like a negative
binomial of size 1.
"""

from statistics import NormalDist

import numpy as np

from sim.baselines.base import Asked, Guess
from sim.baselines.prior_draws import everywhere, prior, span, strength
from sim.claims.negative_binomial import quantiles

ATTACKER, DEFENDER = (17.0, 1.0), (75.0, 1.4)  # casualties per 1,000 and day: median, sd of the logarithm
A_DAY = 1.0  # size of the negative binomial


def guess(asked: Asked) -> Guess:
    """The dead of both sides."""
    spoken, silent = everywhere(asked)
    so = {}
    for id in spoken:
        side = asked.about(id).side
        since, until = span(asked, id)
        median, sigma = DEFENDER if side == asked.scenario.objective.side else ATTACKER
        normal = np.array([NormalDist().inv_cdf(u) for u in asked.luck(f"constant_rate:{side}", 1)[:, 0].tolist()])
        lost = strength(asked, side) / 1000.0 * median * np.exp(sigma * normal)
        a_day = lost / (1.0 + prior(asked, "wounded_per_killed", side))
        days = np.floor(since), np.ceil(until)
        count = int(days[1] - days[0])
        luck = asked.luck(f"constant_rate:{side}:days", int(days[1]))[:, int(days[0]) :]
        daily = [quantiles(luck[:, n], a_day, np.full(len(a_day), A_DAY)) for n in range(count)]
        so[id] = np.sum(daily, axis=0) * (until - since) / count
    return Guess(so=so, silent=silent)
