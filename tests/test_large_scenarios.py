"""Large scenarios: the rules of `sim check` look at few pairs of claims and find what a look at every pair finds."""

from datetime import datetime, timedelta
from itertools import combinations, permutations
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.large import make_large_data
from sim.report.map.labels import OccupiedArea, Rectangle
from sim.scenario import Scenario
from sim.scenario.claim_overlap import CountScope, ScopeIndex, includes_all, intersects, make_count_scopes
from sim.scenario.geography import Coordinates, compute_distance_km
from sim.scenario.lint import coordinates_contradict, run_rules
from sim.scenario.lint.claims_double_counted import list_comparable_pairs
from sim.scenario.lint.coordinates_contradict import SAME_KM, find_reach_km, list_same_points, measure_anchors
from sim.scenario.lint.non_monotone_series import list_nested_pairs
from sim.scenario.lint.place_out_of_reach import compute_distances
from sim.scenario.loading import build_scenario
from sim.scenario.yaml_parser import ScenarioDocument
from sim.scoring.claim_comparison import select_surprising_claims

PLACES = ("fort", "hill", "mill")
SIZES = (
    {"places": 36, "claims": 400, "orders": 24},
    {"places": 144, "claims": 1_600, "orders": 96},
)


def make_scope(kind: str, day: int, days: int, places: frozenset[str]) -> CountScope:
    """A count of so many days of a month; without places, of all of them."""
    since = datetime(2001, 6, 1) + timedelta(day)
    return CountScope((kind, "teal", ""), since, since + timedelta(days), places or None, None)


SCOPES = st.builds(
    make_scope,
    st.sampled_from(["killed", "wounded"]),
    st.integers(0, 4),
    st.integers(1, 4),
    st.frozensets(st.sampled_from(PLACES)),
)
COUNTS = st.lists(st.tuples(SCOPES, st.sampled_from("ab")), max_size=14)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(COUNTS)
def test_the_index_leaves_out_no_count_that_overlaps_or_covers_another(counts):
    scopes = {f"c{number}": scope for number, (scope, _) in enumerate(counts)}
    groups = {f"c{number}": group for number, (_, group) in enumerate(counts)}
    index = ScopeIndex(scopes, groups)
    for id, scope in scopes.items():
        alike = [other for other in scopes if groups[other] == groups[id] and scopes[other].kind == scope.kind]
        assert index.list_meeting(scope, groups[id]) == [
            other for other in alike if intersects(scope.places, scopes[other].places)
        ]
        surrounding = index.list_surrounding(scope, groups[id])
        covering = [other for other in alike if includes_all(scopes[other].places, scope.places)]
        assert [other for other in surrounding if other in covering] == covering
        assert surrounding == [other for other in scopes if other in surrounding]


@pytest.fixture(scope="module")
def scenarios() -> list[Scenario]:
    return [build_scenario(make_large_data(**sizes), ScenarioDocument("large", "")) for sizes in SIZES]


def test_the_pairs_that_are_looked_at_are_those_of_the_definition(scenarios):
    scenario = scenarios[0]
    scopes = make_count_scopes(scenario)
    source = {id: scenario.claims[id].source for id in scopes}
    overlapping = [
        (one, other)
        for one, other in combinations(scopes, 2)
        if source[one] == source[other] and scopes[one].overlaps(scopes[other])
    ]
    seen = list(list_comparable_pairs(scenario, scopes))
    assert [pair for pair in seen if scopes[pair[0]].overlaps(scopes[pair[1]])] == overlapping
    assert list(list_nested_pairs(scenario, scopes)) == [
        (part, whole)
        for part, whole in permutations(scopes, 2)
        if source[part] == source[whole] and scopes[part] != scopes[whole] and scopes[whole].covers(scopes[part])
    ]


def test_four_times_the_claims_and_places_make_hardly_more_than_four_times_the_comparisons(scenarios):
    few, many = (len(list(list_comparable_pairs(each, make_count_scopes(each)))) for each in scenarios)
    assert 0 < many < 6 * few


def test_a_large_scenario_is_sound(scenarios):
    levels = {verdict.rule.name: verdict.status for verdict in run_rules(scenarios[0], make_large_data(**SIZES[0]))}
    assert {name for name, status in levels.items() if status != "PASS"} == {"unused_entry"}


LENGTHS = st.dictionaries(
    st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde")), st.integers(1, 9), min_size=1, max_size=12
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(LENGTHS, st.sets(st.sampled_from("abcde")), st.sets(st.sampled_from("abcde"), min_size=1))
def test_distances_are_those_of_the_shortest_ways(lengths, passable, starts):
    roads = {place: {end: float(km) for (start, end), km in lengths.items() if start == place} for place in "abcde"}
    shortest = dict.fromkeys(starts, 0.0)
    for _ in roads:  # Bellman and Ford
        for start, ends in roads.items():
            for end, km in ends.items():
                if start in shortest and start in passable | starts:
                    shortest[end] = min(shortest.get(end, float("inf")), shortest[start] + km)
    assert compute_distances(roads, passable, starts) == shortest


BOXES = st.builds(Rectangle, *[st.floats(-90, 400)] * 2, *[st.floats(1, 130)] * 2)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(BOXES, max_size=12), BOXES)
def test_an_area_is_free_where_no_rectangle_overlaps(boxes, box):
    assert OccupiedArea(boxes).is_free(box) == (not any(box.overlaps(other) for other in boxes))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 20), max_size=15), st.integers(1, 8))
def test_of_many_claims_those_that_hold_least_often_are_selected_in_their_order(held, limit):
    comparisons = [SimpleNamespace(id=number, probability=count / 20) for number, count in enumerate(held)]
    chosen = [each.id for each in select_surprising_claims(comparisons, limit)]
    assert chosen == sorted(chosen)
    assert len(chosen) == min(limit, len(held))
    assert sorted(held[id] for id in chosen) == sorted(held)[:limit]


POINTS = st.builds(
    lambda lat, lon: Coordinates(lat=lat, lon=lon, source="s"),
    st.one_of(st.floats(49.999, 50.001), st.floats(-89, 89)),
    st.one_of(st.floats(9.999, 10.001), st.floats(-180, 179)),
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(POINTS, max_size=9))
def test_places_that_are_one_point_are_found_by_their_latitudes(points):
    where = {f"p{number}": point for number, point in enumerate(points)}
    assert list_same_points(where) == [
        pair for pair in combinations(where, 2) if compute_distance_km(*(where[id] for id in pair)) < SAME_KM
    ]
    for id in where:
        others = [point for other, point in where.items() if other != id]
        widest = max((compute_distance_km(*pair) for pair in combinations(others, 2)), default=0.0)
        reach = find_reach_km(measure_anchors(where), id)
        assert reach <= widest + 1e-6
        assert widest <= 2 * reach + 1e-6


def test_distances_that_are_computed_grow_hardly_faster_than_the_places(monkeypatch):
    counts = []
    measured = coordinates_contradict.compute_distance_km

    def count(*points):
        counts[-1] += 1
        return measured(*points)

    monkeypatch.setattr(coordinates_contradict, "compute_distance_km", count)
    for size in (100, 400):
        data = make_large_data(places=size, claims=10, orders=4)
        counts.append(0)
        assert not list(coordinates_contradict.check(build_scenario(data, ScenarioDocument("large", "")), data))
    assert 0 < counts[1] < 9 * counts[0]  # rows of one latitude are twice as long
