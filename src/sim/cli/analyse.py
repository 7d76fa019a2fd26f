"""`sim analyse`: what a calibrated battle lets one say: luck, sources, readings, forecasts, what-ifs, on one page."""

import time
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from rich.console import Console

from sim.battle.fight import Stage
from sim.calibration.calibration import Kept
from sim.calibration.posterior import Posterior
from sim.calibration.workers import Workers
from sim.cli import markdown, page_found
from sim.cli.arguments import settings_command
from sim.cli.cooling import cooling
from sim.cli.job import Job, start
from sim.cli.plan import Cooling
from sim.cli.screen import screen
from sim.cli.settings import Settings, SettingsError, compose_with
from sim.cli.stage import need, posterior_of, scenario_of, stage_of
from sim.experiment.identity import digest_of
from sim.experiment.replicate import Study, with_clock
from sim.experiment.stored import StoredError, opened
from sim.experiment.under_way import SHARDS, UnderWay
from sim.findings.found import Found
from sim.findings.heard import Start, hear, start_of
from sim.findings.versions import Version, as_read, by_source, version
from sim.scenario import Scenario
from sim.scenario.drawing import Drawing, drawing_of

USAGE = (
    "usage: sim analyse posterior=OUTPUT [forecasts=[OUTPUT,...]] [whatif=OUTPUT] [page=FILE.md]\n"
    "                    [setting=value ...]\n\n"
    "Fights a calibrated battle again with new dice and says what that lets one say: how likely what happened was,\n"
    "which turns mattered, what the sources make of it, and what hangs on how the text is read."
)


class Finding(Cooling):
    """What to put together; see conf/analyse.yaml."""

    posterior: Path | None
    forecasts: Annotated[tuple[Path, ...], Field()]
    whatif: Path | None
    readings: Literal["all"] | tuple[str, ...]
    sources: bool
    page: Path | None


@settings_command(USAGE, "analyse")
def command(words: list[str]) -> int:
    """Find out and tell."""
    need("xarray", "sim analyse", "infer")
    print(start(job_from_words(words)))
    return 0


def job_from_words(words: list[str]) -> Job:
    """The job that the words of the command line ask for, with all that can be checked before it begins."""
    settings, own = compose_with(words, "analyse", Finding)
    if own.posterior is None:
        raise SettingsError(["posterior: which? (allowed: an output of sim calibrate)"])
    if own.page is not None:
        markdown.checked(own.page)
    check_outputs(own)
    posterior = posterior_of(settings, own.posterior)
    known = scenario_of(settings).readings
    for name in () if own.readings == "all" else own.readings:
        if name not in known:
            raise SettingsError(
                [f"readings: unknown reading (got {name!r}; allowed: all, {', '.join(known) or 'none'})"]
            )
    stage = with_clock(stage_of(settings), settings.clock, own.budget)
    studies = {"base": Study(stage, settings.seed, 1, keep=0)}
    asked = own.model_dump(mode="json", exclude={"page"}) | {"posterior": posterior.digest}
    drawing = drawing_of(settings.scenario, stage.scenario)
    work = partial(finish, settings, own, studies["base"], posterior, words, drawing)
    return Job("analyse", words, settings, studies, work, asked)


def check_outputs(own: Finding) -> None:
    """Refuse outputs that are not whole, or not of the command that they should be of."""
    for path, name in [*((each, "told") for each in own.forecasts), *([(own.whatif, "pairs")] if own.whatif else [])]:
        try:
            opened(path).table(name)
        except StoredError as error:
            raise SettingsError([f"findings: {error}"]) from error


def finish(
    settings: Settings,
    own: Finding,
    study: Study,
    posterior: Posterior,
    words: list[str],
    drawing: Drawing,
    under_way: UnderWay,
) -> None:
    """Fight again, calibrate the versions, write and tell."""
    from sim.findings.found import find

    begun = time.perf_counter()
    stage = study.stage
    found = find(stage, posterior, settings.seed, own.whatif)
    with cooling(own.plan) as watch:
        workers = Workers(under_way.backend, under_way.place, watch.hears)
        start = start_of(stage, posterior)

        def heard(number: int, name: str, other: Stage, claims: list[str], begins: Start | None) -> Version:
            watch.console.print(name)
            kept = Kept(under_way.folder / SHARDS / f"version-{number}", digest_of(under_way.ledger.inputs))
            result = hear(other, claims, own.plan, settings.seed, workers, watch.told, kept, begins)
            return version(name, other, result, settings.seed, set(claims) == set(posterior.claims))

        others: list[tuple[str, Stage, list[str], Start | None]] = []
        others += [(*each, start) for each in read_otherwise(settings, own, stage)]
        if own.sources:  # from the prior: to forget claims is no short way
            others += [(*each, None) for each in of_one_source(stage)]
        versions = [as_read(stage, posterior, settings.seed)]
        versions += [heard(number, *each) for number, each in enumerate(others, 1)]
    write(under_way.folder, settings, own, study, posterior, found, versions, words, drawing)
    console = screen()
    tell(console, stage.scenario, found, versions)
    print(f"{time.perf_counter() - begun:.0f} s.")


