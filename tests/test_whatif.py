"""What-ifs in pairs: the arithmetic by hand, common luck, and the command as a user meets it."""

import json
import re
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from pydantic import TypeAdapter

from sim import perturbations
from sim.battle.fight import Stage
from sim.experiment.paired import Change, Comparison, Measured, compare, difference, measures, pairs
from sim.experiment.replicate import finished
from sim.report.whatif import digits_of, said, signed, told
from sim.scenario import load

ANY = TypeAdapter(perturbations.AnyPerturbation)
EVENT = Measured("held", "The fort is held in {chance} of 100 battles.", "share held", True)
NUMBER = Measured("dead", "Teal soldiers killed", "people", False)


def change(name: str, settings: dict) -> Change:
    edits = ANY.validate_python(settings).edits(load("teaching"))
    return Change(name, name, Stage(load("teaching", edits)))


# The arithmetic


def test_a_paired_difference_worked_by_hand():
    base, changed = np.array([1.0, 2.0, 3.0, 6.0]), np.array([2.0, 2.0, 5.0, 7.0])
    each = difference(NUMBER, base, changed)
    assert (each.base, each.changed, each.difference) == (3.0, 4.0, 1.0)
    spread = ((1 - 1) ** 2 + (0 - 1) ** 2 + (2 - 1) ** 2 + (1 - 1) ** 2) / 3  # of the differences 1, 0, 2, 1
    half = 1.959963984540054 * (spread / 4) ** 0.5
    assert (each.low, each.high) == pytest.approx((1 - half, 1 + half))
    # Unpaired: variances 14/3 and 18/3, against 2/3.
    assert each.ratio == pytest.approx((14 / 3 + 18 / 3) / (2 / 3))
    assert (each.up, each.down, each.pairs) == (3, 0, 4)


def test_a_difference_that_is_shuffled_is_seen():
    base, changed = np.array([1.0, 2.0, 3.0, 6.0]), np.array([7.0, 2.0, 2.0, 5.0])
    assert difference(NUMBER, base, changed).ratio != difference(NUMBER, base, np.sort(changed)).ratio


def test_nothing_changed_is_no_difference_and_no_ratio():
    base = np.array([0.0, 1.0, 1.0])
    each = difference(EVENT, base, base)
    assert (each.difference, each.low, each.high, each.ratio, each.up, each.down) == (0, 0, 0, None, 0, 0)
    assert not each.certain
    assert told(each) == "none of 3 pairs differs"


def test_the_interval_covers_the_true_difference_as_often_as_it_says():
    """Of 2,000 intervals 95 in 100 hold the truth: within 4.892 standard errors, and 1 point for what is not normal."""
    rng = np.random.default_rng(3)  # noqa: TID251 (a test's own dice)
    held = 0
    for _ in range(2000):
        base = (rng.random(400) < 0.4).astype(float)
        changed = np.where(rng.random(400) < 0.2, (rng.random(400) < 0.9).astype(float), base)
        truth = 0.2 * (0.9 - 0.4)
        each = difference(EVENT, base, changed)
        held += each.low <= truth <= each.high
    assert abs(held / 2000 - 0.95) < 4.892 * (0.95 * 0.05 / 2000) ** 0.5 + 0.01


# The words


def test_the_sentence_says_both_levels_and_the_difference_with_its_interval():
    base = np.repeat([1.0, 0.0], [900, 1100])
    changed = np.repeat([1.0, 0.0], [300, 1700])
    each = difference(EVENT, base, changed)
    assert digits_of(each) == 0
    low, high = signed(each.low, 0), signed(each.high, 0)
    wanted = f"30 fewer in 100, 95% interval {low} to {high}: the fort is held in 15 of 100 battles instead of 45."
    assert said(each) == wanted


def test_a_difference_that_the_pairs_can_not_tell_is_said_to_be_none():
    base = np.repeat([1.0, 0.0], [50, 50])
    changed = base.copy()
    changed[0], changed[99] = 0.0, 1.0
    assert "no difference that 100 pairs can tell" in said(difference(EVENT, base, changed))


@pytest.mark.parametrize(("share", "digits", "text"), [(-0.004, 0, "0"), (-0.04, 0, "−4"), (0.0123, 1, "1.2")])
def test_numbers_have_no_more_digits_than_they_should(share, digits, text):
    assert signed(share, digits) == text


# Common luck


def fought(changes: list[Change], seed: int, runs: int, workers: int) -> Comparison:
    studies = pairs(Stage(load("teaching")), changes, seed, runs)
    return compare(studies, lambda _, study: finished(study, workers))


def test_pairs_share_their_luck_and_do_not_depend_on_workers():
    changes = [change("bombs", {"kind": "bombs", "fate": "on_target"})]
    one, two = (fought(changes, 5, 60, workers) for workers in (1, 2))
    assert one.digest == two.digest
    assert one.base.tobytes() == two.base.tobytes()
    first_day = [m.id for m in one.measures].index("first_day_dead_gazette")  # before the bomb
    assert (one.base[:, first_day] == one.changed["bombs"][:, first_day]).all()
    ratios = [each.ratio for each in one.differences("bombs") if each.ratio is not None]
    assert np.median(ratios) > 3  # the pairs save most of the work


