"""`sim run`: fight a battle many times, write the tables and figures, and say what came out."""

import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from sim.battle import rulebook
from sim.battle.fight import Stage
from sim.cli.folder import check_folder, make_folder
from sim.cli.help import help_text
from sim.cli.settings import Settings, compose_settings, scenario_of
from sim.experiment.replicate import Batch, Study, best_form, carry_out
from sim.scenario import Scenario

USAGE = (
    "usage: sim run [experiment=NAME] [setting=value ...] [+set.PATH=VALUE] [+reading.NAME=OPTION]\n"
    "       sim run -m seed=1,2 law=square,linear   (one job for each combination)\n\n"
    "Fights a battle many times and holds the outcomes against the record."
)


def command(words: list[str]) -> int:
    """Run one study, or a multirun of several."""
    if "-h" in words or "--help" in words:
        print(help_text(USAGE))
        return 0
    if "-m" in words or "--multirun" in words:
        from sim.cli.multirun import multirun

        return multirun(words)
    study_of(compose_settings(words))
    return 0


def study_of(settings: Settings) -> Path:
    """Fight, write and tell; the folder that was written, which is also the last line printed."""
    scenario = scenario_of(settings)
    check_folder(settings.outputs)
    console = Console()
    form = best_form(settings.law, settings.runs)
    stage = Stage(
        scenario, law=settings.law, until=settings.until, form=form, draw=settings.params, parameters=settings.fixed
    )
    study = Study(stage, settings.seed, settings.runs, settings.keep)
    if form == "compiled" and not rulebook.is_compiled(settings.law):
        Console(stderr=True).print("Compiling the rules: once, a minute or two.")
        stage.fight(settings.seed)
    folder = make_folder(settings.outputs, settings.name, digest(settings, stage))
    begun = time.perf_counter()
    try:
        batch = carry_out(study, settings.workers or os.cpu_count() or 1, progress)
    except KeyboardInterrupt:
        folder.rmdir()  # nothing is in it yet
        raise
    seconds = time.perf_counter() - begun
    write(folder, scenario, study, batch, settings)
    tell(console, scenario, study, batch, seconds)
    console.print(str(folder), highlight=False, soft_wrap=True)
    return folder


def digest(settings: Settings, stage: Stage) -> str:
    """What tells this study from others: its settings and its scenario."""
    from sim.experiment.provenance import digest_of

    return digest_of([settings.model_dump(mode="json", exclude={"workers", "outputs"}), stage.digest])


def progress(batches: Iterable[Any], total: int) -> Iterable[Any]:
    """A progress bar on standard error, if that is a terminal."""
    console = Console(stderr=True)
    return track(batches, "Fighting", total=total, console=console, transient=True, disable=not console.is_terminal)


def write(folder: Path, scenario: Scenario, study: Study, batch: Batch, settings: Settings) -> None:
    """Write tables, figures and, last, the manifest that says the output is complete."""
    from sim import plots
    from sim.experiment import store
    from sim.experiment.provenance import describe

    manifest = describe(study, batch, settings.model_dump(mode="json"))
    results = store.results(study, batch, manifest)
    store.write_tables(folder, results)
    plots.save_all(scenario, results, folder / "figures")
    store.write_manifest(folder, manifest)


def tell(console: Console, scenario: Scenario, study: Study, batch: Batch, seconds: float) -> None:
    """Show what came out."""
    from sim.report.terminal import show

    show(console, scenario, study, batch)
    rate = study.runs / seconds
    console.print(f"{study.runs} battles in {seconds:.1f} s ({rate:.0f} a second).", highlight=False)
