"""An entry that nothing refers to."""

from collections.abc import Iterator
from typing import Any

from sim.scenario.lint.base import LintFinding
from sim.scenario.model import Scenario
from sim.scenario.prior_suffixes import describe_disused_priors, index_legal_names
from sim.scenario.problems import name_nearest
from sim.scenario.references import list_references
from sim.scenario.rule_parameters import LAW_PREFIX

LEVEL = "WARNING"
SECTIONS = ("sources", "equipment", "terrains", "road_types", "priors")


def check(scenario: Scenario, data: dict[str, Any]) -> Iterator[LintFinding]:
    """Sources, priors, kinds of ground, way and equipment are there to be used. One that nothing names is a leftover,
    or something else names the wrong one.
    """
    used = {(section, id) for _, section, id in list_references(Scenario, data)}
    legal = index_legal_names(scenario)
    used |= {("priors", name) for name in scenario.priors if name in legal or name.startswith(LAW_PREFIX)}
    for section in SECTIONS:
        for id in getattr(scenario, section):
            if (section, id) not in used:
                known = legal if section == "priors" else ()
                yield LintFinding((section, id), name_nearest("nothing uses it", id, known), id)
    for id, reason in describe_disused_priors(scenario).items():
        if ("priors", id) in used:
            yield LintFinding(("priors", id), f"has no effect: {reason}", id)
