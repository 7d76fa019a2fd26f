"""Figures drawn again from what a command left behind: the same bytes, any format and width, one message a fault."""

import json
import re
import shutil
from pathlib import Path

import pytest

from sim.cli.arguments import parse_inches
from sim.outputs.schema import list_schemas
from sim.plots.figure_export import FORMATS
from sim.plots.paper_layout import PANEL_GRID
from sim.plots.playback.animation import build_palette
from sim.plots.registry import draw_stored_figure, list_redrawable_commands, list_stored_figures
from sim.scenario import load
from sim.storage.reader import open_output
from sim.storage.seal import compute_seal

COMMANDS = list_redrawable_commands()


@pytest.fixture
def copied(outputs, tmp_path):
    """A copy of an output that may be damaged."""

    def copy(command: str) -> Path:
        return shutil.copytree(outputs[command], tmp_path / command)

    return copy


@pytest.mark.slow
def test_every_command_that_leaves_figures_can_draw_them_again(outputs):
    assert set(COMMANDS) <= set(outputs) & set(list_schemas())


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_figures_drawn_again_are_those_that_were_drawn(outputs, command, call, tmp_path):
    folder = outputs[command]
    code, out, err = call("plot", str(folder), "figure=all", f"to={tmp_path}")
    assert (code, err) == (0, "")
    written = [Path(line) for line in out.splitlines()]
    names = list(dict.fromkeys(path.stem for path in written))
    assert sorted(path.name for path in written) == sorted(f"{name}.{kind}" for name in names for kind in FORMATS)
    assert all(path.parent == tmp_path for path in written)
    before = sorted((folder / "figures").iterdir())
    assert {path.stem for path in before} <= set(names)
    for path in before:
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_a_figure_is_the_same_twice_in_every_format_and_has_no_date(outputs, command, call, tmp_path):
    output = open_output(outputs[command])
    name = next(iter(list_stored_figures(output, {})))
    for part in ("one", "two"):
        assert call("plot", str(output.folder), f"figure={name}", f"to={tmp_path / part}", "width=120mm")[0] == 0
    for kind in FORMATS:
        one, two = (tmp_path / part / f"{name}.{kind}" for part in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()
    assert b"CreationDate" not in (tmp_path / "one" / f"{name}.pdf").read_bytes()
    assert "<dc:date>" not in (tmp_path / "one" / f"{name}.svg").read_text()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_figure_says_where_its_numbers_come_from(outputs, command):
    output = open_output(outputs[command])
    for name, drawing in list_stored_figures(output, {}).items():
        figure = draw_stored_figure(name, drawing, output)
        words = " ".join(" ".join(text.get_text() for text in figure.texts).split())
        if command != "validate":
            facts = [load("teaching").title, "(an invented battle)", "not calibrated", "seed 7"]
            facts += [output.manifest.results_digest[:8], output.manifest.scenario_digest[:8]]
            assert [fact for fact in facts if fact not in words] == []
            assert re.search(r"\d+ (replications|battles|pairs)", words)
        else:
            assert "under Helmbold's law · seed 7 · sim " in words
        for axes in figure.axes:
            if axes.get_visible() and figure.get_label() != PANEL_GRID:  # its names stand at the left and below
                assert axes.get_xlabel() or axes.get_ylabel() or axes.get_title(loc="left")


# --- Size and resolution


def test_width_and_dots_are_those_asked_for(outputs, call, tmp_path):
    from PIL import Image

    code, _, err = call("plot", str(outputs["run"]), "figure=losses", "width=80mm", "dpi=200", f"to={tmp_path}")
    assert (code, err) == (0, "")
    with Image.open(tmp_path / "losses.png") as picture:
        assert picture.size[0] == pytest.approx(80 / 25.4 * 200, abs=1)
        assert picture.info["dpi"] == pytest.approx((200, 200), abs=0.1)
    wanted = 80 / 25.4 * 72
    head = (tmp_path / "losses.svg").read_text()[:2000]
    assert float(re.search(r'<svg [^>]*width="([\d.]+)pt"', head)[1]) == pytest.approx(wanted, abs=0.01)
    box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", (tmp_path / "losses.pdf").read_bytes())
    assert float(box[1]) == pytest.approx(wanted, abs=0.01)


def read_type_sizes(path: Path) -> list[float]:
    """The size of every piece of type of an SVG in points of the paper it is written for."""
    text = path.read_text()
    head = re.search(r'<svg [^>]*width="([\d.]+)pt" height="[\d.]+pt" viewBox="0 0 ([\d.]+)', text)
    scale = float(head[1]) / float(head[2])
    return [scale * float(size) for size in re.findall(r"font-size: ([\d.]+)px", text)]


@pytest.mark.slow
@pytest.mark.parametrize("width", ["90mm", "180mm"])
@pytest.mark.parametrize("command", COMMANDS)
def test_type_is_large_enough_for_a_column_and_for_a_page(outputs, command, width, call, tmp_path):
    code, _, err = call("plot", str(outputs[command]), "figure=all", "format=svg", f"width={width}", f"to={tmp_path}")
    assert (code, err) == (0, "")
    for path in tmp_path.iterdir():
        sizes = read_type_sizes(path)
        assert len(sizes) > 5, path.name
        assert min(sizes) >= 5.99, path.name
        for number in re.findall(r"translate\((-?[\d.]+) ", path.read_text()):
            assert float(number) >= -1, path.name  # nothing begins outside


def test_the_check_of_type_sees_small_type(outputs, call, tmp_path):
    assert call("plot", str(outputs["run"]), "figure=losses", "format=svg", f"to={tmp_path}")[0] == 0
    path = tmp_path / "losses.svg"
    path.write_text(re.sub(r'width="[\d.]+pt"', 'width="255pt"', path.read_text(), count=1))
    assert min(read_type_sizes(path)) < 4


@pytest.mark.parametrize(("written", "wanted"), [("7in", 7.0), ("127mm", 5.0), ("25.4cm", 10.0)])
def test_a_length_is_read_with_its_unit(written, wanted):
    assert parse_inches("width", written) == pytest.approx(wanted)


def test_conditions_may_be_about_any_measure(outputs, call, tmp_path):
    words = ["figure=conditions", "measure=killed_amber", "above=15", "format=svg", f"to={tmp_path}"]
    assert call("plot", str(outputs["sweep"]), *words)[0] == 0
    assert "more than 15" in (tmp_path / "conditions.svg").read_text()


# --- What can't be


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["{run}"],
            "figure: is missing (allowed: control, losses, outcomes, conditions, outcome_pairs, playback, all)",
        ),
        (
            ["{run}", "figure=heat_map"],
            "figure: unknown figure (got 'heat_map'; allowed: control, losses, outcomes, cond",
        ),
        (
            ["{sweep}", "figure=losses"],
            "figure: unknown figure (got 'losses'; allowed: heat_map, parallel_coordinates, response, cond",
        ),
        (["{run}", "figure=losses", "format=gif"], "format: unknown format (got 'gif'; allowed: svg, pdf, png)"),
        (["{run}", "figure=playback", "format=svg"], "format: unknown format (got 'svg'; allowed: gif)"),
        (["{run}", "figure=losses", "width=180"], "width: has no unit (got '180'; allowed: a length like 180mm"),
        (["{run}", "figure=losses", "width=amm"], "width: not a length (got 'amm'"),
        (["{run}", "figure=losses", "width=5mm"], "width: out of range (got 5mm; allowed: 1in to 60in)"),
        (["{run}", "figure=losses", "dpi=1"], "dpi: out of range (got 1; allowed: 30 to 1200)"),
        (["{run}", "figure=losses", "dpi=many"], "dpi: not a number (got 'many')"),
        (["{run}", "figure=losses", "colour=red"], "colour: unknown option (allowed: figure, format, width"),
        (["{run}", "figure=losses", "figure=control"], "figure: is set twice (got losses and control)"),
        (["{run}", "figure="], "figure: is empty"),
        (["{run}", "figure=losses,playback"], "figure: playback goes alone"),
        (["{run}", "figure=losses", "replication=1"], "replication: goes with figure=playback"),
        (["{run}", "figure=playback", "replication=7"], "replication: no events of 7 were kept (allowed: 0, 1, 2;"),
        (["{run}", "figure=playback", "width=9in"], "width: does not go with figure=playback"),
        (["{run}", "figure=conditions", "measure=luck"], "measure: unknown measure (got 'luck'"),
        (["{run}", "figure=conditions", "above=1", "below=2"], "above: goes without below"),
        (["nowhere", "figure=losses"], "nowhere: no such folder"),
        (["figure=losses"], "plot: needs one output folder (got none)"),
    ],
)
def test_what_can_not_be_is_told_in_one_message_and_nothing_is_written(call, outputs, words, message, tmp_path):
    code, out, err = call("plot", *(word.format(**outputs) for word in words), f"to={tmp_path / 'to'}")
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "to").exists()


