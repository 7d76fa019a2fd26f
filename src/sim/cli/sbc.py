"""`sim sbc`: does the inference find a truth that is known? Synthetic battles, inferred and held against it."""

import time
from functools import partial
from typing import Annotated, Literal

from pydantic import Field
from rich.console import Console

from sim.calibration.battles import Battles, until_heard
from sim.calibration.island import Plan
from sim.calibration.rehearsal import Rehearsed, rehearse
from sim.calibration.workers import Workers
from sim.claims.testimony import recorded
from sim.cli import page_found
from sim.cli.arguments import settings_command
from sim.cli.calibrate import check, chosen
from sim.cli.job import Job, start
from sim.cli.progress import watching
from sim.cli.screen import screen
from sim.cli.settings import Own, Settings, compose_with
from sim.cli.stage import stage_of
from sim.experiment.identity import digest_of
from sim.experiment.replicate import Study, with_clock
from sim.experiment.under_way import SHARDS, UnderWay
from sim.schema import Deadline

USAGE = (
    "usage: sim sbc [battles=N] [setting=value ...]\n\n"
    "Draws truths from the prior, simulates what the sources would have told, infers each, and looks where the truth\n"
    "lies in what was inferred: if the inference is right, its rank is uniform."
)
ENDLESS = 10**12  # battles: a rehearsal has no budget


class Rehearsing(Own):
    """What to rehearse on, and how long; see conf/sbc.yaml."""

    claims: Literal["calibration", "scored"] | tuple[str, ...]
    cut: Deadline | None
    battles: Annotated[int, Field(ge=20, le=100_000, strict=True)]
    particles: Annotated[int, Field(ge=50, le=1_000_000, strict=True)]
    sweeps: Annotated[int, Field(ge=1, le=1_000, strict=True)]
    last: Annotated[int, Field(ge=1, le=10_000, strict=True)]
    share: Annotated[float, Field(ge=0.05, le=0.98)]


@settings_command(USAGE, "sbc")
def command(words: list[str]) -> int:
    """Rehearse."""
    print(start(job_from_words(words)))
    return 0


def job_from_words(words: list[str]) -> Job:
    """The job that the words of the command line ask for, with all that can be checked before it begins."""
    settings, own = compose_with(words, "sbc", Rehearsing)
    check(settings)
    stage = with_clock(stage_of(settings), settings.clock, ENDLESS)
    heard = recorded(stage.scenario, stage.ends, chosen(stage.scenario, own.claims, own.cut))
    studies = {"base": Study(stage, settings.seed, 1, keep=0)}
    asked = own.model_dump(mode="json") | {"heard": list(heard.claims)}
    return Job("sbc", words, settings, studies, partial(finish, settings, own, until_heard(stage, heard)), asked)


def finish(settings: Settings, own: Rehearsing, target: Battles, under_way: UnderWay) -> None:
    """Rehearse what is not done yet, write and tell."""
    begun = time.perf_counter()
    found = rehearse(
        target,
        Plan(own.particles, own.sweeps, own.last, own.share, ENDLESS),
        own.battles,
        settings.seed,
        Workers(under_way.backend, under_way.place),
        under_way.folder / SHARDS,
        digest_of(under_way.ledger.inputs),
        watching("Rehearsing"),
    )
    write(under_way, settings, own, target, found)
    console = screen()
    tell(console, found)
    console.print(f"{own.battles} synthetic battles in {time.perf_counter() - begun:.0f} s.", highlight=False)


def tell(console: Console, found: Rehearsed) -> None:
    """Whether ranks are uniform, and how often the truth is in its intervals."""
    from sim.report.rehearsal import answers, table

    console.print()
    for line in answers(found):
        console.print(line, highlight=False)
    console.print(table(found))


def write(under_way: UnderWay, settings: Settings, own: Rehearsing, target: Battles, found: Rehearsed) -> None:
    """Write ranks and coverage, the figure and, last, the manifest."""
    from sim.calibration.tables import ranks_table
    from sim.experiment import store
    from sim.experiment.provenance import describe, origin, titled
    from sim.plots import rehearsal as figures
    from sim.report import rehearsal as report

    folder = under_way.folder
    table = ranks_table(found)
    study = Study(target.stage, settings.seed, own.battles, 0)
    asked = settings.model_dump(mode="json") | own.model_dump(mode="json")
    manifest = describe(study, digest_of(table.to_pydict()), asked)
    manifest |= {
        "command": "sbc",
        "smallest_chance": found.smallest,
        "quantities": list(found.names),
        "answers": [page_found.plain(line) for line in report.answers(found)],
    }
    store.write_table(folder / "ranks.parquet", table)
    fought = [titled(target.stage.scenario), f"{own.battles} synthetic battles", f"seed {settings.seed}"]
    store.write_scenario(folder, target.stage.scenario)
    figures.save_all(found, origin(fought, manifest), folder / "figures")
    store.write_manifest(folder, manifest)
