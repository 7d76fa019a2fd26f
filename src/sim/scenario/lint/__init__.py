"""The rules of `sim check`: what makes a scenario sound beyond its schema, one file a rule; a new file is a new rule.

A rule has a `LEVEL` and a function `check(scenario, data)`, whose docstring is the explanation that is printed.
"""

import inspect
from typing import Any

from sim.registry import PluginRegistry
from sim.scenario.lint.base import LintFinding, LintResult, LintRule
from sim.scenario.model import Scenario
from sim.scenario.problems import format_path

RULE_FILES: PluginRegistry[Any] = PluginRegistry(__name__, shared=("base",))


def load_rules() -> dict[str, LintRule]:
    """Every rule by its name, which is the name of its file."""
    return {name: make_rule(name, module) for name, module in RULE_FILES.load_all().items()}


def make_rule(name: str, module: Any) -> LintRule:
    """The rule of a file."""
    return LintRule(name, module.LEVEL, inspect.cleandoc(module.check.__doc__), module.check)


def run_rules(scenario: Scenario, data: dict[str, Any]) -> list[LintResult]:
    """The result of every rule; `data` is the plain data that the scenario was read from."""
    return [make_result(scenario, one, list(one.check(scenario, data))) for one in load_rules().values()]


def make_result(scenario: Scenario, rule: LintRule, findings: list[LintFinding]) -> LintResult:
    """What a rule found, without what the scenario suppresses for a reason; an error is never suppressed."""
    reasons = scenario.suppress if rule.level == "WARNING" else {}
    finding_by_key = [(f"{rule.name}.{format_path(finding.path)}", finding) for finding in findings]
    standing = [finding for key, finding in finding_by_key if key not in reasons]
    suppressed = tuple((finding, reasons[key]) for key, finding in finding_by_key if key in reasons)
    keys = {key for key, _ in finding_by_key}
    unneeded = [
        LintFinding(("suppress", key), "suppresses a finding that is not there", key)
        for key in reasons
        if key.split(".")[0] == rule.name and key not in keys
    ]
    return LintResult(rule, (*standing, *unneeded), suppressed)
