"""`sim compare-models`: laws or readings compared by evidence, with a check of what that comparison is worth."""

import time
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field
from rich.console import Console

from sim import laws
from sim.battle import code_cache
from sim.calibration.battles import Battles, until_heard
from sim.calibration.calibration import Kept
from sim.calibration.island import Plan
from sim.calibration.rivals import Compared, Confusion, comparable, compare, confuse
from sim.calibration.workers import Workers
from sim.claims.testimony import recorded
from sim.cli import page_found
from sim.cli.arguments import settings_command
from sim.cli.calibrate import check, chosen
from sim.cli.cooling import cooling
from sim.cli.job import Job, start
from sim.cli.plan import Cooling
from sim.cli.progress import watching
from sim.cli.screen import screen
from sim.cli.settings import Settings, SettingsError, compose_with
from sim.cli.stage import scenario_of, stage_of
from sim.experiment.identity import digest_of
from sim.experiment.replicate import Study, with_clock
from sim.experiment.under_way import SHARDS, UnderWay
from sim.schema import Deadline

USAGE = (
    "usage: sim compare-models over=law|[LAW,...]|reading.NAME [confusion=N] [setting=value ...]\n\n"
    "Cools two islands for each rival and compares their evidences: the chance that each gave the record before it\n"
    "had heard it. With confusion=N also infers N synthetic battles of each under all: how often is the truth found?"
)
ENDLESS = 10**12  # battles: of a synthetic battle that is inferred
SWEEPS = 3  # of one


class Comparing(Cooling):
    """What to compare, and how long; see conf/compare_models.yaml."""

    over: str | tuple[str, ...]
    claims: Literal["calibration", "scored"] | tuple[str, ...]
    cut: Deadline | None
    confusion: Annotated[int, Field(ge=0, le=10_000, strict=True)]
    small: Annotated[int, Field(ge=50, le=1_000_000, strict=True)]


@settings_command(USAGE, "compare_models")
def command(words: list[str]) -> int:
    """Compare."""
    print(start(job_from_words(words)))
    return 0


def job_from_words(words: list[str]) -> Job:
    """The job that the words of the command line ask for, with all that can be checked before it begins."""
    settings, own = compose_with(words, "compare_models", Comparing)
    check(settings)
    targets = {name: target_of(each, own) for name, each in rivals(settings, own.over).items()}
    if others := comparable(targets):
        raise SettingsError([f"over: to {', '.join(others)} other things were told, so that evidences don't compare"])
    if any(target.stage.form == "compiled" for target in targets.values()) and not code_cache.is_compiled():
        Console(stderr=True).print("Compiling the rules: once, a minute or two.")
    studies = {name: Study(target.stage, settings.seed, 1, keep=0) for name, target in targets.items()}
    asked = own.model_dump(mode="json") | {"heard": list(next(iter(targets.values())).testimony.claims)}
    return Job("compare-models", words, settings, studies, partial(finish, settings, own, targets), asked)


def rivals(settings: Settings, over: str | tuple[str, ...]) -> dict[str, Settings]:
    """The settings of each rival by name; raise SettingsError for what is no question."""
    if isinstance(over, str) and over.startswith("reading."):
        name = over.removeprefix("reading.")
        readings = scenario_of(settings).readings
        if name not in readings:
            raise SettingsError([f"over: unknown reading (got {name!r}; allowed: {', '.join(readings) or 'none'})"])
        return {
            option: settings.model_copy(update={"reading": settings.reading | {name: option}})
            for option in readings[name].options
        }
    names = laws.names() if over == "law" else [over] if isinstance(over, str) else list(over)
    for name in names:
        if name not in laws.names():
            allowed = f"law, [LAW, ...] of {', '.join(laws.names())}, or reading.NAME"
            raise SettingsError([f"over: neither a law nor a reading (got {name!r}; allowed: {allowed})"])
    if len(set(names)) < 2:
        raise SettingsError([f"over: needs two rivals at least (got {', '.join(names)})"])
    if settings.law_params:
        raise SettingsError(["law_params: belong to one law (allowed: none, where laws are compared)"])
    return {name: settings.model_copy(update={"law": name}) for name in names}


def target_of(settings: Settings, own: Comparing) -> Battles:
    """The battle of one rival with its record."""
    stage = with_clock(stage_of(settings), settings.clock, own.budget)
    return until_heard(stage, recorded(stage.scenario, stage.ends, chosen(stage.scenario, own.claims, own.cut)))


def finish(settings: Settings, own: Comparing, targets: dict[str, Battles], under_way: UnderWay) -> None:
    """Compare, try on synthetic battles, write and tell."""
    begun = time.perf_counter()
    folder, inputs = under_way.folder / SHARDS, digest_of(under_way.ledger.inputs)
    confusion = None
    if own.confusion:
        workers = Workers(under_way.backend, under_way.place)
        plan = Plan(own.small, SWEEPS, SWEEPS, own.share, ENDLESS)
        watch = watching("Synthetic battles")
        confusion = confuse(targets, plan, own.confusion, settings.seed, workers, folder, inputs, watch)
    with cooling(own.plan) as heard:
        workers = Workers(under_way.backend, under_way.place, heard.hears)
        found = compare(targets, own.plan, settings.seed, workers, heard.told, Kept(folder, inputs))
    write(under_way.folder, settings, own, targets, found, confusion)
    console = screen()
    tell(console, found, confusion)
    console.print(f"{time.perf_counter() - begun:.0f} s.", highlight=False)


def tell(console: Console, found: Compared, confusion: Confusion | None) -> None:
    """The answer first, then the tables."""
    from sim.report import rivals as report

    console.print()
    for line in report.answers(found, confusion):
        console.print(line, highlight=False)
    console.print(report.table(found))
    if confusion is not None:
        console.print(report.confusion_table(confusion))


def write(
    folder: Path,
    settings: Settings,
    own: Comparing,
    targets: dict[str, Battles],
    found: Compared,
    confusion: Confusion | None,
) -> None:
    """Write evidences, the confusion, the figure and, last, the manifest."""
    from sim.calibration.tables import confusion_table, rivals_table
    from sim.experiment import store
    from sim.experiment.provenance import describe, origin, titled
    from sim.plots import rivals as figures
    from sim.report import rivals as report

    tables = {"evidence": rivals_table(found)}
    if confusion is not None:
        tables["confusion"] = confusion_table(confusion)
    digest = digest_of({name: table.to_pydict() for name, table in tables.items()})
    first = next(iter(targets.values()))
    battles = sum(each.battles for each in found.cooled.values())
    asked: dict[str, Any] = settings.model_dump(mode="json") | own.model_dump(mode="json")
    manifest = describe(Study(first.stage, settings.seed, battles, 0), digest, asked)
    manifest["rivals"] = {name: target.stage.digest for name, target in targets.items()}
    manifest |= {
        "command": "compare-models",
        "claims": list(first.testimony.claims),
        "answers": [page_found.plain(line) for line in report.answers(found, confusion)],
    }
    for name, table in tables.items():
        store.write_table(folder / f"{name}.parquet", table)
    fought = [titled(first.stage.scenario), f"{battles:,} battles", f"seed {settings.seed}"]
    store.write_scenario(folder, first.stage.scenario)
    figures.save_all(found, confusion, origin(fought, manifest), folder / "figures")
    store.write_manifest(folder, manifest)
