"""An order that nobody gave."""

from typing import Any, Literal

from sim.perturbations.base import ASSUMPTION_TEXT, Perturbation, PerturbationError
from sim.scenario.model import Scenario
from sim.types import Edit, Id


class AddOrder(Perturbation):
    """One more order, written as in a scenario; it is checked like the file's own."""

    kind: Literal["add"] = "add"
    order: Id
    definition: dict[str, Any]

    def edits(self, scenario: Scenario) -> tuple[Edit, ...]:
        if self.order in scenario.orders:
            raise PerturbationError("order", f"the scenario has an order of that name (got {self.order})")
        return (Edit(path=f"orders.{self.order}", value={"rationale": ASSUMPTION_TEXT} | self.definition),)
