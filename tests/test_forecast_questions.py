"""Forecast questions on a fixed grid: what is asked depends on no claim, answers are never inferred, scores by hand."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import get_args

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.claims import make_claim

from sim.analysis import forecast as forecast_module
from sim.analysis.forecast_cutoffs import ForecastCutoff, build_forecast_scenario, list_declared_cutoffs
from sim.analysis.forecast_questions import (
    ORDER_OUTCOMES,
    ForecastQuestion,
    QuestionForecast,
    can_ask,
    compute_question_digest,
    enumerate_questions,
)
from sim.analysis.question_answers import QuestionAnswer, answer_questions, select_answer_claims
from sim.analysis.question_scores import (
    AnsweredQuestion,
    compute_climatology,
    compute_persistence,
    evaluate_questions,
    tabulate_scores,
)
from sim.analysis.question_tables import build_question_tables, make_questions_table
from sim.plots import registry
from sim.plots.forecast import reliability
from sim.report.forecast_questions import describe_questions, format_question_section
from sim.scenario import load
from sim.scenario.evidence import Claim, ReportedInterval
from sim.scenario.orders import OUTCOMES_BY_ORDER_KIND, AnyOrder, ScheduledOrder
from sim.scoring.intervals import IntervalEstimate
from sim.scoring.report_selection import ReportSelection
from sim.types import Window

BEGINS, CUTOFF, ENDS = datetime(2001, 6, 1), datetime(2001, 6, 2), datetime(2001, 6, 4)
TEACHING, DECEMBER = load("teaching"), load("dec2014")
PHRASES = ("exactly 3", "most", "none", "happened", "did not happen", "at least 0.85")


def digest(scenario, since=CUTOFF, until=ENDS):
    """The digest of a scenario's questions."""
    return compute_question_digest(enumerate_questions(scenario, since, until))


def with_claims(scenario, claims):
    """The scenario with other claims, whatever refers to those that are gone."""
    return scenario.model_copy(update={"claims": claims})


def answer(question_id, claims, scenario=TEACHING, since=CUTOFF, until=ENDS):
    """The answer of some claims to one question."""
    changed = with_claims(scenario, claims)
    questions = enumerate_questions(changed, since, until)
    (number,) = (n for n, each in enumerate(questions) if each.id == question_id)
    return answer_questions(changed, questions, select_answer_claims(changed))[number]


def outcome(phrase, order, name, until="2001-06-02", **more):
    """A claim of an order's outcome."""
    observable = {"measure": "outcome", "orders": (order,), "outcome": name, "until": until} | more
    return Claim.model_validate(
        {"statement": "it is said", "citation": "battle 1.1", "source": "account", "role": "calibration"}
        | {"observable": observable, "value": phrase}
    )


# --- What is asked


@settings(max_examples=40)
@given(data=st.data())
def test_no_claim_changes_what_is_asked(data):
    """Any claims gone, any others saying something else: the same questions in the same order."""
    cutoff = data.draw(st.sampled_from(list_declared_cutoffs(DECEMBER)))
    kept = data.draw(st.sets(st.sampled_from(sorted(DECEMBER.claims)))) if data.draw(st.booleans()) else set()
    claims = {
        id: claim.model_copy(update={"value": ReportedInterval.model_validate(data.draw(st.sampled_from(PHRASES)))})
        for id, claim in DECEMBER.claims.items()
        if id in kept
    }
    changed = digest(with_claims(DECEMBER, claims), cutoff.time, cutoff.scored_until)
    assert changed == digest(DECEMBER, cutoff.time, cutoff.scored_until)


def test_another_place_or_order_or_window_changes_it():
    places = TEACHING.places | {"ford": TEACHING.places["mill"]}
    orders = TEACHING.orders | {"second_bomb": TEACHING.orders["gate_bomb"]}
    bomb = TEACHING.orders["gate_bomb"]
    window = Window(earliest=datetime(2001, 6, 4), latest=datetime(2001, 6, 5))
    moved = TEACHING.orders | {"gate_bomb": bomb.model_copy(update={"window": window})}
    scenarios = [
        TEACHING,
        TEACHING.model_copy(update={"places": places}),
        TEACHING.model_copy(update={"orders": orders}),
        TEACHING.model_copy(update={"orders": moved}),
    ]
    assert len({digest(each) for each in scenarios}) == len(scenarios)
    assert digest(TEACHING, until=ENDS + timedelta(hours=1)) != digest(TEACHING)  # orders have an hour more


