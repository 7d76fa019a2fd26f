"""What all battles have in common, day by day: who held what in how many of them, and how many had died."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

import numpy as np

from sim.claims.control import chances
from sim.experiment.store import Results
from sim.plots.arrays import by_day, days
from sim.scenario.model import Scenario


@dataclass(frozen=True)
class Chance:
    """By the end of each day (h): chances of each state by place, and deaths of each side at 5, 50 and 95 per cent."""

    battles: int
    hours: list[float]
    control: list[list[list[float]]]  # day, place, state
    killed: list[list[list[int]]]  # day, side, quantile


def chance(scenario: Scenario, results: Results, ends: float) -> Chance:
    """The chances over the replications whose days are kept."""
    held = by_day(results, scenario, "control")[..., 1]
    dead = np.cumsum(by_day(results, scenario, "killed").sum(axis=2), axis=1)
    midnights = [datetime.combine(day, time()) + timedelta(days=1) for day in days(results)]
    return Chance(
        battles=len(held),
        hours=[round(min(scenario.hours(each), ends), 3) for each in midnights],
        control=chances(held, scenario.contested_between).round(4).tolist(),
        killed=np.moveaxis(np.quantile(dead, [0.05, 0.5, 0.95], axis=0), 0, -1).round().astype(int).tolist(),
    )
