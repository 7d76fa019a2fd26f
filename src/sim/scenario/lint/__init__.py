"""Rules of a sound scenario beyond its schema, one file each. A new file here is found by itself.

A rule has a `LEVEL` and a function `findings(scenario, data)`, whose docstring is the explanation that is printed.
"""

import importlib
import inspect
import pkgutil
from typing import Any

from sim.scenario.lint.base import Finding, Rule, Verdict
from sim.scenario.model import Scenario
from sim.scenario.problems import dotted


def found() -> dict[str, Rule]:
    """Every rule by its name, which is the name of its file."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != "base")
    return {name: rule(name) for name in names}


def rule(name: str) -> Rule:
    """The rule of a file."""
    module = importlib.import_module(f"{__name__}.{name}")
    return Rule(name, module.LEVEL, inspect.cleandoc(module.findings.__doc__), module.findings)


def examine(scenario: Scenario, data: dict[str, Any]) -> list[Verdict]:
    """The verdict of every rule; `data` is the plain data that the scenario was read from."""
    return [verdict(scenario, one, list(one.findings(scenario, data))) for one in found().values()]


def verdict(scenario: Scenario, rule: Rule, findings: list[Finding]) -> Verdict:
    """What a rule found, and which of it the scenario accepts with a reason; an error is never accepted."""
    reasons = scenario.accepted if rule.level == "WARNING" else {}
    keys = [f"{rule.name}.{dotted(finding.path)}" for finding in findings]
    standing = tuple(finding for finding, key in zip(findings, keys, strict=True) if key not in reasons)
    accepted = tuple((finding, reasons[key]) for finding, key in zip(findings, keys, strict=True) if key in reasons)
    stale = [key for key in reasons if key.split(".")[0] == rule.name and key not in keys]
    unneeded = [Finding(("accepted", key), "accepts a finding that is not there", key) for key in stale]
    return Verdict(rule, (*standing, *unneeded), accepted)
