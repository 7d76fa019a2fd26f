"""The laws as equations: their files, integrated, against closed forms; closed forms against the Markov chain.

The numbers written here were worked out by hand and by other programs; see `support.closed_forms` for the formulas.
"""

import importlib
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.linalg import expm
from support import closed_forms
from support.exact import linear, logarithmic, mixed, mixture, power, solve_duel, square


def integrate_law(law, x0, y0, a, b, t, reference=1.0, **own):
    """Strengths at a time by the law's own file; `a` and `b` as in the equations, X being the attacker."""
    rates = partial(importlib.import_module(f"sim.laws.{law}").rates, **own)

    def slope(hours, strengths):
        lost = rates(*strengths, b, a, reference, hours)
        return [-lost[0], -lost[1]]

    return solve_ivp(slope, (0, t), (x0, y0), method="DOP853", rtol=1e-11, atol=1e-9).y[:, -1]


PRINTED = [
    ("square", {}, (1000, 1200, 0.02, 0.01, 10), 1.0, closed_forms.square, (889.61628, 1011.35268)),
    ("square", {}, (1000, 1200, 0.02, 0.01, 50), 1.0, closed_forms.square, (609.32685, 427.26856)),
    ("linear", {}, (1000, 1200, 2e-5, 1e-5, 50), 1.0, closed_forms.linear, (669.111184, 538.222367)),
    (
        "deitchman",
        {"own_hidden": 0.0, "enemy_hidden": 1.0},
        (1000, 600, 1e-4, 0.05, 20),
        1.0,
        closed_forms.mixed,
        (718.297694, 115.951578),
    ),
]


@pytest.mark.parametrize(("law", "own", "case", "reference", "form", "printed"), PRINTED)
def test_a_law_integrated_is_its_closed_form_and_the_printed_number(law, own, case, reference, form, printed):
    assert integrate_law(law, *case, reference, **own) == pytest.approx(printed, abs=2e-5)
    assert form(*case) == pytest.approx(printed, abs=2e-5)
    assert form(*case[:2], case[2] * 1.01, *case[3:]) != pytest.approx(printed, abs=2e-5)


@pytest.mark.parametrize("case", [(900, 400, 0.03, 0.01, 6.0), (500, 500, 0.02, 0.02, 30.0)])
def test_logarithmic_and_fatigue_integrated_are_their_closed_forms(case):
    assert integrate_law("logarithmic", *case) == pytest.approx(closed_forms.logarithmic(*case), rel=1e-9)
    slow = closed_forms.fatigue(*case, 0.5)
    assert integrate_law("fatigue", *case, tiring_hours=0.5) == pytest.approx(slow, rel=1e-8)
    assert slow[0] > closed_forms.logarithmic(*case)[0]


@pytest.mark.parametrize("reference", [200.0, 1000.0])
def test_the_reference_scales_the_linear_and_the_mixed_law(reference):
    a, b = 0.02, 0.01
    scaled = closed_forms.linear(1000, 1200, a / reference, b / reference, 20)
    assert integrate_law("linear", 1000, 1200, a, b, 20, reference) == pytest.approx(scaled, rel=1e-8)
    hidden = closed_forms.mixed(1000, 600, a / reference, b, 10)
    strengths = integrate_law("deitchman", 1000, 600, a, b, 10, reference, own_hidden=0.0, enemy_hidden=1.0)
    assert strengths == pytest.approx(hidden, rel=1e-8)


@pytest.mark.parametrize(("q", "p"), [(0.0, 1.0), (1.0, 1.0), (0.5, 0.5), (0.3, 0.7), (1.0, 0.0), (0.8, 0.1)])
def test_the_power_law_keeps_its_invariant(q, p):
    x0, y0, a, b = 1000, 1200, 0.02, 0.01
    left = integrate_law("power", x0, y0, a, b, 8, 500.0, target_exponent=q, firer_exponent=p)
    before, after = (closed_forms.power_invariant(*both, a, b, q, p) for both in ((x0, y0), left))
    wrong = closed_forms.power_invariant(left[0] * 1.01, left[1], a, b, q, p)
    assert left[0] < x0 - 10
    assert after == pytest.approx(before, rel=1e-8)
    assert wrong != pytest.approx(before, rel=1e-8)


