"""An answer to a question of reading that makes the scenario unsound."""

from collections.abc import Iterator
from typing import Any

from sim.scenario import edits
from sim.scenario.lint import found
from sim.scenario.lint.base import Finding
from sim.scenario.model import Scenario

LEVEL = "WARNING"


def findings(scenario: Scenario, data: dict[str, Any]) -> Iterator[Finding]:
    """Each reading of a passage is as sound as the default. What a rule finds with one answer only, such as a distance
    that its other place contradicts or a claim that then needs an order, is mended in that answer's edits.
    """
    others = {name: rule for name, rule in found().items() if name != __name__.rpartition(".")[2]}

    def told(scenario: Scenario, data: dict[str, Any]) -> list[tuple[str, Finding]]:
        return [(name, it) for name, rule in others.items() for it in rule.findings(scenario, data)]

    default = [(rule, it.path) for rule, it in told(scenario, data)] if scenario.readings else []
    for id, reading in scenario.readings.items():
        for answer, option in reading.options.items():
            changed, _ = edits.applied(data, option.edits)
            new = told(Scenario.model_validate(changed), changed) if option.edits else []
            for rule, it in new:
                if (rule, it.path) not in default:
                    yield Finding(("readings", id, "options", answer), f"with this answer {rule} finds {it}")
