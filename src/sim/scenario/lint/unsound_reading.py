"""An answer to a question of reading that makes the scenario unsound."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from sim.scenario import edits
from sim.scenario.lint import load_rules
from sim.scenario.lint.base import LintFinding
from sim.scenario.loading import make_schema_problems
from sim.scenario.migration import drop_schema
from sim.scenario.model import Scenario
from sim.scenario.prior_packs import expand_prior_packs

LEVEL = "WARNING"


def check(scenario: Scenario, data: dict[str, Any]) -> Iterator[LintFinding]:
    """Each reading of a passage is as sound as the default. What a rule finds with one answer only, such as a distance
    that its other place contradicts or a claim that then needs an order, is mended in that answer's edits.
    """
    other_rules = {name: rule for name, rule in load_rules().items() if name != __name__.rpartition(".")[2]}

    def run_other_rules(scenario: Scenario, data: dict[str, Any]) -> list[tuple[str, LintFinding]]:
        return [(name, it) for name, rule in other_rules.items() for it in rule.check(scenario, data)]

    data = drop_schema(data)
    expanded, _ = expand_prior_packs(data)
    default = [(rule, it.path) for rule, it in run_other_rules(scenario, data)] if scenario.readings else []
    for id, reading in scenario.readings.items():
        for option_id, option in reading.options.items():
            if not option.edits:
                continue
            changed, _ = edits.apply_edits(expanded, option.edits)
            try:
                changed_scenario = Scenario.model_validate(changed)
            except ValidationError as error:
                fault = make_schema_problems(error, changed)[0]
                yield LintFinding(("readings", id, "options", option_id), f"this answer makes no scenario: {fault}")
                continue
            for rule, it in run_other_rules(changed_scenario, changed):
                if (rule, it.path) not in default:
                    yield LintFinding(("readings", id, "options", option_id), f"with this answer {rule} finds {it}")
