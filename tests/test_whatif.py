"""What-ifs in pairs: the arithmetic by hand, common random numbers, and the command as a user meets it."""

import json
import re
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from pydantic import TypeAdapter

from sim import perturbations
from sim.battle.simulation import Simulation
from sim.report.whatif import choose_digits, describe_difference, format_difference, format_signed_per_100
from sim.runs.outcome_measures import OutcomeMeasure, list_outcome_measures
from sim.runs.paired import (
    CounterfactualChange,
    PairedComparison,
    compute_difference,
    make_paired_studies,
    run_paired_comparison,
)
from sim.runs.replicate import iterate_batches
from sim.scenario import load

ANY = TypeAdapter(perturbations.AnyPerturbation)
EVENT = OutcomeMeasure("held", "The fort is held in {chance} of 100 battles.", "share held", True)
NUMBER = OutcomeMeasure("dead", "Teal soldiers killed", "people", False)


def change(name: str, settings: dict) -> CounterfactualChange:
    edits = ANY.validate_python(settings).edits(load("teaching"))
    return CounterfactualChange(name, name, Simulation(load("teaching", edits)))


# The arithmetic


def test_a_paired_difference_worked_by_hand():
    base, changed = np.array([1.0, 2.0, 3.0, 6.0]), np.array([2.0, 2.0, 5.0, 7.0])
    each = compute_difference(NUMBER, base, changed)
    assert (each.base_mean, each.changed_mean, each.difference) == (3.0, 4.0, 1.0)
    spread = ((1 - 1) ** 2 + (0 - 1) ** 2 + (2 - 1) ** 2 + (1 - 1) ** 2) / 3  # of the differences 1, 0, 2, 1
    half = 1.959963984540054 * (spread / 4) ** 0.5
    assert (each.low, each.high) == pytest.approx((1 - half, 1 + half))
    # Unpaired: variances 14/3 and 18/3, against 2/3.
    assert each.variance_ratio == pytest.approx((14 / 3 + 18 / 3) / (2 / 3))
    assert (each.n_increased, each.n_decreased, each.n_pairs) == (3, 0, 4)


def test_a_shuffled_pairing_is_detected():
    base, changed = np.array([1.0, 2.0, 3.0, 6.0]), np.array([7.0, 2.0, 2.0, 5.0])
    assert (
        compute_difference(NUMBER, base, changed).variance_ratio
        != compute_difference(NUMBER, base, np.sort(changed)).variance_ratio
    )


def test_nothing_changed_is_no_difference_and_no_ratio():
    base = np.array([0.0, 1.0, 1.0])
    each = compute_difference(EVENT, base, base)
    assert (each.difference, each.low, each.high, each.variance_ratio, each.n_increased, each.n_decreased) == (
        0,
        0,
        0,
        None,
        0,
        0,
    )
    assert not each.is_significant
    assert format_difference(each) == "the same in each of 3 pairs"


def test_the_interval_covers_the_true_difference_as_often_as_it_says():
    """Of 2,000 intervals 95 in 100 hold the truth: within 4.892 standard errors, and 1 point for what is not normal."""
    rng = np.random.default_rng(3)  # noqa: TID251 (a test's own dice)
    n_covered = 0
    for _ in range(2000):
        base = (rng.random(400) < 0.4).astype(float)
        changed = np.where(rng.random(400) < 0.2, (rng.random(400) < 0.9).astype(float), base)
        truth = 0.2 * (0.9 - 0.4)
        each = compute_difference(EVENT, base, changed)
        n_covered += each.low <= truth <= each.high
    assert abs(n_covered / 2000 - 0.95) < 4.892 * (0.95 * 0.05 / 2000) ** 0.5 + 0.01


# The words


def test_the_sentence_says_both_levels_and_the_difference_with_its_interval():
    base = np.repeat([1.0, 0.0], [900, 1100])
    changed = np.repeat([1.0, 0.0], [300, 1700])
    each = compute_difference(EVENT, base, changed)
    assert choose_digits(each) == 0
    low, high = (format_signed_per_100(-end, 0) for end in (each.high, each.low))
    expected = f"With less, the fort is held in 15 of 100 battles, not 45 (30 fewer, 95% interval {low} to {high})."
    assert describe_difference("With less", each) == expected


