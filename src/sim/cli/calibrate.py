"""`sim calibrate`: what the claims say of the unknowns, as draws of parameters and dice that agree with them."""

import time
from datetime import datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field
from rich.console import Console

from sim.calibration.battles import Battles, until_heard
from sim.calibration.calibration import Cooled, Kept, cool
from sim.calibration.found import Calibrated
from sim.calibration.importance import weighted
from sim.calibration.posterior import posterior_of
from sim.calibration.predictive import predicted
from sim.calibration.verdict import verdict
from sim.calibration.wave import wave
from sim.calibration.workers import Workers
from sim.claims.testimony import recorded
from sim.cli import page_found
from sim.cli.arguments import settings_command
from sim.cli.cooling import cooling
from sim.cli.job import Job, start
from sim.cli.plan import Cooling
from sim.cli.run import pace
from sim.cli.screen import screen
from sim.cli.settings import Settings, SettingsError, compose_with
from sim.cli.stage import need, stage_of
from sim.experiment.identity import digest_of
from sim.experiment.replicate import Study, with_clock
from sim.experiment.under_way import SHARDS, UnderWay
from sim.scenario import Scenario
from sim.scenario.drawing import Drawing, drawing_of
from sim.schema import Deadline

USAGE = (
    "usage: sim calibrate [claims=calibration|scored|[CLAIM,...]] [cut=DATE] [setting=value ...]\n\n"
    "Cools two islands of particles, of parameters and dice, from the prior to what agrees with the claims, and\n"
    "writes the posterior. Use it as params=posterior:OUTPUT. `runs`, `keep` and `params` have no meaning here."
)


class Calibrating(Cooling):
    """What to calibrate on, and how long; see conf/calibrate.yaml."""

    claims: Literal["calibration", "scored"] | tuple[str, ...]
    cut: Deadline | None
    draws: Annotated[int, Field(ge=10, le=100_000, strict=True)]
    repeats: Annotated[int, Field(ge=2, le=1_000, strict=True)]
    weighted: Annotated[int, Field(ge=100, le=10**7, strict=True)]


@settings_command(USAGE, "calibrate")
def command(words: list[str]) -> int:
    """Calibrate."""
    need("xarray", "sim calibrate", "infer")
    print(start(job_from_words(words)))
    return 0


def job_from_words(words: list[str]) -> Job:
    """The job that the words of the command line ask for, with all that can be checked before it begins."""
    settings, own = compose_with(words, "calibrate", Calibrating)
    check(settings)
    stage = with_clock(stage_of(settings), settings.clock, own.budget)
    heard = recorded(stage.scenario, stage.ends, chosen(stage.scenario, own.claims, own.cut))
    if not heard.claims:
        raise SettingsError(["claims: none of them can be held against this battle"])
    studies = {"base": Study(stage, settings.seed, 1, keep=0)}
    asked = own.model_dump(mode="json") | {"heard": list(heard.claims)}
    drawing = drawing_of(settings.scenario, stage.scenario)
    work = partial(finish, settings, own, until_heard(stage, heard), words, drawing)
    return Job("calibrate", words, settings, studies, work, asked)


def check(settings: Settings) -> None:
    """Refuse what has no meaning in a calibration."""
    if settings.params != "prior":
        raise SettingsError(["params: a calibration begins with the prior (allowed: params=prior)"])
    if settings.perturb or settings.branch is not None:
        raise SettingsError(["perturb: what really happened is calibrated, not a change of it"])


def chosen(scenario: Scenario, claims: str | tuple[str, ...], cut: datetime | None) -> list[str]:
    """The claims to calibrate on: those of a class or those named, as far as what they tell of was over by the cut."""
    if isinstance(claims, tuple):
        scored = [id for id, claim in scenario.claims.items() if claim.scored != "carried"]
        for id in claims:
            if id not in scored:
                raise SettingsError([f"claims: no claim that is scored (got {id!r}; allowed: {', '.join(scored)})"])
        wanted = list(claims)
    else:
        classes = {"calibration"} if claims == "calibration" else {"calibration", "holdout"}
        wanted = [id for id, claim in scenario.claims.items() if claim.scored in classes]
    if cut is None:
        return wanted
    if not scenario.begins < cut <= scenario.last:
        raise SettingsError(
            [f"cut: outside the battle (got {cut:%Y-%m-%d}; allowed: after {scenario.begins:%Y-%m-%d})"]
        )
    about = {id: scenario.claims[id].observable for id in wanted}
    return [id for id, observable in about.items() if observable is not None and observable.until <= cut]