def damage_manifest(folder: Path) -> None:
    path = folder / "run.json"
    path.write_text(path.read_text().replace('"seed": 7', '"seed": 8', 1))


def damage_table(folder: Path) -> None:
    path = folder / "runs.parquet"
    path.write_bytes(path.read_bytes()[:-100])


def damage_scenario(folder: Path) -> None:
    path = folder / "scenario.json"
    path.write_text(path.read_text().replace("Millbrook", "Millbridge"))


def remove_table(folder: Path) -> None:
    (folder / "claims.parquet").unlink()


def remove_manifest(folder: Path) -> None:
    (folder / "run.json").unlink()


def empty_manifest(folder: Path) -> None:
    (folder / "run.json").write_text("[]")


def unseal(folder: Path) -> None:
    manifest = json.loads((folder / "run.json").read_text())
    del manifest["seal"]
    (folder / "run.json").write_text(json.dumps(manifest))


DAMAGE = {
    damage_manifest: "run.json was changed after it was written",
    damage_table: "runs.parquet was changed or cut short after it was written",
    damage_scenario: "scenario.json was changed or cut short after it was written",
    remove_table: "claims.parquet is missing",
    remove_manifest: "not a complete output (there is no run.json)",
    empty_manifest: "damaged: run.json is no manifest",
    unseal: "run.json was changed after it was written",
}


