"""What a battle keeps instead of searching for it anew: the place that is due next, who stands where, and ways."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.battle.records import NEVER, BattleCounters, ForceState, ModelState, PlaceState, RoadSegment
from sim.battle.rules import combat_calendar, movement, occupancy
from sim.battle.state import GrowingLog
from sim.events.log import NONE

N_PLACES, N_FORCES = 5, 6
MOMENTS = st.one_of(st.just(NEVER), st.sampled_from([0.5 * n for n in range(8)]))  # few, so that many are alike
PLACES = st.integers(0, N_PLACES - 1)


def make_battle(roads=()):
    """Places, forces and roads between pairs of places, and nothing else."""
    places = [PlaceState(index=p, blocks=4.0) for p in range(N_PLACES)]
    segments = []
    for place in places:
        place.first_road = len(segments)
        ends = {(start, end, km) for start, end, km in roads if start == place.index}
        ends |= {(end, start, km) for start, end, km in roads if end == place.index}
        segments += [RoadSegment(end, km) for _, end, km in sorted(ends)]
        place.roads = len(segments) - place.first_road
    return SimpleNamespace(
        model=[ModelState()],
        places=places,
        forces=[ForceState(index=f) for f in range(N_FORCES)],
        roads=segments,
        log=GrowingLog(),
        counters=[BattleCounters(log_capacity=2**62)],
        place_equipment=[],
    )


def search_next_place(battle):
    """The first place with the earliest event, by asking all."""
    due = min(battle.places, key=lambda place: (place.next_event_at, place.index))
    return due.index if due.next_event_at < NEVER else NONE


def run_calendar(changes, set_next_event=combat_calendar.set_next_event):
    """How often the place that is kept is not the one that is due, over changes of moments with and without a look."""
    battle, faults = make_battle(), 0
    for p, at, is_asked in changes:
        set_next_event(battle, p, at)
        if is_asked:
            soonest = min(place.next_event_at for place in battle.places)
            kept = combat_calendar.find_next_place(battle), combat_calendar.next_combat_time(battle)
            faults += kept != (search_next_place(battle), soonest)
    return faults


@given(st.lists(st.tuples(PLACES, MOMENTS, st.booleans()), max_size=60))
def test_the_place_that_is_due_next_is_the_one_that_a_search_of_all_finds(changes):
    assert run_calendar(changes) == 0


def test_a_calendar_that_overlooks_the_other_places_is_caught():
    def overlook(battle, p, at):
        battle.model[0].others_at = NEVER
        combat_calendar.set_next_event(battle, p, at)

    assert run_calendar([(0, 1.0, True), (1, 2.0, True), (0, 3.0, True)], overlook) > 0


@given(st.lists(st.tuples(st.integers(0, N_FORCES - 1), st.one_of(st.just(NONE), PLACES)), max_size=40))
def test_who_stands_at_a_place_is_listed_there_in_the_order_of_numbers(moves):
    battle = make_battle()
    for f, p in moves:
        force = battle.forces[f]
        if force.place != NONE:
            occupancy.stand_nowhere(battle, force)
        if p != NONE:
            occupancy.stand_at(battle, force, p)
        for place in battle.places:
            listed, f_here = [], place.first_force
            while f_here != NONE:
                listed.append(f_here)
                f_here = battle.forces[f_here].next_force
            assert listed == [each.index for each in battle.forces if each.place == place.index]


ROADS = st.lists(
    st.tuples(PLACES, PLACES, st.sampled_from([1.0, 2.0, 2.5, 4.0])).filter(lambda road: road[0] != road[1]), max_size=9
)
ASKED = st.tuples(st.just("ask"), st.integers(0, 1), PLACES, PLACES)
MOVED = st.tuples(st.just("move"), PLACES, st.integers(0, 4), st.none())


def compute_path_km(battle, side, start, goal):
    """The shortest way by Bellman and Ford, through places of which the side holds half."""
    km = [NEVER] * N_PLACES
    km[start] = 0.0
    for _ in range(N_PLACES):
        for place in battle.places:
            if place.index == start or occupancy.share_held(battle, place.index, side) >= 0.5:
                for road in battle.roads[place.first_road : place.first_road + place.roads]:
                    km[road.destination] = min(km[road.destination], km[place.index] + road.km)
    return km[goal]


def find_wrong_ways(roads, steps):
    """How many of the ways that are asked for, while front lines move, are not the shortest."""
    battle, faults = make_battle(roads), 0
    for kind, first, second, third in steps:
        if kind == "move":
            occupancy.move_front(battle, first, float(second), NONE, 0.0)
        else:
            found = movement.find_path_km(battle, first, second, third)
            faults += found != compute_path_km(battle, first, second, third)
    return faults


@given(ROADS, st.lists(st.one_of(ASKED, MOVED), max_size=30))
def test_a_way_that_was_sought_before_is_the_shortest_after_front_lines_have_moved(roads, steps):
    assert find_wrong_ways(roads, steps) == 0


def test_a_search_that_is_kept_when_a_way_closes_is_caught(monkeypatch):
    steps = [("ask", 0, 0, 2), ("move", 1, 4, None), ("ask", 0, 0, 2)]
    roads = [(0, 1, 1.0), (1, 2, 1.0)]
    assert find_wrong_ways(roads, steps) == 0
    monkeypatch.setattr(occupancy, "is_passable", lambda battle, p, side: True)
    assert find_wrong_ways(roads, steps) > 0


@pytest.mark.parametrize("blocks", [1.0, 3.0])
def test_a_way_stays_known_while_no_front_line_crosses_one_half(blocks):
    battle = make_battle([(0, 1, 1.0), (1, 2, 1.0)])
    occupancy.move_front(battle, 1, blocks, NONE, 0.0)
    movement.find_path_km(battle, 0, 0, 2)
    occupancy.move_front(battle, 1, 0.0 if blocks == 1.0 else 4.0, NONE, 0.0)
    assert battle.model[0].search_start == 0
    occupancy.move_front(battle, 1, 2.0, NONE, 0.0)
    assert battle.model[0].search_start == NONE
