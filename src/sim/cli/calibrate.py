"""`sim calibrate`: fit parameters and random inputs to the claims; the posterior as draws of both."""

import time
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from rich.console import Console

from sim import laws
from sim.cli.arguments import settings_command
from sim.cli.build import build_simulation, require_library
from sim.cli.console import format_rate, make_console
from sim.cli.errors import SettingsError
from sim.cli.job import Job, start_job
from sim.cli.settings import Settings, compose_command_settings
from sim.cli.smc import SMCCommandSettings, SMCProgress, track_smc
from sim.inference.battle_target import BattleTarget, make_battle_target
from sim.inference.chains import SMCResult, run_smc
from sim.inference.checkpoint import Checkpoint
from sim.inference.diagnostics import CalibrationResult, diagnose_calibration, predict_claims
from sim.inference.history_matching import run_history_matching
from sim.inference.importance import run_importance_sampling
from sim.inference.posterior import build_posterior
from sim.inference.posterior_metadata import PosteriorMetadata
from sim.inference.workers import Workers
from sim.likelihood.observation_model import build_observation_model
from sim.outputs.described_tables import DescribedTables
from sim.report.pages import analysis
from sim.report.terminal_table import ALL_ROWS, TELLING_ROWS, print_table
from sim.runs.replicate import Study, choose_engine
from sim.runs.run_directory import SHARD_FOLDER, RunDirectory
from sim.scenario import Scenario
from sim.scenario.basemap import Basemap, load_basemap
from sim.storage.fingerprint import compute_digest
from sim.storage.manifest import CalibrateManifest
from sim.storage.writer import write_manifest, write_scenario
from sim.types import EndTime

USAGE = (
    "usage: sim calibrate [claims=calibration|scored|[CLAIM,...]] [cutoff=DATE] [setting=value ...]\n\n"
    "Cools two islands of particles, of parameters and dice, from the prior to what agrees with the claims, and\n"
    "writes the posterior. Use it as parameters=posterior:OUTPUT.\n\n"
    "Beside `max_simulations` battles of the islands it fights hm_draws times hm_repeats for history matching, and\n"
    "importance_draws for comparison. Printed are the ten rows that say most; with --full all."
)


class CalibrateCommandSettings(SMCCommandSettings):
    """The claims, and the sizes of the algorithms; see conf/calibrate.yaml."""

    claims: Literal["calibration", "scored"] | tuple[str, ...]
    cutoff: EndTime | None
    hm_draws: Annotated[int, Field(ge=10, le=100_000, strict=True)]
    hm_repeats: Annotated[int, Field(ge=2, le=1_000, strict=True)]
    importance_draws: Annotated[int, Field(ge=100, le=10**7, strict=True)]


def calibrate_in_full(argv: list[str]) -> int:
    """Run a calibration and print every unknown and claim."""
    require_library("xarray", "sim calibrate", "infer")
    print(start_job(plan_calibration(*read_settings(argv)).make_job(argv, ALL_ROWS)))
    return 0


@settings_command(USAGE, "calibrate", unused=("runs", "save_logs"), alternatives={"full": calibrate_in_full})
def command(argv: list[str]) -> int:
    """Run a calibration."""
    require_library("xarray", "sim calibrate", "infer")
    print(start_job(make_job(argv)))
    return 0


@dataclass(frozen=True)
class CalibrationPlan:
    """A calibration, checked as a whole: its settings, the posterior that it is after, and the ground of its map."""

    settings: Settings
    options: CalibrateCommandSettings
    target: BattleTarget
    basemap: Basemap

    def make_job(self, argv: list[str] | None, max_rows: int = TELLING_ROWS) -> Job:
        """The job of `sim calibrate`: infer, write, draw, and print so many rows of each table."""
        studies = {"base": Study(self.target.simulation, self.settings.seed, 1, n_saved_logs=0)}
        extra_inputs = self.options.model_dump(mode="json") | {"heard": list(self.target.observation_model.claims)}
        return Job("calibrate", argv, self.settings, studies, partial(execute, argv, self, max_rows), extra_inputs)


def make_job(argv: list[str]) -> Job:
    """The job that the arguments ask for, after all checks."""
    return plan_calibration(*read_settings(argv)).make_job(argv)


def read_settings(argv: list[str]) -> tuple[Settings, CalibrateCommandSettings]:
    """The settings of all commands, and those of this one."""
    return compose_command_settings(argv, "calibrate", CalibrateCommandSettings)


