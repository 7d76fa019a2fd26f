"""A force that two orders may call at once."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from sim.scenario.lint.base import LintFinding
from sim.scenario.model import Scenario
from sim.scenario.orders import Ambush, CommanderRule, ScheduledOrder

LEVEL = "WARNING"


def check(scenario: Scenario, data: dict[str, Any]) -> Iterator[LintFinding]:
    """Two orders that send one force to two places have windows one after the other. Where the windows overlap, either
    may come first, and in some battles the second finds the force elsewhere. A commander takes only whom he finds
    free.
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
        )
        if shared and not is_compatible:
            got = f"{later.window.earliest:%Y-%m-%dT%H:%M} to {later.window.latest:%Y-%m-%dT%H:%M}"
            message = f"overlaps with that of {one}, which sends {', '.join(shared)} elsewhere"
            yield LintFinding(("orders", other, "window"), message, got, "windows one after the other")