def test_the_values_by_hand_of_the_square_law():
    assert closed_forms.square_ends(1000, 1200, 0.02, 0.01) == pytest.approx((88.450047, 529.150262), abs=5e-7)
    t = closed_forms.square_reaches(1000, 1200, 0.02, 0.01, 0.7)
    assert t == pytest.approx(20.186252, abs=5e-7)
    assert closed_forms.square(1000, 1200, 0.02, 0.01, t) == pytest.approx((795.487272, 840), abs=5e-6)
    x, y = closed_forms.square(1000, 1200, 0.02, 0.01, 30)
    assert 0.02 * x * x - 0.01 * y * y == pytest.approx(5600)


def test_the_values_by_hand_of_the_mixed_and_the_linear_law():
    assert closed_forms.mixed(1000, 600, 1e-4, 0.05, 1e4)[0] == pytest.approx(632.455532, abs=5e-7)
    assert closed_forms.mixed(1000, 1000, 1e-4, 0.05, 50)[1] == pytest.approx(1e-4 / 0.1 * (1000 / 3.5) ** 2)  # parity
    assert closed_forms.linear(1000, 1200, 2e-5, 1e-5, 5e3)[0] == pytest.approx(400)


# Chances of victory: the hypoexponential closed form against the Markov chain and against printed numbers.

CHANCES = [
    (square, 1, (2, 1), (1, 1), (0, 0), 5 / 6),
    (square, 1, (4, 3), (1, 1), (0, 0), 233 / 315),
    (square, 1, (2, 4), (1, 1), (0, 0), 29 / 360),
    (square, 1, (5, 7), (2, 1), (0, 0), 29062213 / 55135080),
    (square, 1, (10, 12), (2, 1), (0, 0), 0.753812),
    (square, 1, (10, 14), (2, 1), (0, 0), 0.528288),
    (square, 1, (10, 12), (2, 1), (6, 7), 0.660548),
    (linear, 0, (3, 5), (1, 1), (0, 0), 0.2265625),
    (linear, 0, (5, 7), (2, 1), (0, 0), 0.711003),
    (linear, 0, (10, 14), (2, 1), (0, 0), 0.793571),
    (logarithmic, -1, (5, 7), (2, 1), (0, 0), 0.778823),
]


@pytest.mark.parametrize(("rates", "slope", "strengths", "ab", "breaks", "printed"), CHANCES)
def test_the_closed_form_of_the_chance_is_the_chain_and_the_printed_number(
    rates, slope, strengths, ab, breaks, printed
):
    assert closed_forms.win_probability(*strengths, *ab, slope, *breaks) == pytest.approx(printed, abs=5e-7)
    assert solve_duel(*strengths, rates(*ab), *breaks).chance == pytest.approx(printed, abs=5e-7)
    if slope:
        assert closed_forms.win_probability(*strengths, *ab, -slope, *breaks) != pytest.approx(printed, abs=5e-3)


@pytest.mark.parametrize(("case", "printed"), [((5, 7, 0.5, 1), 0.519306), ((10, 20, 0.2, 1), 0.064233)])
def test_the_chance_in_an_ambush_is_the_printed_number(case, printed):
    assert closed_forms.mixed_win_probability(*case) == pytest.approx(printed, abs=5e-7)
    assert solve_duel(*case[:2], mixed(*case[2:])).chance == pytest.approx(printed, abs=5e-7)


def test_the_chance_depends_on_the_exponents_by_their_difference_alone():
    for q, p in ((0.0, 1.0), (0.4, 1.4), (1.0, 2.0)):
        assert solve_duel(10, 12, power(2, 1, q, p)).chance == pytest.approx(0.753812, abs=5e-7)
    assert solve_duel(10, 12, power(2, 1, 0.5, 1.0)).chance != pytest.approx(0.753812, abs=5e-3)