def plan_calibration(settings: Settings, options: CalibrateCommandSettings) -> CalibrationPlan:
    """The calibration that the settings ask for, after all checks."""
    check_prior_only(settings)
    simulation = choose_engine(build_simulation(settings), settings.engine, options.max_simulations)
    observation_model = build_observation_model(
        simulation.scenario, simulation.end_hours, select_claims(simulation.scenario, options.claims, options.cutoff)
    )
    if not observation_model.claims:
        raise SettingsError(["claims: none of them can be held against this battle"])
    basemap = load_basemap(settings.scenario, simulation.scenario)
    return CalibrationPlan(settings, options, make_battle_target(simulation, observation_model), basemap)


def check_prior_only(settings: Settings) -> None:
    """Refuse settings that have no meaning in a calibration."""
    if settings.parameters != "prior":
        raise SettingsError(["parameters: a calibration begins with the prior (allowed: parameters=prior)"])
    if settings.perturb or settings.intervene_at is not None:
        raise SettingsError(["perturb: what really happened is calibrated, not a change of it"])


def select_claims(scenario: Scenario, claims: str | tuple[str, ...], cutoff: datetime | None) -> list[str]:
    """The claims to calibrate on: those of a role or those named, as far as they were known at the cutoff."""
    if isinstance(claims, tuple):
        scored = scenario.scored_claims
        for id in claims:
            if id not in scored:
                raise SettingsError([f"claims: no claim that is scored (got {id!r}; allowed: {', '.join(scored)})"])
        selected = list(claims)
    else:
        selected = list(scenario.calibration_claims if claims == "calibration" else scenario.scored_claims)
    if cutoff is None:
        return selected
    if not scenario.begins < cutoff <= scenario.horizon:
        raise SettingsError(
            [f"cutoff: outside the battle (got {cutoff:%Y-%m-%d}; allowed: after {scenario.begins:%Y-%m-%d})"]
        )
    return [id for id in selected if (since := scenario.claims[id].known_since) is not None and since <= cutoff]


def execute(argv: list[str] | None, plan: CalibrationPlan, max_rows: int, run_directory: RunDirectory) -> None:
    """Run history matching, importance sampling and SMC, write and print the results."""
    start_time = time.perf_counter()
    with track_smc(plan.options.smc_settings) as progress:
        result, manifest = store_calibration(plan, run_directory, progress)
    write_pages(run_directory.folder, plan, result, manifest, argv or [])
    console = make_console()
    print_summary(console, result, max_rows)
    options = plan.options
    n_battles = result.smc.n_simulations + options.importance_draws + options.hm_draws * options.hm_repeats
    console.print(format_rate(n_battles, n_battles, time.perf_counter() - start_time), highlight=False)


def run_calibration(plan: CalibrationPlan, run_directory: RunDirectory, progress: SMCProgress) -> CalibrationResult:
    """Run history matching, importance sampling and SMC, and judge what came of them."""
    settings, options, target = plan.settings, plan.options, plan.target
    workers = Workers(run_directory.backend, run_directory.pool, progress.on_chunk_done)
    implausibility = run_history_matching(target, options.hm_draws, options.hm_repeats, settings.seed, workers)
    importance_sample = run_importance_sampling(target, options.importance_draws, settings.seed, workers)
    checkpoint = Checkpoint(run_directory.folder / SHARD_FOLDER, compute_digest(run_directory.job_file.inputs))
    smc_result = run_smc(target, options.smc_settings, settings.seed, workers, progress.on_temperature, checkpoint)
    posterior = None
    if smc_result.is_at_posterior:
        posterior = build_posterior(
            target, smc_result, collect_posterior_metadata(settings, options, target, smc_result), settings.seed
        )
    predictive_checks = [] if posterior is None else predict_claims(posterior)
    diagnostics = diagnose_calibration(smc_result, options.smc_settings, predictive_checks, target.space)
    return CalibrationResult(
        target,
        options.smc_settings,
        implausibility,
        importance_sample,
        smc_result,
        posterior,
        predictive_checks,
        diagnostics,
    )


