"""The ground of a map as editors write it: read alike, however it is put; and what can't be meant is said."""

import json
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import paths
from sim.scenario import ScenarioError, load
from sim.scenario.basemap import read_basemap
from sim.scenario.geojson import GEOMETRIES, parse_geojson

ORIGIN = {"assumption": "invented"}
STREAM = [[9.95, 50.03], [10.0, 50.02], [10.1, 50.0]]
MEADOW = [[9.95, 50.034], [10.11, 50.01], [10.05, 50.003], [9.95, 50.034]]
POND = [[9.99, 50.024], [10.04, 50.0165], [10.02, 50.015], [9.99, 50.024]]


def feature(geometry, **properties):
    """A feature of invented ground."""
    return {
        "type": "Feature",
        "properties": {"name": "the ground", "kind": "water", **ORIGIN, **properties},
        "geometry": geometry,
    }


def collection(*features, **members):
    """A drawing of some features."""
    return {"type": "FeatureCollection", **members, "features": list(features)}


def line(points=STREAM):
    """A line."""
    return {"type": "LineString", "coordinates": points}


def area(*rings):
    """An area."""
    return {"type": "Polygon", "coordinates": list(rings or [MEADOW])}


@pytest.fixture
def read(tmp_path):
    """What is read of a drawing beside the invented battle."""

    def read_drawing(data, encoding="utf-8"):
        path = tmp_path / "mine.geojson"
        text = data if isinstance(data, str) else json.dumps(data)
        path.write_bytes(text.encode(encoding))
        return read_basemap(path, load("teaching"))

    return read_drawing


@pytest.fixture
def refuse(read):
    """The messages with which a drawing is refused."""

    def read_bad_drawing(data):
        with pytest.raises(ScenarioError) as error:
            read(data)
        return [message.partition("mine.geojson: ")[2] for message in error.value.messages]

    return read_bad_drawing


def with_ids(drawing):
    """As geojson.io writes it."""
    drawing["features"] = [each | {"id": number} for number, each in enumerate(drawing["features"])]
    for each in drawing["features"]:
        each["properties"] |= {"stroke": "#555555", "stroke-width": 2, "fill-opacity": 0.5, "marker-color": "#7e7e7e"}
    return drawing


def with_crs(drawing):
    """As QGIS writes it: a layer's name, its reference system, its extent, and columns of its table."""
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    for each in drawing["features"]:
        each["properties"] |= {"fid": 3, "source": None, "width_km": None, "landuse_2": "meadow"}
    return {
        "type": "FeatureCollection",
        "name": "layer",
        "crs": crs,
        "bbox": [9, 50, 11, 51],
        "xy_coordinate_resolution": 1e-6,
    } | drawing


def with_heights(drawing):
    """As Google Earth's exports have it: a height in each position."""
    return json.loads(json.dumps(drawing).replace("[9.95, 50.03]", "[9.95, 50.03, 112.5]"))


def scrolled(drawing):
    """As an editor writes it whose map was scrolled once around the globe."""
    return json.loads(json.dumps(drawing).replace("[9.95, 50.03]", "[-350.05, 50.03]"))


@pytest.mark.parametrize("change", [with_ids, with_crs, with_heights, scrolled])
def test_a_drawing_is_the_same_as_each_editor_writes_it(read, change):
    drawing = collection(feature(line()), feature(area()))
    plain = read(deepcopy(drawing))
    changed = read(change(deepcopy(drawing)))
    assert [each.properties for each in changed.features] == [each.properties for each in plain.features]
    for one, other in zip(plain.features, changed.features, strict=True):
        assert one.geometry.type == other.geometry.type
        assert str(one.geometry.coordinates) == pytest.approx(str(other.geometry.coordinates)) or all(
            abs(a - b) < 1e-9
            for left, right in zip(one.geometry.coordinates, other.geometry.coordinates, strict=True)
            for a, b in zip(left, right, strict=True)
        )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_fault(read, encoding):
    assert len(read(collection(feature(line(), name="Mühlbach")), encoding).features) == 1


@pytest.mark.parametrize(
    ("geometry", "kinds"),
    [
        ({"type": "Point", "coordinates": [10.0, 50.0, 80]}, ["Point"]),
        ({"type": "MultiPoint", "coordinates": [[10.0, 50.0], [10.1, 50.0]]}, ["Point", "Point"]),
        ({"type": "MultiLineString", "coordinates": [STREAM, STREAM[:2]]}, ["LineString", "LineString"]),
        ({"type": "MultiPolygon", "coordinates": [[MEADOW, POND], [MEADOW]]}, ["Polygon", "Polygon"]),
        (
            {
                "type": "GeometryCollection",
                "geometries": [line(), {"type": "GeometryCollection", "geometries": [area()]}],
            },
            ["LineString", "Polygon"],
        ),
        ({"type": "GeometryCollection", "geometries": []}, []),
        (None, []),
    ],
)
def test_every_geometry_becomes_points_lines_and_areas(read, geometry, kinds):
    shapes = read(collection(feature(geometry))).features
    assert [each.geometry.type for each in shapes] == kinds
    assert all(each.properties.name == "the ground" for each in shapes)


def test_one_feature_alone_is_a_drawing(read):
    assert read(feature(line())).features == read(collection(feature(line()))).features


FAR_HOLE = [[11, 50], [11.1, 50], [11.1, 50.1], [11, 50]]
VIEW = {"west": 10.0, "east": 10.1, "south": 50.0, "north": 50.1}
SWAPPED_VIEW = {"west": 50.0, "east": 50.1, "south": 10.0, "north": 10.1}
UTM = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32632"}}
BOWTIE = [[9.95, 50.0], [10.05, 50.05], [10.05, 50.0], [9.95, 50.05], [9.95, 50.0]]


