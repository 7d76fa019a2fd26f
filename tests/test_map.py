"""The map: to scale, its labels apart, its shapes traceable, its faults told in one message."""

import json
from itertools import combinations, pairwise

import pytest

from sim import paths
from sim.analysis.validation.victors_simulation import draw_uniforms
from sim.report.map.features import PLACE_SYMBOLS, make_wedge_path
from sim.report.map.labels import (
    LabelAnchor,
    OccupiedArea,
    Rectangle,
    estimate_text_width,
    find_label_position,
    place_labels,
    shorten_name,
)
from sim.report.map.projection import choose_scale_bar, fit_projection, fit_view, make_view_plane
from sim.report.map.sheet import NARROW_SHEET, WIDE_SHEET, build_atlas, find_shown_places
from sim.scenario import ScenarioError, load
from sim.scenario.basemap import Basemap, Viewport, load_basemap, read_basemap
from sim.scenario.geography import Coordinates, compute_distance_km
from sim.scenario.map_plane import make_plane

NAMES = ("teaching", "dec2014")


def spot(lat, lon):
    return Coordinates(lat=lat, lon=lon, estimated_within_km=1.0, reason="for the test")


def clashes(labels):
    """Pairs of labels that share ground."""
    return [(a.id, b.id) for a, b in combinations(labels, 2) if a.box.overlaps(b.box)]


@pytest.mark.parametrize("middle", [0.0, 35.3, -60.0])
def test_distances_on_the_sheet_are_kilometres(middle):
    points = [(middle, 10.0), (middle + 0.1, 10.15), (middle - 0.05, 10.2), (middle + 0.02, 9.9)]
    projection = fit_projection(make_plane(points), points, 960.0, 50.0, (0.5, 1.0))
    for (lat_a, lon_a), (lat_b, lon_b) in combinations(points, 2):
        (x, y), (u, v) = projection.project(lat_a, lon_a), projection.project(lat_b, lon_b)
        km = compute_distance_km(spot(lat_a, lon_a), spot(lat_b, lon_b))
        # Over 0.15 degrees of latitude the cosine changes by at most 0.13 degrees * tan(60) = 0.4 per cent.
        assert ((x - u) ** 2 + (y - v) ** 2) ** 0.5 / projection.scale == pytest.approx(km, rel=0.004)


def test_all_points_lie_on_the_sheet_with_north_up():
    points = [(35.2, 40.0), (35.4, 40.3)]
    projection = fit_projection(make_plane(points), points, 960.0, 50.0, (0.5, 1.0))
    (west, south), (east, north) = (projection.project(*point) for point in points)
    assert 49.9 <= west < east <= 910.1
    assert 49.9 <= north < south <= projection.height - 49.9


def test_a_single_point_makes_a_sheet_too():
    assert fit_projection(make_plane([(35.0, 40.0)]), [(35.0, 40.0)], 960.0, 50.0, (0.5, 1.0)).project(35.0, 40.0) == (
        480.0,
        480.0,
    )


def test_the_scale_bar_is_a_round_number_and_as_long_as_it_says():
    projection = fit_projection(make_plane([(35.3, 40.15)]), [(35.2, 40.0), (35.4, 40.3)], 960.0, 50.0, (0.5, 1.0))
    km, length = choose_scale_bar(projection, 240.0)
    assert km in (1, 2, 5, 10)
    assert length == pytest.approx(km * projection.scale)
    assert length <= 240


def scattered(count, crowd):
    """Signs with long names, scattered over a part of a sheet."""
    x, y = draw_uniforms("test:labels", 3, [0, 1], count)
    return [
        LabelAnchor(
            f"place{n}", 480 + crowd * 900 * (a - 0.5), 350 + crowd * 600 * (b - 0.5), 8.0, f"the village of Upper {n}"
        )
        for n, (a, b) in enumerate(zip(x, y, strict=True))
    ]


@pytest.mark.parametrize("crowd", [1.0, 0.6])
def test_forty_labels_do_not_overlap(crowd):
    signs = scattered(40, crowd)
    labels = place_labels(signs, 960.0, 700.0, 12.0)
    assert len(labels) == 40
    assert clashes(labels) == []
    assert all(label.box.fits_sheet(960.0, 700.0) for label in labels)
    assert not any(label.box.overlaps(sign.box) for label in labels for sign in signs)
    assert labels == place_labels(signs, 960.0, 700.0, 12.0)


def test_the_check_sees_labels_that_overlap():
    signs = scattered(40, 0.6)
    naive = [find_label_position(sign, OccupiedArea([]), 960.0, 700.0, 12.0) for sign in signs]
    assert clashes(naive)


