"""Results that can't be shown are kept: one message says so, and what was missing is made when the fault is gone."""

import ast
import json
from pathlib import Path

import pytest

import sim
from sim.plots import figure_export, registry
from sim.report import terminal
from sim.report.html import render
from sim.report.pages import run as run_page
from sim.report.pages import sweep as sweep_page
from sim.storage.reader import open_output

DRAWING = ("save_figures", "draw_figure", "write_page", "write_analysis_page", "write_score_page", "write_sweep_page",
           "write_whatif_page", "write_markdown_page", "write_analysis_markdown", "write_whatif_markdown",
           "fill_validation_page")  # fmt: skip
# Each step between complete results and the end of a command: its module and the name of its function.
STEPS = {
    "drawing": (registry, "draw_figure"),
    "writing SVG": (figure_export, "save_svg"),
    "what the page holds": (run_page, "build_run_content"),
    "the page": (render, "write_page"),
    "the terminal": (terminal, "show_run"),
}


def fail(*arguments, **options):
    raise KeyError("a fault\nof two lines")


def make_step_fail(patch: pytest.MonkeyPatch, step: str) -> None:
    module, name = STEPS[step]
    patch.setattr(module, name, fail)
    if module is figure_export:
        patch.setitem(figure_export.WRITERS, name.removeprefix("save_"), fail)


def run_with_fault(step: str, call, outputs: Path, *words: str) -> tuple[Path, list[str]]:
    """A small run with a fault in one step; its folder, and the lines of its message."""
    with pytest.MonkeyPatch.context() as patch:
        make_step_fail(patch, step)
        code, _, err = call("run", "scenario=teaching", "runs=20", "workers=1", f"outputs={outputs}", *words)
    (folder,) = (outputs / "base").iterdir()
    assert code == 2
    return folder, err.splitlines()


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_results_that_cannot_be_shown_are_kept_and_shown_later(step, call, tmp_path):
    folder, lines = run_with_fault(step, call, tmp_path)
    kept = f"sim: {folder}: the results are complete and kept, but they can't be shown (KeyError in "
    assert lines[0].startswith(kept)
    assert "a fault" in lines[0]
    assert lines[1:] == [
        f"sim: to try again: sim resume {folder}; or sim plot {folder} figure=all; sim export {folder} format=csv"
    ]
    digest = open_output(folder).manifest.results_digest
    assert call("export", str(folder), "format=csv")[0] == 0
    code, out, err = call("resume", str(folder))
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == str(folder)
    assert open_output(folder).manifest.results_digest == digest
    assert {path.name for path in (folder / "figures").iterdir()} >= {"losses.svg"}
    assert (folder / "report.html").exists()
    assert not (folder / "job.json").exists()
    assert not list(folder.rglob("*.partial"))
    assert call("resume", str(folder))[1] == f"{folder} is finished: there is nothing to resume.\n"


def test_a_fault_that_stays_leaves_the_results_as_they_are(call, tmp_path):
    folder, first = run_with_fault("drawing", call, tmp_path)
    tables = {path.name: path.read_bytes() for path in folder.glob("*.parquet")}
    with pytest.MonkeyPatch.context() as patch:
        make_step_fail(patch, "drawing")
        code, _, err = call("resume", str(folder))
    assert (code, err.splitlines()) == (2, first)
    assert {path.name: path.read_bytes() for path in folder.glob("*.parquet")} == tables
    open_output(folder)


def test_a_fault_before_the_results_are_complete_is_not_hidden(call, tmp_path, monkeypatch):
    from sim.cli import run

    monkeypatch.setattr(run, "write_manifest", fail)
    with pytest.raises(KeyError, match="a fault"):
        call("run", "scenario=teaching", "runs=20", "workers=1", f"outputs={tmp_path}")


def test_another_command_keeps_its_results_too(call, tmp_path, monkeypatch):
    words = ["sweep", "scenario=teaching", "factors={killing_rate_teal: [0.2, 0.8]}", "runs=3", "workers=1"]
    monkeypatch.setattr(sweep_page, "write_sweep_page", fail)
    code, _, err = call(*words, f"outputs={tmp_path}")
    (folder,) = (path.parent for path in tmp_path.rglob("run.json"))
    assert code == 2
    assert "the results are complete and kept" in err
    assert json.loads((folder / "run.json").read_text(encoding="utf-8"))["command"] == "sweep"


def test_every_command_completes_its_results_before_it_draws():
    """In each function that writes a manifest, nothing is drawn before."""
    checked = 0
    for path in sorted((Path(sim.__file__).parent / "cli").glob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef) and "write_manifest" in (calls := list_calls(function)):
                drawn = [name for name in calls[: calls.index("write_manifest")] if name in DRAWING]
                assert drawn == [], (path.name, function.name)
                checked += 1
    assert checked >= 12


def list_calls(function: ast.FunctionDef) -> list[str]:
    """The names of what a function calls, in the order of the text."""
    calls = [each for each in ast.walk(function) if isinstance(each, ast.Call)]
    calls.sort(key=lambda each: (each.lineno, each.col_offset))
    return [
        each.func.attr if isinstance(each.func, ast.Attribute) else each.func.id
        for each in calls
        if isinstance(each.func, ast.Attribute | ast.Name)
    ]