def test_a_difference_that_the_pairs_can_not_tell_is_said_to_be_none():
    base = np.repeat([1.0, 0.0], [50, 50])
    changed = base.copy()
    changed[0], changed[99] = 0.0, 1.0
    said = describe_difference("With more", compute_difference(EVENT, base, changed))
    assert said.startswith("With more, 100 pairs show no clear difference (95% interval −")
    assert said.endswith("the fort is held in 50 of 100 battles, and in 50 in the base case.")


def test_a_change_that_touches_no_battle_is_said_to_make_none():
    base = np.repeat([1.0, 0.0], [50, 50])
    said = describe_difference("With more", compute_difference(EVENT, base, base))
    assert said == (
        "With more, the fort is held in 50 of 100 battles, as in the base case (the same in each of 100 pairs)."
    )


@pytest.mark.parametrize(("share", "digits", "text"), [(-0.004, 0, "0"), (-0.04, 0, "−4"), (0.0123, 1, "1.2")])
def test_numbers_have_no_more_digits_than_they_should(share, digits, text):
    assert format_signed_per_100(share, digits) == text


# Common random numbers


def compare(changes: list[CounterfactualChange], seed: int, runs: int, workers: int) -> PairedComparison:
    studies = make_paired_studies(Simulation(load("teaching")), changes, seed, runs)
    return run_paired_comparison(studies, lambda _, study: iterate_batches(study, workers))


@pytest.mark.slow
def test_pairs_share_random_numbers_and_do_not_depend_on_workers():
    changes = [change("bombs", {"kind": "bombs", "outcome": "on_target"})]
    one, two = (compare(changes, 5, 60, workers) for workers in (1, 2))
    assert one.digest == two.digest
    assert one.base_values.tobytes() == two.base_values.tobytes()
    first_day = [m.id for m in one.measures].index("first_day_dead_gazette")  # before the bomb
    assert (one.base_values[:, first_day] == one.changed_values["bombs"][:, first_day]).all()
    ratios = [each.variance_ratio for each in one.compute_differences("bombs") if each.variance_ratio is not None]
    assert np.median(ratios) > 3  # the pairs save most of the work


def test_a_change_of_nothing_differs_in_nothing():
    nothing = CounterfactualChange("nothing", "nothing", Simulation(load("teaching")))
    comparison = compare([nothing], 5, 20, 1)
    assert all(each.n_increased + each.n_decreased == 0 for each in comparison.compute_differences("nothing"))


def test_no_measure_comes_twice():
    for name in ("teaching", "dec2014"):
        scenario = load(name)
        measures = list_outcome_measures(scenario, scenario.hours_since_start(scenario.ends))
        assert len({each.id for each in measures}) == len(measures)
        texts = [each.text for each in measures if not each.is_event]
        assert len(set(texts)) == len(texts)


# The command


def test_the_answer_comes_first_then_the_tables_then_the_folder(call, tmp_path):
    words = ["perturb=[all_bombs_on_target]", "scenario=teaching", "runs=60", f"outputs={tmp_path}", "workers=1"]
    code, out, err = call("whatif", *words)
    assert (code, err) == (0, "")
    answer = r"With every vehicle bomb on target, .* fort is still held on the evening of 3 June in \d+ of 100 battles"
    assert re.search(answer, " ".join(out.split()))
    assert "Every measure of every change: --full" in out
    assert "Uncalibrated" in out
    folder = Path(out.splitlines()[-1])
    manifest = json.loads((folder / "run.json").read_text())
    assert manifest["calibrated"] is False
    assert list(manifest["changes"]) == ["all_bombs_on_target"]
    rows = pq.read_table(folder / "differences.parquet").to_pylist()
    pairs = pq.read_table(folder / "pairs.parquet")
    assert pairs.num_rows == 120
    assert {row["change"] for row in rows} == {"all_bombs_on_target"}
    assert {path.name for path in (folder / "figures").iterdir()} == {"effect_forest.png", "effect_forest.svg"}
    again = call("whatif", *words)[1].splitlines()[-1]
    assert json.loads((Path(again) / "run.json").read_text())["results_digest"] == manifest["results_digest"]


@pytest.mark.slow
def test_several_are_asked_one_by_one_and_together(call, tmp_path):
    two = "perturb=[all_bombs_on_target,no_airstrikes]"
    code, out, _ = call("whatif", two, "scenario=teaching", "runs=10", f"outputs={tmp_path}", "workers=1")
    assert code == 0
    rows = pq.read_table(Path(out.splitlines()[-1]) / "differences.parquet").to_pylist()
    assert {row["change"] for row in rows} == {"all_bombs_on_target", "no_airstrikes", "together"}
    assert "All changes, the largest effect first" in out
    assert len(out.splitlines()) < 40


