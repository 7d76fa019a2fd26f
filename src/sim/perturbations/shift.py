"""Orders that come earlier or later."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from sim.perturbations.base import OrderSelection, PerturbationError
from sim.scenario.model import Scenario
from sim.scenario.orders import ScheduledOrder
from sim.types import Edit


class ShiftOrders(OrderSelection):
    """The windows of orders, or of a whole class of them, move by so many hours; below 0 is earlier."""

    kind: Literal["shift"] = "shift"
    hours: Annotated[float, Field(ge=-24 * 366, le=24 * 366)]

    def edits(self, scenario: Scenario) -> tuple[Edit, ...]:
        changes = []
        for id in self.select_orders(scenario):
            order = scenario.orders[id]
            if not isinstance(order, ScheduledOrder):
                if self.orders:
                    raise PerturbationError("orders", f"{id} has no moment: it is called when it is needed")
                continue
            ends = [moment + timedelta(hours=self.hours) for moment in (order.window.earliest, order.window.latest)]
            for moment in ends:
                if not scenario.begins <= moment <= scenario.horizon:
                    allowed = f"{scenario.begins:%Y-%m-%dT%H:%M} to {scenario.horizon:%Y-%m-%dT%H:%M}"
                    raise PerturbationError(
                        "hours", f"{id} would come outside the battle (got {moment:%Y-%m-%dT%H:%M}; allowed: {allowed})"
                    )
            earliest, latest = (moment.isoformat(timespec="seconds") for moment in ends)
            changes.append(Edit(path=f"orders.{id}.window", value={"earliest": earliest, "latest": latest}))
        return tuple(changes)
