"""How many dead a forecast expects by the end of each day: a fan that opens at the cut."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from sim.battle.fight import Stage
from sim.calibration.battles import observed
from sim.calibration.posterior import Posterior
from sim.measures.killed import Measure as Killed

SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Fan:
    """The dead of a side so far, at each midnight; `quantiles` are those of `SHARES`, shape (midnights, 5)."""

    side: str
    midnights: tuple[datetime, ...]
    quantiles: np.ndarray


def fans(stage: Stage, posterior: Posterior, until: datetime, seed: int) -> tuple[Fan, ...]:
    """A fan for each side, from battles of a posterior that are fought on with their own dice."""
    scenario = stage.scenario
    count = (until - scenario.begins) // timedelta(days=1)
    midnights = tuple(scenario.begins + timedelta(days=n) for n in range(1, count + 1))
    onward = replace(stage, until=until).dealt(posterior.as_fought)
    found = []
    for side in scenario.sides:
        asked = [Killed(measure="killed", side=side, until=midnight) for midnight in midnights]
        dead = observed(onward, seed, len(posterior), asked)
        found.append(Fan(side, midnights, np.quantile(dead, SHARES, axis=0).T))
    return tuple(found)
