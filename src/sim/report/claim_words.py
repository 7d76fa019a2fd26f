"""A claim in words beside what was simulated: what the source says, as what it is counted, how the battles agree; and
which sources are out of line with them.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from math import ceil, floor, isfinite

from sim.events.observables import CaptureRank, ControlShare, OrderOutcome, PeakControl
from sim.report.text import format_count, separate_thousands
from sim.scenario.descriptions import (
    capitalize,
    describe_observable,
    describe_order,
    format_end,
    format_moment,
    format_period,
    format_short_moment,
    join_first,
    join_words,
)
from sim.scenario.evidence import Claim, ReportedInterval
from sim.scenario.model import Scenario
from sim.scoring.claim_comparison import ClaimComparison, claim_observable, is_yes_or_no

RARE = 0.05  # of the battles: a claim that so few come as far as is out of line
MAX_SOURCES = 4  # that are out of line, by name
OUTCOME_VERBS = {
    "on_target": "reaches its target",
    "short": "goes off short of its target",
    "stopped": "is stopped on its way",
    "not_on_target": "does not reach its target",
    "taken": "succeeds",
    "thrown_back": "is thrown back",
    "launched": "is launched",
    "sprung": "is sprung",
    "surrendered": "is accepted",
    "refused": "is refused",
    "infiltrated": "gets through unseen",
    "found": "is discovered",
    "void": "does not take place",
}


def describe_source(scenario: Scenario, claim: Claim) -> str:
    """Who says what, and where in the text: `Amber's chronicle: the fort was held (main 2.1)`."""
    return f"{scenario.sources[claim.source].name}: {claim.statement} ({claim.citation})"


def describe_counting(scenario: Scenario, claim: Claim) -> str:
    """As what a claim is counted in a simulated battle: the quantity, its unit, where and when, and what agrees.

    Parameters
    ----------
    scenario
        The scenario, for names.
    claim
        A claim with an observable and a value.

    Returns
    -------
    str
        A phrase without a full stop.

    Examples
    --------
    >>> import sim
    >>> scenario = sim.load("teaching")
    >>> describe_counting(scenario, scenario.claims["village_taken"])
    'Amber fighters hold some, but not all, of the village at some time, 1 June'
    """
    observable = claim_observable(claim)
    assert claim.value is not None
    match observable:
        case ControlShare():
            return f"{describe_holding(scenario, observable, claim.value)} at {format_moment(observable.until)}"
        case PeakControl():
            period = format_period(observable.since or scenario.begins, observable.until)
            return f"{describe_holding(scenario, observable, claim.value)} at some time, {period}"
        case CaptureRank():
            return describe_rank(scenario, observable, claim.value)
        case OrderOutcome():
            return describe_outcome(scenario, observable, claim.value)
    described = describe_observable(scenario, observable) or capitalize(claim.statement)
    return f"{described}: {format_amount(scenario, claim)}"


def describe_holding(scenario: Scenario, observable: ControlShare | PeakControl, value: ReportedInterval) -> str:
    """Who holds how much of what, without the moment: `Amber fighters hold at least 85 % of the village`."""
    side, place = scenario.sides[observable.side], scenario.places[observable.place].name
    people = capitalize(f"{side.short_name} {side.member_noun}")
    return f"{people} hold {format_share_range(value.low, value.high)} of {place}"


def format_share_range(low: float, high: float) -> str:
    """A range of shares in words: `all`, `at least half`, `some, but not all`, `10 to 30 %`."""
    below_all, above_none = high < 1, low > 0
    match (above_none, below_all):
        case (False, True):
            return "none" if high == 0 else f"at most {format_percentage(high)}"
        case (True, False):
            return "all" if low >= 1 else "at least half" if low == 0.5 else format_lower_share(low)
        case (True, True) if format_percentage(low) == "0 %" and format_percentage(high) == "100 %":
            return "some, but not all,"
    return f"{100 * low:.0f} to {format_percentage(high)}" if above_none else "any share"


def format_lower_share(low: float) -> str:
    """A share that is reached: `at least 85 %`, `more than half`, `some`."""
    if low < 0.005:
        return "some"
    return "more than half" if format_percentage(low) == "50 %" else f"at least {format_percentage(low)}"


def format_percentage(share: float) -> str:
    """A share in per cent.

    >>> format_percentage(0.85)
    '85 %'
    """
    return f"{100 * share:.0f} %"


def describe_rank(scenario: Scenario, observable: CaptureRank, value: ReportedInterval) -> str:
    """Which in turn a place falls among others: `the fort falls to Amber first, before the village`."""
    side, place = scenario.sides[observable.side].short_name, scenario.places[observable.place].name
    others = [scenario.places[each].name for each in observable.places if each != observable.place]
    by = format_end(observable.until)
    if value.low == value.high == 1:
        return f"{capitalize(place)} falls to {side} before {join_words(others)}, by {by}"
    if value.low == value.high == len(observable.places):
        return f"{capitalize(place)} falls to {side} after {join_words(others)}, by {by}"
    return f"The turn in which {place} falls to {side}, beside {join_words(others)}, by {by}: {value.phrase}"


def describe_outcome(scenario: Scenario, observable: OrderOutcome, value: ReportedInterval) -> str:
    """What comes of orders: `The Amber attack on the fort is thrown back, 2 June`."""
    nouns = list(dict.fromkeys(describe_order(scenario, scenario.orders[order]) for order in observable.orders))
    period = format_period(observable.since or scenario.begins, observable.until)
    if len(observable.orders) == 1:
        return f"{capitalize(nouns[0])} {OUTCOME_VERBS[observable.outcome]}, {period}"
    number = format_number(value)
    n_orders, verb = len(observable.orders), OUTCOME_VERBS[observable.outcome]
    return f"Of {join_words(nouns)} ({n_orders} orders) {number} {verb}, {period}"


def format_amount(scenario: Scenario, claim: Claim) -> str:
    """The values that agree with a claim: `19`, `more than 20`, `by 13:30 on 2 June`."""
    assert claim.value is not None
    if claim_observable(claim).quantity == "time":
        low, high = (
            format_hours(scenario, limit) if isfinite(limit) else "" for limit in (claim.value.low, claim.value.high)
        )
        return f"from {low} to {high}" if low and high else f"by {high}" if high else f"after {low}, or never"
    return format_number(claim.value)


def format_number(value: ReportedInterval) -> str:
    """The numbers that agree with what was said.

    >>> phrases = ["exactly 19", "over 20", "43 to 51", "some", "nearly 200", "about 70", "none"]
    >>> [format_number(ReportedInterval.model_validate(phrase)) for phrase in phrases]
    ['19', 'more than 20', '43 to 51', 'at least 1', '180 to 199', '63 to 77', '0']
    """
    phrase = separate_thousands(value.phrase)
    match value.kind:
        case "exactly":
            return phrase.removeprefix("exactly ")
        case "over":
            return phrase.replace("over", "more than")
        case "under":
            return phrase.replace("under", "fewer than")
        case "at least" | "at most" | "range":
            return phrase
    low, high = ceil(round(value.low, 9) if value.low > 1 else value.low), value.high
    if value.kind == "nearly" and high > 1:
        high = ceil(high) - 1  # less than the number itself
    if not isfinite(high):
        return f"at least {low:,}"
    return f"{low:,}" if low == floor(high) else f"{low:,} to {floor(round(high, 9)):,}"


def format_hours(scenario: Scenario, hours: float) -> str:
    """A number of hours since the beginning as local time: `13:30 on 2 June`."""
    moment = scenario.begins + timedelta(hours=round(hours, 6))
    return f"{moment:%H:%M} on {moment.day} {moment:%B}"


def format_agreement(scenario: Scenario, comparison: ClaimComparison) -> str:
    """In how many battles a claim is true and, of a number, its median and central 90%, a line each.

    Of what is so or not so, and of shares, the battles where the claim is true tell all.
    """
    low, high = (f"{100 * bound:.0f}" for bound in comparison.probability_interval)
    true_in = f"true in {100 * comparison.probability:.0f} of 100 ({low} to {high})"
    if is_yes_or_no(comparison.claim):
        return true_in
    median, lower, upper = (
        format_claim_value(scenario, comparison, value) for value in (comparison.median, *comparison.interval_90)
    )
    return f"{median} ({lower} to {upper})\n{true_in}"


def format_claim_value(scenario: Scenario, comparison: ClaimComparison, value: float) -> str:
    """A simulated value of a claim; a time is local time, or that it had not come by the end of the period."""
    observable = claim_observable(comparison.claim)
    if observable.quantity != "time":
        return format_value(value, comparison.unit)
    if value > scenario.hours_since_start(observable.until):
        return "not by then"
    return format_short_moment(scenario.begins + timedelta(hours=value))


def format_value(value: float, unit: str) -> str:
    """A simulated value with the digits that suit its unit."""
    if unit == "share held":
        return f"{100 * value:.0f} %"
    return f"{value:.1f}" if unit in ("hours", "times") else f"{value:,.0f}"


def describe_sources(scenario: Scenario, comparisons: Sequence[ClaimComparison]) -> str:
    """How many claims of each source hardly any battle comes as far as, the source with the largest share first.

    Parameters
    ----------
    scenario
        The battle, whose sources have names.
    comparisons
        Claims beside their simulated distributions; one at least.
    """
    outside: dict[str, list[bool]] = defaultdict(list)
    for each in comparisons:
        outside[each.claim.source].append(each.tail_probability < RARE)
    ranked = sorted(outside.items(), key=lambda item: (-sum(item[1]) / len(item[1]), -len(item[1])))
    counts = [
        f"{scenario.sources[source].name} ({sum(each)} of {format_count(len(each), 'claims')})"
        for source, each in ranked
        if any(each)
    ]
    if not counts:
        return f"No source is out of line: at least {100 * RARE:.0f} in 100 battles come as far as each claim."
    named = join_first(counts, MAX_SOURCES)
    return f"Sources out of line (fewer than {100 * RARE:.0f} in 100 battles come as far as they say): {named}."
