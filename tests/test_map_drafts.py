"""Maps and orders of battle, in and out: what is exported of a battle drafts the same places, sides and forces."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import paths
from sim.cli.run import run_study
from sim.cli.settings import compose_settings
from sim.drafts.completion import complete_draft
from sim.drafts.draft import DraftError
from sim.drafts.foreign_file import ForeignFile
from sim.drafts.formats import geojson, kml, orbat_mapper
from sim.drafts.writer import format_scenario
from sim.outputs import exports
from sim.outputs.battle_states import read_battle_states
from sim.scenario import load
from sim.scenario.basemap import load_basemap
from sim.scenario.geography import compute_distance_km
from sim.storage.reader import open_output

START = "2001-06-01T04:00:00+01:00"


def make_file(data, name="file.json"):
    """A file with these data, this text or these bytes."""
    if isinstance(data, dict):
        data = json.dumps(data)
    return ForeignFile(Path(name), data if isinstance(data, bytes) else data.encode())


def make_unit(name, *positions, **more):
    """A unit of ORBAT Mapper that is at each position from an hour of the first day on."""
    state = [
        {"id": f"{name}{n}", "t": f"2001-06-01T{hour:02}:00:00+01:00", "location": point}
        for n, (hour, point) in enumerate(positions)
    ]
    return {"id": name, "name": name, "sidc": "10031000151211000000", "state": state, "subUnits": [], **more}


FORT, CAMP, HILL = [10.0, 50.0], [10.05, 50.0], [10.02, 50.03]
HOST = make_unit("the host", (4, CAMP), (9, FORT), personnel=[{"name": "people", "count": 600}])
GARRISON = make_unit("the garrison", (4, FORT), subUnits=[make_unit("the watch", (4, HILL))])
BARGE = make_unit("the barge", (4, CAMP), sidc="10033000001205000000")
BATTLE = {
    "type": "ORBAT-mapper",
    "version": "2.2.0",
    "name": "The crossing",
    "startTime": START,
    "timeZone": "Etc/GMT-1",
    "sides": [
        {"id": "t", "name": "Teal", "groups": [{"name": "Forces", "subUnits": [GARRISON]}]},
        {
            "id": "a",
            "name": "Amber",
            "symbolOptions": {"fillColor": "#c77d0a"},
            "groups": [],
            "subUnits": [HOST, BARGE, make_unit("the rest")],
        },
    ],
    "events": [{"title": "The gate fell", "startTime": "2001-06-01T10:00:00+01:00"}, {"title": ""}, 7],
    "layerStack": [
        {
            "items": [
                {
                    "name": "the fort",
                    "geometryMeta": {"geometryKind": "Point"},
                    "geometry": {"type": "Point", "coordinates": FORT},
                }
            ]
        }
    ],
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The output of a few battles."""
    folder = tmp_path_factory.mktemp("run")
    return open_output(
        run_study(compose_settings(["scenario=teaching", f"outputs={folder}", "runs=2", "engine=simpy", "workers=1"]))
    )


def export(run, name, folder):
    """The file of an export that is no descriptor; of two, the first."""
    written = exports.export_output(name, run, folder / name, lambda work, count, text: work)
    path, *_ = [path for path in written if path.name != "datapackage.json"]
    assert json.loads((folder / name / "datapackage.json").read_text())["simulated"] is True
    return path


def find_positions(scenario):
    """Where each place lies, by its name."""
    return {place.name: (place.coordinates.lat, place.coordinates.lon) for place in scenario.places.values()}


def find_roads(scenario):
    """The length of each road in km, by the names of the places that it links."""
    return {
        frozenset(scenario.places[id].name for id in road.between): pytest.approx(
            compute_road_km(scenario, road), abs=0.01
        )
        for road in scenario.roads.values()
    }


def compute_road_km(scenario, road):
    """The length of a road, which is straight if it has none of its own."""
    ends = (scenario.places[id].coordinates for id in road.between)
    return compute_distance_km(*ends) if road.km is None else road.km.value


