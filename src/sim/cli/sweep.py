"""`sim sweep`: many battles at each of many design points, all in one job and one store."""

import time
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field
from rich.console import Console

from sim.battle.fight import Stage
from sim.cli.arguments import settings_command
from sim.cli.factors import cells_of, factors_of
from sim.cli.job import Job, crew_of, start
from sim.cli.progress import watching
from sim.cli.run import pace
from sim.cli.screen import screen
from sim.cli.settings import Own, Settings, SettingsError, compose_with
from sim.cli.stage import scenario_of, stage_of, staged
from sim.experiment.design import Design, design_points
from sim.experiment.identity import digest_of
from sim.experiment.paired import Measured, as_plain, measures
from sim.experiment.replicate import Study, with_clock
from sim.experiment.sweep import FIRST, Precision, Swept, sweep
from sim.experiment.under_way import UnderWay
from sim.scenario.drawing import Drawing, drawing_of

USAGE = (
    "usage: sim sweep factors='{PRIOR: [low, high], law: [square, linear]}' [design=sobol points=64] [setting=value]\n"
    "       sim sweep sweep=NAME [setting=value ...]\n\n"
    "Fights many battles at each design point, with the same luck at all of them. A factor is a prior (`prior` for\n"
    "all its range), law, reading.NAME, set.PATH or perturb.NAME.SETTING; its levels are a list, or\n"
    "{low:, high:, steps:}. Two numbers are a range in latin and sobol designs. Factors\n"
    "typed beside sweep=NAME add to its own.\n"
    "runs=auto replicates until half_width is reached (battles in 100 for an event, else the measure's unit)."
)
USUAL_POINTS = 64


class Sweeping(Own):
    """What varies and how; see conf/sweep.yaml."""

    factors: dict[str, Any]
    design: Design
    points: Annotated[int, Field(ge=2, le=100_000, strict=True)] | None
    of: tuple[str, ...]
    half_width: dict[str, Annotated[float, Field(gt=0)]] | Annotated[float, Field(gt=0)] | None
    most: Annotated[int, Field(ge=FIRST, le=10_000_000, strict=True)]
    runs: Annotated[int, Field(ge=1, le=10_000_000, strict=True)] | Literal["auto"]


@settings_command(USAGE, "sweep", groups=("sweep",))
def command(words: list[str]) -> int:
    """Sweep."""
    print(start(job_from_words(words)))
    return 0


def composed(words: list[str]) -> tuple[Settings, Sweeping]:
    """Settings and factors; factors come with whatever names they like, and `runs` may be `auto`."""
    words = [f"++{word}" if word.startswith("factors=") else word for word in words]
    return compose_with(words, "sweep", Sweeping)


def points_of(own: Sweeping) -> int:
    """How many points; raise SettingsError where the design does not go with them."""
    if own.design == "grid" and own.points is not None:
        raise SettingsError(["points: a grid has as many as its levels give (allowed: design=latin or design=sobol)"])
    points = own.points or USUAL_POINTS
    if own.design == "sobol" and points & (points - 1):
        raise SettingsError([f"points: a Sobol design has a power of two (got {points}; allowed: 2, 4, 8, ...)"])
    return points


def asked_for(of: tuple[str, ...], known: tuple[Measured, ...]) -> list[str]:
    """The measures named, or those of the scenario's sentences; raise SettingsError for one that there is not."""
    ids = [each.id for each in known]
    for id in of:
        if id not in ids:
            raise SettingsError([f"of: unknown measure (got {id!r}; allowed: {', '.join(ids)})"])
    found = list(of) or [id for id in ids if id.startswith("sentence_")]
    return found or ids[:1]


def precision_of(own: Sweeping, of: list[str], known: tuple[Measured, ...]) -> int | Precision:
    """How many replications, or how well each measure is to be known; raise SettingsError if the two don't go."""
    if own.runs != "auto":
        if own.half_width is not None:
            raise SettingsError([f"half_width: goes with runs=auto (got runs={own.runs})"])
        return own.runs
    if own.half_width is None:
        raise SettingsError(["runs: auto needs half_width=NUMBER, or half_width={MEASURE: NUMBER, ...}"])
    widths = own.half_width if isinstance(own.half_width, dict) else dict.fromkeys(of, own.half_width)
    about = {each.id: each for each in known}
    for id in widths:
        if id not in about:
            raise SettingsError([f"half_width.{id}: unknown measure (allowed: {', '.join(about)})"])
    return Precision({id: width / (100 if about[id].event else 1) for id, width in widths.items()}, own.most)


