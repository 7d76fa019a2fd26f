"""Every plot that is found draws, says what it shows and where its numbers come from, and saves the same bytes."""

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from matplotlib.figure import Figure
from support.manifests import make_run_manifest

from sim import colours, plots
from sim.battle.simulation import Simulation
from sim.cli.commands import COMMANDS
from sim.outputs import run_results
from sim.outputs.provenance import collect_study_facts
from sim.outputs.run_results import RunTables
from sim.plots import registry, run_data
from sim.plots.figure_data import RunData
from sim.plots.figure_export import save_figure
from sim.plots.run import control, losses, outcomes
from sim.runs.replicate import Study, run_study
from sim.scenario import descriptions, load
from sim.scenario.model import Scenario
from sim.storage.manifest import RunManifest
from sim.storage.writer import write_manifest, write_scenario

RUNS = 24
FIGURES = registry.find_figures("run")


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load("teaching")


@pytest.fixture(scope="module")
def results(scenario: Scenario) -> RunTables:
    study = Study(Simulation(scenario), seed=7, runs=RUNS)
    batch = run_study(study, workers=1)
    return run_results.make_run_tables(study, batch, make_run_manifest(study, batch))


def draw(name: str, scenario: Scenario, results: RunTables):
    figure = registry.draw_figure(FIGURES[name], RunData(scenario, results))
    assert figure is not None
    return figure


def texts(figure) -> str:
    return "\n".join(text.get_text() for text in figure.texts)


def test_every_file_of_a_folder_is_a_figure_of_commands_that_look_there():
    folders = {path.parent.name for path in Path(plots.__file__).parent.glob("*/__init__.py")} - {"playback"}
    assert folders == set(registry.FOLDERS.values())
    for folder in folders:
        for module in registry.load_folder(folder):
            assert callable(module.draw)
            expected = {registry.OPTIONAL_FOLDER} if module.FIGURE.optional else {folder}
            assert expected == {folder}
            for command in module.FIGURE.commands:
                assert command in COMMANDS
                assert module.FIGURE.optional or registry.FOLDERS[command] == folder


@pytest.mark.parametrize("command", registry.FOLDERS)
def test_no_two_figures_of_a_command_have_one_name(command):
    modules = registry.load_folder(registry.FOLDERS[command]) + registry.load_folder(registry.OPTIONAL_FOLDER)
    names = Counter(module.FIGURE.name for module in dict.fromkeys(modules) if command in module.FIGURE.commands)
    assert set(names.values()) == {1}
    assert set(names) == {*registry.find_figures(command), *registry.find_optional_figures(command)}


def test_figures_are_listed_with_their_sentence_and_their_commands():
    descriptions = registry.describe_figures()
    assert {"control", "losses", "outcomes", "conditions", "turning_points", "playback"} <= set(descriptions)
    assert descriptions["losses"].startswith("How many of each side had been killed")
    assert descriptions["losses"].endswith(" (of sim run)")
    assert descriptions["conditions"].endswith(" (of sim run, sim sweep, sim sensitivity)")
    assert descriptions["turning_points"].endswith(" (drawn by sim analyse only)")


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["list", "laws"]])
def test_what_draws_nothing_does_not_load_matplotlib(words):
    code = "import sys, atexit; from sim.cli.main import main\n"
    code += "atexit.register(lambda: print('matplotlib' in sys.modules, file=sys.stderr)); main(sys.argv[1:])"
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "False\n")


