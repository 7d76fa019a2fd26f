"""All sentences of a battle in a file each, so that a change of a template is seen in review.

Numbers of diaries stand as N: what is compared is the words. `APPROVE=1 pytest tests/test_sentences.py` writes anew.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from sim.battle.simulation import Simulation
from sim.outputs.formatting import find_display_unit, format_measure_title
from sim.report.claim_words import describe_counting, describe_source, format_agreement
from sim.report.diary import format_diary
from sim.report.headline import AFTER_REPORTS, AS_OTHERS_TEACH, BEFORE_REPORTS, fill_in
from sim.report.text import lower_common
from sim.report.whatif import describe_difference
from sim.runs.outcome_measures import list_outcome_measures
from sim.runs.paired import compute_difference
from sim.scenario import load
from sim.scenario.model import Scenario
from sim.scoring.claim_comparison import compare_claims, select_headline_outputs, select_observable_claims
from sim.scoring.intervals import make_distributions

FOLDER = Path(__file__).parent / "approved"
SCENARIOS = ("dec2014", "teaching", "goose_green")
REPLICATIONS = (0, 1, 2)
CITATION = re.compile(r"\([a-z_]+( [a-z_]+)? \d+\.\d+\)")  # of a text by its id
# What no sentence may have: a code word, a leftover of a template, a participle that stands for a term.
SPOILT = re.compile(r"\{|\}|\bNone\b|\bnan\b|_[a-z]|\btold\b|  \S+  |\bat at\b|\bof of\b|\.\.$|\bN by N\b")


def format_corpus(scenario: Scenario) -> Iterator[str]:
    """The sentences by kind, each once, in a fixed order."""
    yield "# Headline outputs"
    yield from describe_headlines(scenario)
    yield "# Claims: the source says | counted as | in the battles"
    yield from describe_claims(scenario)
    yield "# Measures of what-ifs"
    ends = scenario.hours_since_start(scenario.ends)
    measures = list_outcome_measures(scenario, ends)
    yield from (f"{format_measure_title(measure)} ({find_display_unit(measure)})" for measure in measures)
    yield "# Answers of what-ifs"
    yield from describe_answers(scenario)
    yield "# Diary"
    simulation = Simulation(scenario)
    lines = (line for n in REPLICATIONS for line in format_diary(scenario, simulation.run(7, n)))
    yield from sorted({re.sub(r"\d+(,\d{3})*(\.\d+)?", "N", line).strip() for line in lines if line.strip()})


def describe_headlines(scenario: Scenario) -> Iterator[str]:
    """Each headline output before the reports, after them, and as other battles teach."""
    (values,) = make_distributions(np.arange(0, 2, 0.02)[:, None])
    outputs = select_headline_outputs(scenario, scenario.hours_since_start(scenario.ends)).values()
    for output in outputs:
        for knowledge in (BEFORE_REPORTS, AFTER_REPORTS, AS_OTHERS_TEACH):
            yield f"{knowledge}, {lower_common(fill_in(output, values))}"


def describe_claims(scenario: Scenario) -> Iterator[str]:
    """Each claim that can be observed, beside the same invented distribution."""
    claims = select_observable_claims(scenario, scenario.hours_since_start(scenario.ends))
    values = make_distributions(np.tile(np.arange(0, 2, 0.02)[:, None], len(claims)))
    for comparison in compare_claims(claims, values):
        agreement = format_agreement(scenario, comparison).replace("\n", "; ")
        claim = comparison.claim
        yield f"{describe_source(scenario, claim)} | {describe_counting(scenario, claim)} | {agreement}"


def describe_answers(scenario: Scenario) -> Iterator[str]:
    """A clear effect either way, an unclear one and none, on each event."""
    base = np.repeat([1.0, 0.0], [60, 40])
    changed = {
        "more": np.repeat([1.0, 0.0], [90, 10]),
        "fewer": np.repeat([1.0, 0.0], [20, 80]),
        "unclear": np.concatenate([base[1:], base[:1]]),
        "none": base,
    }
    for measure in list_outcome_measures(scenario, scenario.hours_since_start(scenario.ends)):
        if measure.is_event:
            for values in changed.values():
                yield describe_difference("With the change", compute_difference(measure, base, values))


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_sentences_are_those_that_were_read(name):
    path = FOLDER / f"sentences_{name}.txt"
    corpus = "\n".join(format_corpus(load(name))) + "\n"
    if os.environ.get("APPROVE"):
        path.write_text(corpus, encoding="utf-8")
    assert corpus == path.read_text(encoding="utf-8"), "read what changed, then APPROVE=1"


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_sentence_has_a_leftover_of_its_template(name):
    lines = (FOLDER / f"sentences_{name}.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) > 40
    spoilt = [line for line in lines if SPOILT.search(CITATION.sub("", line))]
    assert spoilt == []


@pytest.mark.parametrize("line", ["held in {chance}", "None killed", "attack of isil_main", "was told so", "ends.."])
def test_a_leftover_is_noticed(line):
    assert SPOILT.search(line)