@pytest.mark.parametrize(
    ("geometry", "message"),
    [
        (area([*MEADOW[:-1], [9.95, 50.04]]), "its outline is open: repeat the first position as the last"),
        (area(BOWTIE), "its outline crosses itself near 50.025 N, 10.000 E: move a corner there"),
        (area(MEADOW, FAR_HOLE), "a hole lies outside the outline near 50.000 N, 11.000 E: move a corner there"),
        (area(MEADOW[:2] * 2), "an outline of 4 positions (allowed: three points, and the first again as the last)"),
        (area(MEADOW[:3]), "an outline of 3 positions (allowed: three points, and the first again as the last)"),
        (line([[10, 50], [10, 50]]), "a line of one point (allowed: two points or more)"),
        (
            line([[50.0, 110.0], [50.1, 110.0]]),
            "a latitude beyond 90 degrees (got [50.0, 110.0]): put longitude first, if 50.000 N, 110.000 E is meant",
        ),
        (
            line([[567890.1, 5543210.0], [567891, 5543210]]),
            "a position that is not in degrees (got [567890.1, 5543210.0]): save the file in WGS 84, EPSG:4326",
        ),
        (line([[1, 2], [1, None]]), "not a position (got [1, None]; allowed: [longitude, latitude])"),
        (line(7), "a LineString without coordinates (got 7)"),
        ({"type": "Circle", "coordinates": [1, 2]}, f"no geometry (got 'Circle'; allowed: {GEOMETRIES})"),
        (
            line([[50.03, 9.95], [50.02, 10.0]]),
            "lies some 5,800 km from the places: latitude and longitude are swapped; put longitude first",
        ),
        (
            line([[-70.0, -33.0], [-70.1, -33.0]]),
            "lies some 12,100 km from the places (allowed: 100 km): correct its positions, or leave it out",
        ),
    ],
)
def test_what_can_not_be_meant_is_said_with_the_name_of_the_shape(refuse, geometry, message):
    assert refuse(collection(feature(line()), feature(geometry))) == [f"features.1 (the ground): {message}"]


@pytest.mark.parametrize(
    ("drawing", "message"),
    [
        (collection(feature(line(), widht_km=0.3)), "features.0.properties.widht_km: unknown (did you mean width_km?)"),
        (collection(feature(line(), name="")), "features.0.properties.name: is missing"),
        (collection(symbol={}), "symbol: unknown (did you mean symbols?)"),
        (collection(viewport=SWAPPED_VIEW), "viewport: lies some 5,700 km from the places: latitude and longitude are"),
        (collection(viewport=VIEW | {"east": 10.0, "west": 10.1}), "viewport: the view is empty"),
        (
            collection(feature(line()), crs=UTM),
            "crs: another reference system (got 'urn:ogc:def:crs:EPSG::32632'; allo",
        ),
        (collection(feature(line()), crs={"type": "link"}), "crs: another reference system (got dict; allowed: longi"),
        ({"type": "Topology", "objects": {}}, "(whole file): no GeoJSON type (got 'Topology'; allowed: FeatureCollec"),
    ],
)
def test_what_is_wrong_with_the_rest_of_a_drawing_is_said(refuse, drawing, message):
    (said,) = refuse(drawing)
    assert said.startswith(message)


def test_every_fault_of_a_drawing_is_said_at_once(refuse):
    drawing = collection(
        feature(area(BOWTIE)), feature(line()), feature(line(), kind="sea"), feature(line([["a", "b"], [1, 2]]))
    )
    starts = [
        "features.0 (the ground): its outline crosses",
        "features.3 (the ground): not a position",
        "features.2.properties.kind: unknown value",
    ]
    assert [message.startswith(start) for message, start in zip(refuse(drawing), starts, strict=True)] == [True] * 3


def find_drawings():
    """The drawings that come with the program."""
    return sorted(path.stem for path in paths.scenario_folder().glob("*.geojson"))


@pytest.mark.parametrize("name", find_drawings())
def test_swapped_numbers_in_a_drawing_that_was_sound_are_found(name, tmp_path):
    """Every shipped drawing with latitude first, where the two differ by enough to tell."""
    scenario = load(name)
    path = tmp_path / "swapped.geojson"
    drawing = json.loads((paths.scenario_folder() / f"{name}.geojson").read_text(encoding="utf-8"))
    for each in drawing["features"]:
        each["geometry"]["coordinates"] = swap(each["geometry"]["coordinates"])
    path.write_text(json.dumps(drawing))
    with pytest.raises(ScenarioError) as error:
        read_basemap(path, scenario)
    assert len(error.value.messages) == len(drawing["features"])
    assert all(
        "swapped; put longitude first" in each or "put longitude first, if" in each for each in error.value.messages
    )


def swap(coordinates):
    """The same positions with their numbers in the other order."""
    if isinstance(coordinates[0], list):
        return [swap(each) for each in coordinates]
    return coordinates[::-1]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["type", "coordinates", "geometries", "geometry", "properties", "features", "crs", "id", "name"]
            ),
            inner
            | st.sampled_from(
                ["Feature", "Polygon", "MultiPolygon", "Point", "GeometryCollection", "FeatureCollection"]
            ),
            max_size=5,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None)
@given(json_values)
def test_whatever_is_in_a_file_it_is_read_or_refused_in_words(value):
    document = parse_geojson(value)
    assert all(isinstance(fault, str) and "\n" not in fault for fault in document.faults)
    for each in document.features:
        assert all(-180 <= lon <= 180 and -90 <= lat <= 90 for shape in each.shapes for lon, lat in shape.positions)
