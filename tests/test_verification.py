"""Duels under every law, simulated by the whole battle model, beside their exact answer; `make verify` has more.

Every bound follows from the size of the sample: a right program fails one check once in a million samples, and the
seeds are fixed.
"""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from support.closed_forms import fatigue_time
from support.duels import DUELS
from support.exact import (
    RARE,
    SIGMAS,
    checks,
    chi_square_p_value,
    compute_excess,
    faults,
    ks_bound,
    ks_distance,
    make_duel,
    simulate_duel,
    solve_duel,
    square,
)
from support.schedulers import faults as lost_people

from sim import laws
from sim.battle.simulation import Simulation
from sim.scenario import load

QUICK, LONG = 600, 10_000


def convert_hours(sample, case):
    """A sample with its hours in the time scale of the law."""
    return replace(sample, hours=case.clock(sample.hours))


@pytest.fixture(scope="module", params=DUELS)
def simulated(request):
    case = DUELS[request.param]
    return case, case.simulate(QUICK)


def test_every_law_has_a_duel():
    assert {case.law for case in DUELS.values()} == set(laws.list_names())


def test_a_duel_ends_as_it_should_by_its_law_and_by_no_other(simulated):
    case, sample = simulated
    assert faults(convert_hours(sample, case), case.answer()) == []
    assert faults(convert_hours(sample, case), case.answer(wrong=True)) != []


def test_losses_are_as_the_rates_let_expect(simulated):
    case, sample = simulated
    assert np.abs(compute_excess(sample, (case.x, case.y), case.losses(), case.clock)).max() < SIGMAS
    too_fast = replace(case, a=1.2 * case.a).losses()
    assert compute_excess(sample, (case.x, case.y), too_fast, case.clock)[1] < -SIGMAS


def test_fatigue_shows_in_the_hours(simulated):
    case, sample = simulated
    if case.law == "fatigue":
        assert "hours" in faults(sample, case.answer())
        assert np.abs(compute_excess(sample, (case.x, case.y), case.losses())).max() > SIGMAS


def test_thinning_gives_the_times_of_an_exact_inversion():
    """The first to fall ends the assault: its time by thinning in the model, beside 1 - exp(-R F(t)).

    F is the integral of 1 / ln(e + t / u), in closed form, so that t = F^-1(E / R) is the exact inversion.
    """
    tiring, runs = 0.05, 1200
    case = replace(DUELS["fatigue"], a=0.2, b=0.1, breaks=(4, 6), own={"tiring_hours": tiring})
    first = case.simulate(runs, seed=4).first
    rate = solve_duel(case.x, case.y, case.rates(case.a, case.b)).first_rate
    assert ks_distance(first, lambda t: -np.expm1(-rate * fatigue_time(t, tiring))) < ks_bound(runs)
    assert ks_distance(first, lambda t: -np.expm1(-1.4 * rate * fatigue_time(t, tiring))) > ks_bound(runs)
    assert ks_distance(first, lambda t: -np.expm1(-rate * fatigue_time(t, 4 * tiring))) > ks_bound(runs)
    assert ks_distance(first, stats.expon(scale=1 / rate).cdf) > ks_bound(runs)


def test_time_scales():
    """Everything three times as fast: the same people fall in the same order in a third of the time."""
    case = DUELS["square"]
    slow = case.simulate(60)
    fast = replace(case, a=3 * case.a, b=3 * case.b).simulate(60)
    assert slow.attackers.tolist() == fast.attackers.tolist()
    assert slow.defenders.tolist() == fast.defenders.tolist()
    assert fast.hours == pytest.approx(slow.hours / 3, abs=1e-6)


def test_no_rates_no_losses():
    sample = simulate_duel(make_duel(5, 5, 0.0, 0.0, days=1, assault_hours=3), 5)
    assert (sample.attackers.tolist(), sample.defenders.tolist()) == ([5] * 5, [5] * 5)
    assert sample.hours == pytest.approx(3)


