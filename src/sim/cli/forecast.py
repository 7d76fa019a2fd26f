"""`sim forecast`: calibrate on what was known at a cutoff, forecast what came after it, and only then score."""

import json
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field
from rich.console import Console

from sim import laws
from sim.analysis.forecast import SealedForecast, make_sealed_forecast
from sim.analysis.forecast_cutoffs import (
    ForecastCutoff,
    ForecastMode,
    build_forecast_scenario,
    list_daily_cutoffs,
    list_declared_cutoffs,
    list_fit_times,
    restrict_to_known,
)
from sim.analysis.forecast_questions import QuestionForecast
from sim.analysis.question_tables import SealedQuestions, make_questions_table
from sim.cli.arguments import refuse_unused_settings, settings_command
from sim.cli.build import build_scenario, build_simulation, require_library
from sim.cli.console import make_console
from sim.cli.errors import SettingsError
from sim.cli.job import Job, start_job
from sim.cli.settings import Settings, compose_command_settings
from sim.cli.smc import SMCCommandSettings, check_posterior_settings, track_smc
from sim.inference.checkpoint import Checkpoint
from sim.inference.fit import fit_claims
from sim.inference.workers import Workers
from sim.outputs.described_tables import DescribedTables
from sim.perturbations.base import PerturbationError
from sim.report.pages import analysis
from sim.report.pages.score import build_coverage_figures
from sim.report.terminal_table import ALL_ROWS, TELLING_ROWS, print_table
from sim.runs.replicate import Study, choose_engine
from sim.runs.run_directory import SHARD_FOLDER, RunDirectory
from sim.scenario import Scenario
from sim.scenario.as_of import TruncationError
from sim.scenario.basemap import Basemap, load_basemap
from sim.scenario.descriptions import find_last_day, format_day
from sim.scoring.evaluate import BaselineScore
from sim.scoring.report_selection import ReportSelection
from sim.storage.atomic import write_atomic
from sim.storage.fingerprint import compute_digest
from sim.storage.manifest import CutoffFacts, ForecastManifest, PosteriorFacts
from sim.storage.writer import write_manifest, write_scenario
from sim.types import EndTime

USAGE = (
    "usage: sim forecast [split=NAME] [cutoff=DATE|daily] [until=DATE] [mode=free|given_orders] [setting=value ...]\n"
    "       sim forecast --sealed [runs=N] [parameters=prior|pooled:OUTPUT] [setting=value ...]\n\n"
    "Calibrates on what was known at the cut-off, fights on, and holds what sources would have reported against what\n"
    "they did, beside baselines that know no more. `free`, the default, knows nothing of later text: after it\n"
    "commanders decide, and the scenario needs orders of kind `command`; `given_orders` is a hindcast.\n"
    "Without split and cutoff: every split that the scenario declares, and every next day. Printed are the ten most\n"
    "surprising claims of each; with --full all of them.\n\n"
    "--sealed forecasts a battle whose outcome nobody here has read, from its priors or parameters=pooled:OUTPUT: who\n"
    "holds each place when, what orders bring, losses. No claim is read; publish the digest. Later `sim score OUTPUT\n"
    "answers=SCENARIO` opens it (docs/protocol.md)."
)


class ForecastCommandSettings(SMCCommandSettings):
    """The cutoff, which orders are known after it, and how reporting grows with a count; see conf/forecast.yaml."""

    split: str | None
    cutoff: Annotated[Literal["daily"] | EndTime | None, Field(union_mode="left_to_right")]
    mode: ForecastMode
    reporting_intercept: Annotated[float, Field(ge=-20, le=20)]
    reporting_slope: Annotated[float, Field(ge=0, le=10)]

    @property
    def report_selection(self) -> ReportSelection:
        """The chance that a count is reported."""
        return ReportSelection(self.reporting_intercept, self.reporting_slope)


def seal(argv: list[str]) -> int:
    """Seal a forecast of a battle whose outcome is not read."""
    from sim.cli.sealed_forecast import seal_forecast

    return seal_forecast(argv)


def forecast_in_full(argv: list[str]) -> int:
    """Run forecasts and print every claim."""
    return run_forecasts(argv, ALL_ROWS)


@settings_command(USAGE, "forecast", unused=("save_logs",), alternatives={"sealed": seal, "full": forecast_in_full})
def command(argv: list[str]) -> int:
    """Run forecasts."""
    return run_forecasts(argv, TELLING_ROWS)


def run_forecasts(argv: list[str], max_rows: int) -> int:
    """Run forecasts and print so many claims of each cutoff."""
    refuse_unused_settings("forecast", argv, ("runs",))
    require_library("xarray", "sim forecast", "infer")
    print(start_job(make_job(argv, max_rows)))
    return 0