def test_a_change_of_nothing_differs_in_nothing():
    nothing = Change("nothing", "nothing", Stage(load("teaching")))
    comparison = fought([nothing], 5, 20, 1)
    assert all(each.up + each.down == 0 for each in comparison.differences("nothing"))


def test_no_measure_comes_twice():
    for name in ("teaching", "dec2014"):
        scenario = load(name)
        found = measures(scenario, scenario.hours(scenario.ends))
        assert len({each.id for each in found}) == len(found)
        texts = [each.text for each in found if not each.event]
        assert len(set(texts)) == len(texts)


# The command


def test_the_answer_comes_first_then_the_tables_then_the_folder(call, tmp_path):
    words = ["perturb=[all_bombs_on_target]", "scenario=teaching", "runs=60", f"outputs={tmp_path}", "workers=1"]
    code, out, err = call("whatif", *words)
    assert (code, err) == (0, "")
    answer = r"With every vehicle bomb on target, .*: the\s+fort is still held .* of\s+100\s+battles instead of"
    assert re.search(answer, out, re.DOTALL)
    assert "variance ratio" in out
    assert "Uncalibrated" in out
    folder = Path(out.splitlines()[-1])
    manifest = json.loads((folder / "run.json").read_text())
    assert manifest["calibrated"] is False
    assert list(manifest["changes"]) == ["all_bombs_on_target"]
    rows = pq.read_table(folder / "differences.parquet").to_pylist()
    pairs = pq.read_table(folder / "pairs.parquet")
    assert pairs.num_rows == 120
    assert {row["change"] for row in rows} == {"all_bombs_on_target"}
    assert {path.name for path in (folder / "figures").iterdir()} == {"forest.png", "forest.svg"}
    again = call("whatif", *words)[1].splitlines()[-1]
    assert json.loads((Path(again) / "run.json").read_text())["results_digest"] == manifest["results_digest"]


def test_several_are_asked_one_by_one_and_together(call, tmp_path):
    two = "perturb=[all_bombs_on_target,no_airstrikes]"
    code, out, _ = call("whatif", two, "scenario=teaching", "runs=10", f"outputs={tmp_path}", "workers=1")
    assert code == 0
    rows = pq.read_table(Path(out.splitlines()[-1]) / "differences.parquet").to_pylist()
    assert {row["change"] for row in rows} == {"all_bombs_on_target", "no_airstrikes", "together"}


def test_a_branch_sets_in_at_its_moment(call, tmp_path):
    words = ["perturb=[no_airstrikes]", "scenario=teaching", "runs=10", f"outputs={tmp_path}", "workers=1"]
    code, out, _ = call("whatif", *words, "branch=2001-06-02T03:00")
    assert code == 0
    assert "from 03:00 on 2 June on" in out
    assert "none of 10 pairs differs" in " ".join(out.split())  # all strikes were on the first day


def test_a_page_is_written_with_its_figure(call, tmp_path):
    page = tmp_path / "page.md"
    words = ["perturb=[no_airstrikes]", "scenario=teaching", "runs=10", f"outputs={tmp_path}", "workers=1"]
    assert call("whatif", *words, f"page={page}")[0] == 0
    text = page.read_text()
    assert "Uncalibrated" in text
    assert (tmp_path / "images" / "page.png").is_file()
    assert "](images/page.png)" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "perturb: nothing changes (allowed: perturb=[NAME,...], or ask=EXPERIMENT)"),
        (["perturb=[nothing]"], "perturb/nothing"),
        (["ask=nothing"], "ask: unknown experiment (got 'nothing'; allowed: dec2014/"),
        (["ask=linear_law"], "ask: linear_law changes nothing"),
        (["ask=dec2014/no_airstrikes", "scenario=teaching"], "ask: dec2014/no_airstrikes is about dec2014"),
        (["+perturb.x={kind: strength, force: nobody, factor: 2}"], "perturb.x.force: unknown id (got nobody"),
        (["+perturb.x={kind: strength, force: watch, people: -1}"], "perturb.x."),
        (["+perturb.x={kind: luck}"], "perturb.x"),
        (["perturb=[no_airstrikes]", "branch=2001-07-01"], "branch: outside the battle (got 2001-07-01T00:00"),
        (["+perturb.x={kind: strength, side: teal, factor: 2}", "branch=2001-06-02"], "branch: x can't set in during"),
        (["perturb=[no_airstrikes]", "page=nowhere/x.md"], "page: not a Markdown file in a folder that exists"),
        (["+perturb.a={kind: strength, force: watch, people: 1}", "+perturb.b={kind: strength, side: teal, factor: 2}"],
         "is set twice"),
    ],
)  # fmt: skip
def test_what_can_not_be_asked_is_told_before_anything_runs(call, tmp_path, words, said):
    scenario = (
        [] if any(word.startswith("scenario") for word in words) or "ask" in "".join(words) else ["scenario=teaching"]
    )
    code, out, err = call("whatif", *words, *scenario, "runs=5", f"outputs={tmp_path / 'out'}")
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err
    assert not (tmp_path / "out").exists()
