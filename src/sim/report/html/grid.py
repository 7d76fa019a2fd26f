"""A grid of battles fought beforehand: positions of a few levers, and the odds at each of them, for sliders offline."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sim.outputs.formatting import format_level, format_measure_title
from sim.runs.outcome_measures import OutcomeMeasure
from sim.runs.paired import CounterfactualChange, PairedComparison, PairedDifference
from sim.runs.sweep import SweepResult, compute_mean_interval
from sim.scenario.descriptions import capitalize

MAX_CELLS = 5_000  # of a grid: a page stays small
Interval = list[float]  # a mean, and the ends of its 95% interval


@dataclass(frozen=True)
class GridLever:
    """A slider of a grid: what it is called, and its positions in words."""

    label: str
    positions: tuple[str, ...]


@dataclass(frozen=True)
class OddsGrid:
    """Odds at positions of levers.

    Parameters
    ----------
    levers
        The sliders.
    rows
        What each row of the odds is about: `text`, `unit`, `is_event`.
    cells
        The odds by the positions of the levers: battles, a row for each measure, and a sentence if there is one.
    captions
        The headings of the odds: `changed`, `base`, `caption`.
    """

    levers: tuple[GridLever, ...]
    rows: tuple[dict[str, Any], ...]
    cells: dict[str, dict[str, Any]]
    captions: dict[str, str] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """The grid as plain data for the page."""
        levers = [{"label": lever.label, "positions": list(lever.positions)} for lever in self.levers]
        return {"levers": levers, "rows": list(self.rows), "cells": self.cells, "captions": self.captions}


def make_grid_row(measure: OutcomeMeasure) -> dict[str, Any]:
    """What a row of the odds is about."""
    text = capitalize(format_measure_title(measure))
    return {"text": text, "unit": measure.unit, "is_event": measure.is_event}


def build_sweep_grid(sweep: SweepResult, measure_ids: Sequence[str]) -> OddsGrid | None:
    """The grid of a sweep: a slider for each factor, at every design point that was fought; None for too large a one.

    Parameters
    ----------
    sweep
        The sweep.
    measure_ids
        The measures to be shown.

    Returns
    -------
    OddsGrid or None
        Its cells are keyed by the numbers of the levels, as `0,2`.
    """
    if len(sweep.points) > MAX_CELLS or len(sweep.points) < 2:
        return None
    levels = {name: list(dict.fromkeys(format_level(point[name]) for point in sweep.points)) for name in sweep.factors}
    measures = [sweep.find_measure(id) for id in measure_ids]
    columns = [sweep.find_column(id) for id in measure_ids]
    cells = {}
    for number, point in enumerate(sweep.points):
        here = sweep.point_index == number
        key = ",".join(str(levels[name].index(format_level(point[name]))) for name in sweep.factors)
        rows = [
            {"changed": list(compute_mean_interval(measure, column[here]))}
            for measure, column in zip(measures, columns, strict=True)
        ]
        cells[key] = {"pairs": int(here.sum()), "rows": rows}
    return OddsGrid(
        tuple(GridLever(name.replace("_", " "), tuple(each)) for name, each in levels.items()),
        tuple(make_grid_row(each) for each in measures),
        cells,
        {"changed": "here", "base": "", "caption": "Battles in 100, or means; below each its 95% interval"},
    )


def build_whatif_grid(changes: Sequence[CounterfactualChange], comparison: PairedComparison) -> OddsGrid | None:
    """The grid of a what-if: one slider over its changes; None if there is but one, which the page shows anyway."""
    if len(changes) < 2:
        return None
    shown = [n for n, each in enumerate(comparison.measures) if each.is_event or each.id.startswith("killed_")]
    cells = {}
    for number, change in enumerate(changes):
        differences = comparison.compute_differences(change.name)
        rows = [make_difference_row(differences[n]) for n in shown]
        cells[str(number)] = {"pairs": len(comparison.base_values), "rows": rows}
    labels = tuple(capitalize(each.question or each.description) for each in changes)
    return OddsGrid(
        (GridLever("Question", labels),),
        tuple(make_grid_row(comparison.measures[n]) for n in shown),
        cells,
        {"changed": "with the change", "base": "base case", "caption": "Battles in 100, or people on average"},
    )


def make_difference_row(difference: PairedDifference) -> dict[str, Any]:
    """A difference as a row of the odds."""
    return {
        "base": [difference.base_mean],
        "changed": [difference.changed_mean],
        "difference": [difference.difference, difference.low, difference.high],
        "moved": [difference.n_increased, difference.n_decreased],
    }
