"""Orders that are never given."""

from typing import Literal

from sim.perturbations.base import OrderSelection
from sim.scenario.model import Scenario
from sim.types import Edit


class CancelOrders(OrderSelection):
    """Orders, or a whole class of them, are never given."""

    kind: Literal["cancel"] = "cancel"

    def edits(self, scenario: Scenario) -> tuple[Edit, ...]:
        return tuple(Edit(path=f"orders.{id}.cancelled", value=True) for id in self.select_orders(scenario))
