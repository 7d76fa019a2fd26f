"""A draft as a scenario that can be read: claims that contradict the rest of it are kept as context, and say why."""

import json
from dataclasses import replace
from typing import Any

from sim.drafts.draft import Draft, DraftedClaim, DraftError
from sim.drafts.ids import clean_text
from sim.drafts.writer import format_scenario, make_data
from sim.scenario.lint import run_rules
from sim.scenario.loading import build_scenario
from sim.scenario.model import Scenario
from sim.scenario.problems import ScenarioError
from sim.scenario.yaml_parser import MAX_BYTES, ScenarioDocument

MAX_ROUNDS = 4  # a claim that is taken out of scoring may leave another without what it includes


def repair_draft(draft: Draft, name: str) -> Draft:
    """The completed draft with claims that no scenario can hold as context; raise DraftError if that is not enough."""
    for _ in range(MAX_ROUNDS):
        text = format_scenario(draft, name, "")
        if len(text.encode()) > MAX_BYTES:
            raise DraftError(f"{draft.description}: too much for one scenario (allowed: the rows of one battle)")
        data = json.loads(json.dumps(make_data(draft, name)))
        try:
            scenario = build_scenario(data, ScenarioDocument(name, text))
        except ScenarioError as error:
            faults: dict[str, str] = {}
            for located in error.located:
                path = located.problem.path
                if len(path) < 2 or path[0] != "claims":
                    raise DraftError(f"{draft.description}: no scenario comes of it: {error.messages[0]}") from error
                faults.setdefault(str(path[1]), located.problem.message)
            if not faults:
                raise DraftError(f"{draft.description}: no scenario comes of it: {error.messages[0]}") from error
            claims = {id: demote_claim(each, faults[id]) if id in faults else each for id, each in draft.claims.items()}
            draft = replace(draft, claims=claims)
        else:
            return shelve_claims(draft, scenario, data)
    raise DraftError(f"{draft.description}: no scenario comes of it")


def shelve_claims(draft: Draft, scenario: Scenario, data: dict[str, Any]) -> Draft:
    """The draft with claims that are an error as long as no order is written as context, with the role they had."""
    errors = {
        str(finding.path[1]): finding.message
        for verdict in run_rules(scenario, data)
        if verdict.status == "ERROR"
        for finding in verdict.findings
        if len(finding.path) > 1 and finding.path[0] == "claims"
    }
    claims = {
        id: replace(
            claim,
            role="context",
            reason=claim.reason or "drafted: not scored as long as no order is written",
            note="; ".join(filter(None, [claim.note, f"its role in the file: {claim.role}; {errors[id]}"])),
        )
        if id in errors
        else claim
        for id, claim in draft.claims.items()
    }
    return replace(draft, claims=claims)


def demote_claim(claim: DraftedClaim, fault: str) -> DraftedClaim:
    """A claim as context, without what can't be held against a battle."""
    return replace(
        claim,
        observable=None,
        value=None,
        role="context",
        reason=claim.reason or "drafted: what was said can't be observed as it stands",
        reported=None,
        includes=(),
        note=clean_text(f"its observable is left out: {fault} (it was said: {claim.value})", 300),
    )
