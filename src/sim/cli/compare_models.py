"""`sim compare-models`: compare laws or interpretations by evidence, and check how often that finds a known truth."""

import time
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field
from rich.console import Console

from sim import laws
from sim.cli.arguments import settings_command
from sim.cli.build import build_scenario, build_simulation
from sim.cli.calibrate import check_prior_only, select_claims
from sim.cli.console import make_console, make_tracker
from sim.cli.errors import SettingsError
from sim.cli.job import Job, start_job
from sim.cli.settings import Settings, compose_command_settings
from sim.cli.smc import SMCCommandSettings, track_smc
from sim.inference.battle_target import BattleTarget, make_battle_target
from sim.inference.checkpoint import Checkpoint
from sim.inference.model_comparison import (
    ModelComparison,
    ModelConfusion,
    compare_models,
    estimate_model_confusion,
    find_incomparable,
)
from sim.inference.smc import SMCSettings
from sim.inference.workers import Workers
from sim.likelihood.observation_model import build_observation_model
from sim.outputs.described_tables import DescribedTables
from sim.report.pages import analysis
from sim.runs.replicate import Study, choose_engine
from sim.runs.run_directory import SHARD_FOLDER, RunDirectory
from sim.storage.fingerprint import compute_digest
from sim.storage.manifest import CompareModelsManifest
from sim.storage.writer import write_manifest, write_scenario
from sim.types import EndTime

USAGE = (
    "usage: sim compare-models models=law|[LAW,...]|reading.NAME [recovery_trials=N] [setting=value ...]\n\n"
    "Cools two islands for each rival and compares their evidences: the chance that each gave the record before it\n"
    "had heard it. With recovery_trials=N also infers N synthetic battles of each under all: how often is the truth\n"
    "found?"
)
UNLIMITED = 10**12  # no budget of simulations for one synthetic battle
RECOVERY_SWEEPS = 3  # for one synthetic battle


class CompareModelsCommandSettings(SMCCommandSettings):
    """The models, the claims, and the size of the recovery check; see conf/compare_models.yaml."""

    models: str | tuple[str, ...]
    claims: Literal["calibration", "scored"] | tuple[str, ...]
    cutoff: EndTime | None
    recovery_trials: Annotated[int, Field(ge=0, le=10_000, strict=True)]
    recovery_particles: Annotated[int, Field(ge=50, le=1_000_000, strict=True)]


@settings_command(USAGE, "compare_models", unused=("runs", "save_logs"))
def command(argv: list[str]) -> int:
    """Run a model comparison."""
    print(start_job(make_job(argv)))
    return 0


def make_job(argv: list[str]) -> Job:
    """The job that the arguments ask for, after all checks."""
    settings, options = compose_command_settings(argv, "compare_models", CompareModelsCommandSettings)
    check_prior_only(settings)
    models = build_model_settings(settings, options.models)
    targets = {name: build_target(each, options) for name, each in models.items()}
    if incomparable := find_incomparable(targets):
        raise SettingsError(
            [f"models: {', '.join(incomparable)}: other things were reported of them: not comparable by evidence"]
        )
    studies = {name: Study(target.simulation, settings.seed, 1, n_saved_logs=0) for name, target in targets.items()}
    extra_inputs = options.model_dump(mode="json") | {
        "heard": list(next(iter(targets.values())).observation_model.claims)
    }
    return Job("compare-models", argv, settings, studies, partial(execute, settings, options, targets), extra_inputs)


def build_model_settings(settings: Settings, models: str | tuple[str, ...]) -> dict[str, Settings]:
    """The settings of each model by name; raise SettingsError for what can't be compared."""
    if isinstance(models, str) and models.startswith("reading."):
        name = models.removeprefix("reading.")
        readings = build_scenario(settings).readings
        if name not in readings:
            raise SettingsError([f"models: unknown reading (got {name!r}; allowed: {', '.join(readings) or 'none'})"])
        return {
            option: settings.model_copy(update={"reading": settings.reading | {name: option}})
            for option in readings[name].options
        }
    names = laws.list_names() if models == "law" else [models] if isinstance(models, str) else list(models)
    for name in names:
        if name not in laws.list_names():
            allowed = f"law, [LAW, ...] of {', '.join(laws.list_names())}, or reading.NAME"
            raise SettingsError([f"models: neither a law nor a reading (got {name!r}; allowed: {allowed})"])
    if len(set(names)) < 2:
        raise SettingsError([f"models: needs two rivals at least (got {', '.join(names)})"])
    if settings.law_parameters:
        raise SettingsError(["law_parameters: belong to one law (allowed: none, where laws are compared)"])
    return {name: settings.model_copy(update={"law": name}) for name in names}