def job_from_words(words: list[str]) -> Job:
    """The job that the words of the command line ask for, with all that can be checked before it begins."""
    settings, own = composed(words)
    base = stage_of(settings)
    known = measures(base.scenario, base.ends)
    of = asked_for(own.of, known)
    runs = precision_of(own, of, known)
    count = points_of(own)
    factors = factors_of(own.factors, settings, own.design)
    points = design_points(factors, own.design, count, settings.seed)
    cells = cells_of(points, settings)
    for cell in cells:
        if measures(cell.stage.scenario, cell.stage.ends) != known:
            raise SettingsError(["factors: the points do not have the same measures, and can't be compared"])
    least = len(points) * (runs if isinstance(runs, int) else FIRST)
    studies = {"base": Study(with_clock(base, settings.clock, least), settings.seed, 1, keep=0)}
    drawing = drawing_of(settings.scenario, base.scenario)
    asked = own.model_dump(mode="json") | {"cells": digest_of([cell.stage.digest for cell in cells])}

    def finish(under_way: UnderWay) -> None:
        crew = crew_of(settings, under_way)
        begun = time.perf_counter()
        swept = sweep(tuple(factors), points, cells, settings.seed, runs, crew, settings.clock, watching("Fighting"))
        seconds = time.perf_counter() - begun
        write(under_way.folder, words, settings, own, of, swept, drawing)
        console = screen()
        tell(console, swept, of, own, runs, base)
        console.print(pace(crew.fresh, len(swept.values), seconds), highlight=False)

    return Job("sweep", words, settings, studies, finish, asked)


def tell(console: Console, swept: Swept, of: list[str], own: Sweeping, runs: int | Precision, base: Stage) -> None:
    """The answers first, then the points."""
    from sim.experiment.provenance import standing as facts_of
    from sim.experiment.sweep import unsure
    from sim.report.standing import standing
    from sim.report.sweep import SHOWN, UNCALIBRATED, answers, table

    console.print()
    for answer in answers(swept, of):
        console.print(answer, highlight=False)
    console.print()
    console.print(table(swept, of))
    if len(swept.points) > SHOWN:
        console.print(f"The first {SHOWN} of {len(swept.points)} points; all are in points.parquet.", highlight=False)
    if isinstance(runs, Precision):
        everywhere = set(range(len(swept.points)))
        short = unsure(everywhere, [(swept.point, swept.replication, swept.values)], swept.measures, runs)
        if short:
            console.print(
                f"{len(short)} of {len(swept.points)} points did not reach the half-width asked for within {own.most} "
                "replications.",
                highlight=False,
            )
    console.print(standing(facts_of(base), UNCALIBRATED), highlight=False)


def write(
    folder: Path,
    words: list[str],
    settings: Settings,
    own: Sweeping,
    of: list[str],
    swept: Swept,
    drawing: Drawing,
) -> None:
    """Write the two tables, the figures, the page and, last, the manifest."""
    from sim.cli import page_sweep
    from sim.experiment import store
    from sim.experiment.provenance import describe, origin, titled
    from sim.experiment.tables import outcomes_table, points_table
    from sim.plots import sweep as figures

    scenario = scenario_of(settings)
    study = Study(staged(settings, scenario), settings.seed, len(swept.values), 0)
    asked = settings.model_dump(mode="json") | own.model_dump(mode="json")
    manifest = describe(study, swept.digest, asked)
    manifest["command"] = "sweep"
    manifest["points"] = len(swept.points)
    manifest["factors"] = list(swept.factors)
    manifest["measures"] = as_plain(swept.measures)
    manifest["of"] = of
    manifest["fought"] = [
        titled(scenario),
        f"{len(swept.points)} design points, {len(swept.values)} battles",
        f"seed {settings.seed}",
    ]
    store.write_scenario(folder, scenario)
    store.write_table(folder / "points.parquet", points_table(swept))
    store.write_table(folder / "outcomes.parquet", outcomes_table(swept))
    caption = origin(manifest["fought"], manifest)
    drawn = figures.save_all(swept, of, caption, folder / "figures")
    page_sweep.write(folder, words, settings, scenario, drawing, swept, of, drawn, manifest)
    store.write_manifest(folder, manifest)
