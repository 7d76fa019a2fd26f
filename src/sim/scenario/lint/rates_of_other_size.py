"""Rates of fighting that are those of fights of quite another size than the battle's."""

from collections.abc import Iterator
from typing import Any

from sim.scenario.assault_size import compute_assault_size
from sim.scenario.lint.base import LintFinding
from sim.scenario.model import Scenario

LEVEL = "WARNING"
LINEAR_FACTOR = 10.0  # the linear law kills this many times too fast or too slowly beyond it
SIZE_FACTOR = 300.0  # beyond it the law of sizes is stretched far past the battles that it was fitted to
WITHOUT_LAW_FACTOR = 10.0  # the same where losses a head do not change with the size of a fight
SMALLEST_EXPONENT = 0.05  # a size_exponent below it is as good as none


def check(scenario: Scenario, data: dict[str, Any]) -> Iterator[LintFinding]:
    """Small fights cost more a head and an hour than large ones. A scenario that gives the rates of fighting itself
    gives those of fights of its own size, or says by size_exponent how losses change with it. The size of an assault
    is the geometric mean of attackers and defenders who can take part.
    """
    size = compute_assault_size(scenario)
    own_priors = data.get("priors") or {}
    if size is None:
        return
    if "reference_strength" in own_priors:
        reference = scenario.priors["reference_strength"].quantile(0.5)
        if is_apart(reference, size, LINEAR_FACTOR):
            message = f"the laws agree at {reference:,.0f} people, this battle's assaults are of some {size:,.0f}"
            yield LintFinding(("priors", "reference_strength"), message, f"{reference:.0f}", f"{size:.0f}")
    if "size_reference" in own_priors:
        reference = scenario.priors["size_reference"].quantile(0.5)
        exponent = scenario.priors["size_exponent"].quantile(0.5)
        factor = WITHOUT_LAW_FACTOR if abs(exponent) < SMALLEST_EXPONENT else SIZE_FACTOR
        if is_apart(reference, size, factor):
            message = (
                f"killing_rate is that of fights of {reference:,.0f} people and changes with their size to the power "
                f"of {-exponent:.2g}, this battle's assaults are of some {size:,.0f}"
            )
            yield LintFinding(("priors", "size_reference"), message, f"{reference:.0f}")


def is_apart(reference: float, size: float, factor: float) -> bool:
    """Whether two sizes are further apart than a factor."""
    return not reference / factor <= size <= reference * factor
