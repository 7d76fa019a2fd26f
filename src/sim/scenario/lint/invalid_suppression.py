"""Something suppressed that no rule lets one suppress."""

from collections.abc import Iterator
from typing import Any

from sim.scenario.lint import load_rules
from sim.scenario.lint.base import LintFinding
from sim.scenario.model import Scenario

LEVEL = "WARNING"


def check(scenario: Scenario, data: dict[str, Any]) -> Iterator[LintFinding]:
    """`suppress` names a rule, a dot and the path of a warning of that rule. Errors can't be suppressed, and a name
    that is no rule suppresses nothing.
    """
    suppressible = [name for name, rule in load_rules().items() if rule.level == "WARNING"]
    for key in scenario.suppress:
        name = key.split(".")[0]
        if name not in suppressible:
            yield LintFinding(("suppress", key), "is of no rule that warns", name, ", ".join(suppressible))
