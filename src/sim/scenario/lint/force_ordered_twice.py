"""A force that two orders may call at once."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from sim.scenario.lint.base import LintFinding
from sim.scenario.model import Scenario
from sim.scenario.order_checks import list_followed_orders
from sim.scenario.orders import Ambush, CommanderRule, ScheduledOrder

LEVEL = "WARNING"
EXCLUSIVE_EVENTS = ({"taken", "repelled"}, {"taken", "dropped"}, {"repelled", "dropped"}, {"ended", "dropped"})


def check(scenario: Scenario, data: dict[str, Any]) -> Iterator[LintFinding]:
    """Two orders that send one force to two places have windows one after the other, or one waits for the other
    (`after`), or they wait for different outcomes of a third. Where the windows overlap, either may come first, and in
    some battles the second finds the force elsewhere. A commander takes only whom he finds free.
    """
    scheduled = [(id, order) for id, order in scenario.active_orders.items() if isinstance(order, ScheduledOrder)]
    moving = [
        (id, order)
        for id, order in scheduled
        if hasattr(order, "forces") and not isinstance(order, Ambush | CommanderRule)
    ]
    for (one, earlier), (other, later) in combinations(moving, 2):
        shared = [force for force in later.forces if force in earlier.forces]
        is_compatible = (
            earlier.window.latest < later.window.earliest
            or later.window.latest < earlier.window.earliest
            or earlier.target == later.target
            or one in list_followed_orders(scenario, other)
            or other in list_followed_orders(scenario, one)
            or exclude_each_other(earlier, later)
        )
        if shared and not is_compatible:
            got = f"{later.window.earliest:%Y-%m-%dT%H:%M} to {later.window.latest:%Y-%m-%dT%H:%M}"
            message = f"overlaps with that of {one}, which sends {', '.join(shared)} elsewhere"
            yield LintFinding(("orders", other, "window"), message, got, "windows one after the other")


def exclude_each_other(one: ScheduledOrder, other: ScheduledOrder) -> bool:
    """Whether two orders wait for outcomes of a third of which only one can come."""
    if one.after is None or other.after is None or one.after.order != other.after.order:
        return False
    return {one.after.event, other.after.event} in EXCLUSIVE_EVENTS
