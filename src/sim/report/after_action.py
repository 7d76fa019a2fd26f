"""What is told after a game: how it ended, what was orders and what luck, decision by decision, and false reports."""

from collections.abc import Iterator

from sim.events.local_time import find_local_time
from sim.outputs.formatting import choose_clear_places
from sim.report.commander_rule import describe_rule
from sim.report.seat_news import format_range, format_source, format_truth
from sim.scenario.descriptions import capitalize, describe_observable, format_short_moment
from sim.scenario.model import Scenario
from sim.scoring.intervals import IntervalEstimate
from sim.seat.after_action import (
    RULE,
    AfterAction,
    CourseResult,
    DecisionEffect,
    Outcome,
)
from sim.seat.battle_reports import BattleReport

MAX_REPORTS = 8  # false ones that are listed
MIN_WIDTH_OF_UNITS = 6.0  # of an interval that is told in whole units; tenths for a narrower one
NO_DIFFERENCE = "no difference found"
COURSE_HEADINGS = (
    "orders",
    "this battle: held",
    "own dead",
    "enemy dead",
    "aim reached, of 100",
    "own dead on average",
    "end better than yours, of 100",
    "end worse, of 100",
)
EFFECT_HEADINGS = (
    "decision",
    "this battle without it: held",
    "own dead",
    "on average: aim reached, in 100",
    "own dead",
    "verdict",
)
REPORT_HEADINGS = ("report", "reported", "was so")


def format_verdict(after: AfterAction) -> Iterator[str]:
    """The answer in a few sentences: the end, what the orders did on the whole, and how much luck was in it."""
    yield format_end(after)
    yield format_orders(after)
    yield format_luck(after)
    if after.effects:
        yield format_decisive(after)


def format_end(after: AfterAction) -> str:
    """How the battle ended."""
    scenario, outcome = after.scenario, after.played_course.outcome
    place, side = scenario.places[scenario.objective.place].name, scenario.sides[after.side]
    verb = "reached" if outcome.is_reached else "missed"
    return (
        f"You {verb} your aim: at the end {100 * outcome.share:.0f} % of {place} is yours. "
        f"{outcome.own_dead:,.0f} of your {side.member_noun} and {outcome.enemy_dead:,.0f} of the enemy are dead."
    )


def format_orders(after: AfterAction) -> str:
    """What the player's orders do on the whole, beside the recorded ones."""
    if not after.effects:
        return "You gave the recorded orders and nothing else: whatever differs from the record was luck."
    played, recorded = (
        100 * float(each.outcomes.is_reached.mean()) for each in (after.played_course, after.recorded_course)
    )
    n_battles = len(after.played_course.outcomes.share)
    how = describe_direction(after.reached, after.own_dead)
    return (
        f"With other luck your orders reach the aim in {played:.0f} of 100 battles, the recorded ones in "
        f"{recorded:.0f}: a difference of {format_interval(after.reached, 100)}. Your dead differ by "
        f"{format_interval(after.own_dead, 1)}; {n_battles:,} battles each, 95% intervals. "
        f"On the whole your orders {how}."
    )


def describe_direction(reached: IntervalEstimate, own_dead: IntervalEstimate) -> str:
    """Whether orders did better: by the aim first, then by the own dead."""
    if reached.is_significant:
        return "did better than the record" if reached.value > 0 else "did worse than the record"
    if own_dead.is_significant:
        saved = "saved" if own_dead.value < 0 else "cost"
        return f"changed nothing that so many battles can tell about the aim, and {saved} lives of yours"
    return "did no better and no worse, as far as so many battles can tell"


def format_luck(after: AfterAction) -> str:
    """Where the battle stands among those of the same orders."""
    better, worse = after.played_course.outcomes.count_better(after.played_course.outcome)
    n_battles = len(after.played_course.outcomes.share)
    share_worse, share_better = 100 * worse / n_battles, 100 * better / n_battles
    luck = "good" if share_worse >= 75 else "bad" if share_better >= 75 else "ordinary"
    return (
        f"Your luck was {luck}: with the same orders {share_worse:.0f} of 100 battles end worse than yours and "
        f"{share_better:.0f} better. Luck is chance and what nobody knows, such as how many men you had."
    )


def format_decisive(after: AfterAction) -> str:
    """Which decision turned this battle, if one did."""
    turned = [each for each in after.effects if each.without.is_reached != after.played_course.outcome.is_reached]
    if not turned:
        lasting = "No single decision turned this battle: without any one of them the aim comes out the same."
        return f"{lasting} {format_largest_effect(after)}"
    names = "; ".join(each.decision.description for each in turned)
    return f"What turned this battle, with everything else as it was: {names}."


def format_largest_effect(after: AfterAction) -> str:
    """The decision that did most on average: for the aim if any did anything for it, else for the own dead."""
    clear = [each for each in after.effects if compare_means(each) != 0]
    if not clear:
        return "Nor did any do anything on average, as far as so many battles can tell."
    effect = clear[0]
    if effect.reached.is_significant:
        difference = f"the battles that reach the aim by {format_interval(effect.reached, 100)} in 100"
    else:
        difference = f"your dead by {format_interval(effect.own_dead, 1)}"
    return f"What did most on average: {effect.decision.description}. It changes {difference}."


def format_interval(difference: IntervalEstimate, scale: float) -> str:
    """A difference with its sign and interval."""
    ends = (difference.value, difference.low, difference.high)
    digits = 1 if scale * (difference.high - difference.low) < MIN_WIDTH_OF_UNITS else 0
    digits = choose_clear_places(digits, scale * difference.low, scale * difference.high)
    mean, low, high = (format_signed(scale * each, digits) for each in ends)
    return f"{mean} ({low} to {high})"


