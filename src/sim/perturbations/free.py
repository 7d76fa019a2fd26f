"""Commanders who decide for themselves instead of following the recorded orders."""

from datetime import datetime
from typing import Literal

from sim.perturbations.base import OrderKindName, Perturbation, PerturbationError, require_id
from sim.scenario.model import Scenario
from sim.scenario.orders import AnyOrder, ScheduledOrder
from sim.types import Edit, Id


class FreeCommanders(Perturbation):
    """From a moment on (from the beginning, if none is given) commanders decide by a fixed rule: of both sides, or one.

    Recorded orders of theirs that come later are never given, but for those of the kinds in `keep_kinds`; the
    scenario's free orders are given instead. The rule is that of `sim.scenario.orders.CommanderRule`.
    """

    kind: Literal["free"] = "free"
    since: datetime | None = None
    side: Id | None = None
    keep_kinds: tuple[OrderKindName, ...] = ("reinforce", "reserve")

    def edits(self, scenario: Scenario) -> tuple[Edit, ...]:
        since = self.since or scenario.begins
        if self.side is not None:
            require_id("side", self.side, scenario.sides)
        if not scenario.begins <= since < scenario.horizon:
            allowed = f"{scenario.begins:%Y-%m-%dT%H:%M} to {scenario.horizon:%Y-%m-%dT%H:%M}"
            raise PerturbationError("since", f"outside the battle (got {since:%Y-%m-%dT%H:%M}; allowed: {allowed})")
        own = {id: order for id, order in scenario.orders.items() if order.side == (self.side or order.side)}
        free = {
            id: order for id, order in own.items() if order.simulated_commander and isinstance(order, ScheduledOrder)
        }
        if not free:
            whose = "" if self.side is None else f" of {self.side}"
            raise PerturbationError("kind", f"the scenario has no orders{whose} with `simulated_commander: true`")
        return tuple(
            edit
            for id, order in own.items()
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
