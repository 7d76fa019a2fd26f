"""Every plot that is found draws, says what it shows and where its numbers come from, and saves the same bytes."""

import subprocess
import sys
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pytest

from sim import colours, plots
from sim.battle.fight import Stage
from sim.claims import wording
from sim.experiment import store
from sim.experiment.provenance import describe, results_digest
from sim.experiment.replicate import Study, carry_out
from sim.experiment.store import Results
from sim.plots import arrays, control, losses, outcomes, reports
from sim.scenario import load
from sim.scenario.model import Scenario

RUNS = 24


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load("teaching")


@pytest.fixture(scope="module")
def results(scenario: Scenario) -> Results:
    study = Study(Stage(scenario), seed=7, runs=RUNS)
    batch = carry_out(study, workers=1)
    return store.results(study, batch, describe(study, results_digest(batch), {}))


def texts(figure) -> str:
    return "\n".join(text.get_text() for text in figure.texts)


def test_what_is_shared_is_no_plot():
    assert {"control", "losses", "outcomes"} <= set(plots.names())
    assert not set(plots.SHARED) & set(plots.names())
    with pytest.raises(ValueError, match="no plot 'style'"):
        plots.draw("style", None, None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("imported", "spared"),
    [("sim.plots", "matplotlib"), ("sim.plots.outcomes, sim.plots.control", "matplotlib.pyplot")],
)
def test_importing_plots_is_cheap(imported, spared):
    code = f"import sys, {imported}; sim.plots.names(); sys.exit({spared!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize("name", plots.names())
def test_title_caption_and_axis_labels(name, scenario, results):
    figure = plots.draw(name, scenario, results)
    words = texts(figure)
    assert len(figure.texts[0].get_text().split()) > 3
    joined = " ".join(words.split())
    for fact in (scenario.title, f"{RUNS} replications", "seed 7", "square", "not calibrated"):
        assert fact in joined
    assert results.manifest["results_digest"][:8] in joined
    assert figure.axes
    for axes in figure.axes:
        assert axes.get_xlabel()
        assert axes.get_ylabel() or not len(axes.get_yticks())


@pytest.mark.parametrize("name", plots.names())
def test_no_text_leaves_the_sheet_or_covers_another(name, scenario, results):
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = plots.draw(name, scenario, results)
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
    first = plots.save_all(scenario, results, tmp_path / "first")
    second = plots.save_all(scenario, results, tmp_path / "second")
    assert [path.name for path in first] == [f"{name}.{kind}" for name in plots.names() for kind in ("svg", "png")]
    assert sorted(first) == sorted((tmp_path / "first").iterdir())  # nothing partial is left
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()
    svg = first[0].read_text()
    assert "<text" in svg
    assert "<dc:date>" not in svg


def test_drawing_leaves_the_settings_of_matplotlib_alone(scenario, results, tmp_path: Path):
    import matplotlib

    before = matplotlib.rcParams.copy()
    plots.save(plots.draw("losses", scenario, results), tmp_path / "losses")
    assert matplotlib.rcParams.copy() == before


def test_chances_of_control_sum_to_one(scenario, results):
    chances = control.chances_by_day(scenario, results)
    assert chances.shape == (3, len(scenario.places), 3)
    np.testing.assert_allclose(chances.sum(axis=-1), 1.0, rtol=0, atol=1e-12)
    camp = list(scenario.places).index("camp")
    assert chances[0, camp].tolist() == [0.0, 0.0, 1.0]  # the second side begins there, and nobody comes


def test_places_with_reports_come_first(scenario, results):
    found = control.rows(scenario, results)
    assert {row.place for row in found} == set(scenario.places)
    assert {row.place for row in found[:2]} == {"village", "hill"}


def test_a_report_of_a_later_day_than_the_last_is_not_drawn(scenario, results):
    """The record speaks of the village on the first of three days and of the hill on the third."""
    first = arrays.days(results)[0]
    early = replace(results, daily=results.daily.filter(pc.equal(results.daily["day"], first)))
    assert {row.place for row in control.rows(scenario, early) if row.reports} == {"village"}


def test_arrays_are_those_of_the_tables(scenario, results):
    killed = arrays.by_day(results, scenario, "killed")
    assert killed.shape == (RUNS, 3, len(scenario.places), 2)
    assert not np.isnan(killed).any()
    for number, side in enumerate(scenario.sides):
        np.testing.assert_array_equal(killed[..., number].sum(axis=(1, 2)), results.runs[f"killed_{side}"].to_numpy())


def test_arrays_do_not_depend_on_the_order_of_rows(scenario, results):
    turned = store.Results(results.runs, results.daily[::-1], results.claims[::-1], results.events, results.manifest)
    for series in ("killed", "control"):
        one, other = (arrays.by_day(each, scenario, series) for each in (results, turned))
        np.testing.assert_array_equal(one, other)


def test_claims_about_the_same_count_share_a_panel(scenario, results):
    asked = reports.questions(scenario, set(arrays.simulated(results)))
    assert [[each.claim for each in question.reports] for question in asked] == [
        ["amber_dead_gazette", "amber_dead_herald"],
        ["first_day_dead_gazette"],
    ]
    ranged, over = asked[0].reports
    assert (ranged.low, ranged.high, ranged.opens_up) == (15, 25, False)
    assert (over.low, over.opens_up, over.scored) == (40, True, True)
    assert wording.counted(scenario, asked[0].about) == "Amber fighters killed"
    assert wording.period(asked[0].since, asked[0].until) == "1 to 2 June"


def test_every_report_is_labelled_with_its_source(scenario, results):
    figure = plots.draw("outcomes", scenario, results)
    labels = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert {"The Gazette: 15 to 25", "The teal army's herald: over 40", "The Gazette: exactly 12"} <= set(labels)
    told = losses.reports_of(scenario, "amber", set(arrays.simulated(results)))
    assert [(each.at, each.report.said) for each in told] == [(2.0, "15 to 25"), (2.0, "over 40")]


def test_a_battle_without_counts_still_draws(scenario, results):
    bare = scenario.model_copy(update={"claims": {}})
    assert outcomes.questions(bare, set()) == []
    assert "No counts were reported" in texts(plots.draw("outcomes", bare, results))


@pytest.mark.parametrize("colour", ["#a3262a", "#1b7f8c", "#000001", "#fefefe"])
def test_tones_have_the_brightness_asked_for(colour):
    assert colours.luminance(colours.toned(colour, 0.37)) == pytest.approx(0.37, abs=1e-9)