def finish(
    settings: Settings, own: Calibrating, target: Battles, words: list[str], drawing: Drawing, under_way: UnderWay
) -> None:
    """Match history, weigh, cool, write and tell."""
    begun = time.perf_counter()
    with cooling(own.plan) as watch:
        workers = Workers(under_way.backend, under_way.place, watch.hears)
        matched = wave(target, own.draws, own.repeats, settings.seed, workers)
        plain = weighted(target, own.weighted, settings.seed, workers)
        kept = Kept(under_way.folder / SHARDS, digest_of(under_way.ledger.inputs))
        cooled = cool(target, own.plan, settings.seed, workers, watch.told, kept)
    posterior = None
    if cooled.reached:
        posterior = posterior_of(target, cooled, about(settings, own, target, cooled), settings.seed)
    claims = [] if posterior is None else predicted(posterior)
    judged = verdict(cooled, own.plan, claims)
    found = Calibrated(target, own.plan, matched, plain, cooled, posterior, claims, judged)
    write(under_way.folder, settings, own, found, words, drawing)
    console = screen()
    tell(console, found)
    fought = cooled.battles + own.weighted + own.draws * own.repeats
    console.print(pace(fought, fought, time.perf_counter() - begun), highlight=False)


def about(settings: Settings, own: Calibrating, target: Battles, cooled: Cooled) -> dict[str, Any]:
    """What a posterior is of."""
    stage = target.stage
    return {
        "scenario": stage.scenario.name,
        "title": stage.scenario.title,
        "scenario_digest": stage.digest,
        "law": stage.law,
        "law_params": settings.law_params,
        "until": None if stage.until is None else stage.until.isoformat(),
        "cut": None if own.cut is None else own.cut.isoformat(),
        "claims": list(target.testimony.claims),
        "seed": settings.seed,
        "version": version("sim"),
        "log_evidence": [[each.log, each.error] for each in cooled.evidences],
        "effective_sample": cooled.effective,
    }


def tell(console: Console, found: Calibrated) -> None:
    """What came out: why there is no posterior, or what the claims say of the unknowns."""
    from sim.report import calibration as report

    console.print()
    for line in report.answers(found):
        console.print(line, highlight=False)
    console.print()
    for table in report.tables(found):
        console.print(table)
    for line in report.notes(found):
        console.print(line, highlight=False)


def write(
    folder: Path, settings: Settings, own: Calibrating, found: Calibrated, words: list[str], drawing: Drawing
) -> None:
    """Write the posterior, if there is one, tables, figures, the page and, last, the manifest."""
    from sim.calibration.netcdf import FILE, write_posterior
    from sim.calibration.tables import tables_of
    from sim.experiment import store
    from sim.experiment.provenance import describe, origin, titled
    from sim.plots import calibration as figures
    from sim.report import calibration as report
    from sim.report.html.matter import Finding

    stage, cooled = found.target.stage, found.cooled
    study = Study(stage, settings.seed, len(found.posterior) if found.posterior else 0, 0)
    tables = tables_of(found)
    digest = found.posterior.digest if found.posterior else digest_of([str(each) for each in cooled.evidences])
    manifest = describe(study, digest, settings.model_dump(mode="json") | own.model_dump(mode="json"))
    manifest |= {
        "command": "calibrate",
        "claims": list(found.target.testimony.claims),
        "stands": found.verdict.stands,
        "against": list(found.verdict.against),
        "warnings": list(found.verdict.warnings),
        "effective_sample": cooled.effective if found.posterior else 0.0,
        "log_evidence": {
            each.number: [e.log, e.error] for each, e in zip(cooled.islands, cooled.evidences, strict=True)
        },
        "battles": cooled.battles,
    }
    for name, table in tables.items():
        store.write_table(folder / f"{name}.parquet", table)
    if found.posterior is not None and found.verdict.stands:
        write_posterior(folder / FILE, found.posterior)
    fought = [titled(stage.scenario), f"{cooled.battles:,} battles", f"seed {settings.seed}", f"law: {stage.law}"]
    says = found.posterior.says if found.posterior is not None and found.verdict.stands else "no posterior"
    caption = " · ".join([*fought, says, *origin([], manifest).split(" · ")[1:]])
    manifest["fought"] = fought
    store.write_scenario(folder, stage.scenario)
    drawn = figures.save_all(found, caption, folder / "figures")
    tables_shown = [page_found.shown(str(table.title), table) for table in report.tables(found)]
    notes = Finding("How to read it", tuple(page_found.plain(note) for note in report.notes(found)))
    page_found.write(
        folder, "calibrate", words, stage, drawing, manifest, report.answers(found), (), [*tables_shown, notes], drawn
    )
    store.write_manifest(folder, manifest)
