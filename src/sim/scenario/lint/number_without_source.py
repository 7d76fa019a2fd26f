"""A number whose origin does not give it."""

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from sim.scenario.lint.base import Finding
from sim.scenario.model import Scenario
from sim.scenario.problems import Path
from sim.scenario.quantities import Quantity

LEVEL = "ERROR"
EMPTY = re.compile(r"\W*(todo|tbd|fixme|unknown|guess|assumption|assumed|number|none|n/?a|x+)?\W*", re.IGNORECASE)


def findings(scenario: Scenario, data: dict[str, Any]) -> Iterator[Finding]:
    """Every number says where it comes from. A claim that is named as its origin must give it, and an assumption or
    the reason of a prior must say why.
    """
    for path, part in quantities(scenario, ()):
        claim = scenario.claims.get(part.claim or "")
        if part.value is not None and claim is not None:
            if claim.value is None or claim.value.middle is None:
                yield Finding((*path, "claim"), "this claim gives no number", part.claim, "a claim with a value")
            elif not claim.value.holds(part.value):
                said = f"{claim.value.said}, or an assumption"
                yield Finding((*path, "value"), f"the claim {part.claim} says otherwise", f"{part.value:g}", said)
        if part.assumption is not None and EMPTY.fullmatch(part.assumption):
            yield Finding((*path, "assumption"), "says nothing", part.assumption, "why this number")
    for id, prior in scenario.priors.items():
        if EMPTY.fullmatch(prior.reason):
            yield Finding(("priors", id, "reason"), "says nothing", prior.reason, "why this range")
    for id, source in scenario.sources.items():
        if EMPTY.fullmatch(source.key):
            yield Finding(("sources", id, "key"), "names no source", source.key, "a key of the bibliography")


def quantities(node: Any, path: Path) -> Iterator[tuple[Path, Quantity]]:
    """Every quantity below a part of the scenario, with its path."""
    if isinstance(node, Quantity):
        yield path, node
    elif isinstance(node, BaseModel):
        for name in type(node).model_fields:
            yield from quantities(getattr(node, name), (*path, name))
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from quantities(value, (*path, key))
    elif isinstance(node, tuple):
        for place, value in enumerate(node):
            yield from quantities(value, (*path, place))
