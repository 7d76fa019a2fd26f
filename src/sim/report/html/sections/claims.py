"""The section of claims: what each source reported, beside the distribution of the simulated values."""

from dataclasses import dataclass
from itertools import groupby
from math import isfinite

from sim.report.html.content import PageContent, PageSection
from sim.report.map.sheet import Atlas
from sim.report.terminal import format_claim_value
from sim.scenario.citations import format_citation, list_texts
from sim.scenario.descriptions import capitalize, format_moment
from sim.scenario.model import Scenario
from sim.scoring.claim_comparison import ClaimComparison, select_surprising_claims

POSITION = 30
MAX_CLAIMS = 500  # on the page
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
    """One claim as the page shows it."""

    id: str
    statement: str
    phrase: str
    source: str
    notes: tuple[str, ...]
    citation: str
    full_citation: str
    role_label: str
    median: str
    interval_50: str
    interval_90: str
    probability: str
    unit: str
    strip: IntervalStrip


def build_section(content: PageContent, atlas: Atlas) -> PageSection | None:
    """Every observable claim by the day or hours of which it tells, and those beside which nothing simulated stands."""
    if not content.claim_comparisons:
        return None
    scenario = content.scenario
    steps = scenario.make_time_steps(content.end_hours)

    def find_claim_step(comparison: ClaimComparison) -> int:
        """The step of time with which the period of a claim ends."""
        assert comparison.claim.observable is not None
        return steps.find(comparison.claim.observable.until)

    shown = select_surprising_claims(content.claim_comparisons, MAX_CLAIMS)
    ordered = sorted(shown, key=find_claim_step)
    groups = [
        (steps.format_name(step), [make_claim_row(scenario, each) for each in group])
        for step, group in groupby(ordered, key=find_claim_step)
    ]
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
    return PageSection(
        "claims",
        "Claim by claim, beside the record",
        "Claims",
        {"groups": groups, "carried": unobserved, "wide": STRIP_WIDTH, "origins": list_origins(scenario)}
        | {"n_shown": len(shown), "n_omitted": len(content.claim_comparisons) - len(shown)},
    )


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


def make_claim_row(scenario: Scenario, comparison: ClaimComparison) -> ClaimPageRow:
    """One claim beside its simulated distribution."""
    claim = comparison.claim
    assert claim.value is not None
    source = scenario.sources[claim.source]
    notes = [f"{source.name} ({source.kind})"]
    notes += [part for part in (source.dates, source.address, source.note) if part]
    notes += [f"told by {format_moment(claim.reported)}"] if claim.reported else []
    notes += ["the text hedges: reportedly, or the like"] if claim.uncertain else []
    notes += [claim.reason] if claim.reason else []
    low, high = (f"{100 * bound:.0f}" for bound in comparison.probability_interval)
    return ClaimPageRow(
        id=comparison.id,
        statement=capitalize(claim.statement),
        phrase=claim.value.phrase,
        source=source.name,
        notes=tuple(notes),
        citation=str(claim.citation),
        full_citation=format_citation(scenario, claim.citation),
        role_label=ROLE_LABELS[claim.role],
        median=format_claim_value(scenario, comparison, comparison.median),
        interval_50=" to ".join(format_claim_value(scenario, comparison, bound) for bound in comparison.interval_50),
        interval_90=" to ".join(format_claim_value(scenario, comparison, bound) for bound in comparison.interval_90),
        probability=f"{low} to {high}",
        unit=comparison.unit,
        strip=make_interval_strip(comparison),
    )


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