def test_each_place_is_asked_at_each_midnight_and_each_order_of_the_period():
    questions = enumerate_questions(TEACHING, CUTOFF, ENDS)
    place_days = [each for each in questions if each.kind == "place_day"]
    assert [each.id for each in place_days[:3]] == ["fort:2001-06-02", "fort:2001-06-03", "village:2001-06-02"]
    assert len(place_days) == 2 * len(TEACHING.places)
    orders = {each.order for each in questions} - {None}
    assert orders == {
        *("gate_bomb", "fort_assault", "fort_guns", "relief_arrives", "lane_ambush", "flank_withdraws"),
        "hill_counterattack",
    }
    assert {each.outcome for each in questions if each.order == "fort_assault"} == {"launched", "taken"}
    assert len({each.id for each in questions}) == len(questions)
    noon = enumerate_questions(TEACHING, CUTOFF + timedelta(hours=12), ENDS - timedelta(hours=12))
    assert {each.day for each in noon if each.kind == "place_day"} == {date(2001, 6, 2)}


def test_every_kind_of_order_with_a_window_has_an_outcome():
    kinds = {order.kind for order in DECEMBER.active_orders.values() if hasattr(order, "window")}
    assert kinds <= set(ORDER_OUTCOMES)
    scheduled = [model for model in get_args(get_args(AnyOrder)[0]) if issubclass(model, ScheduledOrder)]
    named = {kind for model in scheduled for kind in get_args(model.model_fields["kind"].annotation)}
    assert set(ORDER_OUTCOMES) == named - {"command"}
    assert all(set(outcomes) <= set(OUTCOMES_BY_ORDER_KIND[kind]) for kind, outcomes in ORDER_OUTCOMES.items())


def test_orders_that_nobody_knows_are_not_asked_about_but_counted():
    questions = enumerate_questions(TEACHING, CUTOFF, ENDS)
    free = build_forecast_scenario(TEACHING, CUTOFF, "free")
    given_orders = build_forecast_scenario(TEACHING, CUTOFF, "given_orders")
    assert [each for each in questions if can_ask(each, free)] == [each for each in questions if each.order is None]
    assert all(can_ask(each, given_orders) for each in questions)
    estimates = tuple(IntervalEstimate(0.5, 0.4, 0.6) if can_ask(each, free) else None for each in questions)
    forecast = QuestionForecast(questions, estimates)
    assert (forecast.n_asked, forecast.count_unasked_orders()) == (10, 7)
    assert forecast.build_statement()["questions"] == compute_question_digest(questions)


# --- What the record answers


@pytest.mark.parametrize(
    ("phrase", "side", "expected"),
    [
        ("most", "amber", True),
        ("most", "teal", False),
        ("at least 0.85", "teal", False),
        ("none", "amber", False),
        ("none", "teal", True),
        ("exactly 0.5", "amber", True),
        ("about 0.7", "teal", False),
        ("part", "teal", None),
        ("some", "amber", None),
        ("at most 0.5", "amber", None),
    ],
)
def test_a_claim_of_the_end_of_a_day_decides_only_what_it_rules_in_or_out(phrase, side, expected):
    found = answer("hill:2001-06-02", {"one": make_claim(phrase, side=side)})
    assert (found.answer, found.basis) == (expected, "open" if expected is None else "stated")


def test_silence_and_neighbouring_days_and_context_are_no_answer():
    before = make_claim("all", until="2001-06-01")
    after = make_claim("all", until="2001-06-03")
    elsewhere = make_claim("all", place="village")
    context = make_claim("all").model_copy(update={"role": "context", "reason": "it is a summary"})
    claims = {"before": before, "after": after, "elsewhere": elsewhere, "context": context}
    assert answer("hill:2001-06-02", claims, since=BEGINS) == QuestionAnswer(None, "not documented")


