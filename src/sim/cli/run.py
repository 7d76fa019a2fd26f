"""`sim run`: fight a battle many times, write the tables and figures, and say what came out."""

import time
from contextlib import closing
from functools import partial
from pathlib import Path

from rich.console import Console

from sim.cli.arguments import settings_command
from sim.cli.job import Job, start
from sim.cli.progress import watched
from sim.cli.screen import screen
from sim.cli.settings import Settings, compose_settings
from sim.cli.stage import stage_of
from sim.experiment.collect import Collector
from sim.experiment.replicate import Study, with_clock
from sim.experiment.summary import Summary
from sim.experiment.under_way import UnderWay
from sim.scenario import Scenario
from sim.scenario.drawing import Drawing, drawing_of

USAGE = (
    "usage: sim run [experiment=NAME] [setting=value ...] [+set.PATH=VALUE] [+reading.NAME=OPTION]\n"
    "       sim run -m seed=1,2 law=square,linear   (one job for each combination)\n\n"
    "Fights a battle many times and holds the outcomes against the record."
)


@settings_command(USAGE, multirun=True)
def command(words: list[str]) -> int:
    """Run one study, or a multirun of several."""
    if "-m" in words:
        from sim.cli.multirun import multirun

        return multirun(words)
    study_of(compose_settings(words), words)
    return 0


def job_from_words(words: list[str]) -> Job:
    """The job that the words of the command line ask for."""
    return job_of(compose_settings(words), words)


def job_of(settings: Settings, words: list[str] | None) -> Job:
    """One study, to be written and told."""
    stage = with_clock(stage_of(settings), settings.clock, settings.runs)
    study = Study(stage, settings.seed, settings.runs, settings.keep)
    drawing = drawing_of(settings.scenario, stage.scenario)
    return Job("run", words, settings, {"study": study}, partial(finish, words, settings, study, drawing))


def study_of(settings: Settings, words: list[str] | None = None) -> Path:
    """Fight, write and tell; the folder that was written, which is also the last line printed."""
    folder = start(job_of(settings, words))
    print(folder)
    return folder


def finish(words: list[str] | None, settings: Settings, study: Study, drawing: Drawing, under_way: UnderWay) -> None:
    """Fight what is not fought yet, write and tell."""
    collector = Collector(study, under_way.folder)
    begun = time.perf_counter()
    with closing(under_way.fight("study", study)) as batches:
        for batch in watched(batches, "Fighting", study.runs):
            collector.add(batch)
    seconds = time.perf_counter() - begun
    summary = write(under_way.folder, collector, settings, words, drawing)
    console = screen()
    tell(console, study.stage.scenario, study, summary, under_way.fresh, seconds)


def write(folder: Path, collector: Collector, settings: Settings, words: list[str] | None, drawing: Drawing) -> Summary:
    """Write what is left of the tables, figures, page and, last, the manifest that says the output is complete."""
    from sim import plots
    from sim.cli.page import figure, matter_of
    from sim.experiment import store
    from sim.experiment.provenance import describe
    from sim.report.html.page import write_page

    first, summary = collector.close()
    study = collector.study
    manifest = describe(study, collector.digest.hexdigest(), settings.model_dump(mode="json"))
    manifest["command"] = "run"
    manifest["daily_replications"] = len(first.replications)
    store.write_scenario(folder, study.stage.scenario)
    results = store.results(study, first, manifest)
    if study.runs > 1:  # one battle has no distribution to draw; the page shows it whole
        plots.save_all(study.stage.scenario, results, folder / "figures")
    losses = figure(folder, "losses")
    write_page(folder, matter_of("run", words, settings, drawing, study, results, summary, losses))
    store.write_manifest(folder, manifest)
    return summary


def tell(console: Console, scenario: Scenario, study: Study, summary: Summary, fought: int, seconds: float) -> None:
    """Show what came out."""
    from sim.report.terminal import show

    show(console, scenario, study, summary)
    console.print(pace(fought, study.runs, seconds), highlight=False)


def pace(fought: int, total: int, seconds: float) -> str:
    """How quickly battles were fought, and how many were there before."""
    before = f", and {total - fought} were there" if fought < total else ""
    return f"{fought} battles in {seconds:.1f} s ({fought / seconds:.0f} a second){before}."
