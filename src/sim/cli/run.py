"""`sim run`: simulate a battle many times, once or for each combination of settings, and write the results."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from sim.cli.arguments import settings_command
from sim.cli.build import build_simulation
from sim.cli.console import BatchTracker, format_rate, make_console, track_batches
from sim.cli.job import Job, start_job
from sim.cli.settings import Settings, compose_settings, settings_as_argv
from sim.outputs.run_results import RunTableWriter
from sim.report.interim import InterimAnswers
from sim.runs.accumulators import StudySummary
from sim.runs.mixed_engines import choose_engine_at_once
from sim.runs.replicate import Batch, Study
from sim.runs.run_directory import RunDirectory
from sim.scenario import Scenario
from sim.scenario.basemap import Basemap, load_basemap
from sim.storage.manifest import RunManifest
from sim.storage.writer import write_manifest, write_scenario

if TYPE_CHECKING:
    from sim.plots.figure_process import FigureProcess
    from sim.report.html.content import PageContent

LOSSES = "losses"  # the figure that stands on the page too
USAGE = (
    "usage: sim run [question=NAME] [setting=value ...] [+override.PATH=VALUE] [+reading.NAME=OPTION]\n"
    "       sim run -m seed=1,2 law=square,linear   (one job for each combination, and a table of all)\n\n"
    "Fights a battle many times and holds the outcomes against the record. Printed are the answer and the ten claims\n"
    "that surprise most; with --full all claims, and who holds what when."
)


@dataclass(frozen=True)
class RunPlan:
    """A study to be simulated, checked as a whole, with the settings that it came from and the ground of its map."""

    settings: Settings
    study: Study
    basemap: Basemap

    def make_job(self, argv: list[str] | None, print_results: "ResultsPrinter | None" = None) -> Job:
        """The job of `sim run`: simulate, write, draw and print, in short if nothing else is given."""
        work = partial(execute, argv, self, print_results or print_summary)
        return Job("run", argv, self.settings, {"study": self.study}, work)


@dataclass(frozen=True)
class StoredRun:
    """A study whose tables are in a folder: the first replications, the summary of all, and the manifest."""

    first: Batch
    summary: StudySummary
    manifest: RunManifest


def plan_run(settings: Settings) -> RunPlan:
    """The study that the settings ask for, after all checks."""
    simulation = choose_engine_at_once(build_simulation(settings), settings.engine, settings.runs)
    study = Study(simulation, settings.seed, settings.runs, settings.save_logs)
    return RunPlan(settings, study, load_basemap(settings.scenario, simulation.scenario))


def make_job(argv: list[str]) -> Job:
    """The job that the arguments ask for."""
    return make_job_from_settings(compose_settings(argv), argv)


def make_job_from_settings(
    settings: Settings, argv: list[str] | None, print_results: "ResultsPrinter | None" = None
) -> Job:
    """The job of one study, whose results are printed in short if nothing else is given."""
    return plan_run(settings).make_job(argv, print_results)


def run_study(settings: Settings, argv: list[str] | None = None, print_results: "ResultsPrinter | None" = None) -> Path:
    """Simulate a study, write and print the results; the output folder, which is also the last line printed."""
    folder = start_job(make_job_from_settings(settings, argv, print_results))
    print(folder)
    return folder


def execute(
    argv: list[str] | None, plan: RunPlan, print_results: "ResultsPrinter", run_directory: RunDirectory
) -> None:
    """Simulate what is not simulated yet, write and print the results."""
    study = plan.study
    start_time = time.perf_counter()
    with begin_figures(study, run_directory.pool.workers) as figure_process:
        track = partial(track_batches, comment=InterimAnswers(study, start_time).add)
        stored = store_run(plan, run_directory, track)
        seconds = time.perf_counter() - start_time
        content = write_page_and_figures(run_directory.folder, plan, stored, argv, figure_process)
    console = make_console()
    print_results(console, study.simulation.scenario, study, stored.summary, content.association)
    console.print(format_rate(run_directory.n_simulated, study.runs, seconds), highlight=False)


@contextmanager
def begin_figures(study: Study, workers: int) -> Iterator["FigureProcess | None"]:
    """A process that will draw the figures, if there are any and it can be had; it loads what they need meanwhile."""
    from sim.plots.figure_process import FigureProcess, can_draw_beside

    if study.runs == 1 or not can_draw_beside(workers):
        yield None
        return
    with closing(FigureProcess("run", LOSSES)) as figure_process:
        yield figure_process


def store_run(plan: RunPlan, run_directory: RunDirectory, track: BatchTracker) -> StoredRun:
    """Simulate what is not simulated yet; write the tables and the manifest, which marks the results as complete."""
    from sim.outputs.provenance import collect_study_facts

    study, folder = plan.study, run_directory.folder
    collector = RunTableWriter(study, folder)
    with closing(run_directory.iterate_batches("study", study)) as batches:
        for batch in track(batches, "Fighting", study.runs):
            collector.add(batch)
    first, summary = collector.close()
    facts = collect_study_facts(study, collector.digest.hexdigest(), plan.settings.model_dump(mode="json"))
    manifest = RunManifest(**facts, daily_replications=len(first.replications))
    write_scenario(folder, study.simulation.scenario)
    write_manifest(folder, manifest)
    return StoredRun(first, summary, manifest)


def write_pages(folder: Path, plan: RunPlan, stored: StoredRun) -> None:
    """Draw the figures and write the page of a run that is not of the command line."""
    write_page_and_figures(folder, plan, stored, None, None)


def write_page_and_figures(
    folder: Path,
    plan: RunPlan,
    stored: StoredRun,
    argv: list[str] | None,
    figure_process: "FigureProcess | None",
) -> "PageContent":
    """Draw the figures, beside the page if there is a process for them, and write the page; its content."""
    from sim.outputs import run_results
    from sim.plots import registry
    from sim.plots.figure_data import RunData
    from sim.report.html.content import read_figure_svg
    from sim.report.html.render import write_page
    from sim.report.pages.run import build_run_content

    study = plan.study
    if figure_process is not None:
        figure_process.begin(folder)
    results = run_results.make_run_tables(study, stored.first, stored.manifest)
    page_argv = settings_as_argv(plan.settings) if argv is None else argv
    content = build_run_content("run", page_argv, plan.basemap, study, results, stored.summary)
    save_figures = partial(
        registry.save_figures, "run", RunData(study.simulation.scenario, results), folder / "figures"
    )
    is_drawn_beside = figure_process is not None and figure_process.wait_for(LOSSES)
    if not is_drawn_beside and study.runs > 1:  # one battle has no distribution to draw; the page shows it whole
        save_figures()
    write_page(folder, replace(content, losses_svg=read_figure_svg(folder, LOSSES)))
    if figure_process is not None and is_drawn_beside and not figure_process.wait_for_all():
        save_figures()
    return content


ResultsPrinter = Callable[[Console, Scenario, Study, StudySummary, str], None]  # the last: what goes with the outcome


def print_summary(console: Console, scenario: Scenario, study: Study, summary: StudySummary, association: str) -> None:
    """Print the answer and the claims that surprise most."""
    from sim.report import terminal

    terminal.show_run(console, scenario, study, summary, association)


def print_everything(
    console: Console, scenario: Scenario, study: Study, summary: StudySummary, association: str
) -> None:
    """Print the answer, all claims and the tables of control."""
    from sim.report import terminal

    terminal.show_whole_run(console, scenario, study, summary, association)


def print_nothing(console: Console, scenario: Scenario, study: Study, summary: StudySummary, association: str) -> None:
    """Leave the results to the table that closes several runs."""


def run_multirun(argv: list[str]) -> int:
    """Run every combination of settings; nothing is simulated if the settings of one of them can't be used."""
    from sim.cli.multirun import compose_jobs
    from sim.report.multirun_table import build_multirun_table
    from sim.storage.reader import open_output

    jobs = compose_jobs(argv, partial(make_job_from_settings, argv=None))
    folders = [run_study(settings, print_results=print_nothing) for settings in jobs]
    if len(folders) > 1:
        make_console().print(build_multirun_table([open_output(folder) for folder in folders]))
    return 0


def run_in_full(argv: list[str]) -> int:
    """Run one study and print all that there is."""
    run_study(compose_settings(argv), argv, print_everything)
    return 0


@settings_command(USAGE, multirun=run_multirun, alternatives={"full": run_in_full})
def command(argv: list[str]) -> int:
    """Run one study."""
    run_study(compose_settings(argv), argv)
    return 0