def make_job(argv: list[str], max_rows: int = TELLING_ROWS) -> Job:
    """The job that the arguments ask for, after all checks; it prints so many claims of each cutoff."""
    settings, options = compose_command_settings(argv, "forecast", ForecastCommandSettings)
    if settings.parameters != "prior" or settings.perturb or settings.intervene_at is not None:
        raise SettingsError(
            ["parameters, perturb, intervene_at: a forecast begins with the prior and with what was reported"]
        )
    check_posterior_settings(options)
    scenario = build_scenario(settings)
    cutoffs = build_cutoffs(settings, options, scenario)
    for cutoff in cutoffs:
        try:
            build_forecast_scenario(scenario, cutoff.time, options.mode)
        except TruncationError as error:
            raise SettingsError([f"cutoff: {error}"]) from error
        except PerturbationError as error:
            message = f"mode: {options.mode} is not possible: {error.message} (allowed: mode=given_orders, a hindcast)"
            raise SettingsError([message]) from error
    simulation = choose_engine(
        build_simulation(settings.model_copy(update={"until": None})), settings.engine, options.max_simulations
    )
    studies = {"base": Study(simulation, settings.seed, 1, n_saved_logs=0)}
    extra_inputs = options.model_dump(mode="json") | {
        "cutoffs": [[cutoff.name, str(cutoff.time), str(cutoff.scored_until)] for cutoff in cutoffs]
    }
    basemap = load_basemap(settings.scenario, scenario)
    work = partial(execute, settings, options, studies["base"], cutoffs, argv, basemap, max_rows)
    return Job("forecast", argv, settings, studies, work, extra_inputs)


def build_cutoffs(settings: Settings, options: ForecastCommandSettings, scenario: Scenario) -> list[ForecastCutoff]:
    """The cutoffs that the settings ask for."""
    if options.split is not None:
        if options.cutoff is not None:
            raise SettingsError(["split, cutoff: give one of them"])
        if options.split not in scenario.splits:
            allowed = ", ".join(scenario.splits) or "none: the scenario declares no splits"
            raise SettingsError([f"split: unknown split (got {options.split!r}; allowed: {allowed})"])
        return [cutoff for cutoff in list_declared_cutoffs(scenario) if cutoff.name == options.split]
    if options.cutoff == "daily":
        if not (cutoffs := list_daily_cutoffs(scenario)):
            raise SettingsError(["cutoff: no midnight lies within the battle (got 'daily'; allowed: cutoff=TIME)"])
        return cutoffs
    if options.cutoff is None:
        cutoffs = [*list_declared_cutoffs(scenario), *list_daily_cutoffs(scenario)]
        if not cutoffs:
            message = "cutoff: is missing: the scenario declares no splits, and no midnight lies within the battle"
            raise SettingsError([f"{message} (allowed: cutoff=TIME)"])
        return cutoffs
    until = settings.until or scenario.ends
    if not scenario.begins < options.cutoff < until:
        allowed = f"after {scenario.begins:%Y-%m-%dT%H:%M}, and before {until:%Y-%m-%dT%H:%M}"
        raise SettingsError([f"cutoff: outside the battle (got {options.cutoff:%Y-%m-%dT%H:%M}; allowed: {allowed})"])
    return [
        ForecastCutoff(
            "asked", f"calibrated on all reports until {options.cutoff:%Y-%m-%dT%H:%M}", options.cutoff, until
        )
    ]


def execute(
    settings: Settings,
    options: ForecastCommandSettings,
    study: Study,
    cutoffs: list[ForecastCutoff],
    argv: list[str],
    basemap: Basemap,
    max_rows: int,
    run_directory: RunDirectory,
) -> None:
    """Forecast from each cutoff in turn, write and print the results."""
    from sim.analysis.tables import group_baselines

    start_time = time.perf_counter()
    base, inputs = study.simulation, compute_digest(run_directory.job_file.inputs)
    forecasts: list[SealedForecast] = []
    sealed_questions: list[SealedQuestions] = []
    battles, warm_start = 0, None
    with track_smc(options.smc_settings) as progress:
        workers = Workers(run_directory.backend, run_directory.pool, progress.on_chunk_done)
        for cutoff_time in list_fit_times(base.scenario, cutoffs, options.mode):
            progress.print(f"all that was reported until {format_day(find_last_day(cutoff_time))}")
            checkpoint = Checkpoint(run_directory.folder / SHARD_FOLDER / f"{cutoff_time:%Y%m%dT%H%M}", inputs)
            simulation, claims = restrict_to_known(base, cutoff_time, options.mode)
            fit_result = fit_claims(
                simulation,
                claims,
                options.smc_settings,
                settings.seed,
                workers,
                progress.on_temperature,
                checkpoint,
                warm_start,
            )
            battles += fit_result.smc.n_simulations
            warm_start = fit_result.warm_start or warm_start
            for cutoff in (each for each in cutoffs if each.time == cutoff_time):
                write_sealed = partial(
                    write_sealed_forecast, run_directory.folder, base.scenario, sealed_questions, cutoff
                )
                forecasts.append(
                    make_sealed_forecast(
                        base.scenario,
                        cutoff,
                        options.mode,
                        fit_result,
                        options.report_selection,
                        settings.seed,
                        write_sealed,
                    )
                )
    forecasts.sort(key=lambda each: cutoffs.index(each.cutoff))
    baseline_scores = group_baselines(forecasts)
    write_results(run_directory.folder, settings, options, study, forecasts, baseline_scores, argv, basemap)
    print_summary(make_console(), base.scenario, forecasts, baseline_scores, max_rows)
    print(f"{battles:,} battles in {time.perf_counter() - start_time:.0f} s.")