@pytest.mark.parametrize("words", [["plot", "figure=losses"], ["export", "format=csv"], ["export", "format=ged"]])
@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)
def test_an_output_that_was_edited_or_cut_short_is_told_in_one_message(copied, call, damage, words, tmp_path):
    folder = copied("run")
    damage(folder)
    code, out, err = call(words[0], str(folder), words[1], f"to={tmp_path / 'to'}")
    assert (code, out) == (2, "")
    assert DAMAGE[damage] in err
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "to").exists()


def test_an_output_of_an_earlier_version_is_told(copied, call):
    folder = copied("run")
    (folder / "run.json").write_text('{"seed": 7}')
    code, _, err = call("plot", str(folder), "figure=all")
    assert code == 2
    assert "written by an earlier version of sim" in err


@pytest.mark.parametrize("words", [["plot", "figure=all"], ["export", "format=csv"], ["score"], ["scenario-discovery"]])
def test_an_output_with_the_names_of_an_earlier_version_is_told_in_one_sentence(copied, call, words, tmp_path):
    folder = copied("run")
    manifest = json.loads((folder / "run.json").read_text())
    del manifest["schema"]
    (folder / "run.json").write_text(json.dumps(manifest | {"seal": compute_seal(manifest)}))
    place = {"score": [f"outputs={tmp_path / 'to'}"], "scenario-discovery": []}.get(words[0], [f"to={tmp_path / 'to'}"])
    code, out, err = call(words[0], str(folder), *words[1:], *place)
    assert (code, out) == (2, "")
    sentence = "written by sim 0.1.0 with output schema 1, and this version reads schema 2 only: run it again"
    assert err.endswith(f"{folder}: {sentence}\n")
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "to").exists()


# --- The playback


@pytest.fixture(scope="module")
def timeline(outputs):
    from sim.plots.playback.frames import build_timeline

    output = open_output(outputs["run"])
    return build_timeline(output.scenario, output.read_table("event_log"), 1, output.scenario.ends)


def test_a_playback_shows_the_battle_that_was_fought(outputs, timeline):
    """The last frame has the losses, the lines and the people of the tables."""
    output = open_output(outputs["run"])
    frame_times = timeline.frame_times
    assert frame_times[0] == output.scenario.begins
    assert frame_times[-1] == output.scenario.ends
    assert len(frame_times) <= 122
    last = timeline.build_frames(frame_times)[-1]
    run = output.read_table("runs").to_pylist()[1]
    for kind in ("killed", "wounded", "captured"):
        for side in output.scenario.sides:
            assert last.losses[kind, side] == run[f"{kind}_{side}"]
    ends = [row for row in output.read_table("daily").to_pylist() if row["replication"] == 1]
    day = max(row["day"] for row in ends)
    for row in ends:
        if row["day"] == day:
            assert last.people.get((row["place"], row["side"]), 0) == pytest.approx(row["strength"], abs=0.5)
            is_second = row["side"] == list(output.scenario.sides)[1]
            share = last.share_of_second.get(row["place"], 0.0)
            assert (share if is_second else 1 - share) == pytest.approx(row["control"], abs=1e-6)


