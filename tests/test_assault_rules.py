"""The rules of an assault one by one: combat power, size, odds, intensity over days, the price of ground, the next
day's try, reserves by losses, and what is lost by those who turn their backs.
"""

import numpy as np
import pytest
from scipy import special, stats
from support.battles import attack, battle, codes, fought, number, order, rows
from support.duels import helmbold
from support.exact import RARE, SIGMAS, chi_square_p_value, make_duel, simulate_duel, solve_duel
from support.schedulers import Keeping

from sim.events.log import AssaultEnding, EventKind

LOSSES = (EventKind.KILLED, EventKind.WOUNDED)
STORM = {"storm": attack("amber", "village", "vanguard")}


def last_state(scenario, replication=0, **normal_inputs):
    """The rows of a battle after it was simulated, and the run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.battle.simulation.SimpyScheduler", Keeping)
        run = fought(scenario, 1, replication, **normal_inputs)
    return Keeping.last, run, sorted(scenario.places).index("village")


# What is drawn


@pytest.mark.slow
def test_drawn_combat_power_is_the_mixture_of_the_exact_chances():
    """Who wins a duel of eight and ten by Helmbold's law, over a normal log ratio, by Gauss-Hermite quadrature."""
    mean, sigma, runs = 0.3, 1.2, 1500
    scenario = make_duel(8, 10, 1.0, 1.0, days=1, combat_power_mean=mean, combat_power_sigma=sigma)
    won = simulate_duel(scenario, runs, "helmbold", 1, "plain", ratio_exponent=0.8).won.mean()
    nodes, weights = special.roots_hermitenorm(40)
    factors = np.exp(0.5 * (mean + sigma * nodes))
    chances = [solve_duel(8, 10, helmbold(factor, 1 / factor)).chance for factor in factors]
    exact = weights @ chances / weights.sum()
    assert abs(won - exact) < SIGMAS * np.sqrt(exact * (1 - exact) / runs)
    alone = solve_duel(8, 10, helmbold(1.0, 1.0)).chance
    assert abs(won - alone) > SIGMAS * np.sqrt(alone * (1 - alone) / runs)


@pytest.mark.parametrize(("power", "attackers", "defenders"), [(1.0, 1.0, 1.0), (4.0, 0.5, 2.0)])
def test_quality_of_a_force_counts_against_the_enemys(power, attackers, defenders):
    scenario = battle(STORM, quality_vanguard=power)
    state, _, p = last_state(scenario)
    place = state.places[p]
    assert (place.attacker_intensity, place.defender_intensity) == pytest.approx((attackers, defenders))


def test_an_attacker_who_accepts_worse_odds_bears_more():
    """500 of 600 attackers can fight in the village at once: 5 to 1."""
    state, _, p = last_state(battle(STORM, strengths={"outpost": 100, "vanguard": 600}, break_odds_exponent=0.4))
    attackers, defenders = state.contingents[2 * p : 2 * p + 2]  # sides in order of their ids: Amber, Teal
    assert attackers.break_point == pytest.approx(0.2 * 5**-0.4)
    assert defenders.break_point == 0.3


@pytest.mark.slow
def test_intensity_is_shared_in_part():
    """The two sides' log intensities correlate by the prior, and each has the prior's deviation."""
    runs, sigma, shared = 600, 0.8, 0.4
    scenario = battle(STORM, intensity_sigma=sigma, intensity_shared=shared)
    pairs = []
    for replication in range(runs):
        state, _, p = last_state(scenario, replication)
        pairs.append((state.places[p].attacker_intensity, state.places[p].defender_intensity))
    logs = np.log(pairs).T
    for each in logs:
        assert abs(each.mean() + sigma**2 / 2) < SIGMAS * sigma / np.sqrt(runs)
        assert stats.chi2(runs - 1).sf((runs - 1) * each.var(ddof=1) / sigma**2) > RARE
    # Fisher's transform of a correlation is nearly normal.
    seen = np.arctanh(np.corrcoef(logs)[0, 1])
    assert abs(seen - np.arctanh(shared)) < SIGMAS / np.sqrt(runs - 3)
    assert abs(seen - np.arctanh(0.9)) > SIGMAS / np.sqrt(runs - 3)


