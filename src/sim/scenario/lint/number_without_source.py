"""A number whose origin does not give it."""

import re
from collections.abc import Iterator
from typing import Any

from sim.scenario.lint.base import LintFinding
from sim.scenario.model import Scenario
from sim.scenario.quantities import iter_quantities

LEVEL = "ERROR"
EMPTY_REASON = re.compile(
    r"\W*(todo|tbd|fixme|unknown|guess|assumption|assumed|number|none|n/?a|x+)?\W*", re.IGNORECASE
)


def check(scenario: Scenario, data: dict[str, Any]) -> Iterator[LintFinding]:
    """Every number says where it comes from. A claim that is named as its origin must give it, and an assumption or
    the reason of a prior must say why.
    """
    for path, quantity in iter_quantities(scenario):
        claim = scenario.claims.get(quantity.claim or "")
        if quantity.value is not None and claim is not None:
            if claim.value is None or claim.value.reported_number is None:
                yield LintFinding(
                    (*path, "claim"), "this claim gives no number", quantity.claim, "a claim with a value"
                )
            elif not claim.value.contains(quantity.value):
                allowed = f"{claim.value.phrase}, or an assumption"
                yield LintFinding(
                    (*path, "value"), f"the claim {quantity.claim} says otherwise", f"{quantity.value:g}", allowed
                )
        if quantity.assumption is not None and EMPTY_REASON.fullmatch(quantity.assumption):
            yield LintFinding((*path, "assumption"), "says nothing", quantity.assumption, "why this number")
    for id, prior in scenario.priors.items():
        if EMPTY_REASON.fullmatch(prior.reason):
            yield LintFinding(("priors", id, "reason"), "says nothing", prior.reason, "why this range")
    for id, source in scenario.sources.items():
        if EMPTY_REASON.fullmatch(source.reference):
            yield LintFinding(
                ("sources", id, "reference"), "names no source", source.reference, "a key of the bibliography"
            )
