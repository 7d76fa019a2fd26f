"""Losses that a source claims beyond the people there were."""

from collections.abc import Iterator
from typing import Any

from sim.scenario import feasibility
from sim.scenario.lint.base import LintFinding
from sim.scenario.model import Scenario

LEVEL = "WARNING"
LOSSES = ("killed", "wounded", "captured")


def check(scenario: Scenario, data: dict[str, Any]) -> Iterator[LintFinding]:
    """Nobody loses more people than they have. A claim of losses above the greatest strength that forces, priors and
    replacements allow can never come true in a battle: the strength is set too low, or the source exaggerates.
    """
    strengths = {side: feasibility.compute_strength_range(scenario, side)[1] for side in scenario.sides}
    for id, claim in scenario.claims.items():
        observable = claim.observable
        if observable is None or claim.value is None or observable.measure not in LOSSES:
            continue
        days = (observable.until - scenario.begins).total_seconds() / 86400
        sides = observable.sides or (observable.side,)
        max_losses = sum(strengths[side] + feasibility.compute_max_replacements(scenario, side, days) for side in sides)
        if claim.value.low > max_losses:
            names = " and ".join(scenario.sides[side].short_name for side in sides)
            message = f"more {observable.unit} than {names} can have had"
            yield LintFinding(("claims", id, "value"), message, claim.value.phrase, f"at most {max_losses:.0f}")
