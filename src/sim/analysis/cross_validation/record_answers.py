"""What the record answers to questions about a whole battle: yes, no, or nothing.

Three readings are assumptions, and each answer says on which it rests. A place that two reports, or the beginning and
a report, find in the same hands was in those hands between them, if nothing else was reported of it meanwhile. A place
that a side is reported to have reached half of, within a day, is its own at the end of that period. What was lost by
some moment, or at some places, is no more than what was lost in all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sim.analysis.cross_validation.battle_questions import HELD, LOSS_OBSERVABLES, BattleQuestion
from sim.analysis.forecast_questions import HELD_SHARE, find_attacker
from sim.analysis.question_answers import QuestionAnswer, answer_order_outcome, read_share, select_answer_claims
from sim.analysis.question_scores import is_held_at_first
from sim.scenario.evidence import Claim
from sim.scenario.model import Scenario

LONGEST_CAPTURE = timedelta(days=1)  # ASSUMPTION: a capture within a longer period is of no moment


@dataclass(frozen=True)
class HolderReport:
    """A report of who held a place: `is_attacker` None if it leaves that open, or shows a change within the period."""

    since: datetime
    until: datetime
    is_attacker: bool | None
    claim: str | None  # None for the beginning of the battle
    is_capture: bool = False


def answer_battle_questions(scenario: Scenario, questions: Sequence[BattleQuestion]) -> tuple[QuestionAnswer, ...]:
    """The answer of the scenario's scored claims to each question.

    Parameters
    ----------
    scenario
        With its claims.
    questions
        Of this battle.

    Returns
    -------
    tuple of QuestionAnswer
        In the order of the questions.
    """
    claims = select_answer_claims(scenario)
    reports = {place: collect_holder_reports(scenario, place, claims) for place in scenario.places}
    answers = []
    for each in questions:
        if each.kind == HELD:
            answers.append(answer_held(each.moment, reports[each.question.place]))
        elif each.kind in LOSS_OBSERVABLES:
            answers.append(answer_losses(scenario, each, claims))
        else:
            answers.append(answer_order_outcome(scenario, each.question, claims))
    return tuple(answers)


def collect_holder_reports(scenario: Scenario, place: str, claims: Mapping[str, Claim]) -> list[HolderReport]:
    """What is known of who held a place, by the ends of the periods; the beginning of the battle is the first."""
    attacker = find_attacker(scenario)
    reports = [HolderReport(scenario.begins, scenario.begins, is_held_at_first(scenario, place), None)]
    for id, claim in claims.items():
        observable: Any = claim.observable
        if observable.measure not in ("control", "peak_control") or observable.place != place:
            continue
        low, high = read_share(claim)
        if observable.measure == "control":
            if observable.side != attacker:
                low, high = 1.0 - high, 1.0 - low
            held = True if low >= HELD_SHARE else False if high < HELD_SHARE else None
            reports.append(HolderReport(observable.until, observable.until, held, id))
        else:
            since = observable.since or scenario.begins
            is_own = low >= HELD_SHARE if observable.side == attacker else low > HELD_SHARE
            is_dated = observable.until - since <= LONGEST_CAPTURE
            held = observable.side == attacker if is_own and is_dated else None
            reports.append(HolderReport(since, observable.until, held, id, is_capture=True))
    return sorted(reports, key=lambda each: each.until)


def answer_held(moment: datetime, reports: Sequence[HolderReport]) -> QuestionAnswer:
    """Whether the attacker held a place at a moment, from what is known of it before and after."""
    at_once = [each for each in reports if each.until == moment and each.is_attacker is not None]
    if stated := [each for each in at_once if not each.is_capture] or at_once:
        return combine_verdicts(stated, "capture" if stated[0].is_capture else "stated")
    known = [each for each in reports if each.is_attacker is not None]
    before = [each for each in known if each.until < moment]
    after = [each for each in known if each.until > moment]
    if not after:
        return QuestionAnswer(None, "not documented")
    earlier = [each for each in before if each.until == before[-1].until]
    later = [each for each in after if each.until == after[0].until]
    unclear = [
        each
        for each in reports
        if each.is_attacker is None and each.until > before[-1].until and each.since < after[0].until
    ]
    if unclear:
        return QuestionAnswer(None, "open", tuple(each.claim for each in unclear if each.claim))
    return combine_verdicts([*earlier, *later], "between")


def combine_verdicts(reports: Sequence[HolderReport], basis: Any) -> QuestionAnswer:
    """The answer on which all reports agree; none if a change lies between them, or if they contradict each other."""
    claims = tuple(each.claim for each in reports if each.claim)
    verdicts = {each.is_attacker for each in reports}
    if len(verdicts) == 1:
        return QuestionAnswer(verdicts.pop(), basis, claims)
    return QuestionAnswer(None, "open" if basis == "between" else "disputed", claims)


def answer_losses(scenario: Scenario, question: BattleQuestion, claims: Mapping[str, Claim]) -> QuestionAnswer:
    """Whether a side had lost so many by a moment: yes if a part of it was as many, no if all of it was fewer."""
    observable, threshold = question.question.observable, question.question.threshold
    assert hasattr(observable, "side")
    verdicts: dict[str, bool] = {}
    for id, claim in claims.items():
        claimed: Any = claim.observable
        if claimed.measure != question.kind or claimed.side != observable.side or claim.value is None:
            continue
        if claimed.until <= question.moment and claim.value.low >= threshold:
            verdicts[id] = True
        is_total = not claimed.places and (claimed.since is None or claimed.since <= scenario.begins)
        if is_total and claimed.until >= question.moment and claim.value.high < threshold:
            verdicts[id] = False
    if not verdicts:
        return QuestionAnswer(None, "not documented")
    if len(set(verdicts.values())) == 2:
        return QuestionAnswer(None, "disputed", tuple(verdicts))
    return QuestionAnswer(next(iter(verdicts.values())), "stated", tuple(verdicts))
