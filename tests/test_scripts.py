"""Names in any script come through every output as they are written: tables line up, exports have each letter."""

import csv
import html
import json
import unicodedata
from contextlib import redirect_stdout
from io import StringIO
from itertools import accumulate
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.table import Table
from support.pages import write_scenario_file
from support.scripts import RIGHT_TO_LEFT, SCRIPTS, draw_name

from sim.cli.console import make_console
from sim.outputs.exports import list_formats
from sim.report.text_direction import FIRST_STRONG_ISOLATE, POP_DIRECTIONAL_ISOLATE, isolate_direction, isolate_names
from sim.scenario import load

QUICK = ("Arabic", "Devanagari")
LENGTHS = {
    "one character": "漢",
    "three hundred characters": "ნ" * 300,
    "both ways": "T-34 דרך 12",
}
KML = "{http://www.opengis.net/kml/2.2}"
EXAMPLES = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "phases": [Phase.explicit, Phase.generate],
}
# Names of sides, places, forces and sources of the teaching battle: more than it has.
NAMES = 24


def rename(plain, names: list[str]) -> None:
    """Give everything that has a name one of these, none of them twice."""
    given_names = iter(names)
    plain["title"] = next(given_names)
    for section in ("sides", "places", "forces", "sources"):
        for part in plain[section].values():
            part["name"] = next(given_names)
    for side in plain["sides"].values():
        side["short_name"] = side["name"]


def assert_told(names: list[str], call, folder: Path) -> None:
    """A run with these names, its page, diary, figures and exports."""
    unique = [f"{name} {number}" if name in names[:number] else name for number, name in enumerate(names)]
    path = write_scenario_file(folder / "scenario", lambda plain: rename(plain, unique))
    scenario = load(path)
    code, out, err = call("run", f"scenario={path}", "runs=2", "workers=1", "save_logs=1", f"outputs={folder}/out")
    assert code == 0, err
    assert all(line.startswith("sim: figures: no installed font has ") for line in err.splitlines())
    assert len(err.splitlines()) == len(set(err.splitlines()))
    output = Path(out.splitlines()[-1])
    assert_aligned(out)
    assert "".join(isolate_direction(scenario.title).split()) in "".join(out.split())  # long lines are folded
    page = (output / "report.html").read_text(encoding="utf-8")
    assert isolate_direction(scenario.title) in html.unescape(page)
    code, diary, err = call("diary", f"scenario={path}")
    assert (code, err) == (0, "")
    assert isolate_direction(scenario.title) in diary
    code, _, err = call("plot", str(output), "figure=playback", f"to={folder}/playback")
    assert code == 0
    for name in list_formats():
        code, _, err = call("export", str(output), f"format={name}", f"to={folder}/{name}")
        assert (code, err) == (0, ""), name
    assert_exported(scenario, folder)


def assert_aligned(out: str) -> None:
    """All lines of a table are of one width on the screen."""
    width = 0
    for line in out.splitlines():
        if line.startswith("┏"):
            width = cell_len(line)
        if line.startswith("│"):
            assert cell_len(line) == width, line


