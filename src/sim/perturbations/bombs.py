"""Vehicle bombs whose fate is decided instead of drawn."""

from typing import Literal

from sim.perturbations.base import Perturbation, PerturbationError, require_id
from sim.scenario.model import Scenario
from sim.types import Edit, Id


class SetBombOutcome(Perturbation):
    """All vehicle bombs, or those named, are stopped, fall short, or reach their target."""

    kind: Literal["bombs"] = "bombs"
    orders: tuple[Id, ...] = ()
    outcome: Literal["stopped", "short", "on_target"]

    def edits(self, scenario: Scenario) -> tuple[Edit, ...]:
        bombs = [id for id, order in scenario.orders.items() if order.kind == "vehicle_bomb"]
        for order in self.orders:
            require_id("orders", order, scenario.orders)
            if order not in bombs:
                raise PerturbationError("orders", f"{order} is no vehicle bomb (got {scenario.orders[order].kind})")
        if not bombs:
            raise PerturbationError("kind", "the scenario has no vehicle bombs")
        return tuple(Edit(path=f"orders.{id}.outcome", value=self.outcome) for id in self.orders or bombs)
