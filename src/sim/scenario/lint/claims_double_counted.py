"""Claims that count the same thing and are both scored."""

from collections.abc import Iterator
from typing import Any

from sim.scenario.claim_overlap import (
    CountScope,
    ScopeIndex,
    find_included_claims,
    identify_text,
    is_same_text,
    make_count_scopes,
)
from sim.scenario.lint.base import LintFinding
from sim.scenario.model import Scenario

LEVEL = "ERROR"


def check(scenario: Scenario, data: dict[str, Any]) -> Iterator[LintFinding]:
    """Nothing is scored twice. Two scored counts of one source that overlap need `includes`, or one population in which
    one lies within the other. A summary of the same text is no second witness to its body.
    """
    scored_claims = scenario.scored_claims
    scopes = {id: one for id, one in make_count_scopes(scenario).items() if id in scored_claims}
    for one, other in list_comparable_pairs(scenario, scopes):
        if not scopes[one].overlaps(scopes[other]) or are_exclusive(scenario, one, other):
            continue
        first, second = scenario.claims[one], scenario.claims[other]
        if first.source == second.source:
            linked = one in find_included_claims(scenario, other) or other in find_included_claims(scenario, one)
            if not linked and not is_partition(scenario, scopes, one, other):
                message = f"counts some of what {one} counts, and both are scored"
                yield LintFinding(
                    ("claims", other), message, None, "`includes`, one population, or one of them with `role: context`"
                )
        elif is_same_text(scenario, first.source, second.source):
            message = f"is no second witness: {one} is from the same text, and both are scored"
            yield LintFinding(("claims", other, "source"), message, second.source, "one of them with `role: context`")
    yield from check_inclusions(scenario)


def list_comparable_pairs(scenario: Scenario, scopes: dict[str, CountScope]) -> Iterator[tuple[str, str]]:
    """The pairs of counts of one kind and of one source or text that have a place in common, in the claims' order."""
    texts = {id: identify_text(scenario, scenario.claims[id].source) for id in scopes}
    index = ScopeIndex(scopes, texts)
    for one, scope in scopes.items():
        for other in index.list_meeting(scope, texts[one]):
            if index.ranks[one] < index.ranks[other]:
                yield one, other


def check_inclusions(scenario: Scenario) -> Iterator[LintFinding]:
    """What a claim includes lies within its period and places."""
    scopes = make_count_scopes(scenario)
    for id, claim in scenario.claims.items():
        for number, part in enumerate(claim.includes):
            if id in scopes and not (part in scopes and scopes[id].covers(scopes[part])):
                message = "is not within it: of another kind, side, period or place"
                yield LintFinding(
                    ("claims", id, "includes", number), message, part, "a count that is a part of this one"
                )


def is_partition(scenario: Scenario, scopes: dict[str, CountScope], one: str, other: str) -> bool:
    """Whether two claims are of one population and one lies within the other, so that their difference can be told."""
    population = scenario.claims[one].population
    nested = scopes[one].covers(scopes[other]) or scopes[other].covers(scopes[one])
    return population is not None and population == scenario.claims[other].population and nested


def are_exclusive(scenario: Scenario, one: str, other: str) -> bool:
    """Whether two claims belong to two options of one reading, and so never stand together."""
    readings = scenario.claims[one].reading, scenario.claims[other].reading
    first, second = (reading.split("=") if reading else ["", ""] for reading in readings)
    return first[0] != "" and first[0] == second[0] and first[1] != second[1]
