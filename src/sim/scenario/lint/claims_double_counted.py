"""Claims that count the same thing and are both scored."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from sim.scenario.extent import Extent, extents
from sim.scenario.lint.base import Finding
from sim.scenario.model import Scenario
from sim.scenario.nesting import contained, same_text

LEVEL = "ERROR"


def findings(scenario: Scenario, data: dict[str, Any]) -> Iterator[Finding]:
    """Nothing is scored twice. Two scored counts of one source that overlap need `contains`, or one group in which one
    lies within the other. A summary of the same text is no second witness to its body.
    """
    covered = {id: one for id, one in extents(scenario).items() if scenario.claims[id].scored != "carried"}
    for one, other in combinations(covered, 2):
        if not covered[one].overlaps(covered[other]) or excluded(scenario, one, other):
            continue
        first, second = scenario.claims[one], scenario.claims[other]
        if first.source == second.source:
            linked = one in contained(scenario, other) or other in contained(scenario, one)
            if not linked and not partition(scenario, covered, one, other):
                message = f"counts some of what {one} counts, and both are scored"
                yield Finding(("claims", other), message, None, "`contains`, one group, or one of them carried")
        elif same_text(scenario, first.source, second.source):
            message = f"is no second witness: {one} is from the same text, and both are scored"
            yield Finding(("claims", other, "source"), message, second.source, "one of them carried")
    yield from not_nested(scenario)


def not_nested(scenario: Scenario) -> Iterator[Finding]:
    """What a claim contains lies within its period and places."""
    covered = extents(scenario)
    for id, claim in scenario.claims.items():
        for number, part in enumerate(claim.contains):
            if id in covered and not (part in covered and covered[id].covers(covered[part])):
                message = "is not within it: of another kind, side, period or place"
                yield Finding(("claims", id, "contains", number), message, part, "a count that is a part of this one")


def partition(scenario: Scenario, covered: dict[str, Extent], one: str, other: str) -> bool:
    """Whether two claims are of one group and one lies within the other, so that their difference can be told."""
    group = scenario.claims[one].group
    nested = covered[one].covers(covered[other]) or covered[other].covers(covered[one])
    return group is not None and group == scenario.claims[other].group and nested


def excluded(scenario: Scenario, one: str, other: str) -> bool:
    """Whether two claims belong to two options of one reading, and so never stand together."""
    readings = scenario.claims[one].reading, scenario.claims[other].reading
    first, second = (reading.split("=") if reading else ["", ""] for reading in readings)
    return first[0] != "" and first[0] == second[0] and first[1] != second[1]
