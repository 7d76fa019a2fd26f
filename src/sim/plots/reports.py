"""What sources reported, made ready to be marked: counts, grouped by what they are about."""

import math
from dataclasses import dataclass
from datetime import datetime

from sim.claims.comparison import about as observable_of
from sim.measures.base import Observable
from sim.scenario.bounds import Bound
from sim.scenario.model import Scenario
from sim.scenario.record import Claim

COUNTS = ("killed", "wounded", "captured", "seized")  # in the order in which they are drawn


@dataclass(frozen=True)
class Report:
    """One source's number as it is marked on an axis: from `low` to `high`, either of which may be open."""

    claim: str
    source: str
    said: str
    low: float
    high: float
    scored: bool

    @property
    def label(self) -> str:
        """Who said what."""
        return f"{self.source[0].upper()}{self.source[1:]}: {self.said}" + ("" if self.scored else " (not scored)")

    @property
    def anchor(self) -> float:
        """The number where the mark begins."""
        return self.low if math.isfinite(self.low) and not self.opens_down else self.high

    @property
    def opens_up(self) -> bool:
        """Whether the source gave a least number only."""
        return math.isinf(self.high)

    @property
    def opens_down(self) -> bool:
        """Whether the source gave a greatest number only."""
        return self.low == 0 < self.high and self.said.startswith(("under", "at most"))


@dataclass(frozen=True)
class Question:
    """Something that was counted, and all reports of it."""

    about: Observable
    measure: str
    since: datetime
    until: datetime
    reports: tuple[Report, ...]


def questions(scenario: Scenario, observed: set[str]) -> list[Question]:
    """Counts of which a scored claim exists, with all the reports of each; the most telling first."""
    grouped: dict[Observable, list[tuple[str, Claim]]] = {}
    claims = [(id, claim) for id, claim in scenario.claims.items() if id in observed and is_count(claim)]
    for id, claim in sorted(claims, key=lambda pair: pair[1].scored == "carried"):
        about = counted_from(scenario, claim)
        if claim.scored != "carried":
            grouped.setdefault(about, []).append((id, claim))
        elif about in grouped:
            grouped[about].append((id, claim))
    found = [question(scenario, about, members) for about, members in grouped.items()]
    return sorted(found, key=lambda each: telling(scenario, each))


def is_count(claim: Claim) -> bool:
    """Whether a claim gives a number of people or pieces."""
    return claim.observable is not None and claim.value is not None and claim.observable.measure in COUNTS


def counted_from(scenario: Scenario, claim: Claim) -> Observable:
    """What a claim is about; a period without a beginning is counted from that of the battle."""
    about = observable_of(claim)
    return about.model_copy(update={"since": about.since or scenario.begins})


def question(scenario: Scenario, about: Observable, claims: list[tuple[str, Claim]]) -> Question:
    """Everything that was reported of one count."""
    assert about.since is not None
    reports = tuple(sorted((report(scenario, id, claim) for id, claim in claims), key=lambda each: each.anchor))
    measure = str(about.model_dump()["measure"])
    return Question(about, measure, about.since, about.until, reports)


def report(scenario: Scenario, id: str, claim: Claim) -> Report:
    """A claim as it is marked."""
    assert claim.value is not None
    low, high = marked(claim.value)
    return Report(id, scenario.sources[claim.source].name, claim.value.said, low, high, claim.scored != "carried")


def marked(bound: Bound) -> tuple[float, float]:
    """The limits of a bound as numbers to draw: without the last bit that tells `over` from `at least`; some are 1."""
    low = 1.0 if bound.kind == "some" else round(bound.low, 9)
    return low, bound.high if math.isinf(bound.high) else round(bound.high, 9)


def telling(scenario: Scenario, asked: Question) -> tuple[int, bool, float, int, datetime]:
    """What comes first: deaths, then whole periods, then long ones, then those with more reports."""
    length = (asked.until - asked.since).total_seconds()
    return (COUNTS.index(asked.measure), asked.since != scenario.begins, -length, -len(asked.reports), asked.since)