def assert_exported(scenario, folder: Path) -> None:
    """Every export has the names to the letter, without isolates."""
    places = {place.name for place in scenario.places.values()}
    forces = {force.name for force in scenario.forces.values()}
    for file in ("simulated_control.geojson", "simulated_battlefield.geojson"):
        features = json.loads((folder / "geojson" / file).read_text(encoding="utf-8"))["features"]
        assert {
            each["properties"]["name"] for each in features if each["properties"].get("item") in (None, "place")
        } == (places)
    root = ElementTree.parse(folder / "kml" / "simulated_battle.kml").getroot()
    assert places <= {each.text for each in root.iter(f"{KML}name")}
    orbat = json.loads((folder / "orbat_mapper" / "simulated_battle.json").read_text(encoding="utf-8"))
    units = [unit for side in orbat["sides"] for group in side["groups"] for unit in group["subUnits"]]
    assert {unit["name"] for unit in units} == forces
    assert {side["name"] for side in orbat["sides"]} == {side.name for side in scenario.sides.values()}
    with (folder / "ged" / "simulated_ged.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["where_coordinates"] for row in rows} <= places
    assert {row["side_a"] for row in rows} <= {side.name for side in scenario.sides.values()}
    for name in ("csv", "claims", "views"):
        package = json.loads((folder / name / "datapackage.json").read_text(encoding="utf-8"))
        assert package["title"].startswith(scenario.title)
    for path in folder.glob("*/*"):
        if path.suffix in (".csv", ".geojson", ".kml", ".json"):
            assert FIRST_STRONG_ISOLATE not in path.read_text(encoding="utf-8"), path


@pytest.mark.slow
@pytest.mark.parametrize(
    "script", [pytest.param(each, marks=() if each in QUICK else pytest.mark.hard) for each in SCRIPTS]
)
def test_names_in_any_script_come_through_every_output(script, call, tmp_path_factory):
    @settings(max_examples=1, **EXAMPLES)
    @given(names=st.lists(draw_name(script), min_size=NAMES, max_size=NAMES, unique=True))
    def try_names(names):
        assert_told(names, call, tmp_path_factory.mktemp("names"))

    try_names()


@pytest.mark.hard
@pytest.mark.parametrize("kind", LENGTHS)
def test_names_of_any_length_come_through_every_output(kind, call, tmp_path):
    assert_told([LENGTHS[kind]] * NAMES, call, tmp_path)


@pytest.mark.parametrize("script", SCRIPTS)
@settings(max_examples=20)
@given(data=st.data())
def test_only_names_from_right_to_left_are_isolated(script, data):
    letters = data.draw(draw_name(script))
    isolated = isolate_direction(letters)
    if script not in RIGHT_TO_LEFT:
        assert isolated == letters
    assert isolated in (letters, f"{FIRST_STRONG_ISOLATE}{letters}{POP_DIRECTIONAL_ISOLATE}")
    assert isolate_direction(f"the {letters} \u05d0").startswith(FIRST_STRONG_ISOLATE)


@pytest.mark.parametrize("script", SCRIPTS)
@settings(max_examples=20)
@given(data=st.data())
def test_every_command_prints_names_from_right_to_left_isolated(script, data):
    """All print by one console; tables keep their lines, and each stretch is isolated once."""
    name = data.draw(draw_name(script))
    table = Table(title=name)
    table.add_column("place")
    table.add_column("dead", justify="right")
    table.add_row(name, "12")
    table.add_row(isolate_direction(name), "3")
    with redirect_stdout(StringIO()) as stream:
        console = make_console()
        console.print(f"The place is {name}: 12 dead.")
        console.print(table)
    out = stream.getvalue()
    assert_aligned(out)
    plain = out.translate({ord(FIRST_STRONG_ISOLATE): None, ord(POP_DIRECTIONAL_ISOLATE): None})
    assert f"The place is {name}: 12 dead." in " ".join(plain.split("\n")[0].split())
    for line in out.splitlines():
        is_right_to_left = [unicodedata.bidirectional(letter) in ("R", "AL") for letter in line]
        assert (FIRST_STRONG_ISOLATE in line) == any(is_right_to_left)
        steps = {FIRST_STRONG_ISOLATE: 1, POP_DIRECTIONAL_ISOLATE: -1}
        depths = list(accumulate(steps.get(letter, 0) for letter in line))
        assert set(depths) <= {0, 1}
        assert all(depth == 1 for depth, is_such in zip(depths, is_right_to_left, strict=True) if is_such)


def test_a_scenario_without_such_names_is_shown_as_it_is():
    scenario = load("teaching")
    assert isolate_names(scenario) is scenario
    place = next(iter(scenario.places))
    parts = scenario.places | {place: scenario.places[place].model_copy(update={"name": "القلعة"})}
    changed = scenario.model_copy(update={"places": parts})
    assert isolate_names(changed).places[place].name == f"{FIRST_STRONG_ISOLATE}القلعة{POP_DIRECTIONAL_ISOLATE}"
    assert changed.places[place].name == "القلعة"
