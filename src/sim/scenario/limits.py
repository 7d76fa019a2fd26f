"""How few and how many the choices and the priors allow: of people, of equipment, of anything drawn."""

import math

from sim.scenario.model import Scenario
from sim.scenario.priors import Prior
from sim.scenario.quantities import Quantity

RARE = 1e-4  # a range without an end is taken to end where one draw in ten thousand lies beyond

Range = tuple[float, float]
NOTHING: Range = (0.0, 0.0)


def prior_range(prior: Prior) -> Range:
    """The lowest and the highest value of a prior, but for rare draws where it has no end."""
    low, high = getattr(prior, "low", -math.inf), getattr(prior, "high", math.inf)
    lowest, highest = prior.quantile(RARE), prior.quantile(1 - RARE)
    given_low = math.isfinite(low) and "low" in prior.model_fields_set
    given_high = math.isfinite(high) and "high" in prior.model_fields_set
    return (low if given_low else lowest), (high if given_high else highest)


def quantity_range(scenario: Scenario, quantity: Quantity) -> Range:
    """The lowest and the highest value of a quantity."""
    if quantity.value is not None:
        return quantity.value, quantity.value
    if quantity.prior is None or quantity.prior not in scenario.priors:
        return NOTHING
    low, high = prior_range(scenario.priors[quantity.prior])
    return low * quantity.share, high * quantity.share


def total(ranges: list[Range]) -> Range:
    """The sum of ranges."""
    return sum(low for low, _ in ranges), sum(high for _, high in ranges)


def strength(scenario: Scenario, side: str, present: tuple[bool, ...] = (True, False)) -> Range:
    """The people of a side, by whether its forces are present at first or come later."""
    forces = [force for force in scenario.forces.values() if force.side == side and force.present in present]
    return total([quantity_range(scenario, force.strength) for force in forces])


def equipment(scenario: Scenario, side: str, kind: str) -> Range:
    """The pieces of a kind of equipment of a side."""
    forces = [force for force in scenario.forces.values() if force.side == side and kind in force.equipment]
    return total([quantity_range(scenario, force.equipment[kind]) for force in forces])


def replacements(scenario: Scenario, side: str, days: float) -> float:
    """The people who may at most have come as replacements in a number of days."""
    replaced = any(force.replaced for force in scenario.forces.values() if force.side == side)
    names = (f"replacements_per_day_{side}", "replacements_per_day")
    prior = next((scenario.priors[name] for name in names if name in scenario.priors), None)
    return prior_range(prior)[1] * max(days, 0.0) if replaced and prior is not None else 0.0
