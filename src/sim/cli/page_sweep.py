"""The page of a sweep: where each measure is lowest and highest, the figures, the points."""

from pathlib import Path
from typing import Any

from sim.cli.page import pictures, spoken
from sim.cli.settings import Settings
from sim.experiment.digits import estimate, level, subject, unit_of
from sim.experiment.sweep import Swept, by_point, mean_of
from sim.report.html.matter import Finding, Matter, Number, Table
from sim.report.html.page import write_page
from sim.report.sweep import UNCALIBRATED, answers
from sim.scenario import Scenario
from sim.scenario.drawing import Drawing

MOST = 3  # numbers on the first screen


def write(
    folder: Path,
    words: list[str] | None,
    settings: Settings,
    scenario: Scenario,
    drawing: Drawing,
    swept: Swept,
    of: list[str],
    figures: list[Path],
    manifest: dict[str, Any],
) -> None:
    """Write `report.html` beside the tables and figures of a sweep."""
    findings = [Finding("All design points", table=points(swept, of))]
    findings += pictures(figures)
    matter = Matter(
        command="sweep",
        words=tuple(words if words is not None else spoken(settings)),
        scenario=scenario,
        drawing=drawing,
        ends=scenario.hours(settings.until or scenario.ends),
        manifest=manifest,
        answers=tuple(answers(swept, of)),
        numbers=tuple(number(swept, id) for id in of[:MOST]),
        warning=UNCALIBRATED if not manifest["calibrated"] else "",
        findings=tuple(findings),
        findings_title="What the factors do",
    )
    write_page(folder, matter)


def number(swept: Swept, id: str) -> Number:
    """How far a measure moves over the design points."""
    measured = swept.measured(id)
    means = sorted(mean_of(measured, sample) for _, sample in by_point(swept, id))
    low, high = (estimate(measured, *each) for each in (means[0], means[-1]))
    lowest, highest = low.split(" (")[0], high.split(" (")[0]
    intervals = f"95% intervals of the ends: {low.split(' (')[1].rstrip(')')}; {high.split(' (')[1].rstrip(')')}"
    value = f"{lowest} to {highest}"
    return Number(value, intervals, f"{subject(measured)} ({unit_of(measured)}), over {len(means)} design points")


def points(swept: Swept, of: list[str]) -> Table:
    """Every design point with its levels and the mean of each measure."""
    columns = [dict(by_point(swept, id)) for id in of]
    rows = []
    for number, point in enumerate(swept.points):
        cells = [
            estimate(swept.measured(id), *mean_of(swept.measured(id), column[number]))
            for id, column in zip(of, columns, strict=True)
        ]
        rows.append((str(number), *(level(each) for each in point.values()), *cells))
    headings = [f"{subject(swept.measured(id))} ({unit_of(swept.measured(id))})" for id in of]
    return Table(("point", *swept.factors, *headings), tuple(rows))