def test_where_there_is_no_room_the_heaviest_are_labelled():
    signs = [LabelAnchor(f"p{n}", 50 + n, 50, 3.0, "a rather long name", weight=float(n)) for n in range(30)]
    labels = place_labels(signs, 130.0, 100.0, 12.0)
    assert 0 < len(labels) < 30
    assert labels[-1].id == "p29"
    assert clashes(labels) == []


def test_a_label_far_from_its_sign_is_led_to():
    signs = [LabelAnchor(f"p{n}", 480.0, 350.0, 8.0, "one and the same point") for n in range(12)]
    labels = place_labels(signs, 960.0, 700.0, 12.0)
    assert len(labels) == 12
    assert any(label.lead_end is not None for label in labels)


def test_boxes_that_touch_do_not_overlap():
    assert not Rectangle(0, 0, 10, 10).overlaps(Rectangle(10, 0, 10, 10))
    assert Rectangle(0, 0, 10, 10).overlaps(Rectangle(9.9, 0, 10, 10))


def test_the_width_of_text_is_not_underrated():
    from sim.plots.style import measure_text_width

    for text in ("the interior of the airbase", "Mill", "WWW", "Hawijat Sakr", "illicit"):
        assert estimate_text_width(text, 12.0) >= 0.98 * measure_text_width(text, 12.0) * 72


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("the fort", "Fort"),
        ("the northern sector with the main gate", "Northern sector"),
        ("a, b", "A"),
        ("the ", "the "),
    ],
)
def test_names_are_shortened_for_the_map(name, label):
    assert shorten_name(name) == label


@pytest.mark.parametrize("name", NAMES)
def test_every_map_of_a_scenario_is_sound(name):
    scenario = load(name)
    ends = scenario.hours_since_start(scenario.horizon)
    shares = {id: (0.5, 0.25, 0.25) for id in scenario.places}
    made = build_atlas(scenario, load_basemap(name, scenario), ends, shares)
    assert (
        [sheet.size for sheet in made.sheets]
        == [sheet.size for sheet in made.playback_sheets]
        == [WIDE_SHEET, NARROW_SHEET]
    )
    for sheet in [*made.sheets, *made.playback_sheets]:
        assert [mark.place for mark in sheet.markers] == find_shown_places(scenario, ends)
        assert clashes([*sheet.labels, *sheet.terrain_labels]) == []
        assert all(0 <= mark.x <= sheet.width and 0 <= mark.y <= sheet.height for mark in sheet.markers)
        assert any(label.id == scenario.objective.place for label in sheet.labels)
    assert {label.id for label in made.wide_sheet.labels} == {mark.place for mark in made.wide_sheet.markers}


@pytest.mark.parametrize("name", NAMES)
def test_forces_have_room_that_labels_leave_free(name):
    scenario = load(name)
    made = build_atlas(scenario, load_basemap(name, scenario), scenario.hours_since_start(scenario.ends), {})
    board = made.playback_sheets[0]
    assert set(board.unit_slots) == {(mark.place, side) for mark in board.markers for side in range(2)}
    boxes = list(board.unit_slots.values())
    assert not [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])]
    assert not [label.id for label in board.labels if any(label.box.overlaps(box) for box in boxes)]


def test_what_lies_beyond_the_view_stands_at_its_edge_and_says_how_far_it_is():
    scenario = load("dec2014")
    made = build_atlas(scenario, load_basemap("dec2014", scenario), scenario.hours_since_start(scenario.ends), {})
    marks = {mark.place: mark for mark in made.wide_sheet.markers}
    goal = scenario.places[scenario.objective.place].coordinates
    for mark in marks.values():
        spot = scenario.places[mark.place].coordinates
        x, y = made.wide_sheet.projection.project(spot.lat, spot.lon)
        inside = 25 <= x <= made.wide_sheet.width - 25 and 25 <= y <= made.wide_sheet.height - 25
        assert inside == (mark.bearing is None)
        if not inside:
            assert mark.label.endswith(f", {compute_distance_km(spot, goal):.0f} km")
    assert 90 < marks["muhasan"].bearing < 135  # east-south-east
    assert marks["muhasan"].x == pytest.approx(made.wide_sheet.width * (1 - 0.026))


def test_the_ground_lies_under_the_same_coordinates_on_every_sheet():
    scenario = load("dec2014")
    made = build_atlas(scenario, load_basemap("dec2014", scenario), scenario.hours_since_start(scenario.ends), {})
    for sheet in made.sheets:
        scale, shift_x, shift_y = sheet.ground_transform
        for lat, lon in ((35.29, 40.16), (35.25, 40.24)):
            x, y = made.wide_sheet.projection.project(lat, lon)
            u, v = sheet.projection.project(lat, lon)
            # The two middles are at most 0.01 degrees of latitude apart: 0.02 per cent of the cosine, 0.1 units.
            assert (scale * x + shift_x, scale * y + shift_y) == pytest.approx((u, v), abs=0.2)


