"""A sweep in words and as a table: each measure by the levels of each factor, and the design points."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
from rich.table import Table

from sim.analysis.level_intervals import compute_level_difference, compute_level_interval
from sim.outputs.formatting import (
    find_display_scale,
    find_display_unit,
    format_difference_with_interval,
    format_estimate,
    format_level,
    format_measure_title,
    format_to_precision,
)
from sim.report.terminal_table import TELLING_ROWS, make_table
from sim.report.text import lower_common
from sim.runs.outcome_measures import OutcomeMeasure
from sim.runs.sweep import SweepResult, compute_mean_interval, group_by_point
from sim.scenario.descriptions import capitalize, join_words
from sim.scenario.model import Scenario
from sim.scenario.unknown_names import describe_unknown
from sim.scoring.intervals import IntervalEstimate

UNCALIBRATED_NOTE = (
    "Uncalibrated: these are battles that the model thinks possible under wide assumptions, before it has heard any "
    "report. Read which way and how much, not how likely."
)
MAX_LEVELS = 6  # of a factor, each in the sentence; of more, the lowest and the highest third


@dataclass(frozen=True)
class LevelEffect:
    """A measure by the levels of one factor, each averaged over every design point that has it, with its interval, and
    the difference of the last from the first, over pairs that share their random inputs.
    """

    factor: str
    measure: OutcomeMeasure
    levels: tuple[tuple[str, IntervalEstimate], ...]  # by the level's text
    difference: IntervalEstimate  # the last level less the first


def describe_factor(scenario: Scenario, name: str) -> str:
    """A factor in words: an unknown, a reading or the law; the path of an edit as it was written."""
    kind, _, rest = name.partition(".")
    if kind == "reading":
        return f"reading of {rest.replace('_', ' ')}"
    return name if rest else describe_unknown(scenario, name)


def compute_level_effects(sweep: SweepResult, id: str) -> Iterator[LevelEffect]:
    """The effect of each factor on a measure, in the order of the factors: no design point is singled out."""
    measured = sweep.find_measure(id)
    for factor in sweep.factors:
        groups = group_points(sweep, factor)
        yield LevelEffect(
            factor,
            measured,
            tuple((text, compute_level_interval(sweep, measured, numbers)) for text, numbers in groups),
            compute_level_difference(sweep, measured, groups[0][1], groups[-1][1]),
        )


def group_points(sweep: SweepResult, factor: str) -> list[tuple[str, list[int]]]:
    """The design points by the level of a factor; by the lowest and the highest third where there are many levels."""
    by_level: dict[Any, list[int]] = {}
    for number, point in enumerate(sweep.points):
        by_level.setdefault(point[factor], []).append(number)
    if len(by_level) <= MAX_LEVELS:
        return [(format_level(level), numbers) for level, numbers in by_level.items()]
    ordered = sorted(by_level)
    third = len(ordered) // 3
    ends = ((ordered[:third], ordered[third - 1], "and less"), (ordered[-third:], ordered[-third], "and more"))
    return [
        (f"{format_level(edge)} {word}", [number for level in levels for number in by_level[level]])
        for levels, edge, word in ends
    ]


def describe_sweep(scenario: Scenario, sweep: SweepResult, measure_ids: Sequence[str]) -> Iterator[str]:
    """A sentence for each measure and factor: the measure at each level, over all levels of the other factors.

    Parameters
    ----------
    scenario
        The battle, whose words the names of factors are.
    sweep
        The battles at every design point.
    measure_ids
        The measures to describe.
    """
    for id in measure_ids:
        yield from (describe_effect(scenario, effect) for effect in compute_level_effects(sweep, id))


def describe_effect(scenario: Scenario, effect: LevelEffect) -> str:
    """A measure at each level of a factor, in a sentence."""
    measure = effect.measure
    verb, of = (" in", " of 100 battles") if measure.is_event else (": a mean of", "")
    texts = format_levels(effect)
    levels = [f"{mean} at {level} ({ends})" for level, mean, ends in texts]
    level, mean, ends = texts[0]
    levels[0] = f"{mean}{of} at {level} (95% interval {ends})"
    subject = lower_common(format_measure_title(measure))
    text = f"By {describe_factor(scenario, effect.factor)}: {subject}{verb} {join_words(levels)}"
    return f"{text}; {describe_level_difference(effect)}." if len(levels) > 1 else f"{text}."


def format_levels(effect: LevelEffect) -> list[tuple[str, str, str]]:
    """Each level, its mean and the ends of its interval, all with the digits that the widest interval supports."""
    scale = find_display_scale(effect.measure)
    half = max(scale * (each.high - each.low) / 2 for _, each in effect.levels)
    return [
        (
            level,
            format_to_precision(scale * each.value, half),
            " to ".join(format_to_precision(scale * end, half) for end in (each.low, each.high)),
        )
        for level, each in effect.levels
    ]


def describe_level_difference(effect: LevelEffect) -> str:
    """How much more the last level has than the first, or that the battles do not show it clearly.

    Examples
    --------
    >>> measure = OutcomeMeasure("killed_teal", "Teal soldiers killed", "people", False)
    >>> for low, high in ((2.0, 6.0), (-1.0, 9.0), (-6.0, -2.0)):
    ...     found = IntervalEstimate((low + high) / 2, low, high)
    ...     print(describe_level_difference(LevelEffect("law", measure, (), found)))
    from first to last 4.0 more (2.0 to 6.0)
    no clear difference from first to last (−1 to 9)
    from first to last 4.0 fewer (2.0 to 6.0)
    """
    scale, found = find_display_scale(effect.measure), effect.difference
    if not isfinite(found.high - found.low):
        return "one replication shows no difference clearly"
    half = scale * (found.high - found.low) / 2
    if half == 0 and found.value == 0:
        return "no difference from first to last in any replication"
    if half == 0:
        size = format_to_precision(scale * abs(found.value), 1)
        return f"from first to last {size} {'fewer' if found.value < 0 else 'more'} in every replication"
    if not found.is_significant:
        low, high = (format_to_precision(scale * end, half) for end in (found.low, found.high))
        return f"no clear difference from first to last ({low} to {high})"
    nearer, farther = sorted((abs(found.low), abs(found.high)))
    size, _, interval = format_difference_with_interval(abs(found.value), nearer, farther, scale).partition(" ")
    return f"from first to last {size} {'more' if found.value > 0 else 'fewer'} {interval}"


def build_point_table(scenario: Scenario, sweep: SweepResult, measure_ids: Sequence[str]) -> Table:
    """Every design point with the mean of each measure, in the order of the design.

    Of more points than are printed, those come first in which the first measure is lowest and highest; the title says
    so, since extremes are partly luck.
    """
    measures = [sweep.find_measure(id) for id in measure_ids]
    samples = [dict(group_by_point(sweep, id)) for id in measure_ids]
    means = [
        [compute_mean_interval(measure, column[number]) for number in range(len(sweep.points))]
        for measure, column in zip(measures, samples, strict=True)
    ]
    counts = np.bincount(sweep.point_index, minlength=len(sweep.points))
    low, high = counts.min(), counts.max()
    headings = [f"{capitalize(format_measure_title(each))} ({find_display_unit(each)})" for each in measures]
    order: Sequence[int] = range(len(sweep.points))
    title = f"Design points of {high:,} battles" if low == high else f"Design points of {low:,} to {high:,} battles"
    if len(order) > TELLING_ROWS:
        order = order_by_extremes([mean for mean, _, _ in means[0]])
        title += ", lowest and highest first, which is partly luck"
    table = make_table(title, ("design point",), headings)
    for number in order:
        cells = [format_estimate(each, *column[number]) for each, column in zip(measures, means, strict=True)]
        table.add_row(format_design_point(scenario, sweep.points[number]), *cells)
    return table


def order_by_extremes(values: Sequence[float]) -> list[int]:
    """The places of values, lowest and highest in turn.

    >>> order_by_extremes([3, 1, 4, 2])
    [1, 2, 3, 0]
    """
    order = sorted(range(len(values)), key=lambda number: values[number])
    ends = [(order[n], order[-1 - n]) for n in range(len(order) // 2)]
    middle = [order[len(order) // 2]] if len(order) % 2 else []
    return [number for pair in ends for number in pair] + middle


def format_design_point(scenario: Scenario, point: Mapping[str, Any]) -> str:
    """A design point by its levels."""
    return ", ".join(f"{describe_factor(scenario, name)} {format_level(value)}" for name, value in point.items())
