"""The section of claims: what each source reported, beside the distribution of the simulated values."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

from sim.report.claim_words import describe_sources, format_claim_value
from sim.report.html.claim_outcomes import OutcomeSplit, split_outcomes
from sim.report.html.content import PageContent, PageSection
from sim.report.map.sheet import Atlas
from sim.scenario.citations import format_citation, list_texts
from sim.scenario.descriptions import capitalize, format_moment
from sim.scenario.model import Scenario
from sim.scoring.claim_comparison import ClaimComparison, claim_observable, select_surprising_claims

POSITION = 30
MAX_CLAIMS = 500  # on the page
N_FIRST = 12  # claims that are shown before a reader asks for all
YES_OR_NO = ("events", "rank", "presence")  # quantities of which the chance says all
STRIP_WIDTH, STRIP_MARGIN = 160.0, 6.0  # units of the drawn strip
ROLE_LABELS = {"calibration": "scored", "holdout": "held out", "context": "not scored"}


@dataclass(frozen=True)
class IntervalStrip:
    """A distribution and the bounds of a claim on one axis, in units from 0 to STRIP_WIDTH."""

    interval_90: tuple[float, float]
    interval_50: tuple[float, float]
    median: float
    bound: tuple[float, float]


@dataclass(frozen=True)
class ClaimPageRow:
    """One claim as the page shows it; `day_order` is its rank by the day of which it tells."""

    id: str
    statement: str
    day: str
    day_order: int
    counted_as: str
    source: str
    notes: tuple[str, ...]
    citation: str
    full_citation: str
    role_label: str
    median: str  # empty for what only happens or does not
    interval_90: str
    probability: str
    strip: IntervalStrip
    outcomes: tuple[tuple[str, ...], ...]  # rows of a table: where it is true, where it is not


def build_section(content: PageContent, atlas: Atlas) -> PageSection | None:
    """Every observable claim, that which holds in the fewest battles first, and those that can't be tested."""
    if not content.claim_comparisons:
        return None
    scenario = content.scenario
    steps = scenario.make_time_steps(content.end_hours)
    splits = {} if content.results is None else split_outcomes(scenario, content.results)
    shown = select_surprising_claims(content.claim_comparisons, MAX_CLAIMS)
    rows = []
    for number, comparison in enumerate(sorted(shown, key=lambda each: steps.find(claim_observable(each.claim).until))):
        day = steps.format_name(steps.find(claim_observable(comparison.claim).until))
        row = make_claim_row(scenario, comparison, day, number, splits.get(comparison.id))
        rows.append((comparison.probability, row))
    unobserved = [
        (
            claim.statement,
            content.scenario.sources[claim.source].name,
            format_citation(content.scenario, claim.citation),
            claim.reason or "",
        )
        for claim in content.scenario.claims.values()
        if claim.observable is None
    ]
    objective = scenario.objective
    values = {
        "rows": [row for _, row in sorted(rows, key=lambda each: each[0])],
        "sources": sorted({scenario.sources[each.claim.source].name for each in shown}),
        "outcome_headings": (
            "battles",
            f"{scenario.sides[objective.side].short_name} holds at least half of "
            f"{scenario.places[objective.place].name} at the end",
            *(f"{side.short_name} {side.member_noun} dead, median" for side in scenario.sides.values()),
        ),
        "carried": unobserved,
        "wide": STRIP_WIDTH,
        "origins": list_origins(scenario),
        "n_shown": len(shown),
        "n_omitted": len(content.claim_comparisons) - len(shown),
        "n_first": N_FIRST,
        "source_summary": describe_sources(scenario, content.claim_comparisons),
    }
    return PageSection("claims", "Claim by claim: what the sources say, and the battles", "Claims", values)


def list_origins(scenario: Scenario) -> list[tuple[str, tuple[str, ...]]]:
    """Texts and sources with what is known of their dates and addresses; none if nothing is."""
    origins = [
        (text.title, (text.date, text.language, text.licence, text.address)) for text in list_texts(scenario).values()
    ]
    origins += [
        (source.name, (source.dates, source.kind, None, source.address)) for source in scenario.sources.values()
    ]
    is_known = any(first or address for _, (first, _, _, address) in origins)
    return [(name, tuple(part for part in parts if part)) for name, parts in origins] if is_known else []


