"""`sim forecast`: calibrate on what was known at a cut, forecast what came after it, and only then score."""

import json
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field
from rich.console import Console

from sim.calibration.calibration import Kept
from sim.calibration.workers import Workers
from sim.claims.wording import day_and_month, last_day
from sim.cli import page_found
from sim.cli.arguments import settings_command
from sim.cli.cooling import cooling
from sim.cli.job import Job, start
from sim.cli.plan import Cooling
from sim.cli.screen import screen
from sim.cli.settings import Settings, SettingsError, compose_with
from sim.cli.stage import need, scenario_of, stage_of
from sim.experiment.durable import put
from sim.experiment.identity import digest_of
from sim.experiment.replicate import Study, with_clock
from sim.experiment.scoring import Rival
from sim.experiment.under_way import SHARDS, UnderWay
from sim.findings.foreseen import Cut, Foreseen, as_known, days_of, foresee, moments, splits_of
from sim.findings.future import Mode, future
from sim.findings.heard import hear
from sim.perturbations.base import PerturbationError
from sim.scenario import Scenario
from sim.scenario.drawing import Drawing, drawing_of
from sim.scenario.known import UnknownError
from sim.schema import Deadline

USAGE = (
    "usage: sim forecast [split=NAME] [cut=DATE|daily] [until=DATE] [mode=free|given_orders] [setting=value ...]\n\n"
    "Calibrates on what was known at the cut, fights on, and holds what sources would have told against what they did\n"
    "tell, beside baselines that know no more. `free` knows nothing of later text; `given_orders` is a hindcast.\n"
    "Without split and cut: every split that the scenario declares, and every next day."
)


class Forecasting(Cooling):
    """Where to cut, and who decides afterwards; see conf/forecast.yaml."""

    split: str | None
    cut: Annotated[Literal["daily"] | Deadline | None, Field(union_mode="left_to_right")]
    mode: Mode


@settings_command(USAGE, "forecast")
def command(words: list[str]) -> int:
    """Forecast."""
    need("xarray", "sim forecast", "infer")
    print(start(job_from_words(words)))
    return 0


def job_from_words(words: list[str]) -> Job:
    """The job that the words of the command line ask for, with all that can be checked before it begins."""
    settings, own = compose_with(words, "forecast", Forecasting)
    if settings.params != "prior" or settings.perturb or settings.branch is not None:
        raise SettingsError(["params, perturb, branch: a forecast begins with the prior and with what was reported"])
    scenario = scenario_of(settings)
    cuts = cuts_of(settings, own, scenario)
    for cut in cuts:
        try:
            future(scenario, cut.at, own.mode)
        except UnknownError as error:
            raise SettingsError([f"cut: {error}"]) from error
        except PerturbationError as error:
            raise SettingsError([f"mode: {error.message} (allowed: mode=given_orders)"]) from error
    stage = with_clock(stage_of(settings.model_copy(update={"until": None})), settings.clock, own.budget)
    studies = {"base": Study(stage, settings.seed, 1, keep=0)}
    asked = own.model_dump(mode="json") | {"cuts": [[cut.name, str(cut.at), str(cut.until)] for cut in cuts]}
    drawing = drawing_of(settings.scenario, scenario)
    work = partial(finish, settings, own, studies["base"], cuts, words, drawing)
    return Job("forecast", words, settings, studies, work, asked)


def cuts_of(settings: Settings, own: Forecasting, scenario: Scenario) -> list[Cut]:
    """Where the record is cut."""
    if own.split is not None:
        if own.cut is not None:
            raise SettingsError(["split, cut: give one of them"])
        if own.split not in scenario.splits:
            allowed = ", ".join(scenario.splits) or "none: the scenario declares no splits"
            raise SettingsError([f"split: unknown split (got {own.split!r}; allowed: {allowed})"])
        return [cut for cut in splits_of(scenario) if cut.name == own.split]
    if own.cut == "daily":
        return days_of(scenario)
    if own.cut is None:
        return [*splits_of(scenario), *days_of(scenario)]
    until = settings.until or scenario.ends
    if not scenario.begins < own.cut < until:
        allowed = f"after {scenario.begins:%Y-%m-%d}, and before {until:%Y-%m-%dT%H:%M}"
        raise SettingsError([f"cut: outside the battle (got {own.cut:%Y-%m-%dT%H:%M}; allowed: {allowed})"])
    return [Cut("asked", f"calibrated on all until {own.cut:%Y-%m-%dT%H:%M}", own.cut, until)]


