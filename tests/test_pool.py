"""`sim pool` as a user meets it: what it refuses, what it prints, and battles fought from it."""

import json

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from sim.cli.arguments import MAX_DIGITS, read_whole_number
from sim.inference.pool_tables import read_pooled_draws
from sim.scenario import load
from sim.storage.reader import open_output


def test_pooled_draws_are_the_numbers_of_the_prior_without_the_own_battle(inferred):
    output = open_output(inferred["pool"])
    table = pq.read_table(inferred["pool"] / "draws.parquet").to_pandas()
    assert set(table["left_out"]) == {"", "teaching", "another_crossing"}
    scenario = load("teaching")
    draws = read_pooled_draws(output, scenario)
    own = table[table["left_out"] == "teaching"]
    for name in list(draws.priors)[:5]:
        z = own[f"z_{name}"].to_numpy()
        assert draws.values[:, list(draws.priors).index(name)] == pytest.approx(
            [scenario.priors[name].quantile(u) for u in ndtr(z).tolist()]
        )
    everybody = read_pooled_draws(output, scenario.model_copy(update={"name": "third"}))
    assert not np.array_equal(everybody.normal_values, draws.normal_values)
    assert draws.teachers == ("The crossing at Millbrook",)
    assert len(everybody.teachers) == 2


def test_what_a_battle_says_itself_is_not_in_its_own_draws(inferred):
    """With one other battle the draws of the left-out one are those of that battle's evidence alone."""
    table = pq.read_table(inferred["pool"] / "pooled_parameters.parquet").to_pandas()
    evidence = pq.read_table(inferred["pool"] / "evidence.parquet").to_pandas()
    for battle in ("teaching", "another_crossing"):
        others = evidence[evidence["battle"] != battle]
        rows = table[table["left_out"] == battle]
        assert (rows["mean"].abs().max() > 0) == (len(others) > 0)
        assert (rows["n_battles"] == 1).all()


@pytest.mark.slow
@pytest.mark.parametrize("command", ["run", "diary", "whatif"])
def test_battles_are_fought_from_a_pool(call, inferred, tmp_path, command):
    words = [command, "scenario=teaching", f"parameters=pooled:{inferred['pool']}"]
    words += [] if command == "diary" else ["runs=6", "workers=1", f"outputs={tmp_path}"]
    words += ["perturb=[no_airstrikes]"] if command == "whatif" else []
    code, out, err = call(*words)
    assert code == 0, err
    if command != "diary":
        assert "nothing of this battle's own record is in them" in " ".join(out.split())
        manifest = json.loads((next(tmp_path.rglob("run.json"))).read_text(encoding="utf-8"))
        assert manifest["posterior"]["teachers"] == ["The crossing at Millbrook"]


@pytest.mark.slow
def test_what_can_not_be_pooled_is_refused_in_one_line(call, inferred, tmp_path):
    calibrated, run = str(inferred["calibrate"]), f"outputs={tmp_path}"
    for words, complaint in (
        (["pool"], "needs the outputs of two calibrations at least (got none)"),
        (["pool", calibrated], "needs the outputs of two calibrations"),
        (["pool", calibrated, calibrated], "teaching comes twice"),
        (["pool", calibrated, str(tmp_path / "nowhere")], "no such folder"),
        (["pool", calibrated, str(inferred["forecast"])], "the output of sim forecast"),
        (
            ["pool", calibrated, calibrated, "draws=many"],
            "draws: not a whole number from 100 to 1,000,000 (got 'many')",
        ),
        (["pool", calibrated, calibrated, "seed=-1"], "seed: not a whole number"),
        (["pool", calibrated, calibrated, "draws=200", "draws=300"], "draws: is set twice"),
        (["run", "scenario=teaching", "parameters=pooled:"], "pooled: by which sim pool?"),
        (["run", "scenario=teaching", f"parameters=pooled:{calibrated}"], "the output of sim calibrate"),
        (["run", "scenario=teaching", "law=square", f"parameters=pooled:{inferred['pool']}"], "pooled under Helmbold"),
        (
            ["run", "scenario=teaching", f"parameters=pooled:{inferred['pool']}", "randomness=independent"],
            "randomness: only battles of a posterior",
        ),
    ):
        code, out, err = call(*words, run)
        assert (code, out) == (2, ""), words
        assert complaint in err, err
        assert len(err.splitlines()) == 1
        assert not list(tmp_path.iterdir())


@given(st.from_regex(r"[0-9\u0660-\u0669+-]{1,40}", fullmatch=True) | st.just("9" * 5_000) | st.just("0" * 5_000 + "7"))
def test_a_whole_number_is_read_or_is_none(text):
    """Python itself raises for thousands of digits, and takes those of other scripts."""
    number = read_whole_number(text)
    assert (number is not None) == (set(text) <= set("0123456789") and len(text.lstrip("0")) <= MAX_DIGITS)
    assert number is None or str(number) == (text.lstrip("0") or "0")


@pytest.mark.parametrize("words", [("diary", "scenario=teaching", "replication={}"), ("pool", "a", "b", "draws={}")])
def test_thousands_of_digits_are_refused_in_one_line(call, words):
    code, out, err = call(*(word.format("9" * 5_000) for word in words))
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert len(err) < 300


@pytest.mark.slow
def test_the_answer_stands_first_and_names_the_battles(call, inferred, tmp_path):
    manifest = json.loads((inferred["pool"] / "run.json").read_text(encoding="utf-8"))
    words = manifest["settings"]["posteriors"]
    code, out, err = call("pool", *words, "draws=100", f"outputs={tmp_path}")
    assert (code, err) == (0, "")
    text = " ".join(out.split())
    assert "2 battles are pooled, which share " in text
    assert " % of the prior variance is common to all battles" in text
    (folder,) = (tmp_path / "pool").iterdir()
    assert (folder / "figures" / "pooled_parameters.svg").stat().st_size > 5_000
    again = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert again["results_digest"] == manifest["results_digest"]  # one seed, one result