def test_a_view_of_nothing_is_refused():
    with pytest.raises(ValueError, match="the view is empty"):
        Viewport(west=10, south=50, east=10, north=51)
    view = Viewport(west=10, south=50, east=10.1, north=50.1)
    assert fit_view(make_view_plane(view), view, 400.0, (0.5, 1.2)).width == 400


def test_places_without_a_part_in_the_battle_are_left_out():
    scenario = load("dec2014")
    short_one, long_one = (
        build_atlas(scenario, Basemap(), scenario.hours_since_start(end), {})
        for end in (scenario.ends, scenario.horizon)
    )
    assert len(short_one.wide_sheet.markers) < len(long_one.wide_sheet.markers)
    assert scenario.places["al_shulah"].name in short_one.omitted_places
    assert long_one.omitted_places == []


def test_a_scenario_without_a_drawing_has_a_map():
    scenario = load("teaching")
    made = build_atlas(scenario, Basemap(), scenario.hours_since_start(scenario.ends), {})
    assert made.ground == []
    assert len(made.wide_sheet.labels) == len(scenario.places)


@pytest.mark.parametrize("name", NAMES)
def test_drawings_are_geojson_whose_every_shape_says_where_it_is_from(name):
    scenario = load(name)
    drawing = load_basemap(name, scenario)
    plain = json.loads((paths.scenario_folder() / f"{name}.geojson").read_text(encoding="utf-8"))
    assert plain["type"] == "FeatureCollection"
    assert len(drawing.features) == len(plain["features"]) > 5
    assert {"water", "island", "runway", "road", "relief"} <= {shape.properties.kind for shape in drawing.features}
    assert set(drawing.symbols.terrains) == set(scenario.terrains)
    assert all(shape.properties.source or shape.properties.assumption for shape in drawing.features)


def test_the_runway_is_three_kilometres_long():
    drawing = load_basemap("dec2014", load("dec2014"))
    (runway,) = [shape for shape in drawing.features if shape.properties.name == "the runway"]
    points = [spot(lat, lon) for lon, lat in runway.geometry.coordinates]
    assert sum(compute_distance_km(a, b) for a, b in pairwise(points)) == pytest.approx(3.0, rel=0.02)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ("{", "not valid JSON"),
        ("[]", "(whole file)"),
        ('{"type": "FeatureCollection", "features": [{"type": "Feature"}]}', "features.0.properties.name: is missing"),
        (
            '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "a wood", "kind":'
            ' "road"}, "geometry": {"type": "LineString", "coordinates": [[10, 50], [10, 51]]}}]}',
            "a shape needs a source or an assumption",
        ),
        (
            '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "a wood", "kind":'
            ' "road", "source": "nobody"}, "geometry": {"type": "LineString", "coordinates": [[10, 50], [10, 51]]}}]}',
            "features.0.properties.source: unknown id (got 'nobody'; allowed: account, gazette, herald)",
        ),
        ('{"type": "FeatureCollection", "symbols": {"terrains": {"moon": "hill"}}}', "symbols.terrains: unknown id"),
        ('{"type": "FeatureCollection", "features": [NaN]}', "features.0"),
    ],
)
def test_a_bad_drawing_is_refused_in_one_message(tmp_path, damage, message):
    path = tmp_path / "bad.geojson"
    path.write_text(damage, encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        read_basemap(path, load("teaching"))
    assert message in str(error.value)
    assert str(error.value).startswith(str(path))


def test_a_bad_drawing_stops_a_run_before_it_begins(call, tmp_path):
    source = paths.scenario_folder() / "teaching.yaml"
    (tmp_path / "mine.yaml").write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "mine.geojson").write_text("{}{", encoding="utf-8")
    code, _, err = call("run", f"scenario={tmp_path / 'mine.yaml'}", "runs=1", f"outputs={tmp_path / 'out'}")
    assert code == 2
    assert "mine.geojson: not valid JSON" in err
    assert "Traceback" not in err
    assert not (tmp_path / "out").exists()


def test_sim_check_tells_of_a_bad_drawing(call, tmp_path):
    source = paths.scenario_folder() / "teaching.yaml"
    (tmp_path / "mine.yaml").write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "mine.geojson").write_text('{"type": "FeatureCollection", "features": [1]}', encoding="utf-8")
    for words in (("check",), ("check", "--json")):
        code, out, err = call(*words, str(tmp_path / "mine.yaml"))
        assert code == 2
        assert "features.0" in out + err


def test_slices_of_a_sign_make_the_whole():
    assert make_wedge_path(0.0, 1.0).count("A") == 2
    assert make_wedge_path(0.0, 0.6).split("A")[1].startswith("2 2 0 1 1")
    assert make_wedge_path(0.0, 0.4).split("A")[1].startswith("2 2 0 0 1")
    assert set(PLACE_SYMBOLS) >= {"base", "post", "village", "hill", "island", "quarter", "open"}
