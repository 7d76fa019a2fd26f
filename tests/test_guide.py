"""docs/scenario.md: every snippet is valid, together they make a sound scenario, and its lists are complete."""

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

from sim import files, measures
from sim.battle.fight import Stage
from sim.scenario.bounds import FORMS, Bound
from sim.scenario.lint import examine
from sim.scenario.loading import checked
from sim.scenario.model import Scenario
from sim.scenario.orders import AnyOrder
from sim.scenario.problems import dotted
from sim.scenario.reading import Document, plain, read

GUIDE = (Path(__file__).resolve().parent.parent / "docs" / "scenario.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"^```yaml\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
SCHEMA = json.loads((files.scenario_folder() / "scenario.schema.json").read_text(encoding="utf-8"))
SKELETON = read(files.scenario_folder() / "templates" / "skeleton.yaml").data


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
        data = merged(data, plain(Document("snippet.yaml", snippet).tree))
        assert [fault.message for fault in Draft7Validator(SCHEMA).iter_errors(data)] == [], snippet
    return data


def as_document(data: dict[str, Any]) -> Document:
    """Plain data as a document."""
    return Document("guide.yaml", json.dumps(data))


def test_there_is_a_snippet_for_each_section():
    named = {key for snippet in SNIPPETS for key in YAML(typ="safe").load(snippet)}
    assert {"sources", "claims", "places", "links", "forces", "orders", "readings", "priors", "accepted"} <= named
    assert GUIDE.count("```yaml") == len(SNIPPETS)


def test_whoever_follows_the_guide_gets_a_sound_scenario_that_runs():
    document = as_document(followed(SNIPPETS))
    scenario = checked(document.data, document)
    verdicts = examine(scenario, document.data)
    assert [str(it) for one in verdicts for it in one.findings] == []
    assert [dotted(it.path) for one in verdicts for it, _ in one.accepted] == ["forces.second_company.commanders.0"]
    assert len(Stage(scenario, law="square").fight(7, 0).log) > 100


@pytest.mark.parametrize("number", range(len(SNIPPETS)))
def test_a_damaged_snippet_is_noticed(number):
    with pytest.raises(AssertionError):
        followed([*SNIPPETS[:number], f"{SNIPPETS[number]}nosuch: 1\n", *SNIPPETS[number + 1 :]])


def rows(heading: str) -> list[str]:
    """The first cells of the table below a heading, without their quotes."""
    section = GUIDE.split(heading, 1)[1].split("\n## ")[0].split("\n### ")[0]
    return re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)


def test_every_bound_is_in_the_guide_and_every_one_there_is_a_bound():
    kinds = [Bound.model_validate(said).kind for said in rows("### What was said of the number")]
    assert sorted(kinds) == sorted(FORMS)


def test_every_measure_is_in_the_guide_and_no_other():
    assert sorted(rows("### What can be observed")) == sorted(measures.found())


def test_every_section_of_a_scenario_and_every_kind_of_order_is_named():
    told = set(re.findall(r"`([a-z_]+)`", GUIDE))
    plain_fields = {"name", "title", "invented", "begins", "contested_between", "accepted"}
    assert set(Scenario.model_fields) - plain_fields - told == set()
    kinds = {
        kind for model in get_args(get_args(AnyOrder)[0]) for kind in get_args(model.model_fields["kind"].annotation)
    }
    assert kinds - told == set()
