"""Scenarios of drafts, without files."""

import json

from sim.drafts.completion import complete_draft
from sim.drafts.draft import Draft
from sim.drafts.repair import repair_draft
from sim.drafts.writer import make_data
from sim.scenario.loading import build_scenario
from sim.scenario.model import Scenario
from sim.scenario.yaml_parser import ScenarioDocument


def build_drafted(draft: Draft) -> Scenario:
    """The scenario that a draft gives."""
    repaired = repair_draft(complete_draft(draft), "drafted")
    data = json.loads(json.dumps(make_data(repaired, "drafted")))
    return build_scenario(data, ScenarioDocument("drafted", ""))
