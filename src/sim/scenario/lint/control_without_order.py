"""A change of control that no order could bring about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sim.scenario.bounds import Bound
from sim.scenario.lint.base import Finding
from sim.scenario.model import Scenario
from sim.scenario.whereabouts import enemy_of, held_at_first, may_come

LEVEL = "ERROR"
NEEDED = "an order that may bring it about"


@dataclass(frozen=True)
class Told:
    """A scored claim of control: that a side held so much of a place, at `until` or at some time before it."""

    id: str
    side: str
    place: str
    since: datetime
    until: datetime
    share: Bound


def findings(scenario: Scenario, data: dict[str, Any]) -> Iterator[Finding]:
    """A place changes hands because somebody goes there. A scored claim that a side gained a place, with no order of
    that side for the place before it, can never come true. An order never names its outcome: it only makes it possible.
    """
    claims = told(scenario)
    for one in claims:
        first = held_at_first(scenario, one.side, one.place)
        gainer = one.side if one.share.low > first else enemy_of(scenario, one.side)
        if not one.share.holds(first) and not may_come(scenario, gainer, one.place, one.until):
            message = f"no order brings {scenario.sides[gainer].short} to {one.place} by then"
            got = f"{one.share.said}; {scenario.sides[one.side].short} holds {first:g} of it at first"
            yield Finding(("claims", one.id, "observable"), message, got, NEEDED)
    for place in scenario.places:
        for before, after in pairwise(one for one in claims if one.place == place):
            regained = before.side != after.side and before.share.low + after.share.low > 1
            if regained and not may_come(scenario, after.side, place, after.until, before.since):
                side = scenario.sides[after.side].short
                message = f"the other side had {place} ({before.id}), and no order brings {side} there in between"
                yield Finding(("claims", after.id, "observable"), message, after.share.said, NEEDED)


def told(scenario: Scenario) -> list[Told]:
    """The scored claims of control, in the order of their times."""
    found = []
    for id, claim in scenario.claims.items():
        seen = claim.observable
        if seen is None or claim.value is None or claim.scored == "carried":
            continue
        if seen.measure in ("control", "peak_control"):
            since = seen.until if seen.measure == "control" else seen.since or scenario.begins
            found.append(Told(id, seen.side, seen.place, since, seen.until, claim.value))
    return sorted(found, key=lambda one: one.until)
