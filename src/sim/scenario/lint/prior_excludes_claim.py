"""A strength, an equipment or a number of sorties that can't give what a claim says."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sim.scenario import limits
from sim.scenario.extent import extent, meet
from sim.scenario.limits import Range
from sim.scenario.lint.base import Finding
from sim.scenario.model import Scenario
from sim.scenario.orders import Fires
from sim.scenario.record import Claim
from sim.scenario.whereabouts import enemy_of

LEVEL = "WARNING"


def findings(scenario: Scenario, data: dict[str, Any]) -> Iterator[Finding]:
    """A prior leaves room for what the sources say, or says why not. What a claim says of strengths, of equipment, of
    sorties or of people who joined must lie within the range that choices and priors allow.
    """
    for id, claim in scenario.claims.items():
        allowed = possible(scenario, claim)
        if allowed is not None and claim.value is not None:
            low, high = allowed
            if claim.value.low > high or claim.value.high < low:
                message = "lies outside what choices and priors allow"
                yield Finding(("claims", id, "value"), message, claim.value.said, f"{low:.0f} to {high:.0f}")
    for id, force in scenario.forces.items():
        for name in force.drawn_from if force.strength.prior is not None else ():
            claim = scenario.claims[name]
            measured = claim.observable is not None and claim.observable.measure in ("strength", "joined")
            low, high = limits.quantity_range(scenario, force.strength)
            if measured and claim.value is not None and (claim.value.low > high or claim.value.high < low):
                message = f"can't give the {claim.value.said} of {name}, from which the force is drawn"
                yield Finding(("forces", id, "strength"), message, f"{low:.0f} to {high:.0f}", claim.value.said)


def possible(scenario: Scenario, claim: Claim) -> Range | None:
    """The lowest and the highest value that a claim's observable can have; None where that is not known."""
    seen = claim.observable
    if seen is None:
        return None
    days = (seen.until - scenario.begins).total_seconds() / 86400
    if seen.measure == "strength":
        low, high = limits.strength(scenario, seen.side, (True,))
        new = limits.strength(scenario, seen.side, (False,))[1] + limits.replacements(scenario, seen.side, days)
        at_first = not seen.places and seen.until <= scenario.begins + timedelta(hours=1)
        return (low if at_first else 0.0), high + new
    if seen.measure == "joined":
        return 0.0, limits.strength(scenario, seen.side, (False,))[1] + limits.replacements(scenario, seen.side, days)
    if seen.measure == "seized":
        return 0.0, limits.equipment(scenario, enemy_of(scenario, seen.side), seen.equipment)[1]
    return sorties(scenario, claim) if seen.measure == "sorties" else None


def sorties(scenario: Scenario, claim: Claim) -> Range:
    """None to all sorties of the orders that may fly at the claim's places before its end."""
    counted = extent(scenario, claim)
    assert counted is not None
    flown = [
        limits.quantity_range(scenario, order.sorties)
        for id, order in scenario.orders.items()
        if isinstance(order, Fires)
        and order.side == counted.kind[1]
        and order.window.earliest < counted.until
        and meet(counted.places, frozenset((order.target, *order.otherwise)))
        and meet(counted.orders, frozenset((id,)))
    ]
    return 0.0, limits.total(flown)[1]
