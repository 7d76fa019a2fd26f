"""An answer to a question of reading that makes the scenario unsound."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from sim.scenario import edits
from sim.scenario.lint import found
from sim.scenario.lint.base import Finding
from sim.scenario.loading import schema_problems
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
            if not option.edits:
                continue
            changed, _ = edits.applied(data, option.edits)
            try:
                read = Scenario.model_validate(changed)
            except ValidationError as error:
                fault = schema_problems(error, changed)[0]
                yield Finding(("readings", id, "options", answer), f"this answer makes no scenario: {fault}")
                continue
            for rule, it in told(read, changed):
                if (rule, it.path) not in default:
                    yield Finding(("readings", id, "options", answer), f"with this answer {rule} finds {it}")