def read_ground(path):
    """Names, kinds, widths and positions of the shapes of a map."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return [
        (*(each["properties"].get(name) for name in ("name", "kind", "width_km")), each["geometry"])
        for each in features
    ]


def load_new(call, tmp_path, source, name="mine"):
    """The scenario that `sim new` drafts from a file, which passes the check."""
    code, out, err = call("new", name, f"from={source}", f"folder={tmp_path}")
    assert (code, err) == (0, "")
    code, _, err = call("check", str(tmp_path / f"{name}.yaml"))
    assert (code, err) == (0, "")
    return load(tmp_path / f"{name}.yaml"), out


# --- There and back


@pytest.mark.parametrize("name", ["kml", "orbat_mapper", "geojson"])
def test_what_is_exported_drafts_the_same_battlefield(run, call, tmp_path, name):
    scenario = run.scenario
    drafted, out = load_new(call, tmp_path, export(run, name, tmp_path))
    assert find_positions(drafted) == find_positions(scenario)
    assert "simulated" in out
    assert not drafted.orders
    assert not drafted.claims
    if name == "geojson":
        drafted, out = load_new(call, tmp_path, tmp_path / "geojson" / "simulated_battlefield.geojson", "battlefield")
        assert find_positions(drafted) == find_positions(scenario)
        assert read_ground(tmp_path / "battlefield.geojson") == read_ground(
            paths.scenario_folder() / "teaching.geojson"
        )
    assert find_roads(drafted) == find_roads(scenario)
    assert [side.name for side in drafted.sides.values()] == [side.name for side in scenario.sides.values()]
    battle = read_battle_states(run)
    expected = {
        scenario.forces[id].name: (
            scenario.sides[scenario.forces[id].side].name,
            scenario.places[states[0].place].name,
            states[0].people,
        )
        for id, states in battle.forces.items()
    }
    assert expected == {
        force.name: (drafted.sides[force.side].name, drafted.places[force.location].name, force.strength.value)
        for force in drafted.forces.values()
    }
    if name in ("kml", "geojson"):
        holders = {place.name: scenario.sides[place.initial_control.side].name for place in scenario.places.values()}
        assert holders == {
            place.name: drafted.sides[place.initial_control.side].name for place in drafted.places.values()
        }


def test_a_run_without_events_is_refused_in_words(call, capfd, tmp_path):
    folder = run_study(
        compose_settings(
            ["scenario=teaching", f"outputs={tmp_path}", "runs=1", "engine=simpy", "workers=1", "save_logs=0"]
        )
    )
    capfd.readouterr()
    for name in ("kml", "orbat_mapper"):
        code, out, err = call("export", str(folder), f"format={name}")
        assert (code, out) == (2, "")
        assert "no events were kept (sim run keeps them with save_logs=1 or more)" in err


# --- ORBAT Mapper


def test_units_with_a_position_on_land_are_forces_and_their_moves_orders(call, tmp_path):
    source = tmp_path / "battle.json"
    source.write_text(json.dumps(BATTLE))
    scenario, out = load_new(call, tmp_path, source)
    assert {force.name: scenario.places[force.location].name for force in scenario.forces.values()} == {
        "the garrison": "the fort",
        "the watch": "position of the watch",
        "the host": "position of the host",
    }
    assert scenario.forces["the_watch"].unit_hierarchy == ("Forces", "the garrison")
    assert scenario.forces["the_host"].strength.value == 600
    assert "a company" in scenario.to_read["forces.the_host"]
    (order,) = scenario.orders.values()
    assert (order.kind, order.target, f"{order.window.latest:%H:%M}") == ("attack", "the_fort", "09:00")
    (claim,) = scenario.claims.values()
    assert claim.statement == "The gate fell (2001-06-01 10:00)"
    assert scenario.sides["amber"].colour == "#c77d0a"
    for words in ("without a position are left out: 1", "not on land are left out: 1", "count nobody's people twice"):
        assert words in out


def test_a_third_side_is_left_out_and_named():
    draft = orbat_mapper.draft_scenario(
        make_file(BATTLE | {"sides": [*BATTLE["sides"], {"name": "Grey", "groups": []}]})
    )
    assert list(draft.sides) == ["teal", "amber"]
    assert "A battle has two sides: Grey are left out." in draft.notes


# --- KML


KML = (
    '<?xml version="1.0"?>{head}<kml xmlns="http://www.opengis.net/kml/2.2">'
    "<Document><name>A map</name>{marks}</Document></kml>"
)
MARKS = (
    "<Placemark><name>Mill</name><Point><coordinates>10.0,50.0,12</coordinates></Point></Placemark>"
    "<Placemark><name>Ford</name><Point><coordinates>10.05,50.0</coordinates></Point></Placemark>"
    "<Placemark><name>high road</name><LineString><coordinates>10.0,50.001 10.02,50.01 10.05,50.001"
    "</coordinates></LineString></Placemark>"
    "<Placemark><name>wood</name><MultiGeometry><Polygon><outerBoundaryIs><LinearRing><coordinates>"
    "10,50 10.1,50 10.1,50.1 10,50</coordinates></LinearRing></outerBoundaryIs></Polygon></MultiGeometry></Placemark>"
    "<Placemark><name>nowhere</name><Point><coordinates>here,there</coordinates></Point></Placemark>"
)


def make_kmz(text, name="doc.kml"):
    """An archive with a map in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("images/icon.png", b"")
        archive.writestr(name, text)
    return buffer.getvalue()


