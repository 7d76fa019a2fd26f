"""A count that is smaller for the whole than for a part of it."""

from collections.abc import Iterator
from typing import Any

from sim.scenario.claim_overlap import CountScope, ScopeIndex, make_count_scopes
from sim.scenario.lint.base import LintFinding
from sim.scenario.model import Scenario

LEVEL = "WARNING"


def check(scenario: Scenario, data: dict[str, Any]) -> Iterator[LintFinding]:
    """A source's count since the beginning never falls, and a part is never more than the whole, nor are all parts
    together. Where it happens, a figure was misread, belongs to another period or source, or was corrected.
    """
    scopes = make_count_scopes(scenario)
    for part, whole in list_nested_pairs(scenario, scopes):
        one, other = scenario.claims[part], scenario.claims[whole]
        if one.value is None or other.value is None:
            continue
        if one.value.low > other.value.high:
            message = f"less than the {one.value.phrase} of {part}, which is a part of it"
            yield LintFinding(("claims", whole, "value"), message, other.value.phrase, f"at least {one.value.low:g}")
    for id, claim in scenario.claims.items():
        parts = [scenario.claims[part] for part in claim.includes if part in scopes]
        least = sum(part.value.low for part in parts if part.value is not None)
        if claim.value is not None and len(parts) > 1 and least > claim.value.high:
            message = f"less than all that it includes: {', '.join(claim.includes)}"
            yield LintFinding(("claims", id, "value"), message, claim.value.phrase, f"at least {least:g}")


def list_nested_pairs(scenario: Scenario, scopes: dict[str, CountScope]) -> Iterator[tuple[str, str]]:
    """Each count with every other one of its source that covers it and more."""
    sources = {id: scenario.claims[id].source for id in scopes}
    index = ScopeIndex(scopes, sources)
    for part, scope in scopes.items():
        for whole in index.list_surrounding(scope, sources[part]):
            if scopes[whole] != scope and scopes[whole].covers(scope):
                yield part, whole