def test_large_battles_and_the_normal_approximation():
    for size, printed, normal in ((10, 0.528288, 0.539398), (100, 0.556919, 0.560561)):
        assert solve_duel(size, size * 14 // 10, square(2, 1)).chance == pytest.approx(printed, abs=5e-7)
        assert closed_forms.square_normal(size, size * 14 // 10, 2, 1) == pytest.approx(normal, abs=5e-7)
    assert closed_forms.square_normal(1000, 1400, 2, 1) == pytest.approx(0.665627, abs=5e-7)


def test_break_points_that_are_drawn_are_a_mixture():
    parts = [solve_duel(10, 12, square(2, 1), x, y).chance for x in (6, 8) for y in (7, 9)]
    assert parts == pytest.approx([0.660548, 0.829223, 0.329755, 0.533492], abs=5e-7)
    weights = {(x, y): 0.25 for x in (6, 8) for y in (7, 9)}
    assert mixture(10, 12, square(2, 1), weights).chance == pytest.approx(0.588255, abs=1e-6)


def compute_transient_distribution(x0, y0, a, b, t):
    """Distribution over the states of the square law at a time, by the exponential of the generator."""
    states = [(x, y) for x in range(x0 + 1) for y in range(y0 + 1)]
    generator = np.zeros((len(states),) * 2)
    for n, (x, y) in enumerate(states):
        if x and y:
            for state, rate in (((x, y - 1), a * x), ((x - 1, y), b * y)):
                generator[n, states.index(state)] += rate
                generator[n, n] -= rate
    return states, expm(generator * t)[states.index((x0, y0))]


def test_the_values_by_hand_of_a_battle_broken_off():
    states, chances = compute_transient_distribution(3, 3, 0.6, 0.4, 1.0)
    x, y = np.array(states).T
    assert chances @ x == pytest.approx(2.134723, abs=5e-7)
    assert chances @ x**2 - (chances @ x) ** 2 == pytest.approx(0.886476, abs=5e-7)
    assert chances @ y == pytest.approx(1.611944, abs=5e-7)
    assert chances @ (x * y > 0) == pytest.approx(0.716694, abs=5e-7)
    assert chances[-1] == pytest.approx(np.exp(-3))


def test_the_values_by_hand_of_bombs():
    deaths = closed_forms.bomb_deaths(5, 0.6, 8, 0.6, 3000)
    n = np.arange(len(deaths))
    mean = deaths @ n
    assert (mean, deaths @ n**2 - mean**2, deaths[0]) == pytest.approx((24, 420.8, 0.038548), abs=5e-5)


LAWS = st.sampled_from([square, linear, logarithmic])
RATE = st.floats(0.05, 5)
NUMBER = st.integers(1, 9)


@settings(max_examples=60, deadline=None)
@given(LAWS, NUMBER, NUMBER, RATE, RATE)
def test_the_chain_is_symmetric_scales_with_time_and_grows_with_numbers_and_rates(law, x0, y0, a, b):
    here = solve_duel(x0, y0, law(a, b))
    assert here.chance == pytest.approx(1 - solve_duel(y0, x0, law(b, a)).chance)
    faster = solve_duel(x0, y0, law(3 * a, 3 * b))
    assert (faster.chance, faster.hours) == pytest.approx((here.chance, here.hours / 3))
    assert solve_duel(x0 + 1, y0, law(a, b)).chance >= here.chance - 1e-12
    assert solve_duel(x0, y0 + 1, law(a, b)).chance <= here.chance + 1e-12
    assert solve_duel(x0, y0, law(1.2 * a, b)).chance >= here.chance - 1e-12
    assert solve_duel(x0, y0, law(a, 1.2 * b)).chance <= here.chance + 1e-12
    slope = {square: 1, linear: 0, logarithmic: -1}[law]
    if a != b or slope == 0:
        assert closed_forms.win_probability(x0, y0, a, b, slope) == pytest.approx(here.chance, abs=1e-9)