@pytest.mark.slow
def test_losses_by_the_logarithmic_law_after_a_time_are_binomial():
    """Attackers who each fall at .1 an hour for 3 hours: 40 of them leave Binomial(40, exp(-.3))."""
    sample = simulate_duel(make_duel(40, 5, 0.0, 0.1, days=1, assault_hours=3), 1200, "logarithmic")
    law = stats.binom(40, np.exp(-0.3))
    assert (law.mean(), law.var(), law.pmf(30)) == pytest.approx((29.632729, 7.680263, 0.143092), abs=5e-7)
    counts = np.bincount(sample.attackers.astype(int), minlength=41)
    assert chi_square_p_value(counts, len(sample) * law.pmf(np.arange(41))) > RARE
    poisson = stats.poisson(40 * 0.3).pmf(40 - np.arange(41))
    assert chi_square_p_value(counts, len(sample) * poisson / poisson.sum()) < RARE


@pytest.mark.parametrize("law", laws.list_names())
def test_people_are_conserved_under_every_law(law):
    stage = Simulation(load("teaching"), law=law)
    for replication in range(15):
        assert lost_people(stage.run(2, replication)) == []


@pytest.mark.slow
def test_more_attackers_or_deadlier_ones_win_more_often():
    chances = [DUELS["linear"].simulate(QUICK).won.mean()]
    chances.append(replace(DUELS["linear"], x=14).simulate(QUICK).won.mean())
    chances.append(replace(DUELS["linear"], a=0.8).simulate(QUICK).won.mean())
    bound = SIGMAS * np.sqrt(0.5 / QUICK)
    assert chances[1] - chances[0] > bound * 0.5
    assert chances[2] - chances[0] > bound * 0.5


# The long part: `make verify`


@pytest.fixture(scope="module", params=DUELS)
def large_sample(request):
    case = DUELS[request.param]
    seed = 11 + list(DUELS).index(request.param)  # each duel has a seed of its own
    return request.param, case, case.simulate(LONG, form="compiled", seed=seed)


@pytest.mark.verify
def test_many_duels_end_as_they_should(large_sample, verdicts):
    name, case, sample = large_sample
    sample = convert_hours(sample, case)
    results = checks(sample, case.answer())
    verdicts.add(name, LONG, results, faults(sample, case.answer(wrong=True)))
    assert [check.quantity for check in results if not check.holds] == []
    assert "survivors" in faults(sample, case.answer(wrong=True))


@pytest.mark.verify
@pytest.mark.parametrize("name", ["square", "linear", "logarithmic", "deitchman", "power", "fatigue"])
def test_a_rate_that_is_off_by_one_per_cent_is_detected(name, verdicts):
    """Sixty times as many people, near a million of whom fall, and X kills one per cent too fast."""
    case = DUELS[name]
    runs, scale = 1200, 60
    start = (case.x * scale, case.y * scale)
    seed = 31 + list(DUELS).index(name)
    sound = case.simulate(runs, form="compiled", scale=scale, seed=seed)
    damaged = case.simulate(runs, 1.01, form="compiled", scale=scale, seed=seed)
    right, wrong = (compute_excess(sample, start, case.losses(), case.clock) for sample in (sound, damaged))
    verdicts.add_rates(name, runs, start, sum(len(times) for times, _ in sound.falls), right, wrong)
    assert np.abs(right).max() < SIGMAS
    assert wrong[1] > SIGMAS


@pytest.mark.verify
@pytest.mark.parametrize("law", laws.list_names())
def test_plain_and_compiled_rules_give_the_same_bits_under_every_law(law):
    plain, compiled = (Simulation(load("teaching"), law=law, execution_mode=form) for form in ("plain", "compiled"))
    for replication in range(40):
        assert plain.run(1, replication).log.tobytes() == compiled.run(1, replication).log.tobytes()


@pytest.mark.verify
def test_a_large_battle_by_the_square_law():
    """A hundred against 140, each of the hundred twice as deadly, until a side has lost the 95% where rules cut."""
    sample = simulate_duel(make_duel(100, 140, 2.0, 1.0, days=1), 6000, form="compiled")
    assert faults(sample, solve_duel(100, 140, square(2.0, 1.0), 5, 7)) == []
    assert faults(sample, solve_duel(100, 140, square(2.1, 1.0), 5, 7)) != []
    assert faults(sample, solve_duel(100, 140, square(2.0, 1.0))) != []
