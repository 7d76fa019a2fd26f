"""`sim run`: fight a battle many times, write the tables and figures, and say what came out."""

import os
import shutil
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from sim.battle import rulebook
from sim.battle.fight import Stage
from sim.cli.folder import check_folder, make_folder
from sim.cli.help import help_text
from sim.cli.settings import Settings, compose_settings, scenario_of
from sim.experiment.collect import Collector
from sim.experiment.replicate import Study, fight_batch, finished, with_clock
from sim.experiment.summary import Summary
from sim.scenario import Scenario

PAGE = 140  # columns of what is printed to a file

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
    console = Console(width=None if sys.stdout.isatty() else PAGE)
    stage = with_clock(
        Stage(scenario, law=settings.law, until=settings.until, draw=settings.params), settings.clock, settings.runs
    )
    study = Study(stage, settings.seed, settings.runs, settings.keep)
    if stage.form == "compiled" and not rulebook.is_compiled(settings.law):
        Console(stderr=True).print("Compiling the rules: once, a minute or two.")
        fight_batch(replace(study, keep=0), range(1))
    folder = make_folder(settings.outputs, settings.name, digest(settings, stage))
    collector = Collector(study, folder)
    begun = time.perf_counter()
    try:
        for batch in finished(study, settings.workers or os.cpu_count() or 1, progress):
            collector.add(batch)
    except KeyboardInterrupt:
        shutil.rmtree(folder)  # what is in it is not complete
        raise
    seconds = time.perf_counter() - begun
    summary = write(folder, collector, settings)
    tell(console, scenario, study, summary, seconds)
    console.print(str(folder), highlight=False, soft_wrap=True)
    return folder


def digest(settings: Settings, stage: Stage) -> str:
    """What tells this study from others: its settings and its scenario."""
    from sim.experiment.provenance import digest_of

    return digest_of([settings.model_dump(mode="json", exclude={"workers", "outputs", "clock"}), stage.digest])


def progress(batches: Iterable[Any], total: int) -> Iterable[Any]:
    """A progress bar on standard error, if that is a terminal."""
    console = Console(stderr=True)
    return track(batches, "Fighting", total=total, console=console, transient=True, disable=not console.is_terminal)


def write(folder: Path, collector: Collector, settings: Settings) -> Summary:
    """Write what is left of the tables, the figures and, last, the manifest that says the output is complete."""
    from sim import plots
    from sim.experiment import store
    from sim.experiment.provenance import describe

    first, summary = collector.close()
    study = collector.study
    manifest = describe(study, collector.digest.hexdigest(), settings.model_dump(mode="json"))
    manifest["daily_replications"] = len(first.replications)
    plots.save_all(study.stage.scenario, store.results(study, first, manifest), folder / "figures")
    store.write_manifest(folder, manifest)
    return summary


def tell(console: Console, scenario: Scenario, study: Study, summary: Summary, seconds: float) -> None:
    """Show what came out."""
    from sim.report.terminal import show

    show(console, scenario, study, summary)
    rate = study.runs / seconds
    console.print(f"{study.runs} battles in {seconds:.1f} s ({rate:.0f} a second).", highlight=False)
