"""`sim whatif`: what would have changed? Base case and changes, fought in pairs with the same luck."""

import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from sim.cli import markdown
from sim.cli.arguments import settings_command, split_arguments
from sim.cli.job import Job, start
from sim.cli.progress import watched
from sim.cli.run import pace
from sim.cli.screen import screen
from sim.cli.settings import Settings, SettingsError, compose_settings, experiments
from sim.cli.stage import perturbations_of, perturbed, scenario_of, staged
from sim.experiment.overview import Overview
from sim.experiment.paired import BASE, Change, Comparison, as_plain, compare, pairs
from sim.experiment.replicate import Batch, Study, with_clock
from sim.experiment.under_way import UnderWay
from sim.scenario.drawing import Drawing, drawing_of

USAGE = (
    "usage: sim whatif perturb=[NAME,...] [setting=value ...]\n"
    "       sim whatif ask=EXPERIMENT,...|FOLDER [page=FILE.md] [setting=value ...]\n\n"
    "Fights the base case and each change with the same luck, and says what the change does, with an interval.\n"
    "Several perturbations are asked one by one and together; `ask` takes experiments, or a folder of them, each as\n"
    "one change. `page` writes the answers as a Markdown page, with its figure in the folder images/ beside it."
)
OWN = ("ask", "page")


@settings_command(USAGE, own=OWN)
def command(words: list[str]) -> int:
    """Answer one question, or several against one base case."""
    folder = start(job_from_words(words))
    print(folder)
    return 0


def job_from_words(words: list[str]) -> Job:
    """The job that the words of the command line ask for: a study for the base case and one for each change."""
    own, rest = split_arguments(words, OWN)
    asked = experiments_asked(own["ask"]) if "ask" in own else []
    page = markdown.checked(Path(own["page"])) if "page" in own else None
    settings = compose_settings(rest)
    changes = questions(asked, rest) if asked else changes_of(settings)
    base = with_clock(staged(settings, scenario_of(settings)), settings.clock, settings.runs)
    changes = [
        Change(each.name, each.says, with_clock(each.stage, settings.clock, settings.runs), each.asks)
        for each in changes
    ]
    studies = pairs(base, changes, settings.seed, settings.runs)
    drawing = drawing_of(settings.scenario, base.scenario)
    return Job("whatif", words, settings, studies, partial(finish, words, settings, studies, changes, page, drawing))


def experiments_asked(written: str) -> list[str]:
    """The experiments that `ask` names, one by one or by folder; raise SettingsError for one that is not there."""
    names: list[str] = []
    for name in written.strip("[]").split(","):
        inside = [each for each in experiments() if each == name or each.startswith(f"{name}/")]
        if not inside:
            raise SettingsError([f"ask: unknown experiment (got {name!r}; allowed: {', '.join(experiments())})"])
        names += inside
    return names


def questions(asked: list[str], rest: list[str]) -> list[Change]:
    """Each experiment as one change; raise SettingsError for one that changes nothing or is about something else."""
    found = []
    base = compose_settings(rest)
    for name in asked:
        settings = compose_settings([f"experiment={name}", *rest])
        if not settings.perturb:
            raise SettingsError([f"ask: {name} changes nothing (allowed: an experiment with perturbations)"])
        about = compose_settings([f"experiment={name}"]).scenario
        if about != base.scenario:
            raise SettingsError([f"ask: {name} is about {about}, and the base case is {base.scenario}"])
        found.append(together(settings, name.split("/")[-1]))
    return found


def changes_of(settings: Settings) -> list[Change]:
    """Each perturbation as one change and, if there are several, all of them together."""
    if not settings.perturb:
        raise SettingsError(["perturb: nothing changes (allowed: perturb=[NAME,...], or ask=EXPERIMENT)"])
    alone = [
        together(settings.model_copy(update={"perturb": {name: each}, "asks": None}), name)
        for name, each in settings.perturb.items()
    ]
    return alone if len(alone) == 1 else [*alone, together(settings, "together")]


