"""Something accepted that no rule lets one accept."""

from collections.abc import Iterator
from typing import Any

from sim.scenario.lint import found
from sim.scenario.lint.base import Finding
from sim.scenario.model import Scenario

LEVEL = "WARNING"


def findings(scenario: Scenario, data: dict[str, Any]) -> Iterator[Finding]:
    """`accepted` names a rule, a dot and the path of a warning of that rule. Errors can't be accepted, and a name that
    is no rule accepts nothing.
    """
    accepting = [name for name, rule in found().items() if rule.level == "WARNING"]
    for key in scenario.accepted:
        name = key.split(".")[0]
        if name not in accepting:
            yield Finding(("accepted", key), "is of no rule that warns", name, ", ".join(accepting))
