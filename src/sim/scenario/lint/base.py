"""What all rules of a sound scenario share: a scenario goes in, findings come out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from sim.scenario.model import Scenario
from sim.scenario.problems import Problem

Level = Literal["WARNING", "ERROR"]


@dataclass(frozen=True)
class Finding(Problem):
    """What a rule found at a dotted path: what is odd, what was found, what would do."""


@dataclass(frozen=True)
class Rule:
    """One rule: its name, how much weighs what it finds, why it is there, and the search itself."""

    name: str
    level: Level
    explanation: str
    findings: Callable[[Scenario, dict[str, Any]], Iterator[Finding]]


@dataclass(frozen=True)
class Verdict:
    """What a rule found in a scenario, apart from what the scenario accepts with a reason."""

    rule: Rule
    findings: tuple[Finding, ...]
    accepted: tuple[tuple[Finding, str], ...] = ()

    @property
    def result(self) -> str:
        """PASS, or the level of the rule."""
        return self.rule.level if self.findings else "PASS"
