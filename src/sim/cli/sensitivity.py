"""`sim sensitivity`: which unknowns decide the outcome, and how much of it is pure chance?"""

import time
from pathlib import Path
from typing import Annotated

from pydantic import Field
from rich.console import Console

from sim.cli.arguments import settings_command
from sim.cli.job import Job, crew_of, start
from sim.cli.progress import watching
from sim.cli.run import pace
from sim.cli.screen import screen
from sim.cli.settings import Own, Settings, SettingsError, compose_with
from sim.cli.stage import need, scenario_of, stage_of, staged
from sim.cli.sweep import asked_for
from sim.experiment.paired import as_plain, measures
from sim.experiment.replicate import Study, with_clock
from sim.experiment.under_way import UnderWay
from sim.sensitivity.battles import Decisive, Plan, decisive, varying

USAGE = (
    "usage: sim sensitivity [priors=[NAME,...]] [of=[MEASURE,...]] [setting=value ...]\n\n"
    "Screens the unknowns (Morris), and then takes the share of the variance that each of those left has (Sobol),\n"
    "with the others together and pure chance as factors among them. `runs` and `keep` of a run have no meaning here."
)


class Sensitivity(Own):
    """What to explain and how much to fight; see conf/sensitivity.yaml."""

    priors: tuple[str, ...]
    of: tuple[str, ...]
    trajectories: Annotated[int, Field(ge=2, le=10_000, strict=True)]
    keep: Annotated[int, Field(ge=1, le=200, strict=True)]
    base: Annotated[int, Field(ge=16, le=2**20, strict=True)]


@settings_command(USAGE, "sensitivity")
def command(words: list[str]) -> int:
    """Screen, take shares, tell."""
    need("SALib", "sim sensitivity", "sensitivity")
    print(start(job_from_words(words)))
    return 0


def job_from_words(words: list[str]) -> Job:
    """The job that the words of the command line ask for, with all that can be checked before it begins."""
    settings, own = compose_with(words, "sensitivity", Sensitivity)
    if own.base & (own.base - 1):
        raise SettingsError([f"base: not a power of two (got {own.base}; allowed: 16, 32, 64, ...)"])
    if settings.params != "prior":
        raise SettingsError(["params: the unknowns are what varies (allowed: params=prior)"])
    stage = stage_of(settings)
    free = varying(stage)
    for name in own.priors:
        if name not in free:
            raise SettingsError([f"priors: no prior that varies (got {name!r}; allowed: {', '.join(free)})"])
    of = asked_for(own.of, measures(stage.scenario, stage.ends))
    priors = tuple(name for name in free if name in own.priors) or free
    plan = Plan(own.trajectories, own.keep, own.base)
    studies = {"base": Study(with_clock(stage, settings.clock, own.base), settings.seed, 1, keep=0)}

    def finish(under_way: UnderWay) -> None:
        crew = crew_of(settings, under_way)
        begun = time.perf_counter()
        found = decisive(stage, priors, of, plan, settings.seed, crew, settings.clock, watching)
        seconds = time.perf_counter() - begun
        write(under_way.folder, settings, own, of, found)
        console = screen()
        tell(console, found, of)
        console.print(pace(crew.fresh, found.screened + len(found.outcomes), seconds), highlight=False)

    return Job("sensitivity", words, settings, studies, finish, own.model_dump(mode="json"))


def tell(console: Console, found: Decisive, of: list[str]) -> None:
    """The sentences first, then a table for each measure."""
    from sim.report.sensitivity import MEANING, UNCALIBRATED, answers, screened, table

    console.print()
    for sentence in answers(found, of):
        console.print(sentence, highlight=False)
    console.print()
    for sentence in screened(found, of):
        console.print(sentence, highlight=False)
    for id in of:
        shown = table(found, id)
        if shown is not None:
            console.print(shown)
    console.print(MEANING, highlight=False)
    console.print(UNCALIBRATED, highlight=False)


def write(folder: Path, settings: Settings, own: Sensitivity, of: list[str], found: Decisive) -> None:
    """Write the battles, the shares, the effects, the figure and, last, the manifest."""
    from sim.experiment import store
    from sim.experiment.provenance import describe, digest_of, origin, titled
    from sim.plots import sensitivity as figures
    from sim.sensitivity.tables import battles_table, effects_table, shares_table

    scenario = scenario_of(settings)
    tables = {"shares": shares_table(found), "effects": effects_table(found), "battles": battles_table(found)}
    digest = digest_of({name: table.to_pydict() for name, table in tables.items()})
    study = Study(staged(settings, scenario), settings.seed, len(found.outcomes), 0)
    manifest = describe(study, digest, settings.model_dump(mode="json") | own.model_dump(mode="json"))
    manifest["command"] = "sensitivity"
    manifest["measures"] = as_plain(found.measures)
    manifest["of"] = of
    manifest["factors"] = list(found.factors)
    manifest["screened"] = found.screened
    battles = f"{len(found.outcomes)} battles"
    manifest["fought"] = [titled(scenario), battles, f"seed {settings.seed}", f"law: {settings.law}"]
    store.write_scenario(folder, scenario)
    for name, table in tables.items():
        store.write_table(folder / f"{name}.parquet", table)
    caption = origin(manifest["fought"], manifest)
    figures.save_all(found, of, caption, folder / "figures")
    store.write_manifest(folder, manifest)