def test_a_command_without_figures_has_none():
    assert registry.find_figures("export") == {}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "spared"),
    [
        ("import sim.plots.registry, sim.plots.figure_data", "matplotlib"),
        ("import sim.plots.run.outcomes, sim.plots.run.control", "matplotlib.pyplot"),
        ("import sim.plots.registry as figures; figures.find_figures('run')", "sim.plots.analysis"),
        ("import sim.plots.registry as figures; figures.find_figures('whatif')", "SALib"),
    ],
)
def test_importing_plots_is_cheap(code, spared):
    code = f"import sys; {code}; sys.exit({spared!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_a_large_run_is_drawn_from_the_battles_whose_days_are_kept(scenario, tmp_path, monkeypatch):
    monkeypatch.setattr(run_results, "MAX_DAILY_RUNS", 3)
    study = Study(Simulation(scenario), seed=7, runs=8, n_saved_logs=0)
    writer = run_results.RunTableWriter(study, tmp_path)
    writer.add(run_study(study, workers=1))
    first, _ = writer.close()
    facts = collect_study_facts(study, writer.digest.hexdigest(), {})
    write_scenario(tmp_path, scenario)
    write_manifest(tmp_path, RunManifest(**facts, daily_replications=len(first.replications)))
    results = run_results.read_run(tmp_path)
    for table in (results.runs, results.daily, results.claims):
        assert set(table["replication"].to_pylist()) == {0, 1, 2}
    for name in ("control", "losses", "outcomes"):
        assert "the first 3 of 8 battles" in " ".join(texts(draw(name, scenario, results)).split())


@pytest.mark.parametrize("name", FIGURES)
def test_title_caption_and_axis_labels(name, scenario, results):
    figure = draw(name, scenario, results)
    words = texts(figure)
    assert len(figure.texts[0].get_text().split()) > 3
    joined = " ".join(words.split())
    for fact in (scenario.title, f"{RUNS} battles", "seed 7", "Helmbold", "not calibrated"):
        assert fact in joined
    assert results.manifest.results_digest[:8] in joined
    assert figure.axes
    for axes in figure.axes:
        assert axes.get_xlabel()
        assert axes.get_ylabel() or not len(axes.get_yticks())


@pytest.mark.parametrize("name", FIGURES)
def test_no_text_leaves_the_sheet_or_covers_another(name, scenario, results):
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = draw(name, scenario, results)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    legends = [*figure.legends, *(axes.get_legend() for axes in figure.axes if axes.get_legend())]
    inside = [text for axes in figure.axes for text in axes.texts if text.get_text()]
    boxes = [each.get_window_extent(canvas.get_renderer()) for each in (*figure.texts, *legends, *inside)]
    for box in boxes:
        assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1
        assert figure.bbox.y0 <= box.y0 < box.y1 <= figure.bbox.y1
    assert not [(one, other) for one, other in combinations(boxes, 2) if one.overlaps(other)]


def test_files_are_whole_and_the_same_when_drawn_twice(scenario, results, tmp_path: Path):
    first = registry.save_figures("run", RunData(scenario, results), tmp_path / "first")
    second = registry.save_figures("run", RunData(scenario, results), tmp_path / "second")
    assert [path.name for path in first] == [f"{name}.svg" for name in FIGURES]
    assert sorted(first) == sorted((tmp_path / "first").iterdir())  # nothing partial is left
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()
    svg = first[0].read_text()
    assert "<text" in svg
    assert "<dc:date>" not in svg


def test_drawing_leaves_the_settings_of_matplotlib_alone(scenario, results, tmp_path: Path):
    import matplotlib

    before = matplotlib.rcParams.copy()
    save_figure(draw("losses", scenario, results), tmp_path / "losses")
    assert matplotlib.rcParams.copy() == before


def test_chances_of_control_sum_to_one(scenario, results):
    chances = control.compute_control_by_step(scenario, results)
    assert chances.shape == (12, len(scenario.places), 3)
    np.testing.assert_allclose(chances.sum(axis=-1), 1.0, rtol=0, atol=1e-12)
    camp = list(scenario.places).index("camp")
    assert chances[0, camp].tolist() == [0.0, 0.0, 1.0]  # the second side begins there, and nobody comes


def test_places_with_reports_come_first(scenario, results):
    found = control.build_place_rows(scenario, results)
    assert {row.place for row in found} == set(scenario.places)
    assert {row.place for row in found[:2]} == {"village", "hill"}


