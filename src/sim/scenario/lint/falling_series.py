"""A count that is smaller for the whole than for a part of it."""

from collections.abc import Iterator
from itertools import permutations
from typing import Any

from sim.scenario.extent import extents
from sim.scenario.lint.base import Finding
from sim.scenario.model import Scenario

LEVEL = "WARNING"


def findings(scenario: Scenario, data: dict[str, Any]) -> Iterator[Finding]:
    """A source's count since the beginning never falls, and a part is never more than the whole, nor are all parts
    together. Where it happens, a figure was misread, belongs to another period or source, or was corrected.
    """
    covered = extents(scenario)
    for part, whole in permutations(covered, 2):
        one, other = scenario.claims[part], scenario.claims[whole]
        different = covered[part] != covered[whole] and one.source == other.source
        if not different or one.value is None or other.value is None or not covered[whole].covers(covered[part]):
            continue
        if one.value.low > other.value.high:
            message = f"less than the {one.value.said} of {part}, which is a part of it"
            yield Finding(("claims", whole, "value"), message, other.value.said, f"at least {one.value.low:g}")
    for id, claim in scenario.claims.items():
        parts = [scenario.claims[part] for part in claim.contains if part in covered]
        least = sum(part.value.low for part in parts if part.value is not None)
        if claim.value is not None and len(parts) > 1 and least > claim.value.high:
            message = f"less than all that it contains: {', '.join(claim.contains)}"
            yield Finding(("claims", id, "value"), message, claim.value.said, f"at least {least:g}")
