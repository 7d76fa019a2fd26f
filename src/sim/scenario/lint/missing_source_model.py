"""A scored claim of a source without an error model."""

from collections.abc import Iterator
from typing import Any

from sim.scenario.claim_kinds import CLAIM_KINDS
from sim.scenario.lint.base import LintFinding
from sim.scenario.model import Scenario

LEVEL = "ERROR"


def check(scenario: Scenario, data: dict[str, Any]) -> Iterator[LintFinding]:
    """A claim is scored by how its source tells what was so. `source_model` has an entry for the source of every scored
    claim, and for a count also how it counts that side's people, both sides' together, or equipment; for times there
    is `time_sd`.
    """
    error_models = {} if scenario.source_model is None else scenario.source_model.sources
    missing: dict[tuple[str, ...], str] = {}
    for id, claim in scenario.claims.items():
        observable, interval = claim.observable, claim.value
        if claim.role == "context" or observable is None or interval is None:
            continue
        error_model = error_models.get(claim.source)
        model = CLAIM_KINDS[interval.kind].models.get(observable.quantity)
        is_count = model == "count"
        if error_model is None:
            missing.setdefault(("source_model", "sources", claim.source), id)
        elif is_count and getattr(observable, "side", None) is None:
            if error_model.both_sides is None:
                missing.setdefault(("source_model", "sources", claim.source, "both_sides"), id)
        elif model == "time" and scenario.source_model is not None and scenario.source_model.time_sd is None:
            missing.setdefault(("source_model", "time_sd"), id)
        elif is_count and observable.quantity == "pieces" and error_model.equipment is None:
            missing.setdefault(("source_model", "sources", claim.source, "equipment"), id)
        elif is_count and observable.quantity in ("people", "sorties") and observable.side not in error_model.sides:
            missing.setdefault(("source_model", "sources", claim.source, "sides", observable.side), id)
    for path, id in missing.items():
        yield LintFinding(path, f"is missing, and {id} is scored", None, "an entry, or the claim with `role: context`")
