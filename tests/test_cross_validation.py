"""Cross-validation over battles: what is asked, what the record answers, who is scored how, and the command."""

import json
import math
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.cross_validation.baselines import BASELINES, AnsweredBattle, compute_daily_loss
from sim.analysis.cross_validation.battle_forecasts import POOLED, PRIOR, BattleForecast
from sim.analysis.cross_validation.battle_questions import (
    ATTACKER,
    HELD,
    LOSS_OBSERVABLES,
    LOSS_SHARES,
    compute_questions_digest,
    count_people,
    enumerate_battle_questions,
)
from sim.analysis.cross_validation.record_answers import HolderReport, answer_battle_questions, answer_held
from sim.analysis.cross_validation.recorded_fate import find_last_holder
from sim.analysis.cross_validation.scores import (
    ALL_KINDS,
    DecidedQuestion,
    compute_discrimination,
    cross_validate,
    score_forecasters,
)
from sim.inference.netcdf import read_posterior
from sim.report.cross_validation import LIMITS, MARKS, describe_cross_validation, replace_section
from sim.scenario import load
from sim.storage.fingerprint import compute_digest

NOON = datetime(2001, 6, 1, 12)
BATTLES = ("dec2014", "goose_green", "rorkes_drift", "khafji", "dienbienphu", "shaer", "shiloh", "teaching")


def at(hours: float) -> datetime:
    """A moment so many hours after noon."""
    return NOON + timedelta(hours=hours)


def report(hours: float, held: bool | None, since: float | None = None, claim: str = "c") -> HolderReport:
    """A report of a moment, or of a capture within a period."""
    return HolderReport(at(hours if since is None else since), at(hours), held, claim, since is not None)


@pytest.mark.parametrize("name", BATTLES)
def test_the_questions_of_a_battle_come_from_its_scenario_alone(name):
    scenario = load(name)
    questions = enumerate_battle_questions(scenario)
    without = scenario.model_copy(update={"claims": {}})
    assert compute_questions_digest(enumerate_battle_questions(without)) == compute_questions_digest(questions)
    assert len({each.id for each in questions}) == len(questions)
    assert all(scenario.begins < each.moment <= scenario.ends for each in questions)
    losses = [each for each in questions if each.kind in LOSS_OBSERVABLES]
    assert {each.loss_share for each in losses} == set(LOSS_SHARES)
    for each in losses:
        people = count_people(scenario, each.question.observable.side)
        assert each.question.threshold == max(round(each.loss_share * people), 1)


def test_the_record_answers_at_least_two_hundred_questions():
    counts = []
    for name in BATTLES[:-1]:
        scenario = load(name)
        answers = answer_battle_questions(scenario, enumerate_battle_questions(scenario))
        decided = [each.answer for each in answers if each.answer is not None]
        assert {True, False} <= set(decided)
        assert all(each.claims or each.basis in ("between", "not documented") for each in answers)
        counts.append(len(decided))
    assert sum(counts) >= 200


def test_a_claim_of_the_moment_answers_before_what_lies_around_it():
    reports = [report(0, False), report(2, True), report(4, False)]
    assert answer_held(at(2), reports).answer is True
    assert answer_held(at(2), reports).basis == "stated"
    assert answer_held(at(1), reports).answer is None  # a change lies between
    assert answer_held(at(5), reports).basis == "not documented"


def test_two_reports_that_agree_answer_for_the_time_between_them():
    reports = [report(0, False, claim="a"), report(4, False, claim="b")]
    answer = answer_held(at(3), reports)
    assert (answer.answer, answer.basis, answer.claims) == (False, "between", ("a", "b"))
    unclear = [*reports, HolderReport(at(1), at(2), None, "fight")]
    assert answer_held(at(3), sorted(unclear, key=lambda each: each.until)).basis == "open"


