"""What the record answers to forecast questions: yes, no, or nothing; no answer is inferred from silence."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sim.analysis.forecast_questions import HELD_SHARE, PLACE_DAY, ForecastQuestion
from sim.scenario.evidence import Claim
from sim.scenario.model import Scenario
from sim.scenario.orders import ScheduledOrder

AnswerBasis = Literal["stated", "capture", "between", "open", "disputed", "origin", "not documented"]

# What an outcome that came about says of another outcome of the same order. ASSUMPTION: an attack that is reported
# thrown back has not taken its target, though the model lets it try again a day later.
IMPLIED_OUTCOMES: dict[str, dict[str, bool]] = {
    "taken": {"launched": True, "void": False},
    "thrown_back": {"launched": True, "taken": False, "void": False},
    "launched": {"void": False},
    "short": {"on_target": False, "void": False},
    "stopped": {"on_target": False, "void": False},
    "not_on_target": {"on_target": False, "void": False},
    "on_target": {"void": False},
    "sprung": {"void": False},
    "void": {"launched": False, "taken": False, "on_target": False, "sprung": False},
}
EXISTENCE_OUTCOMES = ("launched", "sprung", "void")  # they say no more than that the order was carried out


@dataclass(frozen=True)
class QuestionAnswer:
    """The record's answer to a question, on what it rests, and the claims that were read for it.

    `stated`: claims of the end of that day, or of that order. `capture`: a claim that a side held the place at some
    moment of that day, and no other claim of that day. `between`: two reports that agree, of before and of after, and
    nothing in between. `open`: claims that leave it open. `disputed`: claims that
    contradict each other. `origin`: the order stands in the scenario because of the claim that it was carried out.
    """

    answer: bool | None
    basis: AnswerBasis
    claims: tuple[str, ...] = ()


def select_answer_claims(scenario: Scenario, known: Collection[str] | None = None) -> dict[str, Claim]:
    """The claims that may answer, of the ids in `known` if it is given: those that are scored, never context."""
    return {
        id: claim
        for id, claim in scenario.scored_claims.items()
        if claim.observable is not None and (known is None or id in known)
    }


def answer_questions(
    scenario: Scenario, questions: Sequence[ForecastQuestion], claims: Mapping[str, Claim]
) -> tuple[QuestionAnswer, ...]:
    """The answer of some claims to each question."""
    return tuple(
        answer_place_day(question, claims)
        if question.kind == PLACE_DAY
        else answer_order_outcome(scenario, question, claims)
        for question in questions
    )


def answer_place_day(question: ForecastQuestion, claims: Mapping[str, Claim]) -> QuestionAnswer:
    """The answer of claims about that place and the end of that day; neighbouring days say nothing.

    ASSUMPTION: a place of which a side is reported to have held half or more in the course of a day is its own at the
    end of it, unless another claim of the same day leaves that open. A capture within several days is of no day.
    """
    observable: Any = question.observable
    related = {
        id: claim
        for id, claim in claims.items()
        if is_about_place_day(claim.observable, observable.place, observable.until)
    }
    if not related:
        return QuestionAnswer(None, "not documented")
    side, ids = observable.side, tuple(related)
    stated = {verdict for each in related.values() if (verdict := read_end_of_day(each, side)) is not None}
    if stated:
        return (
            QuestionAnswer(stated.pop(), "stated", ids) if len(stated) == 1 else QuestionAnswer(None, "disputed", ids)
        )
    captures = {read_capture(each, side) for each in related.values()}
    if captures in ({True}, {False}):
        return QuestionAnswer(captures == {True}, "capture", ids)
    return QuestionAnswer(None, "open", ids)


def is_about_place_day(observable: Any, place: str, midnight: datetime) -> bool:
    """Whether a claim is of who held this place at this midnight, or in the course of the day before it."""
    if observable.measure not in ("control", "peak_control") or (observable.place, observable.until) != (
        place,
        midnight,
    ):
        return False
    return observable.measure == "control" or (
        observable.since is not None and observable.since >= midnight - timedelta(days=1)
    )


def read_share(claim: Claim) -> tuple[float, float]:
    """The limits of a share that a claim sets."""
    assert claim.value is not None
    return max(claim.value.low, 0.0), min(claim.value.high, 1.0)


def read_end_of_day(claim: Claim, side: str) -> bool | None:
    """Whether a side holds half or more at the end of the day, if the claim leaves no other possibility."""
    observable: Any = claim.observable
    low, high = read_share(claim)
    if observable.measure == "peak_control":
        low = 0.0  # the end of the day may be less than its peak, never more
    if observable.side != side:
        low, high = 1.0 - high, 1.0 - low
    return True if low >= HELD_SHARE else False if high < HELD_SHARE else None


def read_capture(claim: Claim, side: str) -> bool | None:
    """Whether the claim says that a side came to hold half or more in the course of the day (True), or the other side
    more than half (False); None if it leaves that open.
    """
    observable: Any = claim.observable
    low, _ = read_share(claim)
    if observable.measure != "peak_control":
        return None
    if observable.side == side:
        return True if low >= HELD_SHARE else None
    return False if low > HELD_SHARE else None


def answer_order_outcome(scenario: Scenario, question: ForecastQuestion, claims: Mapping[str, Claim]) -> QuestionAnswer:
    """The answer of claims of that order's outcome; that the order stands in the scenario is no evidence of any."""
    assert question.order is not None
    origins = scenario.orders[question.order].based_on
    related = {id: claim for id, claim in claims.items() if is_about_order(claim.observable, question.order)}
    verdicts = {
        id: verdict for id, claim in related.items() if (verdict := read_outcome(scenario, question, claim)) is not None
    }
    usable = {
        id: verdict
        for id, verdict in verdicts.items()
        if question.outcome not in EXISTENCE_OUTCOMES or id not in origins
    }
    if not usable:
        return QuestionAnswer(None, "origin", tuple(verdicts)) if verdicts else QuestionAnswer(None, "not documented")
    if len(set(usable.values())) == 2:
        return QuestionAnswer(None, "disputed", tuple(usable))
    return QuestionAnswer(next(iter(usable.values())), "stated", tuple(usable))


def is_about_order(observable: Any, order: str) -> bool:
    """Whether a claim is of the outcome of this order, and of no other."""
    return bool(observable.measure == "outcome" and observable.orders == (order,))


def read_outcome(scenario: Scenario, question: ForecastQuestion, claim: Claim) -> bool | None:
    """What a claim of an order's outcome says of the outcome that is asked; None if it leaves that open.

    A yes must fall within the period that is asked, and a no must cover all of it after the order's earliest moment.
    """
    claimed: Any = claim.observable
    assert claim.value is not None
    assert question.order is not None
    order = scenario.orders[question.order]
    assert isinstance(order, ScheduledOrder)
    earliest, asked = order.window.earliest, question.observable
    assert asked.since is not None
    claimed_since = claimed.since or scenario.begins
    if claim.value.low >= 1.0:  # it came about
        if not (asked.since <= max(claimed_since, earliest) and claimed.until <= asked.until):
            return None
        return (
            True
            if claimed.outcome == question.outcome
            else IMPLIED_OUTCOMES[claimed.outcome].get(question.outcome or "")
        )
    if claim.value.high < 1.0 and claimed.outcome == question.outcome:  # it did not
        return False if claimed_since <= max(asked.since, earliest) and asked.until <= claimed.until else None
    return None
