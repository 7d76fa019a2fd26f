"""`sim whatif`: what would have changed? Base case and changes, simulated in pairs with common random numbers."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.text import Text

from sim import laws
from sim.cli.arguments import check_page_path, settings_command, split_arguments
from sim.cli.build import build_perturbation_edits, build_perturbed_simulation, build_scenario, make_simulation
from sim.cli.console import BatchTracker, format_rate, make_console, track_batches
from sim.cli.errors import SettingsError, make_choice_error
from sim.cli.groups import CONFIG_DIR, find_config_folders, list_choices, split_config_dirs
from sim.cli.job import Job, start_job
from sim.cli.settings import Settings, compose_settings
from sim.outputs.described_tables import DescribedTables
from sim.report.text import write_markdown_page
from sim.runs.accumulators import FinalControl, StudyOverview
from sim.runs.outcome_measures import measures_to_facts
from sim.runs.paired import (
    BASE_CASE,
    CounterfactualChange,
    PairedComparison,
    make_paired_studies,
    run_paired_comparison,
)
from sim.runs.replicate import Batch, Study, choose_engine
from sim.runs.run_directory import RunDirectory
from sim.scenario.basemap import Basemap, load_basemap
from sim.storage.manifest import WhatifManifest
from sim.storage.writer import write_manifest, write_scenario

USAGE = (
    "usage: sim whatif perturb=[NAME,...] [setting=value ...]\n"
    "       sim whatif question=NAME,...|FOLDER [page=FILE.md] [setting=value ...]\n\n"
    "Fights the base case and each change with the same luck, and says what the change does, with an interval.\n"
    "Several perturbations are asked one by one and together; `question` takes ready-made ones, or a folder of them,\n"
    "each as one change. `page` writes the answers as a Markdown page, with its figure in images/ beside it.\n"
    "Printed are the answers; with --full every measure of every change."
)
OWN_ARGUMENTS = ("question", "page")
ComposeFunction = Callable[[list[str]], Settings]  # from more arguments to the settings with these


def answer_in_full(argv: list[str]) -> int:
    """Answer as `command` does, and print every measure of every change."""
    print(start_job(make_job(argv, print_everything)))
    return 0


@settings_command(USAGE, own_arguments=OWN_ARGUMENTS, unused=("save_logs",), alternatives={"full": answer_in_full})
def command(argv: list[str]) -> int:
    """Answer one question, or several against one base case."""
    folder = start_job(make_job(argv))
    print(folder)
    return 0


@dataclass(frozen=True)
class WhatifPlan:
    """A base case and its changes, to be simulated in pairs, with the settings and the ground of the map."""

    settings: Settings
    changes: list[CounterfactualChange]
    studies: dict[str, Study]
    basemap: Basemap

    def make_job(
        self, argv: list[str] | None, page: Path | None = None, print_results: "ResultsPrinter | None" = None
    ) -> Job:
        """The job of `sim whatif`: simulate, write, draw and print, in short if nothing else is given."""
        work = partial(execute, argv, self, page, print_results or print_summary)
        return Job("whatif", argv, self.settings, self.studies, work)


@dataclass(frozen=True)
class StoredWhatif:
    """A comparison whose tables are in a folder: base case, comparison, control at the end by case, and manifest."""

    overview: StudyOverview
    comparison: PairedComparison
    final_control: dict[str, FinalControl]
    manifest: WhatifManifest


def make_job(argv: list[str], print_results: "ResultsPrinter | None" = None) -> Job:
    """The job that the arguments ask for: a study for the base case and one for each change."""
    own_values, overrides = split_arguments(argv, OWN_ARGUMENTS)
    question_names = select_questions(own_values["question"], overrides) if "question" in own_values else []
    page = check_page_path(Path(own_values["page"])) if "page" in own_values else None
    folders = [override for override in overrides if override.startswith(CONFIG_DIR)]
    plan = plan_whatif(question_names, lambda more: compose_settings([*more, *overrides]), folders)
    return plan.make_job(argv, page, print_results)


def plan_whatif(question_names: list[str], compose: ComposeFunction, folders: Sequence[str] = ()) -> WhatifPlan:
    """The base case and the changes that some questions, or the perturbations of the settings, ask for.

    Parameters
    ----------
    question_names
        Questions of `conf/question`, each as one change; none for the perturbations of the settings themselves.
    compose
        From more arguments, as `question=NAME`, to the settings with these.
    folders
        Arguments that name the user's own folders of settings, in which there may be questions.

    Returns
    -------
    WhatifPlan
        What is to be simulated, after all checks.
    """
    settings = compose([])
    changes = (
        build_question_changes(question_names, compose, folders)
        if question_names
        else build_perturbation_changes(settings)
    )
    base = choose_engine(make_simulation(settings, build_scenario(settings)), settings.engine, settings.runs)
    changes = [
        CounterfactualChange(
            each.name, each.description, choose_engine(each.simulation, settings.engine, settings.runs), each.question
        )
        for each in changes
    ]
    studies = make_paired_studies(base, changes, settings.seed, settings.runs)
    return WhatifPlan(settings, changes, studies, load_basemap(settings.scenario, base.scenario))


def select_questions(text: str, overrides: Sequence[str] = ()) -> list[str]:
    """The questions that `question` names, one by one or by folder; raise SettingsError for an unknown one.

    Those of a folder that `--config-dir` names among the overrides are known, too.
    """
    known = list_choices("question", find_config_folders(split_config_dirs(list(overrides))[0]))
    selected: list[str] = []
    for name in text.strip("[]").split(","):
        matching = [each for each in known if each == name or each.startswith(f"{name}/")]
        if not matching:
            raise make_choice_error("question", "question", name, known)
        selected += matching
    return selected


def build_question_changes(
    question_names: list[str], compose: ComposeFunction, folders: Sequence[str]
) -> list[CounterfactualChange]:
    """Each question as one change; raise SettingsError for one without perturbations or of another scenario."""
    changes = []
    base = compose([])
    for name in question_names:
        settings = compose([f"question={name}"])
        if not settings.perturb:
            raise SettingsError([f"question: {name} changes nothing (allowed: a question with perturbations)"])
        question_scenario = compose_settings([f"question={name}", *folders]).scenario
        if question_scenario != base.scenario:
            raise SettingsError(
                [
                    f"question: {name} is about {question_scenario}, and the base case is {base.scenario}"
                    f" (add scenario={question_scenario})"
                ]
            )
        changes.append(combine_perturbations(settings, name.split("/")[-1]))
    return changes


def build_perturbation_changes(settings: Settings) -> list[CounterfactualChange]:
    """Each perturbation as one change and, if there are several, all of them together."""
    if not settings.perturb:
        raise SettingsError(["perturb: nothing changes (allowed: perturb=[NAME,...], or question=NAME)"])
    single_changes = [
        combine_perturbations(settings.model_copy(update={"perturb": {name: each}, "question_text": None}), name)
        for name, each in settings.perturb.items()
    ]
    return (
        single_changes if len(single_changes) == 1 else [*single_changes, combine_perturbations(settings, "together")]
    )


def combine_perturbations(settings: Settings, name: str) -> CounterfactualChange:
    """All perturbations of the settings as one change."""
    base = build_scenario(settings)
    simulation = build_perturbed_simulation(settings, base, build_perturbation_edits(settings, base))
    description = " and ".join(each.describe(base, name) for name, each in settings.perturb.items())
    if settings.intervene_at is not None:
        description += (
            f", from {settings.intervene_at:%H:%M} on {settings.intervene_at.day} {settings.intervene_at:%B} on"
        )
    return CounterfactualChange(name, description, simulation, settings.question_text)


def execute(
    argv: list[str] | None,
    plan: WhatifPlan,
    page: Path | None,
    print_results: "ResultsPrinter",
    run_directory: RunDirectory,
) -> None:
    """Simulate what is not simulated yet, write and print the results."""
    console = make_console()
    start_time = time.perf_counter()
    stored = store_whatif(plan, run_directory, track_batches)
    seconds = time.perf_counter() - start_time
    write_pages(run_directory.folder, plan, stored, argv or [], page)
    print_results(console, plan.settings, plan.changes, stored.comparison)
    n_battles = plan.settings.runs * len(plan.studies)
    console.print(format_rate(run_directory.n_simulated, n_battles, seconds), highlight=False)


ResultsPrinter = Callable[[Console, Settings, list[CounterfactualChange], PairedComparison], None]


def print_summary(
    console: Console, settings: Settings, changes: list[CounterfactualChange], comparison: PairedComparison
) -> None:
    """Print the answers: of one change, with what it touches most clearly; of several, a ranked table."""
    from sim.report.whatif_table import build_clearest_table, build_ranking_table

    has_events = any(measure.is_event for measure in comparison.measures)
    if len(changes) > 1 and has_events:
        console.print()
        console.print(build_ranking_table(changes, comparison))
    else:
        print_sentences(console, settings, changes, comparison)
        for change in changes:
            if (table := build_clearest_table(change, comparison)) is not None:
                console.print(table)
    print_caveat(console, changes)
    console.print("Every measure of every change: --full, or report.html in the folder below.", highlight=False)


def print_everything(
    console: Console, settings: Settings, changes: list[CounterfactualChange], comparison: PairedComparison
) -> None:
    """Print sentences first, then a table of all measures for each change."""
    from sim.report.whatif_table import build_whole_table

    print_sentences(console, settings, changes, comparison)
    for change in changes:
        console.print(build_whole_table(change, comparison))
    print_caveat(console, changes)


def print_sentences(
    console: Console, settings: Settings, changes: list[CounterfactualChange], comparison: PairedComparison
) -> None:
    """Print each question and its answers."""
    from sim.report.whatif import describe_change

    scenario = build_scenario(settings)
    console.print()
    for change in changes:
        if change.question:
            console.print(Text(change.question, style="bold"), highlight=False)
        for each in describe_change(scenario, change, comparison):
            console.print(f"- {each}", highlight=False)
        console.print()


def print_caveat(console: Console, changes: list[CounterfactualChange]) -> None:
    """Print how far to trust the battles."""
    from sim.outputs.provenance import describe_posterior
    from sim.report.text import format_caveat
    from sim.report.whatif import UNCALIBRATED_NOTE

    console.print(format_caveat(describe_posterior(changes[0].simulation), UNCALIBRATED_NOTE), highlight=False)


def store_whatif(plan: WhatifPlan, run_directory: RunDirectory, track: BatchTracker) -> StoredWhatif:
    """Simulate what is not simulated yet; write the tables and the manifest, which marks the results as complete."""
    from sim.outputs.provenance import collect_study_facts, format_title
    from sim.outputs.tables import make_differences_table, make_pairs_table

    overview = StudyOverview(plan.studies[BASE_CASE])
    final_control = {
        name: FinalControl(study.simulation.scenario.contested_share_range) for name, study in plan.studies.items()
    }

    def simulate_study(name: str, study: Study) -> Iterator[Batch]:
        with closing(run_directory.iterate_batches(name, study)) as batches:
            for batch in track(batches, name, study.runs):
                if name == BASE_CASE:
                    overview.add(batch)
                final_control[name].add(batch)
                yield batch

    comparison = run_paired_comparison(plan.studies, simulate_study)
    settings, folder = plan.settings, run_directory.folder
    scenario = build_scenario(settings)
    study = Study(make_simulation(settings, scenario), settings.seed, settings.runs, 0)
    manifest = WhatifManifest(
        **collect_study_facts(study, comparison.digest, settings.model_dump(mode="json")),
        changes={change.name: change.simulation.digest for change in plan.changes},
        measures=measures_to_facts(comparison.measures),
        caption_parts=[
            format_title(scenario),
            f"{settings.runs:,} pairs each",
            f"seed {settings.seed}",
            f"under {laws.find_display_name(settings.law)}",
        ],
    )
    write_scenario(folder, scenario)
    described = DescribedTables("whatif", scenario, manifest.measures)
    described.write(folder, "differences", make_differences_table(plan.changes, comparison))
    described.write(folder, "pairs", make_pairs_table(comparison))
    write_manifest(folder, manifest)
    return StoredWhatif(overview, comparison, final_control, manifest)


def write_pages(
    folder: Path, plan: WhatifPlan, stored: StoredWhatif, argv: Sequence[str], page: Path | None = None
) -> None:
    """Draw the figures; write the page and, if asked for, the Markdown page."""
    from sim.outputs.provenance import format_origin
    from sim.plots import registry
    from sim.plots.figure_data import WhatifData
    from sim.report.pages import whatif

    changes, comparison = plan.changes, stored.comparison
    scenario = build_scenario(plan.settings)
    caption = format_origin(stored.manifest.caption_parts, stored.manifest)
    data = WhatifData(scenario, changes, comparison, caption)
    figure_paths = registry.save_figures("whatif", data, folder / "figures")
    if page is not None:
        write_whatif_markdown(page, plan.settings, changes, comparison, caption, figure_paths)
    whatif.write_whatif_page(
        folder, argv, plan.basemap, stored.overview, changes, comparison, stored.final_control, stored.manifest
    )


def write_whatif_markdown(
    page: Path,
    settings: Settings,
    changes: list[CounterfactualChange],
    comparison: PairedComparison,
    caption: str,
    figure_paths: list[Path],
) -> None:
    """Write the results as a Markdown page, with its figure beside it."""
    from sim.outputs.deviations import describe_subject
    from sim.outputs.provenance import describe_posterior
    from sim.report.text import format_caveat
    from sim.report.whatif import UNCALIBRATED_NOTE, format_whatif_page

    scenario = build_scenario(settings)
    facts = [f"{caption}."]
    caveat = format_caveat(describe_posterior(changes[0].simulation), UNCALIBRATED_NOTE)
    subject = describe_subject("whatif", settings.model_dump(mode="json"))
    figure_path = f"images/{page.stem}.png"
    text = "\n".join(format_whatif_page(scenario, changes, comparison, subject, caveat, facts, figure_path)) + "\n"
    write_markdown_page(
        page, text, {f"{page.stem}{path.suffix}": path for path in figure_paths if path.stem == "effect_forest"}
    )
