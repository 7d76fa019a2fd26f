"""A sweep in words: how far each measure moves from point to point, and a table of the points."""

from collections.abc import Iterator

from rich.table import Table

from sim.experiment.digits import estimate, level, subject, unit_of
from sim.experiment.sweep import Swept, by_point, mean_of

UNCALIBRATED = (
    "Uncalibrated: these are battles that the model thinks possible under wide assumptions, before it has seen a "
    "single claim. Read which way and how much, not how likely."
)
SHOWN = 40  # points in a table on the terminal; all of them are in the files


def answers(swept: Swept, of: list[str]) -> Iterator[str]:
    """For each measure, the points at which it is lowest and highest."""
    for id in of:
        measured = swept.measured(id)
        found = [(mean_of(measured, sample), number) for number, sample in by_point(swept, id)]
        (lowest, at_low), (highest, at_high) = min(found), max(found)
        about = f"{subject(measured)} ({unit_of(measured)})"
        if lowest[2] >= highest[1]:
            yield (
                f"{about}: the intervals of all {len(found)} design points overlap; "
                f"{estimate(measured, *lowest)} to {estimate(measured, *highest)}."
            )
        else:
            yield (
                f"{about}: from {estimate(measured, *lowest)} at {named(swept, at_low)} "
                f"to {estimate(measured, *highest)} at {named(swept, at_high)}."
            )


def named(swept: Swept, number: int) -> str:
    """A design point by its levels."""
    return ", ".join(f"{name} = {level(value)}" for name, value in swept.points[number].items())


def table(swept: Swept, of: list[str]) -> Table:
    """The points with their levels and the mean of each measure."""
    shown = Table(title="Means with 95% intervals", title_justify="left", pad_edge=False)
    for name in ("point", *swept.factors, "battles"):
        shown.add_column(name, justify="right", overflow="fold")
    columns = [dict(by_point(swept, id)) for id in of]
    for id in of:
        shown.add_column(
            f"{subject(swept.measured(id))} ({unit_of(swept.measured(id))})", justify="right", min_width=16
        )
    for number, point in list(enumerate(swept.points))[:SHOWN]:
        cells = [
            estimate(swept.measured(id), *mean_of(swept.measured(id), column[number]))
            for id, column in zip(of, columns, strict=True)
        ]
        battles = str(int((swept.point == number).sum()))
        shown.add_row(str(number), *(level(value) for value in point.values()), battles, *cells)
    return shown
