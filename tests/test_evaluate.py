"""Forecasts evaluated beside their baselines, and `sim score` as a user meets it."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.claims import draw_values_by_claim
from support.manifests import reseal

from sim.likelihood import observation_model
from sim.outputs.score_tables import (
    make_claim_forecasts_table,
    make_scores_table,
    make_skill_table,
    make_unscored_table,
)
from sim.plots.figure_data import ScoreData
from sim.plots.registry import draw_figure, find_figures
from sim.report.skill import (
    NO_END,
    build_skill_table,
    describe_better_baselines,
    describe_scores,
    format_baseline_name,
    format_baseline_skill,
)
from sim.scenario import load
from sim.scoring.evaluate import (
    LOG_SCORE,
    SKILL_SCORES,
    BaselineScore,
    SimulatedValues,
    evaluate_splits,
    group_by_split,
)
from sim.scoring.forecast import build_claim_model, make_forecast, make_forecast_from_parameters
from sim.scoring.skill import Skill

ROWS = 80


def simulate_values(name, rows=ROWS):
    scenario = load(name)
    ends = scenario.hours_since_start(scenario.horizon)
    return SimulatedValues(scenario, ends, draw_values_by_claim(scenario, ends, rows), 4, np.arange(rows))


@pytest.fixture(scope="module", params=["teaching", "dec2014"])
def evaluated(request):
    battles = simulate_values(request.param)
    return battles, evaluate_splits(battles)


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """The output of a short run of the teaching battle."""
    from sim.cli.main import main

    folder = tmp_path_factory.mktemp("outputs")
    with pytest.raises(SystemExit) as left:
        main(["run", "scenario=teaching", "runs=60", "workers=1", f"outputs={folder}", "engine=simpy"])
    assert not left.value.code
    (output,) = (folder / "base").iterdir()
    return output


# --- What is scored


def test_every_claim_that_can_be_scored_is_scored_in_its_split(evaluated):
    battles, splits = evaluated
    scored = {id: claim.role for id, claim in battles.scenario.claims.items() if claim.role != "context"}
    found = {each.target.claim: split.name for split in splits for each in split.claim_forecasts}
    assert found == scored
    table = make_claim_forecasts_table(battles.scenario, splits)
    assert set(table["claim"].to_pylist()) == set(scored)
    assert all(0.0 <= each <= 1.0 for each in table["pit"].to_pylist())


def test_each_kind_of_claim_has_its_scores(evaluated):
    _, splits = evaluated
    wanted = {
        "count": {"crps", "fair_crps", "log_crps"},
        "share": {"crps", "fair_crps"},
        "event": {"brier"},
        "state": {"rps"},
    }
    for split in splits:
        for each in split.claim_forecasts:
            assert set(each.scores) == wanted[each.target.kind]
            assert all(
                np.isfinite(value) and value >= -1e-9 for name, value in each.scores.items() if "crps" not in name
            )


def test_the_best_baseline_is_first(evaluated):
    _, splits = evaluated
    for split in splits:
        order = [(each.skill.sign, each.skill.value) for each in split.baseline_scores]
        assert order == sorted(order)
        assert {each.score for each in split.baseline_scores} <= {*SKILL_SCORES, LOG_SCORE}
        sentences = list(describe_scores(split))
        ahead = [each for each in split.baseline_scores if each.skill.value < -1e-9]
        text = " ".join(sentences)
        is_beaten = any(each.skill.sign < 0 for each in split.baseline_scores)
        assert sentences[0].startswith("No baseline does clearly better") != is_beaten
        for each in ahead:
            verb = "does clearly better" if each.skill.sign < 0 else "on "
            assert f"{format_baseline_name(each)} {verb}".lower() in text.lower()


def test_a_baseline_that_wins_is_printed_first_and_one_that_does_not_is_not():
    split = evaluate_splits(simulate_values("teaching"))[0]
    sure, unsure = Skill(-0.4, (-0.6, -0.1), 9, 12), Skill(0.3, (0.1, 0.5), 9, 12)
    baseline_scores = (
        BaselineScore("copy_last", "log_crps", sure, 0.7, 0.5),
        BaselineScore("base_rate", "brier", unsure, 0.1, 0.2),
    )
    sentences = list(describe_scores(replace(split, baseline_scores=baseline_scores)))
    assert sentences[0] == (
        "The last reported day again does clearly better than the simulation on counts: skill −40% (−60 to −10), "
        "12 claims."
    )
    assert "base rate" not in " ".join(sentences)
    none = list(describe_scores(replace(split, baseline_scores=baseline_scores[1:])))
    assert none[0] == "No baseline does clearly better than the simulation."
    assert build_skill_table(replace(split, baseline_scores=baseline_scores)).row_count == 2


def test_a_baseline_that_is_ahead_by_chance_is_named_so():
    split = evaluate_splits(simulate_values("teaching"))[0]
    unclear = BaselineScore("persistence", "brier", Skill(-0.4, (-0.9, 0.2), 9, 1), 0.7, 0.5)
    _, sentence, *_ = describe_scores(replace(split, baseline_scores=(unclear,)))
    assert sentence == (
        "Ahead, but on too little evidence to tell from chance: persistence on what happened or not (1 claim)."
    )


@given(
    value=st.one_of(st.floats(-50, 1), st.floats(-1e-2, 1e-2), st.just(-0.0), st.just(-1e-17)),
    score=st.sampled_from(["brier", LOG_SCORE]),
    width=st.one_of(st.none(), st.floats(1e-6, 100)),
)
def test_who_is_ahead_goes_by_the_number_however_it_is_shown(value, score, width):
    interval = None if width is None else (value - width, value + width)
    each = BaselineScore("persistence", score, Skill(value, interval, 9, 4), 1.0, 1.0)
    sentences = list(describe_better_baselines([each]))
    is_sure = interval is not None and interval[1] < 0
    assert any("clearly better than the simulation on" in sentence for sentence in sentences) == is_sure
    assert any(sentence.startswith("Ahead") for sentence in sentences) == (value < -1e-9 and not is_sure)


def test_a_forecast_that_knows_the_record_beats_the_baselines(evaluated):
    """Values that are as they were told: only misreports are left, and hardly any baseline knows better."""
    battles, _ = evaluated
    scenario = battles.scenario
    values = dict(battles.values)
    record = build_claim_model(scenario, battles.ends, list(values))
    for claim in record.claims:
        bound = scenario.claims[claim].value
        likely = (0.5, 0.7, 1.0, 0.0, *(n / 20 for n in range(20_000)))
        values[claim] = np.full(ROWS, next(value for value in likely if bound.contains(value)))
    baseline_scores = [
        each for split in evaluate_splits(replace(battles, values=values)) for each in split.baseline_scores
    ]
    better = {name: [each.skill.value for each in baseline_scores if each.score == name] for name in ("brier", "rps")}
    assert min(better["rps"]) >= 0.0  # who held the hill had been told before
    assert max(better["rps"]) > 0.9
    assert max(better["brier"]) > 0.9
    assert (
        min(each.skill.value for each in baseline_scores if each.score == "brier" and each.baseline == "base_rate")
        > 0.9
    )


def test_a_worse_forecast_scores_worse():
    battles = simulate_values("dec2014")
    wrong = {id: column * 40.0 if column.max() > 1.0 else 1.0 - column for id, column in battles.values.items()}
    ours, theirs = evaluate_splits(battles)[0], evaluate_splits(replace(battles, values=wrong))[0]
    mean = [
        np.mean([each.scores["log_crps"] for each in split.claim_forecasts if "log_crps" in each.scores])
        for split in (ours, theirs)
    ]
    assert mean[0] < mean[1]


def test_a_posterior_is_scored_like_a_prior():
    battles = simulate_values("teaching")
    record = build_claim_model(battles.scenario, battles.ends, list(battles.values))
    values = np.column_stack([battles.values[id] for id in record.claims])
    reports = observation_model.draw_priors(
        battles.scenario, record.parameter_names, battles.seed, battles.replications
    )
    prior = make_forecast("simulation", battles.scenario, record, values, battles.seed, battles.replications)
    same = make_forecast_from_parameters(
        "posterior", battles.scenario, record, values, reports, battles.seed, battles.replications
    )
    assert (same.sample == prior.sample).all()
    sure = np.where(np.arange(len(record.parameter_names)) == record.parameter_names.index("misreport"), 1e-9, reports)
    surer = make_forecast_from_parameters(
        "posterior", battles.scenario, record, values, sure, battles.seed, battles.replications
    )
    assert surer.log_scores != prior.log_scores


def test_reporting_parameters_of_a_posterior_are_used_and_the_rest_comes_from_the_prior():
    battles = simulate_values("teaching")
    by_prior = evaluate_splits(battles)
    sure = {"misreport": np.full(ROWS, 1e-9)}
    surer = evaluate_splits(replace(battles, reporting=sure))
    assert [each.forecast.log_scores for each in surer] != [each.forecast.log_scores for each in by_prior]
    assert [each.baseline_forecasts[0].log_scores for each in surer] == [
        each.baseline_forecasts[0].log_scores for each in by_prior
    ]
    model = build_claim_model(battles.scenario, battles.ends, list(battles.values))
    drawn, own = (each.draw_reporting_parameters(model) for each in (battles, replace(battles, reporting=sure)))
    column = model.parameter_names.index("misreport")
    assert (own[:, column] == 1e-9).all()
    np.testing.assert_array_equal(np.delete(own, column, axis=1), np.delete(drawn, column, axis=1))


def test_the_tables_say_all(evaluated):
    _, splits = evaluated
    scores = make_scores_table(splits).to_pylist()
    assert {row["forecaster"] for row in scores} >= {"simulation", "persistence", "base_rate"}
    rows = make_skill_table(group_by_split(splits)).to_pylist()
    assert len(rows) == sum(len(split.baseline_scores) for split in splits)
    assert all(row["low"] is None for row in rows if row["n_terms"] < 5)
    assert all(row["reason"] for row in make_unscored_table(splits).to_pylist())


@pytest.mark.parametrize(
    ("value", "interval", "score", "words"),
    [
        (0.2513, (0.1, 0.4), "brier", "25% (10 to 40)"),
        (-0.2, None, "brier", "−20% (too few to tell)"),
        (-31.8, None, "brier", "below −999%"),
        (-0.2, None, "log_crps", f"−20% ({NO_END})"),
        (0.333, (-0.5, 0.9), LOG_SCORE, "0.3 nats (−0.5 to 0.9)"),
    ],
)
def test_a_skill_is_printed_with_no_more_digits_than_its_interval_supports(value, interval, score, words):
    each = BaselineScore("base_rate", score, Skill(value, interval, 3 if "too few" in words else 9, 9), 0.1, 0.2)
    assert format_baseline_skill(each) == words


# --- The command


@pytest.mark.slow
def test_the_command_writes_tables_and_figures_and_tells(stored, tmp_path, call):
    code, out, err = call("score", str(stored), f"outputs={tmp_path}")
    assert (code, err) == (0, "")
    folder = Path(out.strip().splitlines()[-1])
    assert folder.parent == tmp_path / "score"
    assert {path.name for path in folder.iterdir()} == {
        "claim_agreement.parquet",
        "claim_forecasts.parquet",
        "scores.parquet",
        "skill.parquet",
        "unscored.parquet",
        "figures",
        "report.html",
        "run.json",
        "scenario.json",
    }
    assert {path.stem for path in (folder / "figures").iterdir()} == set(find_figures("score"))
    facts = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    run = json.loads((stored / "run.json").read_text(encoding="utf-8"))
    assert facts["scored_run_digest"] == run["results_digest"]
    assert facts["scenario_digest"] == run["scenario_digest"]
    assert facts["battles"] == 60
    assert "Claims that may teach the model" in out
    assert "Claims that are held out" in out
    assert "Uncalibrated" in out
    again = call("score", str(stored), f"outputs={tmp_path}")[1].strip().splitlines()[-1]
    assert again != str(folder)
    for name in ("claim_agreement", "claim_forecasts", "scores", "skill", "unscored"):
        assert pq.read_table(folder / f"{name}.parquet").equals(pq.read_table(Path(again) / f"{name}.parquet"))
    before = sorted(path.name for path in stored.iterdir())
    assert before == sorted(path.name for path in stored.iterdir())


@pytest.mark.slow
def test_fewer_battles_may_be_read(stored, tmp_path, call):
    code, out, _ = call("score", str(stored), "battles=20", f"outputs={tmp_path}")
    assert code == 0
    assert ": 20 battles against the record" in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "needs one output folder"),
        (["nowhere"], "nowhere: no such folder"),
        (["STORED", "battles=1"], "battles: not a number of battles (got '1'; allowed: 2 or more)"),
        (["STORED", "battles=many"], "battles: not a number of battles"),
        (["STORED", "seed=3"], "seed: unknown option (allowed: battles, outputs, answers)"),
        (["STORED", "STORED2"], "needs one output folder"),
    ],
)
def test_bad_input_is_told_in_one_line(words, message, stored, tmp_path, call, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = call("score", *(word.replace("STORED", str(stored)) for word in words))
    assert code == 2
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    assert message in err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_finished_run_is_refused(stored, tmp_path, call):
    for name, text, message in (
        ("empty", None, "not a complete output (there is no run.json)"),
        ("broken", "{", "damaged"),
        ("other", "{}", "written by an earlier version of sim, which sealed nothing"),
    ):
        folder = tmp_path / name
        folder.mkdir()
        if text is not None:
            (folder / "run.json").write_text(text, encoding="utf-8")
        code, _, err = call("score", str(folder), f"outputs={tmp_path / 'out'}")
        assert code == 2
        assert message in err
    assert not (tmp_path / "out").exists()


def test_a_scenario_that_has_changed_since_is_refused(stored, tmp_path, call):
    folder = shutil.copytree(stored, tmp_path / "changed")
    reseal(folder, scenario_digest="0" * 64)
    code, _, err = call("score", str(folder), f"outputs={tmp_path / 'out'}")
    assert code == 2
    assert "the scenario has changed since (was 000000000000" in err
    (folder / "claims.parquet").write_bytes(b"PAR1")
    code, _, err = call("score", str(folder), f"outputs={tmp_path / 'out'}")
    assert (code, "claims.parquet was changed or cut short" in err) == (2, True)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", find_figures("score"))
def test_every_figure_of_a_comparison_is_drawn(name, stored):
    from sim.outputs.run_results import read_run

    battles = simulate_values("teaching")
    results = read_run(stored)
    data = ScoreData(battles.scenario, results, evaluate_splits(battles), "a caption")
    figure = draw_figure(find_figures("score")[name], data)
    assert figure is not None
    assert figure.get_axes()
    words = " ".join(text.get_text() for text in figure.findobj() if hasattr(text, "get_text"))
    assert "a caption" in words
