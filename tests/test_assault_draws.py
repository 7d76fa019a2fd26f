"""Random inputs of assaults: break points of both sides, independent of one another, and an intensity; and bombs.

The numbers are read from the rows of the battle after it was simulated, and held against their closed forms.
"""

import numpy as np
import pytest
from scipy import special, stats
from support import closed_forms
from support.battles import battle, order, rows
from support.exact import RARE, SIGMAS, chi_square_p_value, ks_bound, ks_distance, make_duel, simulate_duel
from support.schedulers import Keeping

from sim.battle.rules.assault_draws import MAX_BREAK_POINT
from sim.battle.simulation import Simulation
from sim.events.log import EventKind

RUNS = 1200
ATTACK, DEFEND, SIGMA, INTENSITY = 0.18, 0.3, 1.0, 0.7


@pytest.fixture(scope="module")
def draws():
    """Fractions at which attackers and defenders break, and the intensity, of many assaults on one place."""
    scenario = make_duel(
        20,
        20,
        9.0,
        9.0,
        attack_breaks=ATTACK,
        defence_breaks=DEFEND,
        days=1,
        break_attack_sigma=SIGMA,
        break_defend_sigma=SIGMA,
        intensity_sigma=INTENSITY,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.battle.simulation.SimpyScheduler", Keeping)
        stage = Simulation(scenario)
        village, amber = sorted(scenario.places).index("village"), sorted(scenario.sides).index("amber")
        result = []
        for replication in range(RUNS):
            stage.run(1, replication)
            fronts = Keeping.last.contingents[2 * village : 2 * village + 2]
            intensity = Keeping.last.places[village].attacker_intensity
            result.append((fronts[amber].break_point, fronts[1 - amber].break_point, intensity))
    return np.array(result).T


def split_at_the_cut(points, median):
    """The break points that were not cut, and the distribution that they should have."""
    law = stats.lognorm(SIGMA, scale=median)
    kept = points[points < MAX_BREAK_POINT]
    return kept, lambda x: law.cdf(x) / law.cdf(MAX_BREAK_POINT), law.sf(MAX_BREAK_POINT)


@pytest.mark.slow
@pytest.mark.parametrize(("side", "median"), [(0, ATTACK), (1, DEFEND)])
def test_break_points_are_lognormal_and_cut(draws, side, median):
    kept, law, beyond = split_at_the_cut(draws[side], median)
    share = 1 - len(kept) / RUNS
    assert ks_distance(kept, law) < ks_bound(len(kept))
    assert abs(share - beyond) < SIGMAS * np.sqrt(beyond * (1 - beyond) / RUNS)
    assert draws[side].max() == MAX_BREAK_POINT
    _, wrong, _ = split_at_the_cut(draws[side], 1.5 * median)
    assert ks_distance(kept, wrong) > ks_bound(len(kept))


def test_an_assault_called_off_is_another_draw_than_a_garrison_that_breaks(draws):
    """Two medians, and no correlation: neither side's threshold tells the other's."""
    attack, defend = np.log(draws[0]), np.log(draws[1])
    assert abs(stats.spearmanr(attack, defend).statistic) < SIGMAS / np.sqrt(RUNS - 1)
    assert abs(stats.spearmanr(attack, attack + 2 * defend).statistic) > SIGMAS / np.sqrt(RUNS - 1)
    below, _, _ = split_at_the_cut(draws[1], DEFEND)
    assert ks_distance(below, split_at_the_cut(draws[0], ATTACK)[1]) > ks_bound(len(below))


def test_intensities_are_lognormal_with_mean_one(draws):
    law = stats.norm(-0.5 * INTENSITY**2, INTENSITY)
    logs = np.log(draws[2])
    assert ks_distance(logs, law.cdf) < ks_bound(RUNS)
    assert ks_distance(logs, stats.norm(0.0, INTENSITY).cdf) > ks_bound(RUNS)
    for side in range(2):
        assert abs(stats.spearmanr(draws[side], logs).statistic) < SIGMAS / np.sqrt(RUNS - 1)


@pytest.mark.slow
def test_losses_of_an_assault_vary_far_more_than_a_poisson_count():
    """By the logarithmic law, for a time: a binomial number whose rate is lognormal, by Gauss-Hermite quadrature."""
    people, rate, hours = 200, 0.05, 3.0
    scenario = make_duel(people, 5, 0.0, rate, days=1, assault_hours=hours, intensity_sigma=INTENSITY)
    lost = people - simulate_duel(scenario, 800, "logarithmic").attackers.astype(int)
    nodes, weights = special.roots_hermitenorm(80)
    intensities = np.exp(INTENSITY * nodes - 0.5 * INTENSITY**2)
    counts = np.arange(people + 1)
    each = stats.binom.pmf(counts[:, None], people, -np.expm1(-rate * hours * intensities))
    mixed = each @ weights / weights.sum()
    even = stats.binom.pmf(counts, people, -np.expm1(-rate * hours))
    seen = np.bincount(lost, minlength=people + 1)
    assert chi_square_p_value(seen, len(lost) * mixed) > RARE
    assert chi_square_p_value(seen, len(lost) * even) < RARE
    spread = mixed @ counts**2 - (mixed @ counts) ** 2
    assert spread / (mixed @ counts) > 10
    assert lost.var() / lost.mean() > 8


ATTEMPTS, REACH, MEAN, SIZE = 5, 0.6, 8.0, 0.6


@pytest.mark.slow
def test_deaths_by_vehicle_bombs_are_the_compound_distribution():
    """Five attempts, each on target with .6: a compound of negative binomial counts, 24 dead at the mean."""
    carts = {f"cart_{n}": order("vehicle_bomb", "amber", "village", hour=3 + n) for n in range(ATTEMPTS)}
    scenario = battle(
        carts,
        strengths={"outpost": 5000},
        bomb_arrives=REACH,
        bomb_reaches=1,
        bomb_no_deaths=0,
        bomb_deaths_mean=MEAN,
        bomb_deaths_size=SIZE,
        bomb_wounded_per_killed=0,
        bomb_shock=0,
        breach_cover=1,
    )
    stage = Simulation(scenario)
    deaths = np.array([rows(stage.run(1, n), EventKind.BOMB)["value"].sum() for n in range(RUNS)]).astype(int)
    law = closed_forms.bomb_deaths(ATTEMPTS, REACH, MEAN, SIZE, 2000)
    values = np.arange(len(law))
    assert (law @ values, law[0]) == pytest.approx((24, 0.038548), abs=5e-6)
    assert chi_square_p_value(np.bincount(deaths, minlength=len(law)), RUNS * law) > RARE
    assert abs(deaths.mean() - 24) < SIGMAS * np.sqrt(420.8 / RUNS)
    wrong = closed_forms.bomb_deaths(ATTEMPTS, 0.5, MEAN, SIZE, 2000)
    assert chi_square_p_value(np.bincount(deaths, minlength=len(law)), RUNS * wrong) < RARE