def format_signed(value: float, digits: int) -> str:
    """A number with its sign, a proper minus."""
    text = f"{value:+.{digits}f}"
    return "0" if float(text) == 0 else text.replace("-", "−")


def make_course_row(course: CourseResult, played: Outcome) -> tuple[str, ...]:
    """A course as a row: this battle, and many."""
    better, worse = course.outcomes.count_better(played)
    n_battles = len(course.outcomes.share)
    return (
        course.name,
        f"{100 * course.outcome.share:.0f} %",
        f"{course.outcome.own_dead:,.0f}",
        f"{course.outcome.enemy_dead:,.0f}",
        f"{100 * float(course.outcomes.is_reached.mean()):.0f}",
        f"{float(course.outcomes.own_dead.mean()):,.0f}",
        f"{100 * better / n_battles:.0f}",
        f"{100 * worse / n_battles:.0f}",
    )


def make_course_rows(after: AfterAction) -> list[tuple[str, ...]]:
    """All courses as rows."""
    return [make_course_row(course, after.played_course.outcome) for course in after.courses]


def describe_courses(after: AfterAction) -> str:
    """What the fixed rule is, if it was tried."""
    rule = describe_rule(after.scenario, after.side)
    return f"{capitalize(RULE)}: {rule}." if any(course.name == RULE for course in after.courses) else ""


def make_effect_row(after: AfterAction, effect: DecisionEffect) -> tuple[str, ...]:
    """A decision as a row."""
    moment = find_local_time(after.scenario.begins, effect.decision.hours, after.scenario.astronomy.time_zone)
    return (
        f"{format_short_moment(moment)}  {effect.decision.description}",
        f"{100 * effect.without.share:.0f} %",
        f"{effect.without.own_dead:,.0f}",
        format_interval(effect.reached, 100),
        format_interval(effect.own_dead, 1),
        judge_effect(after.played_course.outcome, effect),
    )


def judge_effect(played: Outcome, effect: DecisionEffect) -> str:
    """Whether a decision helped here, and whether it does on the whole: skill and luck in a few words."""
    here = compare_outcomes(played, effect.without)
    mean = compare_means(effect)
    if here == 0 and mean == 0:
        return NO_DIFFERENCE
    if mean == 0:
        return f"{'helped' if here > 0 else 'harmed'} here; on average no difference found"
    on_average = f"{'helps' if mean > 0 else 'harms'} on average"
    if here == 0:
        return f"{on_average}; no difference here"
    link = "and" if (here > 0) == (mean > 0) else "but"
    return f"{'helped' if here > 0 else 'harmed'} here, {link} {on_average}"


def describe_effects(after: AfterAction) -> Iterator[str]:
    """A sentence for each decision that did something, here or on average, and one for all others."""
    rows = list(zip(after.effects, make_effect_rows(after), strict=True))
    others = [row for _, row in rows if row[-1] == NO_DIFFERENCE]
    for effect, row in rows:
        if row[-1] != NO_DIFFERENCE:
            moment, _, words = row[0].partition("  ")
            without = f"{100 * effect.without.share:.0f} % held and {effect.without.own_dead:,.0f} own dead"
            yield f"{moment}, {words}: {row[-1]}. Without it this battle ends with {without}."
    if others:
        yield f"No difference was found for {name_others(len(others), len(rows))}."


def name_others(n_others: int, n_all: int) -> str:
    """Decisions that are not told of one by one.

    Examples
    --------
    >>> name_others(8, 20), name_others(1, 20), name_others(3, 3), name_others(1, 1)
    ('the other 8', 'the other one', 'any of the 3 decisions', 'the one decision')
    """
    if n_others < n_all:
        return f"the other {'one' if n_others == 1 else f'{n_others:,}'}"
    return "the one decision" if n_all == 1 else f"any of the {n_all:,} decisions"


def compare_outcomes(played: Outcome, without: Outcome) -> int:
    """1 if the battle ended better with a decision than without, -1 if worse."""
    return (played.rank_key > without.rank_key) - (played.rank_key < without.rank_key)


def compare_means(effect: DecisionEffect) -> int:
    """1 if a decision does good on average, -1 if harm, by the aim and then by the own dead; 0 if nobody can tell."""
    if effect.reached.is_significant:
        return 1 if effect.reached.value > 0 else -1
    if effect.own_dead.is_significant:
        return 1 if effect.own_dead.value < 0 else -1
    return 0


def make_effect_rows(after: AfterAction) -> list[tuple[str, ...]]:
    """All decisions as rows."""
    return [make_effect_row(after, each) for each in after.effects]


def make_report_row(scenario: Scenario, report: BattleReport) -> tuple[str, ...]:
    """A false report as a row: of what, by whom, what was said and what was so."""
    claim = scenario.claims[report.claim]
    assert claim.observable is not None
    subject = None if report.kind == "statement" else describe_observable(scenario, claim.observable)
    is_statement = report.kind == "statement"
    said = format_reported(report) if not is_statement else "that it was so" if report.is_published else "not reported"
    return (
        f"{format_source(scenario, report.claim)}: {subject or claim.statement.rstrip('.')}",
        said,
        format_truth(report.truth, report.kind),
    )


def format_reported(report: BattleReport) -> str:
    """The numbers of a report."""
    return format_range(report.low, report.high, report.kind)


def make_report_rows(after: AfterAction) -> list[tuple[str, ...]]:
    """The most misleading reports as rows."""
    return [make_report_row(after.scenario, each) for each in after.reports[:MAX_REPORTS]]


def format_report_note(after: AfterAction) -> str:
    """How many reports were false."""
    if not after.reports:
        return "No report was false."
    more = f", the worst {MAX_REPORTS} of them here" if len(after.reports) > MAX_REPORTS else ""
    return f"{len(after.reports)} reports were false or missing{more}."
