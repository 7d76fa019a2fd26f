"""The page of a study: its matter gathered, chosen battles fought again, and `report.html` written."""

from collections.abc import Mapping
from dataclasses import replace
from math import inf, log10
from pathlib import Path
from typing import Any

from rich.table import Table as RichTable

from sim.claims.comparison import compare, observed_claims, observed_sentences
from sim.claims.control import State
from sim.claims.distribution import Distribution
from sim.claims.intervals import wilson
from sim.cli.settings import Settings
from sim.experiment.digits import topic
from sim.experiment.replicate import Study
from sim.experiment.store import Results
from sim.experiment.summary import Summary
from sim.report.html.matter import Finding, Matter, Number, Table
from sim.report.playback.choice import choices
from sim.report.playback.story import Story, story
from sim.report.terminal import UNCALIBRATED, sentences
from sim.scenario import Scenario
from sim.scenario.drawing import Drawing

MOST = 3  # numbers on the first screen


def matter_of(
    command: str,
    words: list[str] | None,
    settings: Settings,
    drawing: Drawing,
    study: Study,
    results: Results,
    summary: Summary,
    losses: str | None,
) -> Matter:
    """Everything that the page of a study tells of; the battles of its playback are fought again here."""
    scenario = study.stage.scenario
    claims = observed_claims(scenario, study.stage.ends)
    return Matter(
        command=command,
        words=tuple(words if words is not None else spoken(settings)),
        scenario=scenario,
        drawing=drawing,
        ends=study.stage.ends,
        manifest=results.manifest,
        answers=tuple(sentences(scenario, study, summary)),
        numbers=tuple(numbers(scenario, study, summary)),
        warning="" if results.manifest["calibrated"] else UNCALIBRATED,
        results=results,
        held=held(scenario, summary),
        compared=tuple(compare(claims, summary.claims)),
        battles=tuple(battles(study, results)),
        losses=losses,
    )


def battles(study: Study, results: Results) -> list[Story]:
    """The chosen battles, fought again: the same bits as when they were counted."""
    stage = replace(study.stage, form="plain")
    told = stage.scenario if stage.branch is None else stage.branch.scenario
    return [story(told, stage.fight(study.seed, each.replication), each) for each in choices(stage.scenario, results)]


def held(scenario: Scenario, summary: Summary) -> dict[str, tuple[float, ...]]:
    """The chance of each state at the end by place, over all battles."""
    last = summary.control[-1] / summary.runs
    return {id: tuple(float(last[number, state]) for state in State) for number, id in enumerate(scenario.places)}


def numbers(scenario: Scenario, study: Study, summary: Summary) -> list[Number]:
    """The numbers of the scenario's sentences, and the dead of both sides if there are not enough of those."""
    asked = observed_sentences(scenario, study.stage.ends).values()
    found = [
        number(sentence.text, values, sentence.at_least)
        for sentence, values in zip(asked, summary.sentences, strict=True)
    ]
    if len(found) < MOST:
        found += [killed(scenario, side, study, summary) for side in range(2)]
    return found[:MOST]


def killed(scenario: Scenario, side: int, study: Study, summary: Summary) -> Number:
    """How many of a side die in a battle on average, over all places and days."""
    it = list(scenario.sides.values())[side]
    mean = float(summary.totals["killed"][:, :, side].sum()) / summary.runs
    return Number(f"{mean:.0f}", f"on average over {summary.runs} battles", f"{it.short} {it.people} die")


def number(text: str, values: Distribution, at_least: float | None) -> Number:
    """One number: a chance with the interval that so many battles give it, or a median with its middle half."""
    if at_least is None:
        low, median, high = values.quantiles([0.25, 0.5, 0.75])
        return Number(f"{median:.0f}", f"in half of all battles {low:.0f} to {high:.0f}", topic(text))
    reached = values.between(at_least, inf)
    digits = max(0, round(log10(values.size) / 2) - 2)
    low, high = wilson(reached, values.size)
    share = f"{100 * reached / values.size:.{digits}f}"
    return Number(f"{share} in 100", f"95% interval {100 * low:.{digits}f} to {100 * high:.{digits}f}", topic(text))


def spoken(settings: Settings) -> list[str]:
    """Settings as words of a command line, where they came from elsewhere."""
    plain: Mapping[str, Any] = settings.model_dump(mode="json", include={"scenario", "law", "runs", "seed"})
    return [f"{name}={value}" for name, value in plain.items()]


def figure(folder: Path, name: str) -> str | None:
    """A figure that was drawn into an output, as SVG."""
    path = folder / "figures" / f"{name}.svg"
    return path.read_text(encoding="utf-8") if path.is_file() else None


def pictures(figures: list[Path]) -> list[Finding]:
    """Figures that were drawn into an output, each under the name of its file."""
    return [
        Finding(
            name.capitalize(),
            svg=path.read_text(encoding="utf-8"),
            alt=f"Figure: {name}. The tables on this page have the numbers.",
        )
        for path in figures
        if path.suffix == ".svg"
        for name in [path.stem.replace("_", " ")]
    ]


def plain_table(shown: RichTable) -> Table:
    """A table of the terminal as one of the page."""
    headings = tuple(str(column.header) for column in shown.columns)
    return Table(headings, tuple(zip(*(map(str, column.cells) for column in shown.columns), strict=True)))