def test_reports_of_one_moment_that_contradict_each_other_answer_nothing():
    reports = [report(0, False), report(2, True, claim="a"), report(2, False, claim="b")]
    assert answer_held(at(2), reports).basis == "disputed"
    assert answer_held(at(1), reports).answer is None


@pytest.mark.parametrize("name", BATTLES)
def test_every_battle_has_an_end_and_it_is_that_of_its_objective_if_a_claim_decides_it(name):
    scenario = load(name)
    fate = find_last_holder(scenario)
    questions = enumerate_battle_questions(scenario)
    reported = {
        each.question.place
        for each, answer in zip(questions, answer_battle_questions(scenario, questions), strict=True)
        if each.kind == HELD and answer.claims
    }
    assert fate.place == scenario.objective.place or scenario.objective.place not in reported
    assert fate.place in reported
    assert fate.holder in scenario.sides
    without = {id: each for id, each in scenario.claims.items() if getattr(each.observable, "place", "") != fate.place}
    instead = find_last_holder(scenario.model_copy(update={"claims": without}))
    assert instead is None or (instead.place != fate.place and instead.moment <= scenario.ends)
    assert find_last_holder(scenario.model_copy(update={"claims": {}})) is None


def test_a_page_says_what_none_of_it_can_tell_before_its_scores():
    text = (Path(__file__).parent.parent / "docs" / "battles.md").read_text(encoding="utf-8")
    assert text.index("| battle |") < text.index(LIMITS[0]) < text.index("**Scores: all questions**")


@given(
    st.lists(
        st.tuples(st.integers(1, 20), st.sampled_from([True, False, None]), st.integers(0, 5)), min_size=0, max_size=8
    ),
    st.integers(1, 22),
)
def test_an_answer_never_contradicts_a_report_of_its_moment_or_the_reports_around_it(drawn, hour):
    reports = sorted(
        [report(0, False), *(report(h, held, since=max(h - length, 0)) for h, held, length in drawn)],
        key=lambda each: each.until,
    )
    answer = answer_held(at(hour), reports)
    if answer.answer is None:
        return
    assert all(each.is_attacker in (None, answer.answer) for each in reports if each.until == at(hour))
    if answer.basis == "between":
        before = [each for each in reports if each.until < at(hour) and each.is_attacker is not None]
        after = [each for each in reports if each.until > at(hour) and each.is_attacker is not None]
        assert before[-1].is_attacker == after[0].is_attacker == answer.answer


def test_losses_are_answered_by_parts_from_below_and_by_totals_from_above():
    scenario = load("goose_green")
    questions = [each for each in enumerate_battle_questions(scenario) if each.kind == "killed"]
    answers = answer_battle_questions(scenario, questions)
    for question, answer in zip(questions, answers, strict=True):
        for id in answer.claims if answer.answer is not None else ():
            claim = scenario.claims[id]
            if answer.answer:
                assert claim.value.low >= question.question.threshold
                assert claim.observable.until <= question.moment
            else:
                assert claim.value.high < question.question.threshold
                assert not claim.observable.places


def decide(battle: str, is_yes: bool, **chances: float) -> DecidedQuestion:
    """A question of places with an answer."""
    return DecidedQuestion(battle, f"q{is_yes}{chances}", "places", is_yes, chances)


def test_scores_by_hand():
    decided = [
        decide("a", True, pooled=0.8, prior=0.6),
        decide("a", False, pooled=0.4, prior=0.4),
        decide("b", True, pooled=0.5, prior=0.9),
    ]
    scores = {(each.kind, each.forecaster, each.score): each for each in score_forecasters(decided)}
    pooled = scores[ALL_KINDS, POOLED, "brier"]
    # Battle a: (0.04 + 0.16) / 2 = 0.1; battle b: 0.25.
    assert pooled.value == pytest.approx(0.175)
    assert scores[ALL_KINDS, PRIOR, "brier"].difference == pytest.approx((0.16 + 0.01) / 2 - 0.175)
    assert scores[ALL_KINDS, POOLED, "log_score"].value == pytest.approx(
        ((-math.log(0.8) - math.log(0.6)) / 2 - math.log(0.5)) / 2
    )
    assert pooled.interval is None