def test_a_capture_counts_for_its_day_unless_the_day_says_more():
    capture = make_claim("at least 0.85", "peak_control", "amber", since="2001-06-02")
    assert answer("hill:2001-06-02", {"one": capture}) == QuestionAnswer(True, "capture", ("one",))
    regained = make_claim("at least 0.85", "peak_control", "teal", since="2001-06-02")
    assert answer("hill:2001-06-02", {"one": regained}).answer is False
    some = make_claim("some", "control", "teal")
    assert answer("hill:2001-06-02", {"one": capture, "two": some}).basis == "open"
    assert answer("hill:2001-06-02", {"one": capture, "two": regained}).basis == "open"
    evening = make_claim("most", "control", "teal")
    assert answer("hill:2001-06-02", {"one": capture, "two": evening}) == QuestionAnswer(
        False, "stated", ("one", "two")
    )
    several_days = make_claim("at least 0.85", "peak_control", "amber", since="2001-06-01")
    assert answer("hill:2001-06-02", {"one": several_days}).basis == "not documented"
    never = make_claim("under 0.5", "peak_control", "amber", since="2001-06-02")
    assert answer("hill:2001-06-02", {"one": never}).basis == "stated"


def test_claims_that_contradict_each_other_decide_nothing():
    claims = {"one": make_claim("most", side="amber"), "two": make_claim("most", side="teal")}
    assert answer("hill:2001-06-02", claims) == QuestionAnswer(None, "disputed", ("one", "two"))


@pytest.mark.parametrize(
    ("order", "said", "asked", "expected"),
    [
        ("fort_assault", "taken", "taken", True),
        ("fort_assault", "taken", "launched", True),
        ("fort_assault", "thrown_back", "taken", False),
        ("fort_assault", "launched", "taken", None),
        ("gate_bomb", "on_target", "on_target", True),
        ("gate_bomb", "stopped", "on_target", False),
        ("gate_bomb", "not_on_target", "on_target", False),
        ("fort_guns", "void", "void", True),
        ("fort_assault", "void", "launched", False),
    ],
)
def test_an_outcome_that_is_told_decides_its_order(order, said, asked, expected):
    assert answer(f"{order}:{asked}", {"one": outcome("happened", order, said)}).answer is expected


def test_an_order_drawn_from_a_claim_is_no_evidence_that_it_was_given():
    """Else each order that stands in the scenario since it was told of would count as a yes that was foreseen."""
    orders = TEACHING.orders | {
        "fort_assault": TEACHING.orders["fort_assault"].model_copy(update={"based_on": ("one",)})
    }
    scenario = TEACHING.model_copy(update={"orders": orders})
    launched = {"one": outcome("happened", "fort_assault", "launched")}
    assert answer("fort_assault:launched", launched, scenario) == QuestionAnswer(None, "origin", ("one",))
    taken = {"one": outcome("happened", "fort_assault", "taken")}
    assert answer("fort_assault:taken", taken, scenario).answer is True
    assert answer("fort_assault:taken", {}, scenario) == QuestionAnswer(None, "not documented")


def test_a_no_must_cover_all_of_the_period_and_a_yes_lie_within_it():
    """The bomb's window opens on 2 June at 05:00, and it is asked about until the end of the 3rd."""
    short = outcome("did not happen", "gate_bomb", "on_target", until="2001-06-02")
    whole = outcome("did not happen", "gate_bomb", "on_target", until="2001-06-03")
    late = outcome("did not happen", "gate_bomb", "on_target", since="2001-06-03", until="2001-06-03")
    beyond = outcome("happened", "gate_bomb", "on_target", until="2001-06-04")
    found = [answer("gate_bomb:on_target", {"one": each}).answer for each in (short, whole, late, beyond)]
    assert found == [None, False, None, None]
    either = outcome("happened", "gate_bomb", "on_target")
    observable = either.observable.model_copy(update={"orders": ("gate_bomb", "fort_assault")})
    assert answer("gate_bomb:on_target", {"one": either.model_copy(update={"observable": observable})}).answer is None


# --- Scores


def make_question(day, kind="place_day", id="x"):
    """A question of which only kind and day matter."""
    return ForecastQuestion(id, kind, "hill", None, None, day, None, 0.5)


def make_scored(day, is_yes, chance, climatology, persistence=None, kind="place_day", basis="stated"):
    """A question that is scored."""
    baselines = {"climatology": climatology} | ({} if persistence is None else {"persistence": persistence})
    return AnsweredQuestion(make_question(day, kind), QuestionAnswer(is_yes, basis), chance, baselines)