def test_people_on_the_march_are_between_two_places(timeline):
    states = timeline.build_frames(timeline.frame_times)
    movements = [movement for state in states for movement in state.movements]
    assert movements
    assert all(0 <= movement.progress < 1 and movement.people > 0 for movement in movements)
    assert {movement.origin for movement in movements} <= set(timeline.active_places)
    assert any(state.assaults for state in states)
    assert {state.night for state in states} == {True, False}


@pytest.mark.slow
def test_a_playback_is_small_moves_and_is_the_same_twice(outputs, call, tmp_path):
    from PIL import Image

    for part in ("one", "two"):
        code, out, err = call("plot", str(outputs["run"]), "figure=playback", "replication=1", f"to={tmp_path / part}")
        assert (code, err) == (0, "")
        assert out.strip() == str(tmp_path / part / "playback_1.gif")
    one, two = (tmp_path / part / "playback_1.gif" for part in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    assert one.stat().st_size < 5_000_000
    with Image.open(one) as picture:
        assert picture.n_frames > 60
        first = picture.convert("RGB").tobytes()
        picture.seek(picture.n_frames // 2)
        assert picture.convert("RGB").tobytes() != first


def test_signs_keep_their_colours(outputs):
    from matplotlib.colors import to_rgb

    from sim.plots.playback.symbols import ASSAULT_COLOUR

    palette = build_palette([], [ASSAULT_COLOUR, "#123456"]).getpalette()
    assert palette[:6] == [round(255 * part) for colour in (ASSAULT_COLOUR, "#123456") for part in to_rgb(colour)]


def test_names_cover_neither_one_another_nor_a_place():
    from itertools import combinations

    from sim.plots.playback.symbols import LabelBox, place_labels

    spots = [(0.0, 0.0), (0.3, 0.05), (0.1, 0.4), (-0.4, -0.2), (2.9, 1.9)]
    whole = LabelBox(-3, 3, -2, 2)
    labels = place_labels(spots, ["The fort", "A village", "The mill", "Hill", "At the edge"], 7.5, 0.1, whole)
    for one, other in combinations(labels, 2):
        assert one.box.compute_overlap(other.box) == 0
    for label in labels:
        assert label.box.compute_area_outside(whole) < 1e-9
        assert not [
            spot
            for spot in spots
            if label.box.compute_overlap(LabelBox(spot[0], spot[0] + 1e-6, spot[1], spot[1] + 1e-6))
        ]


def test_the_ground_is_drawn_where_there_is_a_drawing(outputs, tmp_path):
    from matplotlib.figure import Figure

    from sim.plots.playback.basemap import draw_shapes, fit_map_window, select_near_places
    from sim.scenario import ScenarioError
    from sim.scenario.basemap import load_features

    scenario = open_output(outputs["run"]).scenario
    assert load_features(str(tmp_path / "no.yaml"), scenario) == ()
    path = tmp_path / "mine.geojson"
    line = {"type": "LineString", "coordinates": [[10.0, 50.0], [10.02, 50.0]]}
    area = {"type": "Polygon", "coordinates": [[[10.0, 50.0], [10.01, 50.0], [10.01, 50.01], [10.0, 50.0]]]}
    shapes = [("water", line, {"width_km": 0.5}), ("built", area, {}), ("fields", line, {})]
    about = {"name": "a shape", "assumption": "invented"}
    features = [
        {"type": "Feature", "properties": {"kind": kind, **about, **more}, "geometry": geometry}
        for kind, geometry, more in shapes
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    axes = Figure().add_subplot()
    coordinates = [place.coordinates for place in scenario.places.values()]
    draw_shapes(
        axes, fit_map_window(coordinates, 0.8), load_features(str(tmp_path / "mine.yaml"), scenario), points_per_km=20.0
    )
    (river,), (town,) = axes.lines, axes.patches  # fields are areas: a line of them is nothing to draw
    assert river.get_linewidth() == pytest.approx(10.0)
    # A degree of latitude is 111.19 km, so that a hundredth is 1.11 km.
    assert float(town.get_path().get_extents().height) == pytest.approx(1.1119, abs=1e-3)
    path.write_text('{"features": 7}')
    with pytest.raises(ScenarioError):
        load_features(str(tmp_path / "mine.yaml"), scenario)
    far = coordinates[0].model_copy(update={"lat": 52.0})
    assert far not in select_near_places([*coordinates, far])
    assert select_near_places(coordinates) == coordinates
