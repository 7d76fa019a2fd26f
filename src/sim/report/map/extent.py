"""Which places a map shows: those that have a part in the battle as far as it is fought."""

from sim.claims.comparison import observed_claims
from sim.scenario.model import Scenario
from sim.scenario.orders import AnyOrder


def shown(scenario: Scenario, ends: float) -> list[str]:
    """The places where a force stands at first, to which an order leads before the end (h), or that a report names."""
    found = {scenario.objective.place}
    orders = [order for order in scenario.replayed.values() if begins(scenario, order) < ends]
    found |= {force.at for force in scenario.forces.values() if force.present}
    for order in orders:
        found |= {
            order.target,
            *(place for key in ("axis", "covers", "otherwise") for place in getattr(order, key, ())),
        }
        found |= {scenario.forces[force].at for force in getattr(order, "forces", ())}
    for claim in observed_claims(scenario, ends).values():
        found |= {*getattr(claim.observable, "places", ()), *filter(None, [getattr(claim.observable, "place", None)])}
    return [place for place in scenario.places if place in found]


def begins(scenario: Scenario, order: AnyOrder) -> float:
    """The earliest moment of an order, in hours; a standing one is there from the beginning."""
    window = getattr(order, "window", None)
    return 0.0 if window is None else scenario.hours(window.earliest)