def collect_posterior_metadata(
    settings: Settings, options: CalibrateCommandSettings, target: BattleTarget, smc_result: SMCResult
) -> PosteriorMetadata:
    """The metadata of a posterior."""
    simulation = target.simulation
    return PosteriorMetadata(
        scenario=simulation.scenario.name,
        title=simulation.scenario.title,
        scenario_digest=simulation.digest,
        law=simulation.law,
        law_parameters=settings.law_parameters,
        until=simulation.until,
        cutoff=options.cutoff,
        claims=target.observation_model.claims,
        seed=settings.seed,
        version=version("sim"),
        log_evidence=tuple((each.value, each.error) for each in smc_result.log_evidences),
        ess=smc_result.ess,
    )


def print_summary(console: Console, result: CalibrationResult, max_rows: int) -> None:
    """Print why there is no posterior, or what the claims say of the parameters."""
    from sim.report import calibration as report

    console.print()
    for line in report.describe_calibration(result):
        console.print(f"- {line}", highlight=False)
    console.print()
    for table in report.build_calibration_tables(result):
        print_table(console, table, max_rows)
    for line in report.describe_identifiability(result):
        console.print(line, highlight=False)


def store_calibration(
    plan: CalibrationPlan, run_directory: RunDirectory, progress: SMCProgress
) -> tuple[CalibrationResult, CalibrateManifest]:
    """Calibrate; write the posterior if it was accepted, the tables and the manifest, which marks all as complete."""
    from sim.inference.netcdf import POSTERIOR_FILE, write_posterior
    from sim.inference.tables import build_calibration_tables
    from sim.outputs.provenance import collect_study_facts, format_title

    settings, folder = plan.settings, run_directory.folder
    result = run_calibration(plan, run_directory, progress)
    simulation, smc_result = result.target.simulation, result.smc
    study = Study(simulation, settings.seed, len(result.posterior) if result.posterior else 0, 0)
    digest = (
        result.posterior.digest
        if result.posterior
        else compute_digest([str(each) for each in smc_result.log_evidences])
    )
    all_settings = settings.model_dump(mode="json") | plan.options.model_dump(mode="json")
    manifest = CalibrateManifest(
        **collect_study_facts(study, digest, all_settings),
        claims=list(result.target.observation_model.claims),
        accepted=result.diagnostics.is_accepted,
        failures=list(result.diagnostics.failures),
        warnings=list(result.diagnostics.warnings),
        ess=smc_result.ess if result.posterior else 0.0,
        log_evidence={
            str(chain.chain_id): (log_evidence.value, log_evidence.error)
            for chain, log_evidence in zip(smc_result.chains, smc_result.log_evidences, strict=True)
        },
        battles=smc_result.n_simulations,
        caption_parts=[
            format_title(simulation.scenario),
            f"{smc_result.n_simulations:,} battles",
            f"seed {settings.seed}",
            f"under {laws.find_display_name(simulation.law)}",
        ],
    )
    described = DescribedTables("calibrate", simulation.scenario)
    for name, table in build_calibration_tables(result).items():
        described.write(folder, name, table)
    if result.posterior is not None and result.diagnostics.is_accepted:
        write_posterior(folder / POSTERIOR_FILE, result.posterior)
    write_scenario(folder, simulation.scenario)
    write_manifest(folder, manifest)
    return result, manifest


def write_pages(
    folder: Path, plan: CalibrationPlan, result: CalibrationResult, manifest: CalibrateManifest, argv: list[str]
) -> None:
    """Draw the figures and write the page."""
    from sim.plots import registry
    from sim.plots.figure_data import CalibrationData
    from sim.report import calibration as report
    from sim.report.html.content import ResultBlock

    data = CalibrationData(result, format_caption(result, manifest))
    figure_paths = registry.save_figures("calibrate", data, folder / "figures")
    table_blocks = [
        analysis.make_table_block(str(table.title), table) for table in report.build_calibration_tables(result)
    ]
    notes = ResultBlock(
        "How to read it", tuple(analysis.strip_indent(note) for note in report.describe_identifiability(result))
    )
    analysis.write_analysis_page(
        folder,
        "calibrate",
        argv,
        result.target.simulation,
        plan.basemap,
        manifest,
        report.describe_calibration(result),
        analysis.build_contraction_figures(result),
        [*table_blocks, notes],
        figure_paths,
    )


def format_caption(result: CalibrationResult, manifest: CalibrateManifest) -> str:
    """The caption of the figures: what was simulated, which posterior came of it, and digests."""
    from sim.outputs.provenance import format_origin_of

    is_accepted = result.posterior is not None and result.diagnostics.is_accepted
    label = result.posterior.description if result.posterior is not None and is_accepted else "no posterior"
    return format_origin_of(manifest.caption_parts, label, manifest)