def make_claim_row(
    scenario: Scenario, comparison: ClaimComparison, day: str, day_order: int, split: OutcomeSplit | None
) -> ClaimPageRow:
    """One claim beside its simulated distribution and the outcomes that go with it."""
    claim = comparison.claim
    source = scenario.sources[claim.source]
    notes = [f"{source.name} ({source.kind})"]
    notes += [part for part in (source.dates, source.address, source.note) if part]
    notes += [f"reported by {format_moment(claim.reported)}"] if claim.reported else []
    notes += ["the text hedges: reportedly, or the like"] if claim.uncertain else []
    notes += [claim.reason] if claim.reason else []
    low, high = (f"{100 * bound:.0f}" for bound in comparison.probability_interval)
    is_yes_or_no = claim_observable(claim).quantity in YES_OR_NO
    interval_90 = " to ".join(format_claim_value(scenario, comparison, bound) for bound in comparison.interval_90)
    return ClaimPageRow(
        id=comparison.id,
        statement=capitalize(claim.statement),
        day=day,
        day_order=day_order,
        counted_as=format_counted(comparison),
        source=source.name,
        notes=tuple(notes),
        citation=str(claim.citation),
        full_citation=format_citation(scenario, claim.citation),
        role_label=ROLE_LABELS[claim.role],
        median="" if is_yes_or_no else format_claim_value(scenario, comparison, comparison.median),
        interval_90="" if is_yes_or_no else interval_90,
        probability=f"{low} to {high}",
        strip=make_interval_strip(comparison),
        outcomes=() if split is None else tuple(format_outcome_rows(split)),
    )


def format_counted(comparison: ClaimComparison) -> str:
    """What a claim is counted as: the phrase with its unit, or the share that is meant by a word."""
    claim = comparison.claim
    assert claim.value is not None
    interval, quantity = claim.value, claim_observable(claim).quantity
    if quantity == "share":
        if interval.phrase in ("some", "part"):
            return f"{interval.phrase} of it held"
        low, high = (f"{100 * bound:.0f}" for bound in (interval.low, interval.high))
        if interval.high >= 1.0:
            return f"{low} % or more held"
        return f"{high} % or less held" if interval.low <= 0.0 else f"{low} to {high} % held"
    if interval.phrase in ("happened", "did not happen") or quantity in ("time", "duration"):
        return interval.phrase
    if quantity == "rank":
        return "in this order"
    return interval.phrase if quantity in YES_OR_NO else f"{interval.phrase} {comparison.unit}"


def format_outcome_rows(split: OutcomeSplit) -> Iterator[tuple[str, ...]]:
    """The rows of the table of outcomes; a group without battles has none."""
    for label, count in (("where this is true", split.where_true), ("where it is not", split.where_false)):
        if count is not None:
            low, high = (f"{100 * bound:.0f}" for bound in count.interval)
            held = f"{count.n_held}: {100 * count.n_held / count.n_battles:.0f} in 100 ({low} to {high})"
            yield (label, str(count.n_battles), held, *(f"{each:.0f}" for each in count.median_deaths))


def make_interval_strip(comparison: ClaimComparison) -> IntervalStrip:
    """The distribution on an axis from 0 to where nearly all of it and the bounds of the claim are visible."""
    assert comparison.claim.value is not None
    bound = comparison.claim.value
    ends = [comparison.interval_90[1], *(end for end in (bound.low, bound.high) if isfinite(end))]
    axis_max = 1.0 if comparison.unit == "share held" else max(1.0, 1.1 * max(ends))

    def to_axis(value: float) -> float:
        return STRIP_MARGIN + (STRIP_WIDTH - 2 * STRIP_MARGIN) * min(max(value, 0.0), axis_max) / axis_max

    low, high = to_axis(bound.low), STRIP_WIDTH if not isfinite(bound.high) else to_axis(bound.high)
    return IntervalStrip(
        (to_axis(comparison.interval_90[0]), to_axis(comparison.interval_90[1])),
        (to_axis(comparison.interval_50[0]), to_axis(comparison.interval_50[1])),
        to_axis(comparison.median),
        (low, high),
    )
