"""An entry that nothing refers to."""

from collections.abc import Iterator
from typing import Any

from sim.scenario import rule_priors
from sim.scenario.lint.base import Finding
from sim.scenario.model import Scenario
from sim.scenario.references import references

LEVEL = "WARNING"
SECTIONS = ("sources", "equipment", "terrains", "ways", "priors")


def findings(scenario: Scenario, data: dict[str, Any]) -> Iterator[Finding]:
    """Sources, priors, kinds of ground, way and equipment are there to be used. One that nothing names is a leftover,
    or something else names the wrong one.
    """
    used = {(section, id) for _, section, id in references(Scenario, data, ())}
    used |= {("priors", name) for names in rule_priors.needed(list(scenario.sides)).values() for name in names}
    for section in SECTIONS:
        for id in getattr(scenario, section):
            if (section, id) not in used:
                yield Finding((section, id), "nothing uses it", id)