def test_an_interval_over_battles_wants_five_and_is_students():
    differences = [0.1, 0.2, 0.3, 0.4, 0.5]
    decided = [decide(f"b{n}", False, pooled=0.0, prior=math.sqrt(each)) for n, each in enumerate(differences)]
    (score,) = [
        each
        for each in score_forecasters(decided)
        if (each.kind, each.forecaster, each.score) == (ALL_KINDS, PRIOR, "brier")
    ]
    half = 2.7764 * np.std(differences, ddof=1) / math.sqrt(5)
    assert score.interval == pytest.approx((0.3 - half, 0.3 + half), abs=1e-4)


def test_discrimination_is_the_share_of_pairs_in_order():
    decided = [decide("a", True, pooled=0.9), decide("a", True, pooled=0.3), decide("a", False, pooled=0.3)]
    assert compute_discrimination(POOLED, decided) == pytest.approx((1.0 + 0.5) / 2)
    assert compute_discrimination(POOLED, decided[:2]) is None


@pytest.fixture(scope="module")
def battles() -> list[AnsweredBattle]:
    """Three battles with chances of a coin."""
    answered = []
    for name in ("goose_green", "rorkes_drift", "shaer"):
        scenario = load(name)
        questions = enumerate_battle_questions(scenario)
        coin = np.full(len(questions), 0.5)
        forecast = BattleForecast(scenario, questions, {POOLED: coin, PRIOR: coin})
        answered.append(AnsweredBattle(forecast, answer_battle_questions(scenario, questions)))
    return answered


def test_baselines_give_chances_and_read_no_answer_of_the_battle_they_forecast(battles):
    first, *others = battles
    reversed_answers = tuple(
        type(each)(None if each.answer is None else not each.answer, each.basis, each.claims) for each in first.answers
    )
    for name, predict in BASELINES.items():
        chances = predict(first, others)
        assert chances, name
        assert all(0.0 <= each <= 1.0 for each in chances.values()), name
        assert predict(AnsweredBattle(first.forecast, reversed_answers), others) == chances, name


@pytest.mark.slow
def test_baselines_that_learn_do_so_from_the_other_battles(battles):
    first, *others = battles
    for name in ("climatology", "day_bootstrap", "logistic_regression"):
        assert BASELINES[name](first, others) != BASELINES[name](first, others[:1]), name
    for name in ("persistence", "lanchester"):
        assert BASELINES[name](first, others) == BASELINES[name](first, []), name


def test_the_daily_loss_is_the_middle_of_what_was_reported_over_the_people_and_the_days():
    scenario = load("rorkes_drift")
    rate = compute_daily_loss(scenario, "killed", ATTACKER)
    people = count_people(scenario, "zulu")
    dead = rate * people * (scenario.ends - scenario.begins) / timedelta(days=1)
    assert 300 < dead < 900  # the sources say 351 to 875


@pytest.mark.slow
def test_a_coin_has_a_quarter_and_the_sentence_says_so(battles):
    result = cross_validate(battles)
    assert result.find_score(ALL_KINDS, POOLED, "brier").value == pytest.approx(0.25)
    sentences = list(describe_cross_validation(result))
    assert sentences[0].startswith(
        "Forecast from the other battles, the model has a Brier score of 0.250 over 3 battles"
    )
    assert "50 of 100 pairs" in sentences[-1]
    assert sum(each.kind == "places" for each in result.decided) == sum(
        question.kind == HELD for battle in battles for _, question, _ in battle.iterate_decided()
    )