def build_target(settings: Settings, options: CompareModelsCommandSettings) -> BattleTarget:
    """The simulation and the observation model of one model."""
    simulation = choose_engine(build_simulation(settings), settings.engine, options.max_simulations)
    return make_battle_target(
        simulation,
        build_observation_model(
            simulation.scenario,
            simulation.end_hours,
            select_claims(simulation.scenario, options.claims, options.cutoff),
        ),
    )


def execute(
    settings: Settings,
    options: CompareModelsCommandSettings,
    targets: dict[str, BattleTarget],
    run_directory: RunDirectory,
) -> None:
    """Check the recovery on synthetic battles, compare, write and print the results."""
    start_time = time.perf_counter()
    folder, inputs = run_directory.folder / SHARD_FOLDER, compute_digest(run_directory.job_file.inputs)
    recovery = None
    if options.recovery_trials:
        workers = Workers(run_directory.backend, run_directory.pool)
        smc_settings = SMCSettings(
            options.recovery_particles, RECOVERY_SWEEPS, RECOVERY_SWEEPS, options.ess_fraction, UNLIMITED
        )
        tracker = make_tracker("Synthetic battles")
        recovery = estimate_model_confusion(
            targets, smc_settings, options.recovery_trials, settings.seed, workers, folder, inputs, tracker
        )
    with track_smc(options.smc_settings) as progress:
        workers = Workers(run_directory.backend, run_directory.pool, progress.on_chunk_done)
        comparison = compare_models(
            targets, options.smc_settings, settings.seed, workers, progress.on_temperature, Checkpoint(folder, inputs)
        )
    write_results(run_directory.folder, settings, options, targets, comparison, recovery)
    console = make_console()
    print_summary(console, comparison, recovery)
    console.print(f"{time.perf_counter() - start_time:.0f} s.", highlight=False)


def print_summary(console: Console, comparison: ModelComparison, recovery: ModelConfusion | None) -> None:
    """Print sentences first, then the tables."""
    from sim.report import model_comparison as report

    console.print()
    for line in report.describe_model_comparison(comparison, recovery):
        console.print(f"- {line}", highlight=False)
    console.print()
    console.print(report.build_model_table(comparison))
    if recovery is not None:
        console.print(report.build_recovery_table(recovery))


def write_results(
    folder: Path,
    settings: Settings,
    options: CompareModelsCommandSettings,
    targets: dict[str, BattleTarget],
    comparison: ModelComparison,
    recovery: ModelConfusion | None,
) -> None:
    """Write the tables of evidence and recovery, the manifest, and then the figures."""
    from sim.inference.tables import build_confusion_table, build_model_comparison_table
    from sim.outputs.provenance import collect_study_facts, format_origin, format_title
    from sim.plots import registry
    from sim.plots.figure_data import ModelComparisonData
    from sim.report import model_comparison as report

    tables = {"model_comparison": build_model_comparison_table(comparison)}
    if recovery is not None:
        tables["confusion"] = build_confusion_table(recovery)
    digest = compute_digest({name: table.to_pydict() for name, table in tables.items()})
    first = next(iter(targets.values()))
    battles = sum(each.n_simulations for each in comparison.smc_results.values())
    all_settings: dict[str, Any] = settings.model_dump(mode="json") | options.model_dump(mode="json")
    manifest = CompareModelsManifest(
        **collect_study_facts(Study(first.simulation, settings.seed, battles, 0), digest, all_settings),
        models={name: target.simulation.digest for name, target in targets.items()},
        claims=list(first.observation_model.claims),
        answers=[analysis.strip_indent(line) for line in report.describe_model_comparison(comparison, recovery)],
    )
    described = DescribedTables("compare-models", first.simulation.scenario)
    for name, table in tables.items():
        described.write(folder, name, table)
    caption_parts = [format_title(first.simulation.scenario), f"{battles:,} battles", f"seed {settings.seed}"]
    write_scenario(folder, first.simulation.scenario)
    caption = format_origin(caption_parts, manifest)
    write_manifest(folder, manifest)
    registry.save_figures("compare-models", ModelComparisonData(comparison, recovery, caption), folder / "figures")