def together(settings: Settings, name: str) -> Change:
    """All perturbations of the settings as one change."""
    base = scenario_of(settings)
    stage = perturbed(settings, base, perturbations_of(settings, base))
    says = " and ".join(each.says or key.replace("_", " ") for key, each in settings.perturb.items())
    if settings.branch is not None:
        says += f", from {settings.branch:%H:%M} on {settings.branch.day} {settings.branch:%B} on"
    return Change(name, says, stage, settings.asks)


def finish(
    words: list[str],
    settings: Settings,
    studies: dict[str, Study],
    changes: list[Change],
    page: Path | None,
    drawing: Drawing,
    under_way: UnderWay,
) -> None:
    """Fight what is not fought yet, write and tell."""
    console = screen()
    begun = time.perf_counter()
    overview = Overview(studies[BASE])

    def fight(name: str, study: Study) -> Iterator[Batch]:
        with closing(under_way.fight(name, study)) as batches:
            for batch in watched(batches, name, study.runs):
                if name == BASE:
                    overview.add(batch)
                yield batch

    comparison = compare(studies, fight)
    seconds = time.perf_counter() - begun
    from sim.cli import page_whatif
    from sim.experiment import store

    manifest = write(under_way.folder, settings, changes, comparison, page)
    page_whatif.write(under_way.folder, words, settings, drawing, overview, changes, comparison, manifest)
    store.write_manifest(under_way.folder, manifest)
    tell(console, settings, changes, comparison)
    console.print(pace(under_way.fresh, settings.runs * len(studies), seconds), highlight=False)


def tell(console: Console, settings: Settings, changes: list[Change], comparison: Comparison) -> None:
    """The answers first, then the tables."""
    from sim.experiment.provenance import standing as facts_of
    from sim.report.standing import standing
    from sim.report.whatif import UNCALIBRATED, answers, table

    scenario = scenario_of(settings)
    console.print()
    for change in changes:
        if change.asks:
            console.print(Text(change.asks, style="bold"), highlight=False)
        for each in answers(scenario, change, comparison):
            console.print(f"  {each}", highlight=False)
        console.print()
    for change in changes:
        console.print(table(change, comparison))
    console.print(standing(facts_of(changes[0].stage), UNCALIBRATED), highlight=False)


def write(
    folder: Path, settings: Settings, changes: list[Change], comparison: Comparison, page: Path | None
) -> dict[str, Any]:
    """Write tables, figures and the Markdown page if one is asked for; the manifest, which is to be written last."""
    from sim.experiment import store
    from sim.experiment.provenance import describe, origin, titled
    from sim.experiment.tables import differences_table, pairs_table
    from sim.plots import whatif as figures

    scenario = scenario_of(settings)
    study = Study(staged(settings, scenario), settings.seed, settings.runs, 0)
    manifest = describe(study, comparison.digest, settings.model_dump(mode="json"))
    manifest["command"] = "whatif"
    manifest["changes"] = {change.name: change.stage.digest for change in changes}
    manifest["measures"] = as_plain(comparison.measures)
    manifest["fought"] = [
        titled(scenario),
        f"{settings.runs} pairs each",
        f"seed {settings.seed}",
        f"law: {settings.law}",
    ]
    store.write_scenario(folder, scenario)
    store.write_table(folder / "differences.parquet", differences_table(changes, comparison))
    store.write_table(folder / "pairs.parquet", pairs_table(comparison))
    caption = origin(manifest["fought"], manifest)
    drawn = figures.save_all(scenario, changes, comparison, caption, folder / "figures")
    if page is not None:
        write_page(page, settings, changes, comparison, caption, drawn)
    return manifest


def write_page(
    page: Path, settings: Settings, changes: list[Change], comparison: Comparison, caption: str, drawn: list[Path]
) -> None:
    """Write the answers as a page, with its figure beside it."""
    from sim.experiment.provenance import standing as facts_of
    from sim.report.standing import standing
    from sim.report.whatif import UNCALIBRATED
    from sim.report.whatif import page as lines

    scenario = scenario_of(settings)
    facts = [f"{caption}."]
    trust = standing(facts_of(changes[0].stage), UNCALIBRATED)
    text = "\n".join(lines(scenario, changes, comparison, trust, facts, f"images/{page.stem}.png")) + "\n"
    markdown.write(page, text, {f"{page.stem}{path.suffix}": path for path in drawn if path.stem == "forest"})
