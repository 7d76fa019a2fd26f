"""A change of control that no order could bring about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sim.scenario.evidence import ReportedInterval
from sim.scenario.feasibility import compute_initial_share, find_arrival_orders, find_enemy_side
from sim.scenario.lint.base import LintFinding
from sim.scenario.model import Scenario

LEVEL = "ERROR"
ALLOWED = "an order that may bring it about"


@dataclass(frozen=True)
class ControlClaim:
    """A scored claim of control: that a side held so much of a place, at `until` or at some time before it."""

    id: str
    side: str
    place: str
    since: datetime
    until: datetime
    share: ReportedInterval


def check(scenario: Scenario, data: dict[str, Any]) -> Iterator[LintFinding]:
    """A place changes hands because somebody goes there. A scored claim that a side gained a place, with no order of
    that side for the place before it, can never come true. An order never names its outcome: it only makes it possible.
    """
    claims = list_control_claims(scenario)
    for one in claims:
        first = compute_initial_share(scenario, one.side, one.place)
        gaining_side = one.side if one.share.low > first else find_enemy_side(scenario, one.side)
        if not one.share.contains(first) and not find_arrival_orders(scenario, gaining_side, one.place, one.until):
            message = f"no order brings {scenario.sides[gaining_side].short_name} to {one.place} by then"
            got = f"{one.share.phrase}; {scenario.sides[one.side].short_name} holds {first:g} of it at first"
            yield LintFinding(("claims", one.id, "observable"), message, got, ALLOWED)
    for place in scenario.places:
        for before, after in pairwise(one for one in claims if one.place == place):
            regained = before.side != after.side and before.share.low + after.share.low > 1
            if regained and not find_arrival_orders(scenario, after.side, place, after.until, before.since):
                side = scenario.sides[after.side].short_name
                message = f"the other side had {place} ({before.id}), and no order brings {side} there in between"
                yield LintFinding(("claims", after.id, "observable"), message, after.share.phrase, ALLOWED)


def list_control_claims(scenario: Scenario) -> list[ControlClaim]:
    """The scored claims of control, in the order of their times."""
    control_claims = []
    for id, claim in scenario.claims.items():
        observable = claim.observable
        if observable is None or claim.value is None or claim.role == "context":
            continue
        if observable.measure in ("control", "peak_control"):
            since = observable.until if observable.measure == "control" else observable.since or scenario.begins
            control_claims.append(
                ControlClaim(id, observable.side, observable.place, since, observable.until, claim.value)
            )
    return sorted(control_claims, key=lambda one: one.until)
