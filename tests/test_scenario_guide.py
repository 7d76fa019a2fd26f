"""docs/scenario.md: every snippet is valid, together they make a sound scenario, and its lists are complete."""

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

from sim import paths
from sim.battle.simulation import Simulation
from sim.events import observables
from sim.scenario.lint import run_rules
from sim.scenario.loading import build_scenario
from sim.scenario.model import Scenario
from sim.scenario.orders import AnyOrder
from sim.scenario.problems import format_path
from sim.scenario.yaml_parser import ScenarioDocument, read_document, to_plain_data
from tools import claim_kinds, rule_parameters

GUIDE = (Path(__file__).resolve().parent.parent / "docs" / "scenario.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"^```yaml\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
SCHEMA = json.loads((paths.scenario_folder() / "scenario.schema.json").read_text(encoding="utf-8"))
SKELETON = read_document(paths.scenario_folder() / "templates" / "skeleton.yaml").data


def merged(data: dict[str, Any], added: dict[str, Any]) -> dict[str, Any]:
    """The data with what a snippet adds, at any depth."""
    result = dict(data)
    for key, value in added.items():
        inner = result.get(key)
        result[key] = merged(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return result


def followed(snippets: list[str]) -> dict[str, Any]:
    """The skeleton with every snippet added in turn; each must keep to the schema."""
    data = deepcopy(SKELETON)
    for snippet in snippets:
        data = merged(data, to_plain_data(ScenarioDocument("snippet.yaml", snippet).tree))
        assert [fault.message for fault in Draft7Validator(SCHEMA).iter_errors(data)] == [], snippet
    return data


def as_document(data: dict[str, Any]) -> ScenarioDocument:
    """Plain data as a document."""
    return ScenarioDocument("guide.yaml", json.dumps(data))


def test_there_is_a_snippet_for_each_section():
    named = {key for snippet in SNIPPETS for key in YAML(typ="safe").load(snippet)}
    assert {"sources", "claims", "places", "roads", "forces", "orders", "readings", "priors", "suppress"} <= named
    assert GUIDE.count("```yaml") == len(SNIPPETS)


def test_whoever_follows_the_guide_gets_a_sound_scenario_that_runs():
    document = as_document(followed(SNIPPETS))
    scenario = build_scenario(document.data, document)
    verdicts = run_rules(scenario, document.data)
    assert [str(it) for one in verdicts for it in one.findings] == []
    assert [format_path(it.path) for one in verdicts for it, _ in one.suppressed] == [
        "forces.second_company.commanders.0"
    ]
    assert len(Simulation(scenario, law="square").run(7, 0).log) > 50


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(SNIPPETS)))
def test_a_damaged_snippet_is_noticed(number):
    with pytest.raises(AssertionError):
        followed([*SNIPPETS[:number], f"{SNIPPETS[number]}nosuch: 1\n", *SNIPPETS[number + 1 :]])


def rows(heading: str) -> list[str]:
    """The first cells of the table below a heading, without their quotes."""
    section = GUIDE.split(heading, 1)[1].split("\n## ")[0].split("\n### ")[0]
    return re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)


def test_the_guide_has_the_table_of_the_kinds_of_claim():
    section = GUIDE.split("### What was said of the number", 1)[1].split("### ")[0]
    assert claim_kinds.format_table() in section, "run `make schema`"
    assert claim_kinds.replace_table(GUIDE) == GUIDE


def test_the_guide_has_the_table_of_the_priors_of_the_rules():
    section = GUIDE.split("### The priors of the rules", 1)[1].split("\n## ")[0]
    assert rule_parameters.format_table() in section, "run `make schema`"
    assert rule_parameters.replace_table(GUIDE) == GUIDE
    old = GUIDE.replace("| `quality` |", "| `valour` |")
    assert old != GUIDE == rule_parameters.replace_table(old)
    with pytest.raises(ValueError, match="no table"):
        rule_parameters.replace_table("# A page\n")


def test_a_table_of_other_kinds_of_claim_is_made_anew_and_a_page_without_one_is_refused():
    old = GUIDE.replace("| `over 20` | more than 20 |\n", "| `over 20` | 20 |\n| `many` | 9 |\n")
    assert old != GUIDE == claim_kinds.replace_table(old)
    with pytest.raises(ValueError, match="no table"):
        claim_kinds.replace_table("# A page\n")


def test_every_measure_is_in_the_guide_and_no_other():
    assert sorted(rows("### What can be observed")) == sorted(observables.OBSERVABLES)


def test_every_section_of_a_scenario_and_every_kind_of_order_is_named():
    told = set(re.findall(r"`([a-z_]+)`", GUIDE))
    plain_fields = {"name", "title", "fictional", "begins", "contested_share_range", "suppress"}
    assert set(Scenario.model_fields) - plain_fields - told == set()
    kinds = {
        kind for model in get_args(get_args(AnyOrder)[0]) for kind in get_args(model.model_fields["kind"].annotation)
    }
    assert kinds - told == set()
