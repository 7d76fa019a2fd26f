"""A strength, an equipment or a number of sorties that can't give what a claim says."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from sim.scenario import feasibility
from sim.scenario.claim_overlap import intersects, make_count_scope
from sim.scenario.evidence import Claim
from sim.scenario.feasibility import find_enemy_side
from sim.scenario.lint.base import LintFinding
from sim.scenario.model import Scenario
from sim.scenario.orders import Detachment, FireSupport
from sim.scenario.rule_parameters import ValueRange

LEVEL = "WARNING"


def check(scenario: Scenario, data: dict[str, Any]) -> Iterator[LintFinding]:
    """A prior leaves room for what the sources say, or says why not. What a claim says of strengths, of equipment, of
    sorties or of people who joined must lie within the range that choices and priors allow.
    """
    for id, claim in scenario.claims.items():
        allowed = compute_possible_range(scenario, claim)
        if allowed is not None and claim.value is not None:
            low, high = allowed
            if claim.value.low > high or claim.value.high < low:
                message = "lies outside what choices and priors allow"
                yield LintFinding(("claims", id, "value"), message, claim.value.phrase, f"{low:.0f} to {high:.0f}")
    for id, force in scenario.forces.items():
        for name in force.based_on if force.strength.prior is not None else ():
            claim = scenario.claims[name]
            counts_people = claim.observable is not None and claim.observable.measure in ("strength", "reinforcements")
            low, high = feasibility.compute_quantity_range(scenario, force.strength)
            if counts_people and claim.value is not None and (claim.value.low > high or claim.value.high < low):
                message = f"can't give the {claim.value.phrase} of {name}, from which the force is drawn"
                yield LintFinding(("forces", id, "strength"), message, f"{low:.0f} to {high:.0f}", claim.value.phrase)


def compute_possible_range(scenario: Scenario, claim: Claim) -> ValueRange | None:
    """The lowest and the highest value that a claim's observable can have; None where that is not known."""
    observable = claim.observable
    if observable is None:
        return None
    days = (observable.until - scenario.begins).total_seconds() / 86400
    if observable.measure == "strength":
        names = list_origins(scenario, observable.forces)
        low, high = feasibility.compute_strength_range(scenario, observable.side, (True,), names)
        _, max_arrivals = feasibility.compute_strength_range(scenario, observable.side, (False,), names)
        max_arrivals += feasibility.compute_max_replacements(scenario, observable.side, days, names)
        at_first = not observable.places and observable.until <= scenario.begins + timedelta(hours=1)
        return (low if at_first else 0.0), high + max_arrivals
    if observable.measure == "reinforcements":
        return 0.0, feasibility.compute_strength_range(scenario, observable.side, (False,))[
            1
        ] + feasibility.compute_max_replacements(scenario, observable.side, days)
    if observable.measure == "equipment_captured":
        return 0.0, feasibility.compute_equipment_range(
            scenario, find_enemy_side(scenario, observable.side), observable.equipment
        )[1]
    return compute_sorties_range(scenario, claim) if observable.measure == "sorties" else None


def list_origins(scenario: Scenario, forces: Sequence[str]) -> list[str]:
    """Some forces, and those that they may have been detached from."""
    names = list(forces)
    for name in names:
        names += [
            parent
            for order in scenario.orders.values()
            if isinstance(order, Detachment) and order.into == name
            for parent in order.forces
            if parent not in names
        ]
    return names


def compute_sorties_range(scenario: Scenario, claim: Claim) -> ValueRange:
    """None to all sorties of the orders that may fly at the claim's places before its end."""
    scope = make_count_scope(scenario, claim)
    assert scope is not None
    sorties_ranges = [
        feasibility.compute_quantity_range(scenario, order.sorties)
        for id, order in scenario.active_orders.items()
        if isinstance(order, FireSupport)
        and order.side == scope.kind[1]
        and order.window.earliest < scope.until
        and intersects(scope.places, frozenset((order.target, *order.alternative_targets)))
        and intersects(scope.orders, frozenset((id,)))
    ]
    return 0.0, feasibility.sum_ranges(sorties_ranges)[1]