def read_otherwise(settings: Settings, own: Finding, stage: Stage) -> list[tuple[str, Stage, list[str]]]:
    """The other readings of the text that are wanted: name, stage and claims."""
    scenario = stage.scenario
    found = []
    for name in scenario.readings if own.readings == "all" else own.readings:
        reading = scenario.readings[name]
        for option in reading.options:
            if option != reading.default and name not in settings.reading:
                other = settings.model_copy(update={"reading": {**settings.reading, name: option}})
                read = with_clock(stage_of(other), settings.clock, own.budget)
                found.append((f"reading {name} = {option}", read, teaching(read.scenario)))
    return found


def of_one_source(stage: Stage) -> list[tuple[str, Stage, list[str]]]:
    """The counts of each source alone: name, stage and claims."""
    names = stage.scenario.sources
    return [(f"counts of {names[id].name} alone", stage, claims) for id, claims in by_source(stage.scenario).items()]


def teaching(scenario: Scenario) -> list[str]:
    """The claims that may teach the model."""
    return [id for id, claim in scenario.claims.items() if claim.scored == "calibration"]


def write(
    folder: Path,
    settings: Settings,
    own: Finding,
    study: Study,
    posterior: Posterior,
    found: Found,
    versions: list[Version],
    words: list[str],
    drawing: Drawing,
) -> None:
    """Write tables, figures, pages and, last, the manifest."""
    from sim.experiment import store
    from sim.experiment.provenance import describe, origin, titled
    from sim.findings.tables import finding_tables
    from sim.plots import findings as figures
    from sim.report.findings.words import headline, ledger_table

    scenario = study.stage.scenario
    tables = finding_tables(found, versions)
    digest = digest_of({name: table.to_pydict() for name, table in tables.items()})
    manifest = describe(study, digest, settings.model_dump(mode="json") | own.model_dump(mode="json"))
    manifest["command"] = "analyse"
    manifest |= {"calibrated": True, "posterior": {"digest": posterior.digest, "says": posterior.says}}
    for name, table in tables.items():
        store.write_table(folder / f"{name}.parquet", table)
    fought = [titled(scenario), f"{found.battles} battles of {len(posterior)} draws", f"seed {settings.seed}"]
    manifest["fought"] = [*fought, f"law: {settings.law}"]
    store.write_scenario(folder, scenario)
    caption = origin(manifest["fought"], manifest)
    drawn = figures.save_all(scenario, found, versions, caption, folder / "figures")
    turns = page_found.shown("The ledger of luck", ledger_table(found.ledger))
    said = headline(scenario, found)
    page_found.write(folder, "analyse", words, study.stage, drawing, manifest, said, (), [turns], drawn)
    if own.page is not None:
        write_page(own.page, scenario, own, posterior, found, versions, caption, drawn)
    store.write_manifest(folder, manifest)


def write_page(
    page: Path,
    scenario: Scenario,
    own: Finding,
    posterior: Posterior,
    found: Found,
    versions: list[Version],
    caption: str,
    drawn: list[Path],
) -> None:
    """Write the findings as a page, with the figures beside it, and those of the forecasts."""
    from sim.report.findings.forecasts import parts_of
    from sim.report.findings.page import lines

    parts = [part for path in own.forecasts for part in parts_of(path)]
    foreseen = {f"{name}.png": path for part in parts for name, path in part.figures.items()}
    pictures = {path.name: path for path in drawn} | foreseen
    text = "\n".join(lines(scenario, own.forecasts, own.whatif, posterior, found, versions, caption, page.stem)) + "\n"
    markdown.write(page, text, {f"{page.stem}-{name}": path for name, path in pictures.items()})


def tell(console: Console, scenario: Scenario, found: Found, versions: list[Version]) -> None:
    """The sentences of the page's head, and the ledger."""
    from sim.report.findings.words import headline, ledger_table

    console.print()
    for sentence in headline(scenario, found):
        console.print(sentence, highlight=False)
    console.print()
    console.print(ledger_table(found.ledger))
