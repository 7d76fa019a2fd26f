"""More or fewer air strikes or fire missions."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from sim.perturbations.base import Perturbation, PerturbationError, require_id, scale_quantity
from sim.scenario.model import Scenario
from sim.scenario.orders import FireSupport
from sim.types import Edit, Id


class ScaleSorties(Perturbation):
    """Air strikes or shelling of a side (of all, if none is named) are scaled, on given days or on all."""

    kind: Literal["sorties"] = "sorties"
    order_kind: Literal["airstrike", "shelling"] = "airstrike"
    side: Id | None = None
    factor: Annotated[float, Field(ge=0, le=100)]
    days: tuple[date, ...] = ()

    def edits(self, scenario: Scenario) -> tuple[Edit, ...]:
        if self.side is not None:
            require_id("side", self.side, scenario.sides)
        for day in self.days:
            if not scenario.begins.date() <= day <= scenario.horizon.date():
                raise PerturbationError("days", f"outside the battle (got {day:%Y-%m-%d})")
        selected = {
            id: order
            for id, order in scenario.orders.items()
            if isinstance(order, FireSupport)
            and order.kind == self.order_kind
            and order.side == (self.side or order.side)
            and (not self.days or order.window.earliest.date() in self.days)
        }
        if not selected:
            raise PerturbationError("days" if self.days else "order_kind", "no order has such strikes then")
        if self.factor == 0:
            return tuple(Edit(path=f"orders.{id}.cancelled", value=True) for id in selected)
        return tuple(
            Edit(path=f"orders.{id}.sorties", value=scale_quantity(order.sorties, self.factor))
            for id, order in selected.items()
        )