def test_scores_by_hand():
    """Three questions of two kinds on two days."""
    first, second = date(2001, 6, 2), date(2001, 6, 3)
    scored = [
        make_scored(first, True, 0.9, 0.5, 0.95),
        make_scored(first, False, 0.2, 0.5, 0.95, basis="capture"),
        make_scored(second, False, 0.0, 0.25, kind="order_taken"),
    ]
    rows = {(row.kind, row.baseline, row.score): row for row in tabulate_scores(scored)}
    overall = rows["all", "climatology", "brier"]
    assert (overall.n_questions, overall.n_yes, overall.n_days, overall.interval) == (3, 1, 2, None)
    assert overall.forecast == pytest.approx((0.01 + 0.04 + 0.0) / 3)
    assert overall.baseline_score == pytest.approx((0.25 + 0.25 + 0.0625) / 3)
    assert overall.difference == pytest.approx((0.24 + 0.21 + 0.0625) / 3)
    persistence = rows["all", "persistence", "brier"]  # over the two that it has a chance for
    assert (persistence.n_questions, persistence.forecast) == (2, pytest.approx(0.025))
    assert persistence.baseline_score == pytest.approx((0.0025 + 0.9025) / 2)
    log = rows["all", "climatology", "log_score"]
    assert log.forecast == pytest.approx(-(np.log(0.9) + np.log(0.8) + np.log(0.999)) / 3)
    assert rows["place_day_stated", "climatology", "brier"].n_questions == 1
    assert ("order_taken", "persistence", "brier") not in rows


def test_the_interval_has_days_as_clusters():
    """Six days of two questions that agree: as six numbers by Student's t, not as twelve."""
    days = [date(2001, 6, n) for n in range(1, 7) for _ in range(2)]
    chances = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]
    scored = [make_scored(day, False, chances[day.day - 1], 0.5) for day in days]
    (row,) = (each for each in tabulate_scores(scored) if (each.kind, each.score) == ("all", "brier"))
    differences = np.array([0.25 - chance**2 for chance in chances])
    half = 2.5705818 * differences.std(ddof=1) / np.sqrt(6)  # the 97.5% point of Student's t with 5 degrees
    assert row.interval == pytest.approx((differences.mean() - half, differences.mean() + half), rel=1e-6)


def test_baselines_know_what_was_answered_by_the_cutoff():
    hill, fort = make_question(date(2001, 6, 1)), make_question(date(2001, 6, 1), "order_taken")
    answers = QuestionAnswer(True, "stated"), QuestionAnswer(None, "open"), QuestionAnswer(False, "stated")
    past = list(zip((hill, hill, fort), answers, strict=True))
    assert compute_climatology("place_day", past) == pytest.approx(2 / 3)
    assert compute_climatology("order_taken", past) == pytest.approx(1 / 3)
    assert compute_climatology("order_launched", past) == pytest.approx(1 / 2)
    assert compute_persistence(TEACHING, "hill", past) == pytest.approx(0.95)
    assert compute_persistence(TEACHING, "camp", past) == pytest.approx(0.95)  # Amber's from the beginning
    assert compute_persistence(TEACHING, "fort", past) == pytest.approx(0.05)


def test_later_claims_change_no_baseline():
    """The capture of the hill on the first day is known at the cut-off, who held it on the second is not."""
    early = make_claim("at least 0.85", "peak_control", "amber", since="2001-06-01", until="2001-06-01")
    scenario = with_claims(TEACHING, {"early": early, "late": make_claim("most", side="teal", until="2001-06-02")})
    questions = enumerate_questions(scenario, CUTOFF, ENDS)
    forecast = QuestionForecast(questions, tuple(IntervalEstimate(0.7, 0.6, 0.8) for _ in questions))
    evaluation = evaluate_questions(scenario, CUTOFF, forecast)
    (scored,) = evaluation.scored
    assert (scored.question.id, scored.is_yes, scored.forecast) == ("hill:2001-06-02", False, 0.7)
    assert scored.baselines == pytest.approx({"climatology": 2 / 3, "persistence": 0.95})
    text = scenario.text.model_copy(update={"summary_sections": ("battle",)})  # written after the battle: never known
    (unknown,) = evaluate_questions(scenario.model_copy(update={"text": text}), CUTOFF, forecast).scored
    assert unknown.baselines == pytest.approx({"climatology": 1 / 2, "persistence": 0.05})


# --- Sealed first, and told


