"""`sim diff A B`: pairs where the seeds are one, the differences that there are, words for what can't be compared."""

import re
import shutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.analysis.diff_tables import (
    make_outcome_table,
    make_settings_table,
    parse_outcome_differences,
    parse_setting_differences,
)
from sim.analysis.output_differences import (
    ALL_BATTLES,
    OutcomeDifference,
    compare_outputs,
    compute_unpaired,
    read_outcomes,
)
from sim.analysis.setting_differences import SettingDifference, flatten_values, pair_values
from sim.report.diff import MAX_SENTENCES, describe_settings
from sim.report.pages.diff import build_key_figure
from sim.runs.outcome_measures import OutcomeMeasure
from sim.runs.paired import BASE_CASE
from sim.scoring.intervals import Z95, IntervalEstimate

SMALL = {"seed": 3, "workers": 1}


@pytest.fixture(scope="module")
def base():
    return sim.run("teaching", runs=16, **SMALL)


@pytest.fixture(scope="module")
def other():
    return sim.run("teaching", runs=12, perturb="no_airstrikes", **SMALL)


@pytest.fixture(scope="module")
def answer():
    return sim.whatif("teaching", runs=12, perturb="no_airstrikes", **SMALL)


def test_two_runs_of_one_seed_are_compared_as_a_what_if_compares_them(base, other, answer):
    comparison = compare_outputs(base.stored, other.stored)
    assert comparison.is_paired
    assert not comparison.is_identical
    expected = answer.differences.set_index("measure")
    assert [each.measure.id for each in comparison.outcomes] == list(expected.index)
    for each in comparison.outcomes:
        row = expected.loc[each.measure.id]
        assert (each.first.value, each.second.value) == pytest.approx((row["base"], row["changed"]), rel=1e-12, abs=0)
        found = (each.difference.value, each.difference.low, each.difference.high)
        assert found == pytest.approx((row["difference"], row["low"], row["high"]), rel=1e-12, abs=1e-12)
        assert (each.n_pairs, each.n_first, each.n_second) == (12, 12, 12)


def test_runs_of_two_seeds_are_independent_samples(base):
    again = sim.run("teaching", runs=10, seed=4, workers=1)
    comparison = compare_outputs(base.stored, again.stored)
    assert not comparison.is_paired
    assert {each.n_pairs for each in comparison.outcomes} == {0}
    killed = next(each for each in comparison.outcomes if each.measure.id == "killed_teal")
    first, second = (output.table("runs")["killed_teal"].to_numpy() for output in (base, again))
    variance = first.var(ddof=1) / 16 + second.var(ddof=1) / 10
    assert killed.difference.value == pytest.approx(second.mean() - first.mean(), rel=1e-12, abs=0)
    assert killed.difference.high - killed.difference.low == pytest.approx(
        2 * Z95 * np.sqrt(variance), rel=1e-12, abs=0
    )
    assert compute_unpaired(first, first).value == 0


def test_what_differs_is_listed_and_nothing_else(base, other):
    differences = {each.name: (each.first, each.second) for each in compare_outputs(base.stored, other.stored).settings}
    assert differences["runs"] == ("16", "12")
    assert differences["perturb.no_airstrikes.description"] == ("not there", "without air strikes")
    assert any(name.startswith("scenario: orders.") for name in differences)
    assert not {"seed", "law", "workers", "outputs"} & set(differences)


def test_an_output_does_not_differ_from_itself(base, tmp_path, call):
    comparison = compare_outputs(base.stored, base.stored)
    assert (comparison.settings, comparison.is_identical) == ([], True)
    assert {each.difference.value for each in comparison.outcomes} == {0}
    assert sim.diff(base, base).summary == "The results are the same to the bit."
    code, out, err = call("diff", str(base.folder), str(base.folder), f"outputs={tmp_path}")
    assert (code, err) == (0, "")
    assert "The results are the same to the bit." in out
    assert (sim.open(out.strip().splitlines()[-1]).folder / "report.html").is_file()


@pytest.mark.slow
def test_what_ifs_and_sweeps_are_compared_case_by_case(answer):
    more = sim.whatif("teaching", runs=8, perturb=["no_airstrikes", "no_reserves"], **SMALL)
    cases = {each.case for each in compare_outputs(answer.stored, more.stored).outcomes}
    assert cases == {BASE_CASE, "no_airstrikes"}
    low, high = (
        sim.sweep("teaching", factors={"killing_rate_teal": levels}, runs=4, **SMALL)
        for levels in ([0.2, 0.4], [0.4, 0.8])
    )
    comparison = compare_outputs(low.stored, high.stored)
    assert {each.case for each in comparison.outcomes} == {"killing_rate_teal = 0.4"}
    assert {each.difference.value for each in comparison.outcomes} == {0}  # the same luck at all points
    apart = sim.sweep("teaching", factors={"killing_rate_teal": [0.9, 1.0]}, runs=4, **SMALL)
    with pytest.raises(sim.SimError, match="has no design point in common"):
        sim.diff(low, apart)


