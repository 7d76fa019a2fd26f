"""The page of a what-if: differences first, then the base case."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from sim.battle.simulation import share_compiled
from sim.events.observables import SortieCount
from sim.outputs import run_results
from sim.outputs.formatting import format_measure_title, strip_placeholders
from sim.report.diary import find_effective_scenario
from sim.report.html.content import ControlMap, KeyFigure, PageContent, PageTable, ResultBlock, read_figure_svg
from sim.report.html.grid import build_whatif_grid
from sim.report.html.render import write_page
from sim.report.pages.run import build_run_content
from sim.report.playback.replay import Replay, build_replay
from sim.report.playback.selection import SelectedReplication
from sim.report.whatif import (
    DIFFERENCE_HEADINGS,
    UNCALIBRATED_NOTE,
    choose_digits,
    describe_change,
    format_difference,
    format_difference_cells,
    format_share_per_100,
    format_signed_per_100,
    select_clearest,
)
from sim.report.whatif_table import rank_changes
from sim.runs.accumulators import FinalControl, StudyOverview
from sim.runs.paired import BASE_CASE, CounterfactualChange, PairedComparison, PairedDifference
from sim.runs.replicate import Study
from sim.scenario import Scenario
from sim.scenario.basemap import Basemap
from sim.scenario.descriptions import capitalize, join_words
from sim.storage.manifest import WhatifManifest

MAX_KEY_FIGURES = 3  # numbers on the first screen
MAX_CHANGED_MAPS = 5  # maps beside that of the base case
MAX_NAMED_CHANGES = 3  # in the question


def write_whatif_page(
    folder: Path,
    argv: Sequence[str],
    basemap: Basemap,
    overview: StudyOverview,
    changes: list[CounterfactualChange],
    comparison: PairedComparison,
    final_control: Mapping[str, FinalControl],
    manifest: WhatifManifest,
) -> None:
    """Write `report.html` beside the tables and figures of a what-if."""
    first, summary = overview.close()
    results = run_results.make_run_tables(overview.study, first, manifest)
    scenario = overview.study.simulation.scenario
    losses_svg = draw_losses_svg(scenario, results)
    base = build_run_content("whatif", argv, basemap, overview.study, results, summary, losses_svg)
    content = replace(base, replays=(*base.replays, *build_flipped_replays(overview.study, changes, comparison)))
    content = add_changes(content, changes, comparison, read_figure_svg(folder, "effect_forest"))
    write_page(folder, replace(content, control_maps=tuple(build_control_maps(changes, final_control, scenario))))


def build_control_maps(
    changes: list[CounterfactualChange], final_control: Mapping[str, FinalControl], scenario: Scenario
) -> Iterator[ControlMap]:
    """Who holds what at the end: the base case, and each of the first changes that leave the places as they are."""
    yield ControlMap("as it was", final_control[BASE_CASE].compute_shares(scenario))
    for change in changes[:MAX_CHANGED_MAPS]:
        if list(change.simulation.scenario.places) == list(scenario.places):
            yield ControlMap(change.description, final_control[change.name].compute_shares(scenario))


def make_question(changes: list[CounterfactualChange]) -> str:
    """The question that the page answers: that of its one change, or what any of several does."""
    if len(changes) == 1 and changes[0].question:
        return changes[0].question
    names = [change.description.partition(" (")[0] for change in changes if change.name != "together"]
    if len(names) > MAX_NAMED_CHANGES:
        return f"What would {len(names)} changes have done?"
    return f"What would have happened {join_words(names)}?"


def draw_losses_svg(scenario: Scenario, results: run_results.RunTables) -> str:
    """The figure of losses, as SVG text."""
    from sim.plots.figure_data import RunData
    from sim.plots.figure_export import render_svg
    from sim.plots.run import losses
    from sim.plots.style import use_style

    with use_style():
        return render_svg(losses.draw(RunData(scenario, results)))


def build_flipped_replays(
    study: Study, changes: list[CounterfactualChange], comparison: PairedComparison
) -> Iterator[Replay]:
    """A replication whose outcome a change flipped, before and after: the first of the change that flips most."""
    events = [number for number, measured in enumerate(comparison.measures) if measured.is_event]
    if not events:
        return
    flipped_rows = {
        change.name: np.flatnonzero(
            comparison.base_values[:, events[0]] != comparison.changed_values[change.name][:, events[0]]
        )
        for change in changes
    }
    change = max(changes, key=lambda each: len(flipped_rows[each.name]))
    base, changed = study.simulation.scenario, find_effective_scenario(change.simulation)
    if not len(flipped_rows[change.name]) or [*base.forces, *base.places] != [*changed.forces, *changed.places]:
        return
    replication = int(flipped_rows[change.name][0])
    event = strip_placeholders(comparison.measures[events[0]].text)
    for simulation, name in (
        (study.simulation, f"turned {change.description}: before"),
        (change.simulation, f"turned {change.description}: after"),
    ):
        preposition = "without" if simulation is study.simulation else "with"
        reasons = (f"the same luck, {preposition} the change; it turns: {event}",)
        run = share_compiled(simulation, replace(simulation, execution_mode="plain")).run(study.seed, replication)
        yield build_replay(find_effective_scenario(simulation), run, SelectedReplication(replication, (name,), reasons))


def add_changes(
    base: PageContent, changes: list[CounterfactualChange], comparison: PairedComparison, forest_svg: str | None
) -> PageContent:
    """The content of the base case with the effects of the changes put first."""
    headlines = [
        each
        for change in rank_changes(changes, comparison)
        for each in describe_change(base.scenario, change, comparison)
    ]
    result_blocks = []
    for change in changes:
        rows = tuple(tuple(format_difference_cells(each)) for each in comparison.compute_differences(change.name))
        sentences = tuple(describe_change(base.scenario, change, comparison))
        result_blocks.append(
            ResultBlock(
                change.question or capitalize(change.description),
                sentences,
                table=PageTable(DIFFERENCE_HEADINGS, rows),
            )
        )
    return replace(
        base,
        headlines=tuple(headlines) or base.headlines,
        key_figures=tuple(build_difference_figures(changes, comparison)) or base.key_figures,
        warning=UNCALIBRATED_NOTE if base.warning else "",
        result_blocks=tuple(result_blocks),
        results_title="What the changes do",
        question=make_question(changes),
        lead=ResultBlock("All changes side by side", svg=forest_svg, alt_text=FOREST_ALT_TEXT) if forest_svg else None,
        grid=build_whatif_grid(changes, comparison),
    )


FOREST_ALT_TEXT = (
    "The paired difference that each change makes to each event, in battles in 100, with its 95% interval. The tables "
    "below have the numbers."
)


def build_difference_figures(changes: list[CounterfactualChange], comparison: PairedComparison) -> list[KeyFigure]:
    """The largest differences in events, each with its interval; then the clearest ones in other measures; deaths."""
    differences = [(change, comparison.compute_differences(change.name)) for change in changes]
    events = [(change, each) for change, of_change in differences for each in of_change if each.measure.is_event]
    events.sort(key=lambda pair: -abs(pair[1].difference))
    # Strikes are left out: a change of them is an order, not what comes of it.
    others = [
        (change, each)
        for change, of_change in differences
        for each in select_clearest(
            [each for each in of_change if each.measure.unit != SortieCount.unit], MAX_KEY_FIGURES
        )
    ]
    deaths = [(change, each) for change, of_change in differences for each in of_change if is_deaths(each)]
    candidates = {(change.name, each.measure.id): (change, each) for change, each in [*events, *others, *deaths]}
    is_named = len(changes) > 1  # one change stands in the question
    return [
        build_difference_figure(f"{capitalize(change.description)}: " if is_named else "", each)
        for change, each in list(candidates.values())[:MAX_KEY_FIGURES]
    ]


def is_deaths(difference: PairedDifference) -> bool:
    """Whether it is one of the dead of a side."""
    return difference.measure.id.startswith("killed_")


def build_difference_figure(change: str, difference: PairedDifference) -> KeyFigure:
    """A difference: for an event in battles in 100, else in the unit of the measure; `change` begins its label."""
    if difference.measure.is_event and difference.n_increased + difference.n_decreased == 0:
        share = format_share_per_100(difference.base_mean, choose_digits(difference))
        label = f"{change}{capitalize(format_measure_title(difference.measure))} ({share} in 100)"
        return KeyFigure("no difference", format_difference(difference), label)
    if difference.measure.is_event:
        return build_event_figure(change, difference)
    subject_text, unit, base, changed, difference_text, interval, *_ = format_difference_cells(difference)
    value = f"+{difference_text}" if difference.difference > 0 and difference_text.strip("0.") else difference_text
    label = f"{change}{capitalize(subject_text)} ({changed} instead of {base} {unit})"
    return KeyFigure(value, f"95% interval {interval}", label)


def build_event_figure(change: str, difference: PairedDifference) -> KeyFigure:
    """A difference in an event, in battles in 100, with no more digits than its interval supports."""
    digits = choose_digits(difference)
    base, changed = (format_share_per_100(mean, digits) for mean in (difference.base_mean, difference.changed_mean))
    size, low, high = (
        format_signed_per_100(each, digits) for each in (difference.difference, difference.low, difference.high)
    )
    sign = "+" if size[0] not in "−0" else ""
    label = f"{change}{capitalize(format_measure_title(difference.measure))} ({changed} instead of {base} in 100)"
    return KeyFigure(f"{sign}{size} in 100", f"95% interval {low} to {high}", label)
