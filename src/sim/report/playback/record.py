"""The record as a track of its own: each claim with the hours that it speaks of, as far as the scenario dates them."""

from collections.abc import Iterator
from dataclasses import dataclass

from sim.claims.comparison import Comparison
from sim.scenario.model import Scenario
from sim.scenario.record import Claim

KINDS = {"killed": "loss", "wounded": "loss", "captured": "loss", "seized": "loss"}
KINDS |= {"control": "control", "peak_control": "control"}


@dataclass(frozen=True)
class Entry:
    """A claim: its hours, what it says and how it was put, who says so and where, and how often it held."""

    claim: str
    begins: float
    ends: float
    kind: str  # loss, control or event
    says: str
    source: str
    at: str
    held: str  # how many battles in 100 its bound holds in; empty if it is not observed


def record(scenario: Scenario, ends: float, compared: list[Comparison]) -> list[Entry]:
    """Every claim that can be dated within a battle of so many hours, in the order of time."""
    held = {each.id: f"{100 * each.chance:.0f}" for each in compared}
    found = []
    for id, claim in scenario.claims.items():
        span = hours(scenario, id, claim)
        if span is not None and 0 <= span[0] <= ends and span[1] <= ends:
            found.append(entry(scenario, id, claim, span, held.get(id, "")))
    return sorted(found, key=lambda each: (each.ends, each.begins))


def entry(scenario: Scenario, id: str, claim: Claim, span: tuple[float, float], held: str) -> Entry:
    """A claim as an entry."""
    measure = getattr(claim.observable, "measure", "")
    return Entry(
        claim=id,
        begins=round(span[0], 2),
        ends=round(span[1], 2),
        kind=KINDS.get(measure, "event"),
        says=claim.says[0].upper() + claim.says[1:],
        source=scenario.sources[claim.source].name,
        at=position(claim),
        held=held,
    )


def position(claim: Claim) -> str:
    """Where the text says it, in words."""
    return f"{claim.at.section}, paragraph {claim.at.paragraph}, sentence {claim.at.sentence}"


def hours(scenario: Scenario, id: str, claim: Claim) -> tuple[float, float] | None:
    """The period of which a claim speaks: its own, else that of orders and weather drawn from it; None if undated."""
    if claim.observable is not None:
        until = scenario.hours(claim.observable.until)
        since = until if claim.observable.since is None else scenario.hours(claim.observable.since)
        return max(since, 0.0), until
    spans = list(drawn_from(scenario, id))
    return (min(begin for begin, _ in spans), max(end for _, end in spans)) if spans else None


def drawn_from(scenario: Scenario, id: str) -> Iterator[tuple[float, float]]:
    """The windows of orders and the hours of weather drawn from a claim; a window of more than a day is none."""
    for order in scenario.replayed.values():
        window = getattr(order, "window", None)
        if window is not None and id in order.drawn_from:
            begin, end = scenario.hours(window.earliest), scenario.hours(window.latest)
            if end - begin <= 24:
                yield begin, end
    for weather in scenario.weather.values():
        if weather.claim == id:
            yield scenario.hours(weather.begins), scenario.hours(weather.ends)
