"""The plane of a map: true distances wherever a battle is fought, across the antimeridian and at the poles."""

from itertools import combinations
from math import dist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.plots.playback.basemap import fit_map_window
from sim.report.map.projection import fit_projection
from sim.report.map.sheet import build_atlas
from sim.scenario import load
from sim.scenario.basemap import Basemap, Viewport
from sim.scenario.geography import Coordinates, compute_distance_km
from sim.scenario.map_plane import (
    MapPlane,
    choose_round_km,
    cut_at_antimeridian,
    format_position,
    make_plane,
    wrap_longitude,
)

longitudes = st.floats(-180, 180)
latitudes = st.floats(-90, 90)
angles = st.floats(-360, 360)


def spot(lat, lon):
    """A position."""
    return Coordinates(lat=lat, lon=lon, estimated_within_km=1.0, reason="for the test")


def turn_scenario(scenario, angle):
    """The same scenario, so many degrees further east."""
    places = {
        id: place.model_copy(
            update={"coordinates": spot(place.coordinates.lat, wrap_longitude(place.coordinates.lon + angle))}
        )
        for id, place in scenario.places.items()
    }
    return scenario.model_copy(update={"places": places})


def draw_sheets(scenario, basemap):
    """Every number of a drawn map."""
    atlas = build_atlas(scenario, basemap, scenario.hours_since_start(scenario.ends), {})
    numbers = []
    for sheet in (*atlas.sheets, *atlas.playback_sheets):
        numbers += [sheet.width, sheet.height, *sheet.scale_bar, *sheet.ground_transform]
        numbers += [number for mark in sheet.markers for number in (mark.x, mark.y)]
        numbers += [number for label in sheet.labels for number in (label.box.left, label.box.top)]
    return numbers


@given(latitudes, longitudes, latitudes, longitudes)
@settings(max_examples=200, deadline=None)
def test_distances_from_the_origin_are_those_on_the_globe(lat, lon, other_lat, other_lon):
    plane = MapPlane(lat, lon)
    point = plane.project(other_lat, other_lon)
    km = compute_distance_km(spot(lat, lon), spot(other_lat, other_lon))
    assert dist((0, 0), point) == pytest.approx(km, rel=1e-9, abs=1e-6)
    if km < 15_000:  # towards the point opposite a bearing is less and less known
        back = plane.unproject(*point)
        assert compute_distance_km(spot(*back), spot(other_lat, other_lon)) < 1e-3


def test_north_is_up_and_east_to_the_right():
    assert MapPlane(50.0, 10.0).project(50.1, 10.0) == pytest.approx((0.0, 11.119), abs=1e-3)
    assert MapPlane(0.0, 179.95).project(0.0, -179.95) == pytest.approx((11.119, 0.0), abs=1e-3)


@given(
    st.sampled_from([-89.999, -75.0, 0.0, 35.3, 90.0]),
    longitudes,
    st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=2, max_size=6),
)
@settings(max_examples=100, deadline=None)
def test_over_a_battlefield_all_distances_are_true_even_at_a_pole(lat, lon, offsets):
    """Within 40 km of the middle, at any place on the globe, at a pole too: the error grows with the distance squared,
    (40 / 6371)**2 / 6 at most."""
    site = MapPlane(lat, lon)
    points = [site.unproject(40 * east, 40 * north) for east, north in offsets]
    plane = make_plane(points)
    for one, other in combinations(points, 2):
        km = compute_distance_km(spot(*one), spot(*other))
        assert dist(plane.project(*one), plane.project(*other)) == pytest.approx(km, rel=5e-5, abs=1e-6)


def test_a_battle_across_the_antimeridian_or_the_pole_has_a_short_scale_bar():
    for points in ([(52.0, 179.9), (52.05, -179.9)], [(89.95, 0.0), (89.95, 120.0), (89.95, -120.0)]):
        projection = fit_projection(make_plane(points), points, 960.0, 60.0, (0.6, 0.8))
        width_km = projection.width / projection.scale
        assert 10 < width_km < 30
        assert choose_round_km(width_km / 4) in (2, 5)
        window = fit_map_window([spot(*point) for point in points], 0.8)
        assert 5 < window.half_width < 20
        assert window.shows_pole == projection.shows_pole == (points[0][0] > 80)


@given(st.integers(-360 * 64, 360 * 64))
@settings(max_examples=6, deadline=None)
def test_a_battle_further_east_is_the_same_battle(steps):
    """Positions and angles are whole 64ths of a degree, of which sums are exact: not one bit may differ."""
    from sim.battle.simulation import Simulation

    scenario = turn_scenario(load("teaching"), 0.0)
    places = {
        id: place.model_copy(update={"coordinates": spot(50 + number / 64, 10 + number**2 / 64)})
        for number, (id, place) in enumerate(scenario.places.items())
    }
    scenario = scenario.model_copy(update={"places": places})
    turned = turn_scenario(scenario, steps / 64)
    logs = [Simulation(each, execution_mode="plain").run(7, 0).log.tobytes() for each in (scenario, turned)]
    assert logs[0] == logs[1]


@given(angles)
@settings(max_examples=12, deadline=None)
def test_a_map_further_east_is_drawn_the_same(angle):
    scenario = load("teaching")
    view = Viewport(west=9.9, south=49.95, east=10.15, north=50.1)
    for basemap in (Basemap(), Basemap(viewport=view)):
        turned_view = view.model_copy(
            update={"west": wrap_longitude(view.west + angle), "east": wrap_longitude(view.east + angle)}
        )
        turned_map = Basemap() if basemap.viewport is None else Basemap(viewport=turned_view)
        turned = draw_sheets(turn_scenario(scenario, angle), turned_map)
        assert turned == pytest.approx(draw_sheets(scenario, basemap), abs=1e-4)


@given(angles, latitudes, st.floats(0.001, 0.5))
@settings(max_examples=50, deadline=None)
def test_a_distance_is_the_same_wherever_it_lies(angle, lat, step):
    here = compute_distance_km(spot(lat, 0.0), spot(lat, step))
    there = compute_distance_km(spot(lat, wrap_longitude(angle)), spot(lat, wrap_longitude(angle + step)))
    assert there == pytest.approx(here, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ([(0.0, 10.0), (1.0, 11.0)], [[(0.0, 10.0), (1.0, 11.0)]]),
        ([(0.0, 179.0), (2.0, -179.0)], [[(0.0, 179.0), (1.0, 180.0)], [(1.0, -180.0), (2.0, -179.0)]]),
        ([(2.0, -179.0), (0.0, 179.0)], [[(2.0, -179.0), (1.0, -180.0)], [(1.0, 180.0), (0.0, 179.0)]]),
        ([(0.0, 180.0), (2.0, -179.0)], [[(0.0, -180.0), (2.0, -179.0)]]),
        ([(0.0, 179.0), (2.0, -180.0)], [[(0.0, 179.0), (2.0, 180.0)]]),
    ],
)  # fmt: skip
def test_a_line_is_cut_where_the_date_changes(line, parts):
    assert cut_at_antimeridian(line) == parts


def test_a_round_length_is_the_largest_that_fits():
    assert [choose_round_km(km) for km in (0.0004, 0.3, 1.0, 4.99, 5.0, 3e9)] == [0.001, 0.2, 1, 2, 5, 50000]


def test_a_position_is_written_with_its_hemispheres():
    assert format_position(-51.8, -58.967) == "51.800 S, 58.967 W"
    assert format_position(35.3, 40.2, 1) == "35.3 N, 40.2 E"