def test_intensity_remembers_the_day_before():
    """Two assaults on one place: the second's log intensity is rho^days of the first's and a part of its own."""
    orders = {
        "storm": attack("amber", "village", "vanguard", hour=5),
        "again": attack("amber", "village", "vanguard", hour=5, day=2),
    }
    scenario = battle(orders, intensity_sigma=1.0, intensity_persistence=0.6)
    state, run, p = last_state(scenario, order__storm__intensity=2.0, order__again__intensity=1.0)
    first, second = rows(run, EventKind.ASSAULT)["time"]
    memory = 0.6 ** ((second - first) / 24)
    assert state.places[p].shared_normal == pytest.approx(memory * 2.0 + np.sqrt(1 - memory**2))


# The price of ground


def front(run, side="amber"):
    """Hours and shares of the village."""
    return run.event_log.control_series(side, "village")


def test_prepared_ground_is_given_up_for_losses():
    """At every moment the attackers hold no more blocks than the defenders' losses pay for."""
    scenario = battle(
        STORM, killing_rate_amber=1.0, killing_rate_teal=0.2, advance_km_per_day=200, ground_price=0.8, assault_hours=20
    )
    blocks = scenario.terrains[scenario.places["village"].terrain].blocks
    moved = 0
    for replication in range(20):
        run = fought(scenario, 1, replication)
        lost = rows(run, *LOSSES, side="teal", place="village")["time"]
        defenders = rows(run, EventKind.PLACED, place="village", side="teal")["value"].sum()
        hours, shares = front(run)
        ended = rows(run, EventKind.ENDED)["time"][0]
        for hour, share in zip(hours[1:], shares[1:], strict=True):
            if hour < ended:
                moved += 1
                paid = (lost <= hour).sum() / (0.3 * defenders) / 0.8
                assert share * blocks <= paid * blocks + 1e-9
    assert moved > 20


def test_a_line_moves_without_losses_on_ground_that_is_not_prepared():
    priors = {"killing_rate_amber": 1e-6, "advance_km_per_day": 500, "ground_price": 0.8}
    prepared = battle(STORM, **priors)
    open_ground = {name: each.model_copy(update={"prepared": False}) for name, each in prepared.terrains.items()}
    for scenario, taken in ((prepared, False), (prepared.model_copy(update={"terrains": open_ground}), True)):
        run = fought(scenario)
        assert (codes(run, EventKind.ENDED) == [AssaultEnding.TAKEN]) == taken
        assert (front(run)[1].max() > 0) == taken


def test_an_assault_by_those_who_hold_every_block_is_no_walk_over():
    """Teal's watch attacks amber's people in a village that is teal's: it is decided by losses, not at once."""
    orders = {"clear": attack("teal", "village", "watch", hour=5)}
    stand = {"vanguard": "village", "outpost": "fort"}
    for price, ending in ((0.5, AssaultEnding.TIME), (0.0, AssaultEnding.TAKEN)):
        scene = battle(orders, stand=stand, held={"village": "teal"}, ground_price=price, killing_rate_teal=0.1)
        assert codes(fought(scene), EventKind.ENDED) == [ending]


# The next day


def press_on(days, ground_price=1.0, more=None, **priors):
    orders = STORM | (more or {})
    quiet = {"killing_rate_amber": 0.02, "killing_rate_teal": 0.02, "ground_price": ground_price}
    return fought(battle(orders, press_on_days=days, ends="2001-06-05", **quiet | priors))


@pytest.mark.parametrize(("days", "tries"), [(0, 1), (1.5, 2), (2.5, 3)])
def test_an_attack_that_ran_out_of_time_is_tried_again_next_day(days, tries):
    run = press_on(days)
    opened = rows(run, EventKind.ASSAULT, order="storm")["time"]
    assert len(opened) == tries
    assert np.diff(opened) == pytest.approx([24] * (tries - 1), abs=3)
    assert codes(run, EventKind.ENDED, order="storm") == [AssaultEnding.TIME] * tries
    assert len(rows(run, EventKind.ORDER_STARTED, order="storm")) == 1
    assert len(rows(run, EventKind.DONE, order="storm")) == 1


def test_losses_of_the_day_before_count():
    """The attackers break by what they lose over all days: hardly anything on each of them."""
    run = press_on(4, killing_rate_teal=0.25, killing_rate_amber=0.0)
    endings = codes(run, EventKind.ENDED)
    assert len(endings) > 1
    assert endings[-1] == AssaultEnding.CALLED_OFF
    attackers = rows(run, EventKind.ASSAULT)["value"][0]
    assert len(rows(run, *LOSSES, side="amber")) == np.ceil(0.2 * attackers - 1e-9)


def test_another_order_on_the_same_goal_is_the_second_try():
    run = press_on(3, more={"again": attack("amber", "village", "flank", hour=5, day=2)})
    assert len(rows(run, EventKind.ASSAULT, order="storm")) == 1
    assert len(rows(run, EventKind.ASSAULT, order="again")) >= 1


