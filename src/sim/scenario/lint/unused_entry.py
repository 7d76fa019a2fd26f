"""An entry that nothing refers to."""

from collections.abc import Iterator
from typing import Any

from sim.scenario import priors
from sim.scenario.checks import iter_references
from sim.scenario.lint.base import LintFinding
from sim.scenario.model import Scenario
from sim.scenario.prior_requirements import describe_suffixes

LEVEL = "WARNING"
SECTIONS = ("sources", "equipment", "terrains", "road_types", "priors")


def check(scenario: Scenario, data: dict[str, Any]) -> Iterator[LintFinding]:
    """Sources, priors, kinds of ground, way and equipment are there to be used. One that nothing names is a leftover,
    or something else names the wrong one.
    """
    used = {(section, id) for _, section, id in iter_references(Scenario, data, ())}
    read = priors.list_rule_priors(list(scenario.sides), scenario.forces, scenario.orders, scenario.priors)
    used |= {("priors", name) for name in read}
    for section in SECTIONS:
        for id in getattr(scenario, section):
            if (section, id) not in used:
                yield LintFinding(
                    (section, id), "nothing uses it", id, describe_suffixes(id) if section == "priors" else None
                )