def test_a_branch_begins_at_its_moment(call, tmp_path):
    words = ["perturb=[no_airstrikes]", "scenario=teaching", "runs=10", f"outputs={tmp_path}", "workers=1"]
    code, out, _ = call("whatif", *words, "intervene_at=2001-06-02T03:00")
    assert code == 0
    assert "from 03:00 on 2 June on" in out
    assert "as in the base case (the same in each of 10 pairs)" in " ".join(
        out.split()
    )  # all strikes were on the first day


def test_a_page_is_written_with_its_figure(call, tmp_path):
    page = tmp_path / "page.md"
    words = ["perturb=[no_airstrikes]", "scenario=teaching", "runs=10", f"outputs={tmp_path}", "workers=1"]
    assert call("whatif", *words, f"page={page}")[0] == 0
    text = page.read_text()
    assert "Uncalibrated" in text
    assert (tmp_path / "images" / "page.png").is_file()
    assert "](images/page.png)" in text
    assert "Not the documented battle" not in text


def test_a_page_of_another_base_case_says_so_first(call, tmp_path):
    page = tmp_path / "page.md"
    words = ["perturb=[no_airstrikes]", "scenario=teaching", "runs=10", f"outputs={tmp_path}", "until=2001-06-02"]
    assert call("whatif", *words, f"page={page}")[0] == 0
    title, _, deviation, *_ = page.read_text().splitlines()
    assert title.startswith("# What if")
    assert deviation == "Not the documented battle: only until the end of 2 June."


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "perturb: nothing changes (allowed: perturb=[NAME,...], or question=NAME)"),
        (["perturb=[nothing]"], "perturb: unknown perturbation (got 'nothing'; allowed: "),
        (["question=nothing"], "question: unknown question (got 'nothing'; allowed: dec2014/"),
        (["question=linear_law"], "question: unknown question (got 'linear_law'"),
        (
            ["question=dec2014/no_airstrikes", "scenario=teaching"],
            "question: dec2014/no_airstrikes is about dec2014, and the base case is teaching (add scenario=dec2014)",
        ),
        (
            ["scenario=teaching", "+perturb.x={kind: strength, forces: [a], factor: 2}"],
            "perturb.x.strength.forces: unknown option (did you mean force? allowed: description, kind, force, side, ",
        ),
        (["+perturb.x={kind: strength, force: nobody, factor: 2}"], "perturb.x.force: unknown id (got nobody"),
        (["+perturb.x={kind: strength, force: watch, people: -1}"], "perturb.x."),
        (["+perturb.x={kind: luck}"], "perturb.x"),
        (["perturb=[no_airstrikes]", "intervene_at=2001-07-01"],
         "intervene_at: outside the battle (got 2001-07-01T00:00"),
        (["+perturb.x={kind: strength, side: teal, factor: 2}", "intervene_at=2001-06-02"],
         "intervene_at: x can't set in during"),
        (["perturb=[no_airstrikes]", "page=nowhere/x.md"], "page: not a Markdown file in a folder that exists"),
        (["+perturb.a={kind: strength, force: watch, people: 1}", "+perturb.b={kind: strength, side: teal, factor: 2}"],
         "is set twice"),
    ],
)  # fmt: skip
def test_bad_settings_are_reported_before_anything_runs(call, tmp_path, words, message):
    scenario = (
        []
        if any(word.startswith("scenario") for word in words) or "question" in "".join(words)
        else ["scenario=teaching"]
    )
    code, out, err = call("whatif", *words, *scenario, "runs=5", f"outputs={tmp_path / 'out'}")
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err
    assert not (tmp_path / "out").exists()


def test_a_question_that_changes_nothing_is_refused(call, tmp_path, monkeypatch):
    (tmp_path / "conf" / "question").mkdir(parents=True)
    (tmp_path / "conf" / "question" / "idle.yaml").write_text("# @package _global_\nscenario: teaching\n")
    monkeypatch.chdir(tmp_path)
    code, out, err = call("whatif", "question=idle", "scenario=teaching", "runs=5", "outputs=out")
    assert (code, out) == (2, "")
    assert "question: idle changes nothing" in err
