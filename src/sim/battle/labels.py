"""The labels of a battle, in the order of the scenario's file: the order in which results are shown."""

from sim.events.log import Labels
from sim.scenario.model import Scenario

STANDING_ORDERS = ("sky", "daily_round")  # that every battle has, after those of its scenario


def make_labels(scenario: Scenario) -> Labels:
    """The labels of a scenario's battles, as its file has them; a battle itself has them sorted."""
    return Labels(
        start=scenario.begins,
        sides=tuple(scenario.sides),
        places=tuple(scenario.places),
        forces=tuple(scenario.forces),
        orders=(*scenario.orders, *STANDING_ORDERS),
        equipment=tuple(scenario.equipment),
        battle_hours=scenario.hours_since_start(scenario.ends),
        time_zone=scenario.astronomy.time_zone,
    )
