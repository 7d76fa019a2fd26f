"""How large the assaults of a battle are: the geometric mean of attackers and defenders who can take part."""

import math
import statistics

from sim.scenario.feasibility import find_enemy_side
from sim.scenario.model import Scenario
from sim.scenario.orders import Attack
from sim.scenario.quantities import Quantity


def compute_assault_size(scenario: Scenario) -> float | None:
    """The median over attacks of the geometric mean of attackers and defenders; None if no attack meets anybody."""
    sizes = []
    for order in scenario.active_orders.values():
        if not isinstance(order, Attack):
            continue
        enemy = find_enemy_side(scenario, order.side)
        attackers = sum(compute_median(scenario, scenario.forces[name].strength) for name in order.forces)
        defenders = sum(
            compute_median(scenario, force.strength)
            for force in scenario.forces.values()
            if force.side == enemy and force.location == order.target
        )
        most = compute_median(scenario, scenario.terrains[scenario.places[order.target].terrain].max_engaged)
        if attackers >= 1 and defenders >= 1:
            sizes.append(math.sqrt(min(attackers, most) * min(defenders, most)))
    return statistics.median(sizes) if sizes else None


def compute_median(scenario: Scenario, quantity: Quantity) -> float:
    """The median of a quantity."""
    if quantity.prior is None:
        return float(quantity.value or 0.0)
    return scenario.priors[quantity.prior].quantile(0.5) * quantity.share