def test_what_can_not_be_compared_is_refused_in_words(base, answer, call, tmp_path):
    with pytest.raises(sim.SimError, match=r"the output of sim whatif can't be compared with that of sim run"):
        sim.diff(base, answer)
    with pytest.raises(sim.SimError, match=r"outputs of sim score can't be compared \(allowed: of sim run, whatif"):
        sim.diff(sim.score(base), base)
    scenario = sim.load("teaching").model_copy(update={"name": "elsewhere"})
    with pytest.raises(sim.SimError, match=r"battles of elsewhere can't be compared with those of teaching"):
        sim.diff(base, sim.run(scenario, runs=2, **SMALL))
    for words, message in (
        ((str(base.folder),), "needs two output folders"),
        ((str(base.folder), str(base.folder), "x=1"), "x: unknown option (allowed: outputs)"),
        ((str(base.folder), str(tmp_path / "nowhere")), "no such folder"),
    ):
        code, out, err = call("diff", *words)
        assert (code, out) == (2, "")
        assert message in err
        assert len(err.splitlines()) == 1


def test_a_damaged_output_is_refused(base, tmp_path):
    copy = shutil.copytree(base.folder, tmp_path / "copy")
    (copy / "runs.parquet").write_bytes(b"PAR1")
    with pytest.raises(sim.SimError, match=str(copy)):
        sim.diff(base, copy)


def test_tables_are_read_as_they_were_written(base, other):
    comparison = compare_outputs(base.stored, other.stored)
    assert parse_setting_differences(make_settings_table(comparison.settings)) == comparison.settings
    found = parse_outcome_differences(make_outcome_table(comparison.outcomes))
    assert [(each.first, each.second, each.difference) for each in found] == [
        (each.first, each.second, each.difference) for each in comparison.outcomes
    ]


def test_the_outcomes_of_a_run_are_those_of_its_battles(base):
    measures, cases = read_outcomes(base.stored)
    (outcomes,) = cases.values()
    assert outcomes.values.shape == (16, len(measures))
    held = [measure.id for measure in measures].index("headline_1")
    assert outcomes.values[:, held].tolist() == base.table("runs")["objective_held"].astype(float).tolist()


def test_values_are_paired_by_their_paths():
    first, second = flatten_values({"a": {"b": 1}, "c": [1]}), flatten_values({"a": {"b": 2}, "c": [1], "d": True})
    assert pair_values(first, second) == {"a.b": ("1", "2"), "d": ("not there", "True")}


def test_a_figure_and_a_page(base, other, tmp_path):
    saved = sim.diff(base, other).save(tmp_path / "diff")
    opened = sim.open(saved)
    assert opened.figures == ["outcome_differences"]
    assert (saved / "figures" / "outcome_differences.svg").is_file()
    page = (saved / "report.html").read_text(encoding="utf-8")
    assert "Two outputs beside each other" in page
    assert "What differs" in page


@given(st.lists(st.tuples(st.text("abc.", min_size=1), st.text("xyz", min_size=1), st.text("xyz")), max_size=30))
def test_what_differs_is_listed_and_the_rest_counted(rows):
    lines = list(describe_settings([SettingDifference(*row) for row in rows]))
    if not rows:
        assert lines == ["Settings, scenario and versions are the same."]
    for line, (name, first, second) in zip(lines, rows[:MAX_SENTENCES], strict=False):
        assert line == (f"{name}: {first} in A, {second} in B" if second else f"{name}: {first}")
    hidden = max(0, len(rows) - MAX_SENTENCES)
    assert len(lines) == max(1, len(rows) - hidden + bool(hidden))
    assert not hidden or lines[-1] == f"and {hidden} more, among the numbers below"


@given(st.floats(-1, 1), st.floats(-1, 1), st.sampled_from([10, 5_000]))
def test_no_number_of_the_first_screen_is_minus_zero(one, other, battles):
    low, high = sorted((one, other))
    measure = OutcomeMeasure("held", "The fort is held in {chance} of 100 battles.", "", True)
    mean = IntervalEstimate(0.5, 0.4, 0.6)
    difference = IntervalEstimate((low + high) / 2, low, high)
    each = OutcomeDifference(ALL_BATTLES, measure, mean, mean, difference, battles, battles, battles)
    shown = build_key_figure(each)
    assert not re.search(r"[−-]0(\.0)?(?![.\d])", f"{shown.value} {shown.interval}")
    assert shown.label == "The fort is held"