def write_sealed_forecast(
    folder: Path,
    scenario: Scenario,
    sealed_questions: list[SealedQuestions],
    cutoff: ForecastCutoff,
    statement: dict[str, Any],
    questions: QuestionForecast,
) -> None:
    """Write a sealed forecast, and its questions after those that were sealed already, before anything is scored."""
    sealed_questions.append((cutoff, questions))
    DescribedTables("forecast", scenario).write(folder, "forecast_questions", make_questions_table(sealed_questions))
    text = json.dumps(statement, indent=1) + "\n"
    write_atomic(folder / f"sealed-{cutoff.name}.json", lambda path: path.write_text(text, encoding="utf-8"))


def write_results(
    folder: Path,
    settings: Settings,
    options: ForecastCommandSettings,
    study: Study,
    forecasts: list[SealedForecast],
    baseline_scores: dict[str, tuple[BaselineScore, ...]],
    argv: list[str],
    basemap: Basemap,
) -> None:
    """Write tables, the manifest, and then figures and the page."""
    from sim.analysis.tables import build_forecast_tables
    from sim.outputs.provenance import collect_study_facts, format_origin, format_title
    from sim.plots import registry
    from sim.plots.figure_data import ForecastData
    from sim.report.forecast import build_forecast_table, describe_forecast, format_cutoff

    scenario = study.simulation.scenario
    tables = build_forecast_tables(scenario, forecasts, baseline_scores)
    digest = compute_digest([each.statement.get("sha256", "") for each in forecasts])
    kind = "forecasts" if options.mode == "free" else "hindcasts with the recorded orders"
    all_settings = settings.model_dump(mode="json") | options.model_dump(mode="json")
    calibration = PosteriorFacts(description="calibrated on what was known at each cut")
    manifest = ForecastManifest(
        **collect_study_facts(study, digest, all_settings) | {"calibrated": True, "posterior": calibration},
        mode=options.mode,
        kind="forecast" if options.mode == "free" else "hindcast",
        cutoffs=[
            CutoffFacts(name=cutoff.name, label=format_cutoff(cutoff), daily=cutoff.is_daily)
            for cutoff in (each.cutoff for each in forecasts)
        ],
        sealed={each.cutoff.name: each.statement for each in forecasts},
        warnings={
            each.cutoff.name: list(each.fit.diagnostics.warnings) for each in forecasts if each.forecast is not None
        },
        failures={each.cutoff.name: list(each.fit.diagnostics.failures) for each in forecasts if each.forecast is None},
        caption_parts=[
            format_title(scenario),
            kind,
            f"seed {settings.seed}",
            f"under {laws.find_display_name(settings.law)}",
        ],
    )
    described = DescribedTables("forecast", scenario)
    for name, table in tables.items():
        described.write(folder, name, table)
    write_scenario(folder, scenario)
    caption = format_origin(manifest.caption_parts, manifest)
    write_manifest(folder, manifest)
    figure_paths = registry.save_figures("forecast", ForecastData(scenario, forecasts, caption), folder / "figures")
    table_blocks = [
        analysis.make_table_block(
            format_cutoff(each.cutoff), build_forecast_table(scenario, each), describe_forecast(scenario, each)
        )
        for each in forecasts
        if each.score is not None
    ]
    heading, *sentences = describe_results(scenario, forecasts, baseline_scores)
    headlines = [*sentences[:1], heading, *sentences[1:]]  # the page opens with the answer
    key_figures = build_coverage_figures([each.score for each in forecasts if each.score is not None])
    analysis.write_analysis_page(
        folder,
        "forecast",
        argv,
        study.simulation,
        basemap,
        manifest,
        headlines,
        key_figures,
        table_blocks,
        figure_paths,
    )


def describe_results(
    scenario: Scenario, forecasts: list[SealedForecast], baseline_scores: dict[str, tuple[BaselineScore, ...]]
) -> Iterator[str]:
    """The sentences about each cutoff, and about all day-ahead forecasts pooled."""
    from sim.analysis.question_tables import DAY_AHEAD_LABEL
    from sim.report.forecast import describe_day_ahead, describe_forecast

    for each in forecasts:
        yield from describe_forecast(scenario, each)
    yield from describe_day_ahead(forecasts, baseline_scores.get(DAY_AHEAD_LABEL, ()))


def print_summary(
    console: Console,
    scenario: Scenario,
    forecasts: list[SealedForecast],
    baseline_scores: dict[str, tuple[BaselineScore, ...]],
    max_rows: int,
) -> None:
    """Print sentences first, then the claims of each cutoff beside their forecasts."""
    from sim.report.forecast import build_forecast_table

    console.print()
    for sentence in describe_results(scenario, forecasts, baseline_scores):
        console.print(sentence, highlight=False)
    for each in forecasts:
        if each.score is not None:
            console.print()
            print_table(console, build_forecast_table(scenario, each), max_rows)
