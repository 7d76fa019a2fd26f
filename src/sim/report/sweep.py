"""A sweep in words and as a table: the range of each measure over the design points."""

from collections.abc import Iterator

from rich.table import Table

from sim.outputs.formatting import find_display_unit, format_estimate, format_level, format_measure_title
from sim.runs.sweep import SweepResult, compute_mean_interval, group_by_point

UNCALIBRATED_NOTE = (
    "Uncalibrated: these are battles that the model thinks possible under wide assumptions, before it has seen a "
    "single claim. Read which way and how much, not how likely."
)
MAX_SHOWN_POINTS = 40  # in the terminal's table; the files have all


def describe_sweep(sweep: SweepResult, measure_ids: list[str]) -> Iterator[str]:
    """For each measure, the points at which it is lowest and highest."""
    for id in measure_ids:
        measured = sweep.find_measure(id)
        means = [(compute_mean_interval(measured, sample), number) for number, sample in group_by_point(sweep, id)]
        (lowest, at_low), (highest, at_high) = min(means), max(means)
        subject_text = f"{format_measure_title(measured)} ({find_display_unit(measured)})"
        if lowest[2] >= highest[1]:
            yield (
                f"{subject_text}: the intervals of all {len(means)} design points overlap; "
                f"{format_estimate(measured, *lowest)} to {format_estimate(measured, *highest)}."
            )
        else:
            yield (
                f"{subject_text}: from {format_estimate(measured, *lowest)} at {format_design_point(sweep, at_low)} "
                f"to {format_estimate(measured, *highest)} at {format_design_point(sweep, at_high)}."
            )


def format_design_point(sweep: SweepResult, number: int) -> str:
    """A design point by its levels."""
    return ", ".join(f"{name} = {format_level(value)}" for name, value in sweep.points[number].items())


def build_sweep_table(sweep: SweepResult, measure_ids: list[str]) -> Table:
    """The points with their levels and the mean of each measure."""
    table = Table(title="Means with 95% intervals", title_justify="left", pad_edge=False)
    for name in ("point", *sweep.factors, "battles"):
        table.add_column(name, justify="right", overflow="fold")
    columns = [dict(group_by_point(sweep, id)) for id in measure_ids]
    for id in measure_ids:
        table.add_column(
            f"{format_measure_title(sweep.find_measure(id))} ({find_display_unit(sweep.find_measure(id))})",
            justify="right",
            min_width=16,
        )
    for number, point in list(enumerate(sweep.points))[:MAX_SHOWN_POINTS]:
        cells = [
            format_estimate(sweep.find_measure(id), *compute_mean_interval(sweep.find_measure(id), column[number]))
            for id, column in zip(measure_ids, columns, strict=True)
        ]
        battles = str(int((sweep.point_index == number).sum()))
        table.add_row(str(number), *(format_level(value) for value in point.values()), battles, *cells)
    return table
