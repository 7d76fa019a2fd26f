"""One assault without a scenario: it is the duel that it should be, and its outcome is what became of it."""

import numpy as np
import pytest
from support.exact import SIGMAS, agrees, solve_duel, square

from sim import laws
from sim.battle.engagement import AssaultOutcome, AssaultSite, build_assault_state, simulate_assault
from sim.battle.records import ModelState
from sim.battle.rulebook import PLAIN
from sim.battle.schedulers import SimpyScheduler
from sim.events.log import AssaultEnding, EventKind

VILLAGE = AssaultSite(cover=0.2, depth_km=1, blocks=4)


MODEL = ModelState(law=laws.find_law_number("square"))
CALM = {"assault_hours": 500.0, "supply_days": 9.0, "unsupplied_fire": 1.0, "rout_loss_median": 0.3, "march_kmh": 4.0}


def side(kills: float, breaks: float, wounded_per_killed: float = 2.0) -> dict[str, float]:
    found = {"killing_rate": 24 * kills, "wounded_per_killed": wounded_per_killed}
    return CALM | found | {"break_attack_median": breaks, "break_defend_median": breaks}


def fought(
    sides: tuple[dict[str, float], dict[str, float]], ground: AssaultSite = VILLAGE, replication: int = 0, **more: float
) -> AssaultOutcome:
    first, second = (each | more for each in sides)
    return simulate_assault(PLAIN, (200, 120), MODEL, (first, second), ground, "test", 1, replication)


@pytest.mark.slow
def test_an_engagement_is_the_duel_that_it_should_be():
    """Ten, each twice as deadly, against twelve, to the last: what is left is cut at the break point of 95%."""
    runs = [
        simulate_assault(PLAIN, (10, 12), MODEL, (side(2.0, 1), side(1.0, 1)), AssaultSite(0, 1, 4), "test", 1, n)
        for n in range(700)
    ]
    answer = solve_duel(10, 12, square(2.0, 1.0))
    assert agrees(np.mean([run.is_victory for run in runs]), answer.chance, len(runs))
    assert abs(np.mean([run.hours for run in runs]) - answer.hours) < SIGMAS * answer.hours_sd / np.sqrt(len(runs))
    assert not agrees(np.mean([run.is_victory for run in runs]), solve_duel(10, 12, square(1.0, 1.0)).chance, len(runs))


def test_an_engagement_takes_prisoners_and_loses_nobody_twice():
    sides = side(2.0, 0.3), side(1.0, 0.3)
    for n in range(40):
        run = fought(sides, replication=n, advance_km_per_day=5)
        assert run.attackers_lost <= 200
        assert run.defenders_lost + run.defenders_taken <= 120
        assert (run.defenders_taken > 0) == run.is_victory
    again = fought(sides, replication=39, advance_km_per_day=5)
    assert again == run


@pytest.mark.parametrize("wounded_per_killed", [0.0, 2.0, 1e9])
@pytest.mark.parametrize("breaks", [0.3, 0.9])
def test_who_breaks_has_lost_the_share_at_which_it_breaks(wounded_per_killed, breaks):
    """Of 200 or of 120, whether they are killed or wounded."""
    sides = side(1.0, breaks, wounded_per_killed), side(2.0, breaks, wounded_per_killed)
    ended = set()
    for n in range(12):
        run = fought(sides, replication=n)
        ended.add(run.ending)
        assert (run.attackers_lost == 200 * breaks) == (run.ending == AssaultEnding.CALLED_OFF) == (not run.is_victory)
        assert (run.defenders_lost == 120 * breaks) == (run.ending == AssaultEnding.DEFENCE_BROKE) == run.is_victory
        assert run.attackers_lost > 0
        assert run.defenders_lost > 0
    assert ended == {AssaultEnding.CALLED_OFF, AssaultEnding.DEFENCE_BROKE}


