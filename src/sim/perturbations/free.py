"""Commanders who decide for themselves instead of following the recorded orders."""

from datetime import datetime
from typing import Literal

from sim.perturbations.base import OrderKindName, Perturbation, PerturbationError
from sim.scenario.model import Scenario
from sim.scenario.orders import AnyOrder, ScheduledOrder
from sim.types import Edit


class FreeCommanders(Perturbation):
    """From a moment on (from the beginning, if none is given) both sides' commanders decide by a fixed rule.

    Recorded orders that come later are never given, but for those of the kinds in `keep`; the scenario's free orders
    are given instead. The rule is that of `sim.scenario.orders.CommanderRule`.
    """

    kind: Literal["free"]
    since: datetime | None = None
    keep_kinds: tuple[OrderKindName, ...] = ("reinforce", "reserve")

    def edits(self, scenario: Scenario) -> tuple[Edit, ...]:
        since = self.since or scenario.begins
        if not scenario.begins <= since < scenario.horizon:
            allowed = f"{scenario.begins:%Y-%m-%dT%H:%M} to {scenario.horizon:%Y-%m-%dT%H:%M}"
            raise PerturbationError("since", f"outside the battle (got {since:%Y-%m-%dT%H:%M}; allowed: {allowed})")
        free = {
            id: order
            for id, order in scenario.orders.items()
            if order.simulated_commander and isinstance(order, ScheduledOrder)
        }
        if not free:
            raise PerturbationError("kind", "the scenario has no orders with `simulated_commander: true`")
        return tuple(
            edit
            for id, order in scenario.orders.items()
            for edit in (give_order(id, free[id], since) if id in free else self.cancel_recorded(id, order, since))
        )

    def cancel_recorded(self, id: str, order: AnyOrder, since: datetime) -> tuple[Edit, ...]:
        """A recorded order is not given, if it would come later and is of no kind that stays."""
        if not isinstance(order, ScheduledOrder) or order.window.latest <= since or order.kind in self.keep_kinds:
            return ()
        return (Edit(path=f"orders.{id}.cancelled", value=True),)


def give_order(id: str, order: ScheduledOrder, since: datetime) -> tuple[Edit, ...]:
    """A free order is given: in its window, or in one as long that begins at this moment, if that is later."""
    begins = max(order.window.earliest, since)
    ends = (begins, begins + (order.window.latest - order.window.earliest))
    earliest, latest = (moment.isoformat(timespec="seconds") for moment in ends)
    return (
        Edit(path=f"orders.{id}.cancelled", value=False),
        Edit(path=f"orders.{id}.window", value={"earliest": earliest, "latest": latest}),
    )