def test_chances_are_sealed_before_anything_is_scored(monkeypatch):
    calls = []
    for name in ("simulate_forecast", "forecast_questions", "build_statement", "score_forecast", "evaluate_questions"):
        monkeypatch.setattr(forecast_module, name, lambda *_, name=name: calls.append(name))
    monkeypatch.setattr(forecast_module, "simulate_fans", lambda *_: ())
    fit = SimpleNamespace(posterior=object(), target=SimpleNamespace(simulation=None))
    cutoff = ForecastCutoff("first", "", CUTOFF, ENDS)
    forecast_module.make_sealed_forecast(
        TEACHING, cutoff, "free", fit, ReportSelection(0.0, 0.0), 1, lambda *_: calls.append("seal")
    )
    assert calls.index("forecast_questions") < calls.index("build_statement") < calls.index("seal")
    assert calls.index("seal") < min(calls.index("score_forecast"), calls.index("evaluate_questions"))


def make_evaluated():
    """A forecast of the teaching scenario's questions, answered by its own record."""
    cutoff = ForecastCutoff("first", "from the second day on", CUTOFF, ENDS)
    questions = enumerate_questions(TEACHING, CUTOFF, ENDS)
    free = build_forecast_scenario(TEACHING, CUTOFF, "free")
    chances = tuple(IntervalEstimate(0.25, 0.2, 0.3) if can_ask(each, free) else None for each in questions)
    forecast = QuestionForecast(questions, chances)
    evaluation = evaluate_questions(TEACHING, CUTOFF, forecast)
    return SimpleNamespace(cutoff=cutoff, questions=forecast, question_evaluation=evaluation, selected_scores=())


def test_few_decided_questions_are_said_plainly():
    evaluated = make_evaluated()
    assert list(describe_questions([evaluated])) == [
        "The record answers 1 of 10 questions of the fixed list, 0 with yes; Brier score 0.06, climatology 0.25 (too "
        "few days for a comparison), persistence 0.00 (too few days for a comparison); not asked about: 7 orders, "
        "unknown at the cut-off or not given after it."
    ]
    questions, tables = (
        make_questions_table([(evaluated.cutoff, evaluated.questions)]),
        build_question_tables([evaluated]),
    )
    page = "\n".join(
        format_question_section(
            questions.to_pylist(),
            tables["question_answers"].to_pylist(),
            tables["question_scores"].to_pylist(),
            {"first": "from the second day on"},
        )
    )
    assert "the record decides 1 of 10 questions (0 yes); not documented: 9; not asked about: 7 orders" in page
    assert (
        "| from the second day on | all | climatology | 1 (0) | 1 | 0.06 | 0.25 | 0.19 | 0.29 | 0.69 | 0.41 |" in page
    )
    assert questions.num_rows == tables["question_answers"].num_rows == 19
    assert not {"answer", "basis"} & set(questions.column_names)
    assert isinstance(questions, pa.Table)


def test_claims_are_answered_whatever_their_role_but_context():
    claims = {
        role: make_claim("all").model_copy(update={"role": role}) for role in ("calibration", "holdout", "context")
    }
    assert list(select_answer_claims(with_claims(TEACHING, claims))) == ["calibration", "holdout"]


@pytest.mark.parametrize(("count", "is_drawn"), [(29, False), (30, True)])
def test_reliability_is_drawn_from_thirty_decided_questions_each_once(count, is_drawn):
    """Each question is asked from two cut-offs, and counts by the later one."""
    day = date(2001, 6, 2)
    forecasts = []
    for time, chance in ((CUTOFF, 0.1), (BEGINS, 0.9)):
        scored = [
            AnsweredQuestion(make_question(day, id=f"q{n}"), QuestionAnswer(n < 6, "stated"), chance, {})
            for n in range(count)
        ]
        evaluation = SimpleNamespace(scored=scored)
        forecasts.append(SimpleNamespace(cutoff=SimpleNamespace(time=time), question_evaluation=evaluation))
    data = SimpleNamespace(forecasts=forecasts, caption="invented")
    assert [each.forecast for each in reliability.select_last_answers(data)] == [0.1] * count
    figure = registry.draw_figure(reliability, data)
    assert (figure is not None) == is_drawn
    if figure is not None:
        (point,) = (line for line in figure.axes[0].lines if line.get_marker() == "o")
        assert (point.get_xdata()[0], point.get_ydata()[0]) == pytest.approx((10.0, 20.0))
