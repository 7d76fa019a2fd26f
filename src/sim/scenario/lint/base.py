"""What all lint rules share: a scenario goes in, findings come out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from sim.scenario.model import Scenario
from sim.scenario.problems import Problem

Level = Literal["WARNING", "ERROR"]


@dataclass(frozen=True)
class LintFinding(Problem):
    """What a rule found at a dotted path: what is wrong, what is there, what would be right."""


@dataclass(frozen=True)
class LintRule:
    """One rule: its name, how serious its findings are, why it is there, and the check itself."""

    name: str
    level: Level
    explanation: str
    check: Callable[[Scenario, dict[str, Any]], Iterator[LintFinding]]


@dataclass(frozen=True)
class LintResult:
    """The findings of a rule, and those that the scenario suppresses with a reason."""

    rule: LintRule
    findings: tuple[LintFinding, ...]
    suppressed: tuple[tuple[LintFinding, str], ...] = ()

    @property
    def status(self) -> str:
        """PASS, or the level of the rule."""
        return self.rule.level if self.findings else "PASS"
