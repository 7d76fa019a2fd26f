"""`sim sbc`: simulation-based calibration, a check of the inference on synthetic battles with known truths."""

import time
from functools import partial
from typing import Annotated, Literal

from pydantic import Field
from rich.console import Console

from sim.cli.arguments import settings_command
from sim.cli.build import build_simulation
from sim.cli.calibrate import check_prior_only, select_claims
from sim.cli.console import make_console, make_tracker
from sim.cli.job import Job, start_job
from sim.cli.settings import CommandSettings, Settings, compose_command_settings
from sim.inference.battle_target import BattleTarget, make_battle_target
from sim.inference.sbc import SBCResult, run_sbc
from sim.inference.smc import SMCSettings
from sim.inference.workers import Workers
from sim.likelihood.observation_model import build_observation_model
from sim.outputs.described_tables import DescribedTables
from sim.report.pages import analysis
from sim.report.terminal_table import ALL_ROWS, TELLING_ROWS, print_table
from sim.runs.replicate import Study, choose_engine
from sim.runs.run_directory import SHARD_FOLDER, RunDirectory
from sim.storage.fingerprint import compute_digest
from sim.storage.manifest import SbcManifest
from sim.storage.writer import write_manifest, write_scenario
from sim.types import EndTime

USAGE = (
    "usage: sim sbc [datasets=N] [particles=N] [setting=value ...]\n\n"
    "Draws truths from the prior, simulates what the sources would have reported, infers each, and looks where the\n"
    "truth lies in what was inferred: if the inference is right, its rank is uniform. With fewer data sets it takes\n"
    "less time and finds larger faults only: what it finds, and how often, is printed.\n"
    "Printed are the ten quantities with the most uneven ranks; with --full all of them."
)
UNLIMITED = 10**12  # no budget of simulations


class SBCCommandSettings(CommandSettings):
    """The claims, the number of synthetic battles, and the size of each inference; see conf/sbc.yaml."""

    claims: Literal["calibration", "scored"] | tuple[str, ...]
    cutoff: EndTime | None
    datasets: Annotated[int, Field(ge=20, le=100_000, strict=True)]
    particles: Annotated[int, Field(ge=50, le=1_000_000, strict=True)]
    sweeps: Annotated[int, Field(ge=1, le=1_000, strict=True)]
    final_sweeps: Annotated[int, Field(ge=1, le=10_000, strict=True)]
    ess_fraction: Annotated[float, Field(ge=0.05, le=0.98)]


def check_in_full(argv: list[str]) -> int:
    """Run a simulation-based calibration and print every quantity."""
    print(start_job(make_job(argv, ALL_ROWS)))
    return 0


@settings_command(USAGE, "sbc", unused=("runs", "save_logs"), alternatives={"full": check_in_full})
def command(argv: list[str]) -> int:
    """Run a simulation-based calibration."""
    print(start_job(make_job(argv)))
    return 0


def make_job(argv: list[str], max_rows: int = TELLING_ROWS) -> Job:
    """The job that the arguments ask for, after all checks; it prints so many quantities."""
    settings, options = compose_command_settings(argv, "sbc", SBCCommandSettings)
    check_prior_only(settings)
    simulation = choose_engine(build_simulation(settings), settings.engine, UNLIMITED)
    observation_model = build_observation_model(
        simulation.scenario, simulation.end_hours, select_claims(simulation.scenario, options.claims, options.cutoff)
    )
    studies = {"base": Study(simulation, settings.seed, 1, n_saved_logs=0)}
    extra_inputs = options.model_dump(mode="json") | {"heard": list(observation_model.claims)}
    return Job(
        "sbc",
        argv,
        settings,
        studies,
        partial(execute, settings, options, make_battle_target(simulation, observation_model), max_rows),
        extra_inputs,
    )


def execute(
    settings: Settings, options: SBCCommandSettings, target: BattleTarget, max_rows: int, run_directory: RunDirectory
) -> None:
    """Infer the synthetic battles that are not done yet, write and print the results."""
    start_time = time.perf_counter()
    result = run_sbc(
        target,
        SMCSettings(options.particles, options.sweeps, options.final_sweeps, options.ess_fraction, UNLIMITED),
        options.datasets,
        settings.seed,
        Workers(run_directory.backend, run_directory.pool),
        run_directory.folder / SHARD_FOLDER,
        compute_digest(run_directory.job_file.inputs),
        make_tracker("Rehearsing"),
    )
    write_results(run_directory, settings, options, target, result)
    console = make_console()
    print_summary(console, result, name_quantities(target, result), max_rows)
    seconds = time.perf_counter() - start_time
    console.print(f"{options.datasets:,} synthetic battles in {seconds:.0f} s.", highlight=False)


def name_quantities(target: BattleTarget, result: SBCResult) -> tuple[str, ...]:
    """What is ranked, in words."""
    from sim.report.sbc import describe_quantities

    return describe_quantities(target.simulation.scenario, target.observation_model.observables, result.quantities)


def print_summary(console: Console, result: SBCResult, names: tuple[str, ...], max_rows: int) -> None:
    """Print whether ranks are uniform, and the coverage of intervals."""
    from sim.report.sbc import build_rank_table, describe_sbc

    console.print()
    for line in describe_sbc(result, names):
        console.print(f"- {line}", highlight=False)
    console.print()
    print_table(console, build_rank_table(result, names), max_rows)


def write_results(
    run_directory: RunDirectory,
    settings: Settings,
    options: SBCCommandSettings,
    target: BattleTarget,
    result: SBCResult,
) -> None:
    """Write the table of ranks and coverage, the manifest, and then the figures."""
    from sim.inference.tables import build_sbc_table
    from sim.outputs.provenance import collect_study_facts, format_origin, format_title
    from sim.plots import registry
    from sim.plots.figure_data import SbcData
    from sim.report import sbc as report

    folder = run_directory.folder
    table, names = build_sbc_table(result), name_quantities(target, result)
    study = Study(target.simulation, settings.seed, options.datasets, 0)
    all_settings = settings.model_dump(mode="json") | options.model_dump(mode="json")
    manifest = SbcManifest(
        **collect_study_facts(study, compute_digest(table.to_pydict()), all_settings),
        min_p_value=result.bonferroni_p_value,
        quantities=list(result.quantities),
        answers=[analysis.strip_indent(line) for line in report.describe_sbc(result, names)],
    )
    DescribedTables("sbc", target.simulation.scenario).write(folder, "sbc_ranks", table)
    caption_parts = [
        format_title(target.simulation.scenario),
        f"{options.datasets:,} synthetic battles",
        f"seed {settings.seed}",
    ]
    write_scenario(folder, target.simulation.scenario)
    write_manifest(folder, manifest)
    registry.save_figures("sbc", SbcData(result, names, format_origin(caption_parts, manifest)), folder / "figures")