def finish(
    settings: Settings,
    own: Forecasting,
    study: Study,
    cuts: list[Cut],
    words: list[str],
    drawing: Drawing,
    under_way: UnderWay,
) -> None:
    """Forecast from each cut in its turn, write and tell."""
    from sim.findings.tables import rivals_of

    begun = time.perf_counter()
    base, inputs = study.stage, digest_of(under_way.ledger.inputs)
    found: list[Foreseen] = []
    battles, start = 0, None
    with cooling(own.plan) as watch:
        workers = Workers(under_way.backend, under_way.place, watch.hears)
        for at in moments(base.scenario, cuts, own.mode):
            watch.console.print(f"all that was told until {day_and_month(last_day(at))}")
            kept = Kept(under_way.folder / SHARDS / f"{at:%Y%m%dT%H%M}", inputs)
            stage, claims = as_known(base, at, own.mode)
            heard = hear(stage, claims, own.plan, settings.seed, workers, watch.told, kept, start)
            battles += heard.cooled.battles
            start = heard.start or start
            for cut in (each for each in cuts if each.at == at):
                freeze = partial(write_frozen, under_way.folder, cut)
                found.append(foresee(base.scenario, cut, own.mode, heard, settings.seed, freeze))
    found.sort(key=lambda each: cuts.index(each.cut))
    rivals = rivals_of(found, settings.seed)
    write(under_way.folder, settings, own, study, found, rivals, words, drawing)
    tell(screen(), base.scenario, found, rivals)
    print(f"{battles} battles in {time.perf_counter() - begun:.0f} s.")


def write_frozen(folder: Path, cut: Cut, statement: dict[str, Any]) -> None:
    """Write what was settled before anything is scored."""
    text = json.dumps(statement, indent=1) + "\n"
    put(folder / f"frozen-{cut.name}.json", lambda path: path.write_text(text, encoding="utf-8"))


def write(
    folder: Path,
    settings: Settings,
    own: Forecasting,
    study: Study,
    found: list[Foreseen],
    rivals: dict[str, tuple[Rival, ...]],
    words: list[str],
    drawing: Drawing,
) -> None:
    """Write tables, figures, the page and, last, the manifest."""
    from sim.experiment import store
    from sim.experiment.provenance import describe, origin, titled
    from sim.findings.tables import forecast_tables
    from sim.plots import forecast as figures
    from sim.report.forecast import answers, cut_in_words, told_table

    scenario = study.stage.scenario
    tables = forecast_tables(scenario, found, rivals)
    digest = digest_of([each.frozen.get("digest", "") for each in found])
    manifest = describe(study, digest, settings.model_dump(mode="json") | own.model_dump(mode="json"))
    manifest["command"] = "forecast"
    manifest |= {
        "mode": own.mode,
        "kind": "forecast" if own.mode == "free" else "hindcast",
        "calibrated": True,
        "posterior": {"says": "calibrated on what was known at each cut"},
        "cuts": [{"name": cut.name, "words": cut_in_words(cut), "daily": cut.daily} for cut in (f.cut for f in found)],
        "frozen": {each.cut.name: each.frozen for each in found},
        "warnings": {each.cut.name: list(each.heard.verdict.warnings) for each in found if each.ahead is not None},
        "against": {each.cut.name: list(each.heard.verdict.against) for each in found if each.ahead is None},
    }
    for name, table in tables.items():
        store.write_table(folder / f"{name}.parquet", table)
    kind = "forecasts" if own.mode == "free" else "hindcasts with the recorded orders"
    manifest["fought"] = [titled(scenario), kind, f"seed {settings.seed}", f"law: {settings.law}"]
    store.write_scenario(folder, scenario)
    caption = origin(manifest["fought"], manifest)
    drawn = figures.save_all(scenario, found, caption, folder / "figures")
    tables_shown = [
        page_found.shown(cut_in_words(each.cut), told_table(scenario, each), answers(each))
        for each in found
        if each.split is not None
    ]
    said = list(sentences(found, rivals))
    page_found.write(folder, "forecast", words, study.stage, drawing, manifest, said, (), tables_shown, drawn)
    store.write_manifest(folder, manifest)


def sentences(found: list[Foreseen], rivals: dict[str, tuple[Rival, ...]]) -> Iterator[str]:
    """What is said of each cut, and of all next days together."""
    from sim.findings.tables import DAY_AHEAD
    from sim.report.forecast import answers, day_ahead

    for each in found:
        yield from answers(each)
    yield from day_ahead(found, rivals.get(DAY_AHEAD, ()))


def tell(console: Console, scenario: Scenario, found: list[Foreseen], rivals: dict[str, tuple[Rival, ...]]) -> None:
    """Each cut: baselines that do better first; then the claims beside their forecasts."""
    from sim.report.forecast import told_table

    console.print()
    for sentence in sentences(found, rivals):
        console.print(sentence, highlight=False)
    for each in found:
        if each.split is not None:
            console.print()
            console.print(told_table(scenario, each))
