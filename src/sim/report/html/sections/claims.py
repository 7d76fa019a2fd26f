"""Claim by claim: what was reported, by whom and where in the text, beside the distribution of what was simulated."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import isfinite

from sim.claims.comparison import Comparison
from sim.claims.wording import day_and_month, last_day
from sim.report.html.matter import Matter, Section
from sim.report.map.sheet import Atlas
from sim.report.playback.record import position
from sim.report.terminal import number
from sim.scenario.model import Scenario

PLACE = 30
WIDE, EDGE = 160.0, 6.0  # units of the drawn distribution
SCORED = {"calibration": "scored", "holdout": "held out", "carried": "not scored"}


@dataclass(frozen=True)
class Strip:
    """A distribution and a bound on one axis, in units from 0 to WIDE; `bound` is where the claim holds."""

    most: tuple[float, float]
    half: tuple[float, float]
    median: float
    bound: tuple[float, float]


@dataclass(frozen=True)
class Row:
    """One claim as it is shown."""

    id: str
    says: str
    said: str
    source: str
    notes: tuple[str, ...]
    at: str
    where: str
    scored: str
    median: str
    half: str
    most: str
    chance: str
    unit: str
    strip: Strip


def section(matter: Matter, atlas: Atlas) -> Section | None:
    """Every observable claim by the day that it speaks of, and those that are carried only."""
    if not matter.compared:
        return None
    ordered = sorted(matter.compared, key=day_of)
    days = [
        (day_and_month(day), [row(matter.scenario, each) for each in group])
        for day, group in groupby(ordered, key=day_of)
    ]
    carried = [
        (claim.says, matter.scenario.sources[claim.source].name, position(claim), claim.reason or "")
        for claim in matter.scenario.claims.values()
        if claim.observable is None
    ]
    return Section(
        "claims", "Claim by claim, beside the record", "Claims", {"days": days, "carried": carried, "wide": WIDE}
    )


def day_of(each: Comparison) -> date:
    """The day with which the period of a claim ends."""
    assert each.claim.observable is not None
    return last_day(each.claim.observable.until)


def row(scenario: Scenario, each: Comparison) -> Row:
    """One claim."""
    claim = each.claim
    assert claim.value is not None
    source = scenario.sources[claim.source]
    notes = [f"{source.name} ({source.kind})"]
    notes += [source.note] if source.note else []
    notes += ["the text hedges: reportedly, or the like"] if claim.hedged else []
    notes += [claim.reason] if claim.reason else []
    low, high = (f"{100 * bound:.0f}" for bound in each.chance_interval)
    return Row(
        id=each.id,
        says=claim.says[0].upper() + claim.says[1:],
        said=claim.value.said,
        source=source.name,
        notes=tuple(notes),
        at=str(claim.at),
        where=position(claim),
        scored=SCORED[claim.scored],
        median=number(each.median, each.unit),
        half=" to ".join(number(bound, each.unit) for bound in each.half),
        most=" to ".join(number(bound, each.unit) for bound in each.most),
        chance=f"{low} to {high}",
        unit=each.unit,
        strip=strip(each),
    )


def strip(each: Comparison) -> Strip:
    """The distribution drawn: from 0 to what shows nearly all of it and the whole bound."""
    assert each.claim.value is not None
    bound = each.claim.value
    ends = [each.most[1], *(end for end in (bound.low, bound.high) if isfinite(end))]
    top = 1.0 if each.unit == "share held" else max(1.0, 1.1 * max(ends))

    def at(value: float) -> float:
        return EDGE + (WIDE - 2 * EDGE) * min(max(value, 0.0), top) / top

    low, high = at(bound.low), WIDE if not isfinite(bound.high) else at(bound.high)
    return Strip(
        (at(each.most[0]), at(each.most[1])), (at(each.half[0]), at(each.half[1])), at(each.median), (low, high)
    )
