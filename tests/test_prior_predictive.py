"""The gate of the priors: casualty rates that they lead to, before any claim is seen, are historical ones.

The percentiles are of CDB90's engagements of 1937 and later with fewer than 20,000 defenders: casualties per 1,000
people and day of the engagement (Source: CDB90). The whole battle is the engagement here, as it is there.
"""

import numpy as np
import pytest

from sim.battle.simulation import Simulation
from sim.events.daily import compute_daily_series
from sim.scenario import load

FIRST_TO_LAST_PERCENTILE = {"defender": (1.75, 493.0), "attacker": (1.6, 128.0)}
ROLES = {"government": "defender", "isil": "attacker"}
RUNS = 60


@pytest.fixture(scope="module")
def rates():
    """Casualties per 1,000 and day of each side, averaged over the battle: (replications, sides)."""
    stage = Simulation(load("dec2014"))
    found = []
    for replication in range(RUNS):
        day = compute_daily_series(stage.run(seed=11, replication=replication).event_log)
        lost = (day.killed + day.wounded + day.captured).sum(axis=1)
        there = day.strength.sum(axis=1) + np.cumsum(lost, axis=0)
        found.append((1000 * lost / there).mean(axis=0))
    return np.array(found)


@pytest.mark.slow
@pytest.mark.parametrize(("number", "side"), list(enumerate(ROLES)))
def test_nine_in_ten_battles_lose_people_at_rates_that_history_knows(rates, number, side):
    low, high = FIRST_TO_LAST_PERCENTILE[ROLES[side]]
    inside = np.mean((rates[:, number] > low) & (rates[:, number] < high))
    # If 98 in 100 were inside, fewer than this would be so with a chance below one in a million.
    assert inside >= 0.98 - 4.892 * np.sqrt(0.98 * 0.02 / RUNS)


def test_the_gate_is_shut_for_rates_ten_times_as_high(rates):
    low, high = FIRST_TO_LAST_PERCENTILE["attacker"]
    isil = 10 * rates[:, 1]
    assert np.mean((isil > low) & (isil < high)) < 0.98 - 4.892 * np.sqrt(0.98 * 0.02 / RUNS)