def test_a_report_of_a_later_day_than_the_last_is_not_drawn(scenario, results):
    """The record speaks of the village on the first of three days and of the hill on the third."""
    first_day_ends = run_data.read_time_steps(results, scenario).ends[3]
    is_first_day = pc.less_equal(results.daily["day"], pa.scalar(first_day_ends, pa.timestamp("us")))
    early = replace(results, daily=results.daily.filter(is_first_day))
    assert {row.place for row in control.build_place_rows(scenario, early) if row.reports} == {"village"}


def test_arrays_are_those_of_the_tables(scenario, results):
    (killed,) = run_data.build_daily_arrays(results, scenario, "killed")
    assert killed.shape == (RUNS, 12, len(scenario.places), 2)
    assert not np.isnan(killed).any()
    for number, side in enumerate(scenario.sides):
        np.testing.assert_array_equal(killed[..., number].sum(axis=(1, 2)), results.runs[f"killed_{side}"].to_numpy())


def test_arrays_do_not_depend_on_the_order_of_rows(scenario, results):
    turned = run_results.RunTables(
        results.runs, results.daily[::-1], results.claims[::-1], results.event_log, results.manifest
    )
    one, other = (run_data.build_daily_arrays(each, scenario, "killed", "control") for each in (results, turned))
    np.testing.assert_array_equal(one, other)


def test_claims_about_the_same_count_share_a_panel(scenario, results):
    asked = run_data.group_reported_counts(scenario, set(run_data.group_simulated_values(results)))
    assert [[each.claim for each in question.reports] for question in asked] == [
        ["amber_dead_gazette", "amber_dead_herald"],
        ["first_day_dead_gazette"],
    ]
    ranged, over = asked[0].reports
    assert (ranged.low, ranged.high, ranged.is_open_above) == (15, 25, False)
    assert (over.low, over.is_open_above, over.is_scored) == (40, True, True)
    assert descriptions.describe_count(scenario, asked[0].observable) == "Amber fighters killed"
    assert descriptions.format_period(asked[0].since, asked[0].until) == "1 to 2 June"


@pytest.mark.parametrize("count", [1, 2, 5, 12])
def test_every_report_of_the_last_step_lies_on_the_panel(scenario, results, count):
    """As many sources as may be report the dead of the whole battle: their symbols stand side by side at its end."""
    claim = next(each for each in scenario.claims.values() if getattr(each.observable, "measure", "") == "killed")
    steps = run_data.read_time_steps(results, scenario)
    report = losses.make_reported_count(scenario, "any", claim)
    reports = [losses.DatedReport(float(steps.count), "", report) for _ in range(count)]
    axes = Figure().add_subplot()
    losses.format_time_axis(axes, steps)
    losses.draw_reports(axes, reports, {report.source: "o"})
    positions = [x for line in axes.lines for x in line.get_xdata()]
    assert len(positions) >= count
    assert axes.get_xlim()[0] <= min(positions)
    assert max(positions) < axes.get_xlim()[1]


def test_every_report_is_labelled_with_its_source(scenario, results):
    figure = draw("outcomes", scenario, results)
    labels = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert {"The Gazette: 15 to 25", "The teal army's herald: over 40", "The Gazette: exactly 12"} <= set(labels)
    steps = run_data.read_time_steps(results, scenario)
    told = losses.collect_dated_reports(scenario, steps, "amber", set(run_data.group_simulated_values(results)))
    assert [(each.end_step, each.report.phrase) for each in told] == [(8.0, "15 to 25"), (8.0, "over 40")]


def test_a_battle_without_counts_still_draws(scenario, results):
    bare = scenario.model_copy(update={"claims": {}})
    assert outcomes.group_reported_counts(bare, set()) == []
    assert "No counts were reported" in texts(draw("outcomes", bare, results))


@pytest.mark.parametrize("colour", ["#a3262a", "#1b7f8c", "#000001", "#fefefe"])
def test_tones_have_the_brightness_asked_for(colour):
    assert colours.compute_luminance(colours.adjust_luminance(colour, 0.37)) == pytest.approx(0.37, abs=1e-9)
