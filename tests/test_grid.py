"""Sliders in a page: the odds of a grid fought beforehand are those of the tables."""

import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.report.html.grid import MAX_CELLS, build_sweep_grid, build_whatif_grid
from sim.runs.outcome_measures import OutcomeMeasure
from sim.runs.paired import CounterfactualChange, PairedComparison
from sim.runs.sweep import SweepResult, compute_mean_interval

EVENT = OutcomeMeasure("held", "The fort is held in {chance} of 100 battles.", "share", True)
COUNT = OutcomeMeasure("killed_teal", "Teal soldiers killed", "people", False)


def make_sweep(n_first, n_second, runs, seed=1):
    """A sweep of two factors with made-up outcomes."""
    points = [{"strength": first, "law": f"law{second}"} for first in range(n_first) for second in range(n_second)]
    index = np.repeat(np.arange(len(points)), runs)
    numbers = (np.arange(len(index)) * 7 + seed) % 11
    outcomes = np.column_stack([numbers % 2, numbers]).astype(float)
    return SweepResult(
        ("strength", "law"), points, (EVENT, COUNT), index, np.tile(np.arange(runs), len(points)), outcomes
    )


@given(st.integers(1, 4), st.integers(2, 4), st.integers(2, 5))
def test_every_design_point_is_a_position_with_the_odds_of_its_battles(n_first, n_second, runs):
    sweep = make_sweep(n_first, n_second, runs)
    grid = build_sweep_grid(sweep, ["held", "killed_teal"])
    assert [len(lever.positions) for lever in grid.levers] == [n_first, n_second]
    assert len(grid.cells) == len(sweep.points)
    for number, point in enumerate(sweep.points):
        cell = grid.cells[f"{point['strength']},{point['law'].removeprefix('law')}"]
        sample = sweep.outcomes[sweep.point_index == number]
        assert cell["pairs"] == runs
        for column, (measure, row) in enumerate(zip((EVENT, COUNT), cell["rows"], strict=True)):
            assert row["changed"] == list(compute_mean_interval(measure, sample[:, column]))


def test_one_point_and_too_many_have_no_sliders():
    assert build_sweep_grid(make_sweep(1, 1, 2), ["held"]) is None
    assert build_sweep_grid(make_sweep(MAX_CELLS // 2 + 1, 2, 1), ["held"]) is None


def test_each_change_of_a_what_if_is_a_position_with_its_paired_differences():
    base, first, second = (np.array([[value, 3.0], [1.0, value]]) for value in (0.0, 1.0, 2.0))
    comparison = PairedComparison((EVENT, COUNT), base, {"a": first, "b": second}, "")
    changes = [CounterfactualChange(name, f"without {name}", None) for name in "ab"]
    grid = build_whatif_grid(changes, comparison)
    assert grid.levers[0].positions == ("Without a", "Without b")
    for number, name in enumerate("ab"):
        for row, expected in zip(grid.cells[str(number)]["rows"], comparison.compute_differences(name), strict=True):
            assert row["difference"] == [expected.difference, expected.low, expected.high]
            assert (row["base"], row["changed"]) == ([expected.base_mean], [expected.changed_mean])
    assert build_whatif_grid(changes[:1], comparison) is None


@pytest.mark.parametrize(
    ("words", "has_sliders"),
    [
        (("sweep", "factors={teal_garrison: [200, 400]}", "runs=3"), True),
        (("whatif", "perturb=[no_airstrikes,no_reserves]", "runs=3"), True),
        (("whatif", "perturb=[no_reserves]", "runs=3"), False),
    ],
)
def test_a_page_has_sliders_and_their_scripts_where_there_is_a_grid(call, tmp_path, words, has_sliders):
    code, _, err = call(*words, "scenario=teaching", "seed=7", f"outputs={tmp_path}")
    assert code == 0, err
    page = next(tmp_path.rglob("report.html")).read_text(encoding="utf-8")
    assert ('id="grid-sliders"' in page) == has_sliders
    assert ("globalThis.odds" in page) == has_sliders
    if has_sliders:
        data = json.loads(re.search(r'id="grid-data">(.*?)</script>', page, re.DOTALL)[1])
        assert len(data["cells"]) >= 2
        assert all(len(cell["rows"]) == len(data["rows"]) for cell in data["cells"].values())