@pytest.mark.parametrize("packed", [False, True])
def test_points_are_places_lines_between_them_roads_and_areas_the_ground(call, tmp_path, packed):
    text = KML.format(head="", marks=MARKS)
    source = tmp_path / "map.kml"
    source.write_bytes(make_kmz(text) if packed else text.encode())
    scenario, out = load_new(call, tmp_path, source)
    assert find_positions(scenario) == {"Mill": (50.0, 10.0), "Ford": (50.0, 10.05)}
    (road,) = scenario.roads.values()
    assert road.between == ("mill", "ford")
    assert road.km.value == pytest.approx(4.11, abs=0.05)
    (wood,) = load_basemap(tmp_path / "mine.yaml", scenario).features
    assert (wood.properties.name, wood.properties.kind, wood.geometry.type) == ("wood", "fields", "Polygon")
    assert "Left out of nowhere: not a position" in out


BOMB = '<!DOCTYPE kml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (KML.format(head=BOMB, marks="<Placemark><name>&b;</name></Placemark>"), "has a document type or entities"),
        (KML.format(head=OUTSIDE, marks="<Placemark><name>&a;</name></Placemark>"), "has a document type or entities"),
        (KML.format(head='<!DOCTYPE kml SYSTEM "http://localhost/x.dtd">', marks=MARKS), "has a document type or ent"),
        (KML.format(head="", marks="<Placemark>"), "no sound XML"),
        (KML.format(head="", marks=""), "a map with nothing on it"),
        (make_kmz(b"<kml>" + b" " * 21_000_000 + b"</kml>"), "too large when unpacked (allowed: 20,000,000 bytes)"),
        (make_kmz(KML.format(head=BOMB, marks=MARKS)), "has a document type or entities"),
    ],
)
def test_what_could_do_harm_or_is_no_map_is_refused(data, message):
    file = make_file(data, "map.kml")
    assert kml.recognise(file)
    with pytest.raises(DraftError) as error:
        kml.draft_scenario(file)
    assert message in str(error.value)


# --- GeoJSON


def test_a_drawn_ground_without_places_has_one_in_its_middle(call, tmp_path):
    from sim import paths

    scenario, _ = load_new(call, tmp_path, paths.scenario_folder() / "teaching.geojson")
    (place,) = scenario.places.values()
    assert place.coordinates.estimated_within_km > 1
    drawn, kept = load_basemap("teaching", load("teaching")), load_basemap(tmp_path / "mine.yaml", scenario)
    for one, other in zip(drawn.features, kept.features, strict=True):
        assert one.geometry == other.geometry
        assert (one.properties.kind, one.properties.width_km) == (other.properties.kind, other.properties.width_km)


def test_a_ground_that_is_there_already_is_not_overwritten(call, tmp_path):
    (tmp_path / "mine.geojson").write_text("mine")
    (tmp_path / "map.kml").write_text(KML.format(head="", marks=MARKS))
    code, _, err = call("new", "mine", f"from={tmp_path / 'map.kml'}", f"folder={tmp_path}")
    assert (code, "mine.geojson: exists already" in err) == (2, True)
    assert not (tmp_path / "mine.yaml").exists()


def test_faults_of_a_map_are_noted_and_another_reference_system_is_refused():
    shapes = [
        {"type": "Feature", "properties": {"name": "Mill"}, "geometry": {"type": "Point", "coordinates": point}}
        for point in ([10, 50], [10, 95])
    ]
    data = {"type": "FeatureCollection", "features": shapes}
    draft = geojson.draft_scenario(make_file(data))
    assert list(draft.places) == ["mill"]
    assert any("a position off the globe" in note or "latitude beyond 90" in note for note in draft.notes)
    utm = {"type": "name", "properties": {"name": "EPSG:32632"}}
    with pytest.raises(DraftError, match="crs: another reference system"):
        geojson.draft_scenario(make_file(data | {"crs": utm}))


# --- Whatever is in a file


def damage(data, path, value):
    """The data with another value somewhere."""
    copy = json.loads(json.dumps(data))
    here, steps = copy, list(path)
    while True:
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        key = keys[steps.pop() % len(keys)]
        if not steps or not isinstance(here[key], dict | list) or not here[key]:
            here[key] = value
            return copy
        here = here[key]


VALUES = (
    st.none() | st.integers() | st.floats() | st.text(max_size=5) | st.just([]) | st.just({}) | st.just([[1, 2], {}])
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=9), VALUES)
def test_a_damaged_order_of_battle_is_drafted_or_refused_in_words(path, value):
    file = make_file(damage(BATTLE, path, value))
    if orbat_mapper.recognise(file):
        try:
            draft = orbat_mapper.draft_scenario(file)
        except DraftError as error:
            assert "allowed" in str(error)  # noqa: PT017
        else:
            format_scenario(complete_draft(draft), "mine", "schema.json")
