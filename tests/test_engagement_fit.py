"""The fit of the engagement: its closed form, a likelihood that adds up to one, and truths that are found again."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.special import expit

from sim.analysis.engagement import closed_form, likelihood, posterior
from sim.analysis.engagement.parameters import PARAMETERS, REFERENCE_YEAR, SCALES, make_specification
from sim.analysis.engagement.record import RecordedEngagements, split_by_date, split_by_war
from sim.battle.rules.assault_draws import MAX_BREAK_POINT
from sim.random_streams import make_generator

TRUTH = {
    "law_ratio_exponent": 0.9,
    "combat_power_mean": 0.3,
    "combat_power_sigma": 1.1,
    "break_attack_median": 0.18,
    "break_odds_exponent": 0.3,
    "break_attack_sigma": 0.8,
    "break_defend_median": 0.22,
    "break_defend_sigma": 0.9,
    "rout_loss_median": 0.02,
    "rout_loss_sigma": 1.5,
    "killing_rate": 0.2,
    "size_exponent": 0.3,
    "intensity_sigma": 0.8,
}
FORWARD = {"identity": float, "log": math.log, "logit": lambda p: math.log(p / (1 - p))}
EXPONENT = st.floats(0.05, 1.95)
SHARE = st.floats(0.01, 0.9)


def arrays(parameters: dict[str, float]) -> dict[str, np.ndarray]:
    return {name: np.array(value) for name, value in parameters.items()}


def record(outcomes: closed_form.EngagementOutcomes, log_ratio, log_size, wars=None) -> RecordedEngagements:
    n = len(log_ratio)
    return RecordedEngagements(
        log_ratio,
        log_size,
        np.full(n, REFERENCE_YEAR),
        np.arange(n).astype(str) if wars is None else wars,
        np.where(outcomes.won, 1, -1),
        outcomes.attackers_lost,
        outcomes.defenders_lost,
        outcomes.days,
        outcomes.days,
    )


def simulate(n: int, parameters: dict[str, float] = TRUTH, name: str = "test:engagement") -> RecordedEngagements:
    normals = make_generator(name, 1).standard_normal((2 + closed_form.N_NORMALS, n))
    log_ratio, log_size = 0.3 + 0.7 * normals[0], 1.2 * normals[1]
    outcomes = closed_form.compute_engagements(arrays(parameters), log_ratio, log_size, normals[2:])
    return record(outcomes, log_ratio, log_size)


# The closed form


@given(s=EXPONENT, log_ratio=st.floats(-2, 2), power=st.floats(-2, 2), attack=SHARE, defend=SHARE)
@settings(max_examples=60, deadline=None)
def test_whoever_wins_the_power_losses_stand_in_one_ratio_and_the_time_is_that_of_the_law(
    s, log_ratio, power, attack, defend
):
    limits = [closed_form.compute_power_loss(limit, s) for limit in (attack, defend)]
    assume(abs(math.log(limits[1] / limits[0]) - power - s * log_ratio) > 1e-6)  # or both break at once
    r = math.exp(log_ratio)
    harm_to_attackers, harm_to_defenders = math.exp(-power / 2), math.exp(power / 2)

    def slopes(time, strengths):
        x, y = strengths
        return [-harm_to_attackers * x * (y / x) ** (s / 2), -harm_to_defenders * y * (x / y) ** (s / 2)]

    def attackers_break(time, strengths):
        return strengths[0] / r - (1 - attack)

    def defenders_break(time, strengths):
        return strengths[1] - (1 - defend)

    attackers_break.terminal = defenders_break.terminal = True  # type: ignore[attr-defined]
    path = solve_ivp(
        slopes, (0, 1e4), (r, 1.0), events=(attackers_break, defenders_break), rtol=1e-10, atol=1e-12, method="LSODA"
    )
    fought = path.y[:, -1]
    losses = [closed_form.compute_power_loss(1 - left, s) for left in (fought[0] / r, fought[1])]
    assert math.log(losses[1] / losses[0]) == pytest.approx(power + s * log_ratio, abs=1e-5)
    normals = np.zeros((closed_form.N_NORMALS, 1))
    parameters = TRUTH | {
        "law_ratio_exponent": s,
        "combat_power_mean": power,
        "break_attack_median": attack,
        "break_defend_median": defend,
        "break_odds_exponent": 0.0,
        "rout_loss_median": 1e-12,
        "killing_rate": 1.0,
        "intensity_sigma": 1e-9,
    }
    outcome = closed_form.compute_engagements(arrays(parameters), np.array([log_ratio]), np.zeros(1), normals)
    assert bool(outcome.won[0]) == bool(len(path.t_events[1]))
    assert outcome.attackers_lost[0] == pytest.approx(1 - fought[0] / r, abs=1e-6)
    assert outcome.defenders_lost[0] == pytest.approx(1 - fought[1], abs=1e-6)
    assert outcome.days[0] == pytest.approx(path.t[-1], rel=1e-5)


@given(s=EXPONENT, fraction=st.floats(1e-6, 0.999))
def test_a_power_loss_is_turned_back(s, fraction):
    assert closed_form.invert_power_loss(closed_form.compute_power_loss(fraction, s), s) == pytest.approx(fraction)


# The likelihood


def draw_parameters(seed: int) -> dict[str, float]:
    z = make_generator("test:parameters", seed).standard_normal(len(PARAMETERS))
    inverse = {"identity": float, "log": math.exp, "logit": expit}
    return {
        each.name: float(inverse[each.scale](each.prior_mean + 0.7 * each.prior_sd * number))
        for each, number in zip(PARAMETERS, z, strict=True)
    }


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_the_likelihood_adds_up_to_one_over_winners_and_losses(seed):
    # The winner lost less than the highest break point; the loser less, or more by the rout. The days are unknown.
    parameters, highest = draw_parameters(seed), MAX_BREAK_POINT
    step = 0.1
    share = expit(np.arange(-17.0, 17.0, step))
    below, weight = highest * share, step * share * (1 - share)
    loser = np.concatenate([below, highest + (1 - highest) * share])
    loser_weight = np.concatenate([highest * weight, (1 - highest) * weight])
    x, y = (each.ravel() for each in np.meshgrid(below, loser))
    weights = np.outer(loser_weight, highest * weight).ravel()
    n, unknown = len(x), np.full(len(x), np.nan)
    log_ratio, zero = np.full(n, 0.8 * (-1) ** seed), np.zeros(n)
    total = 0.0
    for winner, (attackers, defenders) in ((1, (x, y)), (-1, (y, x))):
        data = RecordedEngagements(
            log_ratio, zero, zero, zero, np.full(n, winner), attackers, defenders, unknown, unknown
        )
        total += float((weights * np.exp(likelihood.compute_log_likelihoods(arrays(parameters), data))).sum())
    assert total == pytest.approx(1, abs=1e-3)


def test_days_known_to_bounds_have_the_probability_of_these():
    data = simulate(200)
    hours = np.log(np.arange(0.0005, 400, 0.0005))
    one = data.select(np.arange(200) == 17)
    low, high = 0.3, 4.0

    def terms(shortest, longest):
        n = len(shortest)
        columns = {name: np.repeat(getattr(one, name), n) for name in one.__dataclass_fields__}
        rows = RecordedEngagements(**columns | {"shortest_days": shortest, "longest_days": longest})
        return np.exp(likelihood.compute_log_likelihoods(arrays(TRUTH), rows))

    inside = (hours >= math.log(low)) & (hours <= math.log(high))
    exact = terms(np.exp(hours[inside]), np.exp(hours[inside]))
    integral = np.trapezoid(exact, hours[inside])
    assert terms(np.array([low]), np.array([high]))[0] == pytest.approx(integral, rel=1e-3)


def test_a_draw_says_that_neither_side_had_broken():
    # The more a side lost without breaking, the likelier are high break points.
    n = 2
    data = RecordedEngagements(
        np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n), np.array([0.3, 0.3]), np.array([0.3, 0.3]),
        np.full(n, np.nan), np.full(n, np.nan),
    )  # fmt: skip
    medians = np.array([0.1, 0.5])
    terms = likelihood.compute_log_likelihoods(arrays(TRUTH) | {"break_attack_median": medians}, data)
    assert terms[1] > terms[0]


# The fit


@pytest.fixture(scope="module")
def fitted():
    specification = make_specification(())
    return posterior.fit_engagements(specification, simulate(1200), (0.0,))


@pytest.mark.slow
def test_the_truth_is_found_again(fitted):
    truth = np.array([FORWARD[SCALES[each.name]](TRUTH[each.name]) for each in fitted.specification.coefficients])
    z = (fitted.mean - truth) / np.sqrt(np.diag(fitted.covariance))
    assert np.abs(z).max() < 4  # one of 13 in a thousand or so
    assert float(z @ z) < 45  # chi-square of 13


@pytest.mark.slow
def test_where_each_battle_is_a_war_both_covariances_agree(fitted):
    ratio = np.sqrt(np.diag(fitted.covariance) / np.diag(fitted.mode_covariance))
    assert 0.75 < ratio.min() <= ratio.max() < 1.35


@pytest.mark.verify
def test_wars_that_are_alike_within_make_the_fit_less_sure(fitted):
    once = simulate(150)
    copies = np.tile(np.arange(150), 8)
    copied = posterior.fit_engagements(make_specification(()), once.select(copies), (0.0,))
    assert copied.n_wars == 150
    ratio = np.sqrt(np.diag(copied.covariance) / np.diag(copied.mode_covariance))
    assert np.median(ratio) > 1.8  # the square root of 8 but for prior and shrinkage


def test_draws_have_the_mean_and_covariance_of_the_fit():
    fitted = posterior.fit_engagements(make_specification(()), simulate(60), (0.0,))
    draws = fitted.draw_coefficients(3, 4000)
    assert np.abs((draws.mean(axis=0) - fitted.mean) / np.sqrt(np.diag(fitted.covariance))).max() < 5 / math.sqrt(4000)


@pytest.mark.slow
def test_battles_fought_person_by_person_give_the_same_parameters():
    n, people = 300, 300
    normals = make_generator("test:persons", 1).standard_normal((2 + closed_form.N_NORMALS, n))
    log_ratio = 0.5 * normals[0]
    outcomes = fight_by_person(log_ratio, normals[2:], people, make_generator("test:persons:fire", 2))
    fitted = posterior.fit_engagements(make_specification(()), record(outcomes, log_ratio, np.zeros(n)), (0.0,))
    for name in ("law_ratio_exponent", "combat_power_mean", "break_attack_median", "break_defend_median"):
        column = [each.name for each in fitted.specification.coefficients].index(name)
        truth = FORWARD[SCALES[name]](TRUTH[name])
        assert abs(fitted.mean[column] - truth) < 4 * math.sqrt(fitted.covariance[column, column]) + 0.05


def fight_by_person(log_ratio, normals, people, rng) -> closed_form.EngagementOutcomes:
    """Gillespie's method: casualties one at a time, until a side has lost its break point; then the rout."""
    power, attack, defend, rout, intensity = normals
    s, sigma = TRUTH["law_ratio_exponent"], TRUTH["intensity_sigma"]
    rows = []
    for n, ratio in enumerate(np.exp(log_ratio)):
        x0, y0 = round(people * math.sqrt(ratio)), round(people / math.sqrt(ratio))
        v = math.exp(TRUTH["combat_power_mean"] + TRUTH["combat_power_sigma"] * power[n])
        rate = TRUTH["killing_rate"] * math.exp(sigma * intensity[n] - sigma**2 / 2)
        break_attack = TRUTH["break_attack_median"] * ratio ** -TRUTH["break_odds_exponent"]
        limit_x = min(break_attack * math.exp(TRUTH["break_attack_sigma"] * attack[n]), 0.95) * x0
        limit_y = min(TRUTH["break_defend_median"] * math.exp(TRUTH["break_defend_sigma"] * defend[n]), 0.95) * y0
        x, y, days = x0, y0, 0.0
        while x0 - x < limit_x and y0 - y < limit_y:
            of_x = rate / math.sqrt(v) * x * (y / x) ** (s / 2)
            of_y = rate * math.sqrt(v) * y * (x / y) ** (s / 2)
            days += rng.exponential(1 / (of_x + of_y))
            if rng.random() * (of_x + of_y) < of_x:
                x -= 1
            else:
                y -= 1
        won = y0 - y >= limit_y
        odds = math.log(TRUTH["rout_loss_median"] / (1 - TRUTH["rout_loss_median"]))
        left = 1 - float(expit(odds + TRUTH["rout_loss_sigma"] * rout[n]))
        x_left, y_left = (x / x0, y / y0 * left) if won else (x / x0 * left, y / y0)
        rows.append((won, max(1 - x_left, 0.5 / x0), max(1 - y_left, 0.5 / y0), days))
    won, x_lost, y_lost, days = (np.array(column) for column in zip(*rows, strict=True))
    return closed_form.EngagementOutcomes(won, x_lost, y_lost, days)


# Halves


def test_halves_keep_wars_whole_and_are_about_equal():
    wars = np.repeat(list("abcdefgh"), [40, 30, 12, 9, 5, 5, 2, 1])
    first = split_by_war(wars)
    assert all(len(set(first[wars == war])) == 1 for war in set(wars))
    assert abs(int(first.sum()) - int((~first).sum())) <= 12
    shuffled = make_generator("test:order", 1).permutation(len(wars))
    assert np.array_equal(split_by_war(wars[shuffled]), first[shuffled])


def test_the_halves_by_date_meet_at_the_median():
    years = np.array([1600, 1700, 1800, 1900, 1910, 1950])
    assert split_by_date(years).tolist() == [True, True, True, False, False, False]