@pytest.mark.parametrize("kind", ["withdraw", "leave", "reinforce"])
def test_an_order_that_needs_the_forces_takes_precedence(kind):
    run = press_on(3, more={"away": order(kind, "amber", "camp", "vanguard", hour=8, day=2)})
    assert len(rows(run, EventKind.ASSAULT, order="storm")) == 1


@pytest.mark.parametrize("killing", ["killing_rate_teal", "killing_rate_amber"])
def test_who_is_broken_does_not_try_again(killing):
    run = press_on(4, **{killing: 20})
    assert len(rows(run, EventKind.ASSAULT)) == 1


def test_an_order_may_say_itself_for_how_long_it_is_tried():
    run = press_on(0, more={"storm": STORM["storm"] | {"press_on_days": number(1.5)}})
    assert len(rows(run, EventKind.ASSAULT)) == 2


# Reserves


def test_a_reserve_is_called_by_losses_too():
    reserve = order("reserve", "teal", "fort", "watch", covered_places=["village"])
    for price, called in ((20.0, True), (0.0, False)):
        run = fought(
            battle(
                STORM | {"reserve": reserve},
                killing_rate_amber=price,
                ground_price=1.0,
                reserve_at_share=0.5,
            )
        )
        assert (len(rows(run, EventKind.ALARM)) == 1) == called


# Those who turn their backs


@pytest.mark.slow
def test_deaths_in_a_rout_are_binomial_by_a_logit_normal_share():
    """The defenders break at a third; of the rest a share is killed: sampled over its normal number."""
    runs, median, sigma = 500, 0.1, 0.7
    scenario = battle(
        STORM,
        killing_rate_amber=20,
        rout_killed_fraction=1,
        rout_loss_median=median,
        rout_loss_sigma=sigma,
        strengths={"outpost": 100, "vanguard": 600},
    )
    killed = []
    for replication in range(runs):
        run = fought(scenario, 1, replication)
        (ended,) = rows(run, EventKind.ENDED)["time"]
        log = rows(run, EventKind.KILLED, side="teal", place="village")
        fallen = rows(run, *LOSSES, side="teal", place="village")
        in_rout = len(fallen) - 30  # 0.3 of 100
        killed.append(in_rout)
        assert (log["time"] <= ended).all()
    nodes, weights = special.roots_hermitenorm(60)
    counts = np.arange(71)
    law = (
        stats.binom.pmf(counts[:, None], 70, special.expit(special.logit(median) + sigma * nodes))
        @ weights
        / weights.sum()
    )
    assert chi_square_p_value(np.bincount(killed, minlength=71), runs * law) > RARE
    even = stats.binom.pmf(counts, 70, median)
    assert chi_square_p_value(np.bincount(killed, minlength=71), runs * even) < RARE


def test_no_more_are_killed_than_there_are_pursuers():
    scenario = battle(
        STORM,
        killing_rate_amber=400,
        rout_loss_median=1.0,
        rout_killed_fraction=1.0,
        strengths={"outpost": 200, "vanguard": 40},
        break_attack_median=1.0,
    )
    run = fought(scenario)
    assert codes(run, EventKind.ENDED) == [AssaultEnding.DEFENCE_BROKE]
    left = 40 - len(rows(run, *LOSSES, side="amber"))
    assert len(rows(run, *LOSSES, side="teal")) == 60 + left


def test_who_leaves_under_assault_pays_for_it():
    """An outpost that withdraws while the assault goes on loses a share; in quiet it loses nobody."""
    leave = {"leave": order("withdraw", "teal", "fort", "outpost", hour=9)}
    for orders, median, dead in ((STORM | leave, 0.2, True), (STORM | leave, 0.0, False), (leave, 0.2, False)):
        run = fought(battle(orders, withdrawal_killed_median=median))
        killed = rows(run, EventKind.KILLED, side="teal")
        assert (len(killed) > 0) == dead
        if dead:
            assert set(killed["time"]) == {rows(run, EventKind.DEPARTED, force="outpost")["time"][0]}


def test_an_attacker_who_is_thrown_back_is_pursued():
    run = fought(battle(STORM, killing_rate_teal=20, withdrawal_killed_median=0.2))
    assert codes(run, EventKind.ENDED) == [AssaultEnding.CALLED_OFF]
    attackers = rows(run, EventKind.ASSAULT)["value"][0]
    assert len(rows(run, *LOSSES, side="amber")) > 0.2 * min(attackers, 500) + 10
