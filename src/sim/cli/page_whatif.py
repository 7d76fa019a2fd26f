"""The page of a what-if: the answers first, then the base case as it was fought."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from sim import plots
from sim.battle.fight import Stage
from sim.cli.page import figure, matter_of
from sim.cli.settings import Settings
from sim.experiment import store
from sim.experiment.digits import topic
from sim.experiment.overview import Overview
from sim.experiment.paired import Change, Comparison, Difference
from sim.experiment.replicate import Study
from sim.report.html.matter import Finding, Matter, Number, Table
from sim.report.html.page import write_page
from sim.report.playback.choice import Choice
from sim.report.playback.story import Story, story
from sim.report.whatif import HEADINGS, UNCALIBRATED, answers, capital, cells
from sim.scenario import Scenario
from sim.scenario.drawing import Drawing

MOST = 3  # numbers on the first screen


def write(
    folder: Path,
    words: list[str] | None,
    settings: Settings,
    drawing: Drawing,
    overview: Overview,
    changes: list[Change],
    comparison: Comparison,
    manifest: dict[str, object],
) -> None:
    """Write `report.html` beside the tables and figures of a what-if."""
    first, summary = overview.close()
    results = store.results(overview.study, first, manifest)
    scenario = overview.study.stage.scenario
    losses = plots.as_svg(plots.draw("losses", scenario, results))
    base = matter_of("whatif", words, settings, drawing, overview.study, results, summary, losses)
    shown = replace(base, battles=(*base.battles, *turned(overview.study, changes, comparison)))
    write_page(folder, with_changes(shown, changes, comparison, figure(folder, "forest")))


def turned(study: Study, changes: list[Change], comparison: Comparison) -> Iterator[Story]:
    """A battle whose outcome a change turned, with and without it: the first one of the change that turns most."""
    events = [number for number, measured in enumerate(comparison.measures) if measured.event]
    if not events:
        return
    flips = {
        change.name: np.flatnonzero(comparison.base[:, events[0]] != comparison.changed[change.name][:, events[0]])
        for change in changes
    }
    change = max(changes, key=lambda each: len(flips[each.name]))
    base, changed = study.stage.scenario, told_of(change.stage)
    if not len(flips[change.name]) or [*base.forces, *base.places] != [*changed.forces, *changed.places]:
        return
    replication = int(flips[change.name][0])
    event = topic(comparison.measures[events[0]].text)
    for stage, name in ((study.stage, f"turned {change.says}: before"), (change.stage, f"turned {change.says}: after")):
        says = (f"the same luck, {'without' if stage is study.stage else 'with'} the change; it turns: {event}",)
        run = replace(stage, form="plain").fight(study.seed, replication)
        yield story(told_of(stage), run, Choice(replication, (name,), says))


def told_of(stage: Stage) -> Scenario:
    """The scenario that a battle of a stage is told by: from a branch on, the changed one."""
    return stage.scenario if stage.branch is None else stage.branch.scenario


def with_changes(base: Matter, changes: list[Change], comparison: Comparison, forest: str | None) -> Matter:
    """The matter of the base case with what the changes do put first."""
    found = [each for change in changes for each in answers(base.scenario, change, comparison)]
    findings = [Finding("All changes side by side", svg=forest, alt=ALT)] if forest else []
    for change in changes:
        rows = tuple(tuple(cells(each)) for each in comparison.differences(change.name))
        sentences = tuple(answers(base.scenario, change, comparison))
        findings.append(Finding(change.asks or capital(change.says), sentences, table=Table(HEADINGS, rows)))
    return replace(
        base,
        answers=tuple(found) or base.answers,
        numbers=tuple(numbers(changes, comparison)) or base.numbers,
        warning=UNCALIBRATED if base.warning else "",
        findings=tuple(findings),
        findings_title="What the changes do",
    )


ALT = (
    "The paired difference that each change makes to each event, in battles in 100, with its 95% interval. The tables "
    "below have the numbers."
)


def numbers(changes: list[Change], comparison: Comparison) -> list[Number]:
    """The largest differences of events, each with its interval; then those in deaths."""
    found = [(change, each) for change in changes for each in comparison.differences(change.name)]
    events = [pair for pair in found if pair[1].measured.event]
    events.sort(key=lambda pair: -abs(pair[1].difference))
    deaths = [pair for pair in found if pair[1].measured.id.startswith("killed_")]
    return [number(change, each) for change, each in [*events, *deaths][:MOST]]


def number(change: Change, each: Difference) -> Number:
    """A difference: of an event in battles in 100, else in the unit of the measure."""
    about, unit, base, changed, apart, interval, *_ = cells(each)
    value = f"+{apart}" if each.difference > 0 and apart.strip("0.") else apart
    label = f"{capital(change.says)}: {about} ({changed} instead of {base} {unit})"
    return Number(f"{value} in 100" if each.measured.event else value, f"95% interval {interval}", label)
