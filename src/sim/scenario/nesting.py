"""Which claims are parts of others, and which sources are parts of one text."""

from sim.scenario.model import Scenario


def contained(scenario: Scenario, id: str) -> set[str]:
    """Every claim that a claim contains, directly or by way of others."""
    found: set[str] = set()
    pending = [id]
    while pending:
        new = set(scenario.claims[pending.pop()].contains) - found
        found |= new
        pending += new
    return found


def same_text(scenario: Scenario, one: str, other: str) -> bool:
    """Whether two sources are parts of one text: both of kind `text`, with one key."""
    first, second = scenario.sources[one], scenario.sources[other]
    return first.kind == second.kind == "text" and first.key == second.key