@pytest.mark.parametrize("hours", [0.001, 1.0, 5.0, 60.0])
def test_an_assault_that_nothing_ends_lasts_as_long_as_it_may(hours):
    run = fought((side(0.0, 0.3), side(0.0, 0.3)), assault_hours=hours)
    assert run.ending == AssaultEnding.TIME
    assert run.hours == pytest.approx(hours, abs=1e-6)
    assert (run.attackers_lost, run.defenders_lost, run.defenders_taken) == (0, 0, 0)
    assert not run.is_victory


def test_it_begins_at_once():
    battle = build_assault_state((200, 120), MODEL, (side(1.0, 0.3), side(1.0, 0.3)), VILLAGE, "test", 1, 0)
    SimpyScheduler(PLAIN, battle, 600.0).run()
    opened = next(row.time for row in battle.log if row.event == EventKind.ASSAULT)
    assert 0.0 < opened < 1 / 60


def test_the_defenders_hold_the_place_and_have_a_rear_that_the_attackers_cannot_reach_but_through_it():
    battle = build_assault_state((200, 120), MODEL, (side(1.0, 0.3), side(1.0, 0.3)), VILLAGE, "test", 1, 0)
    attackers, defenders = battle.forces
    assert (attackers.strength, defenders.strength) == (200, 120)
    roads = {
        place.index: sorted(
            battle.roads[n].destination for n in range(place.first_road, place.first_road + place.roads)
        )
        for place in battle.places
    }
    goal, camp = defenders.entry_place, attackers.entry_place
    (rear,) = set(roads) - {goal, camp}
    assert roads == {goal: sorted((camp, rear)), camp: [goal], rear: [goal]}
    assert all(0.0 < road.km < 1.0 for road in battle.roads)
    shares = {place.index: place.second_side_blocks / place.blocks for place in battle.places}
    assert shares == {goal: 1.0, camp: 0.0, rear: 1.0}
    assert {place.index: (place.blocks, place.cover) for place in battle.places} == {
        goal: (4, 0.2),
        camp: (1, 0),
        rear: (1, 0),
    }


def test_defenders_who_give_way_are_taken_as_on_their_own_ground_and_not_as_if_cut_off():
    """A quarter of those who are left, and nobody of those cut off: the way to the rear is open."""
    taken, left = 0.0, 0.0
    for n in range(40):
        run = fought((side(3.0, 0.9), side(1.0, 0.3)), replication=n, rout_loss_median=0.25, cut_off_loss_median=1.0)
        assert run.is_victory
        taken, left = taken + run.defenders_taken, left + 120 - run.defenders_lost
    assert agrees(taken / left, 0.25, int(left))


def test_cover_saves_defenders_and_no_attackers():
    """By the losses when the attackers break: the defenders' are fewer by the cover."""
    runs = {
        cover: [
            fought((side(0.2, 0.3), side(1.0, 0.9)), AssaultSite(cover, 1, 4), replication=n, rout_loss_median=0.0)
            for n in range(30)
        ]
        for cover in (0.0, 0.5)
    }
    lost = {cover: sum(run.defenders_lost for run in each) for cover, each in runs.items()}
    assert lost[0.5] < 0.75 * lost[0.0]
    assert all(run.attackers_lost == 60 for each in runs.values() for run in each)


def test_dice_go_by_name_seed_and_replication():
    def words(name, seed, replication):
        battle = build_assault_state(
            (200, 120), MODEL, (side(1.0, 0.3), side(1.0, 0.3)), VILLAGE, name, seed, replication
        )
        return [(each.s0, each.s1, each.s2, each.s3) for each in battle.streams], list(battle.normal_inputs)

    streams, drivers = words("test", 1, 0)
    assert len({word for each in streams for word in each}) == 4 * len(streams)
    assert len(set(drivers)) == len(drivers)
    assert words("test", 1, 0) == (streams, drivers)
    for other in (("other", 1, 0), ("test", 2, 0), ("test", 1, 1)):
        changed = words(*other)
        assert not {*changed[0]} & {*streams}
        assert not {*changed[1]} & {*drivers}
