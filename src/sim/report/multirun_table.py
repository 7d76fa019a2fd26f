"""The closing table of several runs: what differs between them, and the headline outputs of each, ranked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from rich.table import Table

from sim.outputs.formatting import strip_placeholders
from sim.report.headline import fill_in, format_chance
from sim.report.terminal_table import make_table
from sim.scenario.model import HeadlineOutput, Scenario
from sim.scoring.claim_comparison import select_headline_outputs
from sim.scoring.intervals import EmpiricalDistribution, make_distributions
from sim.storage.manifest import RunManifest
from sim.storage.reader import StoredOutput

MAX_OUTPUTS = 3  # columns of headline outputs


@dataclass(frozen=True)
class RunAnswer:
    """The headline outputs of one run as short texts, and the number of the first for ranking."""

    differing: str  # its settings that are not those of the others
    texts: tuple[str, ...]
    first_number: float


def build_multirun_table(outputs: Sequence[StoredOutput]) -> Table:
    """Runs in the order of their first headline output, the highest first.

    Parameters
    ----------
    outputs
        Outputs of `sim run`, two or more.

    Returns
    -------
    Table
        A row for each run. Of different scenarios, which have different headline outputs, the first one in a sentence.
    """
    labels = format_differences([output.manifest.settings.model_dump(mode="json") for output in outputs])
    scenario = outputs[0].scenario
    is_one_battle = all(output.scenario.headline_outputs == scenario.headline_outputs for output in outputs)
    answers = [
        make_answer(output, label, is_sentence=not is_one_battle) for output, label in zip(outputs, labels, strict=True)
    ]
    headings = list_headings(scenario) if is_one_battle else ["answer"]
    table = make_table("All runs, by the first answer", ("run", *headings))
    for answer in sorted(answers, key=lambda each: -each.first_number):
        table.add_row(answer.differing, *answer.texts)
    return table


def list_headings(scenario: Scenario) -> list[str]:
    """What the first headline outputs of a scenario are of."""
    return [strip_placeholders(output.text) for output in scenario.headline_outputs[:MAX_OUTPUTS]]


def format_differences(settings: Sequence[Mapping[str, Any]]) -> list[str]:
    """Of each run the settings that are not the same in all.

    >>> format_differences([{"seed": 1, "law": "square"}, {"seed": 2, "law": "square"}])
    ['seed=1', 'seed=2']
    """
    names = list(dict.fromkeys(name for each in settings for name in each))
    varied = [name for name in names if any(each.get(name) != settings[0].get(name) for each in settings)]
    return [" ".join(f"{name}={format_setting(each.get(name))}" for name in varied) for each in settings]


def format_setting(value: object) -> str:
    """A setting in a few characters: of a mapping, its names."""
    return ",".join(value) or "none" if isinstance(value, dict) else str(value)


def make_answer(output: StoredOutput, differing: str, is_sentence: bool) -> RunAnswer:
    """The headline outputs of one run, as far as its battles go."""
    manifest, scenario = output.require(RunManifest), output.scenario
    ends = scenario.hours_since_start(manifest.settings.until or scenario.ends)
    selected = list(select_headline_outputs(scenario, ends).items())[:MAX_OUTPUTS]
    table = output.read_table("runs")
    distributions = [make_distributions(table[f"headline_{number}"].to_numpy()[:, None])[0] for number, _ in selected]
    outputs = [each for _, each in selected]
    if not outputs:
        return RunAnswer(differing, ("nothing is asked of so short a battle",), -1.0)
    if is_sentence:
        texts: tuple[str, ...] = (fill_in(outputs[0], distributions[0]),)
    else:
        texts = tuple(map(format_output, outputs, distributions))
    return RunAnswer(differing, texts, compute_number(outputs[0], distributions[0]))


def format_output(output: HeadlineOutput, values: EmpiricalDistribution) -> str:
    """A headline output in a cell: battles in 100 with the 95% interval, or the median with the middle half."""
    if output.at_least is None:
        low, median, high = values.compute_quantiles([0.25, 0.5, 0.75])
        return f"median {median:.0f} ({low:.0f} to {high:.0f})"
    share, interval = format_chance(output.at_least, values)
    return f"{share} in 100 ({interval})"


def compute_number(output: HeadlineOutput, values: EmpiricalDistribution) -> float:
    """The probability of an output, or its median."""
    if output.at_least is None:
        return values.compute_quantiles([0.5])[0]
    return values.count_between(output.at_least, inf) / values.size
