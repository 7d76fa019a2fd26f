"""Losses that a source claims beyond the people there were."""

from collections.abc import Iterator
from typing import Any

from sim.scenario import limits
from sim.scenario.lint.base import Finding
from sim.scenario.model import Scenario

LEVEL = "WARNING"
LOSSES = ("killed", "wounded", "captured")


def findings(scenario: Scenario, data: dict[str, Any]) -> Iterator[Finding]:
    """Nobody loses more people than they have. A claim of losses above the greatest strength that forces, priors and
    replacements allow can never come true in a battle: the strength is set too low, or the source exaggerates.
    """
    for id, claim in scenario.claims.items():
        seen = claim.observable
        if seen is None or claim.value is None or seen.measure not in LOSSES:
            continue
        days = (seen.until - scenario.begins).total_seconds() / 86400
        most = limits.strength(scenario, seen.side)[1] + limits.replacements(scenario, seen.side, days)
        if claim.value.low > most:
            message = f"more {seen.unit} than {scenario.sides[seen.side].short} can have had"
            yield Finding(("claims", id, "value"), message, claim.value.said, f"at most {most:.0f}")
