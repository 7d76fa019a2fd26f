"""A scored claim of a source of which nobody says how it tells what it saw."""

from collections.abc import Iterator
from typing import Any

from sim.scenario.lint.base import Finding
from sim.scenario.model import Scenario

LEVEL = "ERROR"
BY_NUMBER = ("exactly", "over", "at least", "under", "at most", "range", "about", "dozens", "some", "none")


def findings(scenario: Scenario, data: dict[str, Any]) -> Iterator[Finding]:
    """A claim is scored by how its source tells what was so. `reports` has an entry for the source of every scored
    claim, and for a count also how it counts that side's people, or equipment.
    """
    reporters = {} if scenario.reports is None else scenario.reports.sources
    missing: dict[tuple[str, ...], str] = {}
    for id, claim in scenario.claims.items():
        seen, said = claim.observable, claim.value
        if claim.scored == "carried" or seen is None or said is None:
            continue
        reporter = reporters.get(claim.source)
        if reporter is None:
            missing.setdefault(("reports", "sources", claim.source), id)
        elif said.kind in BY_NUMBER and seen.sort == "pieces" and reporter.equipment is None:
            missing.setdefault(("reports", "sources", claim.source, "equipment"), id)
        elif said.kind in BY_NUMBER and seen.sort in ("people", "sorties") and seen.side not in reporter.sides:
            missing.setdefault(("reports", "sources", claim.source, "sides", seen.side), id)
    for path, id in missing.items():
        yield Finding(path, f"is missing, and {id} is scored", None, "an entry, or the claim carried")