def test_the_forecasts_are_frozen_with_their_digests(inferred):
    folder = inferred["cross-validate"]
    sealed = json.loads((folder / "sealed.json").read_text(encoding="utf-8"))
    statement = {name: sealed[name] for name in ("runs", "seed", "battles")}
    assert sealed["sha256"] == compute_digest(statement)
    questions = pq.read_table(folder / "questions.parquet").to_pandas()
    for battle, facts in sealed["battles"].items():
        rows = questions[questions["battle"] == battle]
        assert facts["n_questions"] == len(rows)
        chances = {name: rows[name].tolist() for name in (POOLED, PRIOR)}
        assert facts["chances"] == compute_digest(chances)
    assert len(pq.read_table(folder / "answers.parquet")) == len(questions)


def test_the_factors_of_sources_are_those_of_the_posteriors(inferred):
    table = pq.read_table(inferred["cross-validate"] / "source_factors.parquet").to_pandas()
    posterior = read_posterior(inferred["calibrate"])
    own = table[table["battle"] == "teaching"]
    assert len(own) > 0
    for row in own.to_dict("records"):
        values = posterior.parameter_values[:, posterior.parameter_names.index(row["parameter"])]
        assert row["posterior_median"] == pytest.approx(np.median(values))
        assert row["prior_median"] == pytest.approx(posterior.priors[row["parameter"]].quantile(0.5))
        assert row["prior_q05"] < row["prior_q95"]


@pytest.mark.slow
def test_a_battle_that_is_not_calibrated_is_forecast_and_teaches_nothing(call, inferred, tmp_path):
    calibrated = json.loads((inferred["cross-validate"] / "run.json").read_text(encoding="utf-8"))
    folders = calibrated["settings"]["posteriors"]
    words = ["cross-validate", *folders, "runs=20", f"outputs={tmp_path}"]
    code, out, err = call(*words, "uncalibrated=goose_green")
    assert code == 0, err
    folder = Path(out.splitlines()[-1])
    fates = pq.read_table(folder / "fates.parquet").to_pandas().set_index("battle")
    assert set(fates.index) == {*calibrated["battles"], "goose_green"}
    assert fates["mean_calibrated"].isna().to_dict() == {name: name == "goose_green" for name in fates.index}
    before = json.loads((inferred["cross-validate"] / "sealed.json").read_text(encoding="utf-8"))["battles"]
    after = json.loads((folder / "sealed.json").read_text(encoding="utf-8"))["battles"]
    assert {name: after[name] for name in before} == before
    code, _, err = call(*words, "uncalibrated=teaching")
    assert (code, "uncalibrated: teaching comes twice" in err) == (2, True)
    code, _, err = call(*words, "uncalibrated=goose_gren")
    assert (code, "did you mean goose_green?" in err) == (2, True)


def test_a_page_gets_its_section_and_keeps_the_rest(call, inferred, tmp_path):
    calibrated = str(inferred["calibrate"])
    page = tmp_path / "page.md"
    page.write_text("before\n", encoding="utf-8")
    code, _, err = call("cross-validate", calibrated, calibrated, f"page={page}")
    assert code == 2
    assert MARKS[0] in err
    text = replace_section(f"before\n{MARKS[0]}\nold\n{MARKS[1]}\nafter\n", iter(["new"]))
    assert text == f"before\n{MARKS[0]}\n\nnew\n\n{MARKS[1]}\nafter\n"
    assert replace_section(text, iter(["new"])) == text


@pytest.mark.slow
def test_what_can_not_be_cross_validated_is_refused_in_one_line(call, inferred, tmp_path):
    calibrated = str(inferred["calibrate"])
    for words, complaint in (
        ([], "needs the outputs of two calibrations at least (got none)"),
        ([calibrated, calibrated], "teaching comes twice"),
        ([calibrated, str(inferred["pool"])], "the output of sim pool"),
        ([calibrated, calibrated, "runs=1"], "runs: not a whole number from 20"),
        ([calibrated, calibrated, "page=nowhere/page.md"], "page: not a Markdown file"),
    ):
        code, _, err = call("cross-validate", *words, f"outputs={tmp_path / 'none'}")
        assert code == 2
        assert complaint in err
        assert not (tmp_path / "none").exists()
