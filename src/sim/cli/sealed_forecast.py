"""`sim forecast --sealed`, `sim score OUTPUT answers=SCENARIO`: a battle forecast before its outcome is read."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from sim import laws
from sim.analysis.cross_validation.battle_forecasts import BattleForecast
from sim.analysis.cross_validation.battle_questions import compute_questions_digest, enumerate_battle_questions
from sim.analysis.cross_validation.sealed_battle import (
    MODEL,
    OpenedForecast,
    compute_battle_digest,
    forecast_unread_battle,
    make_sealed_statement,
    open_forecast,
)
from sim.analysis.cross_validation.sealed_tables import make_opened_tables, make_sealed_table
from sim.battle.simulation import Simulation
from sim.cli.build import build_simulation
from sim.cli.console import make_console
from sim.cli.errors import SettingsError
from sim.cli.job import check_output_folder, explain_display_failure, make_output_folder
from sim.cli.settings import Settings, compose_settings
from sim.outputs.described_tables import DescribedTables
from sim.outputs.provenance import describe_environment
from sim.runs.replicate import choose_engine
from sim.scenario import Scenario, ScenarioError, load
from sim.storage.atomic import write_atomic
from sim.storage.fingerprint import compute_digest
from sim.storage.manifest import OpenedForecastManifest, SealedForecastManifest, StoredSettings
from sim.storage.reader import StoredOutput
from sim.storage.seal import StoredError
from sim.storage.writer import write_manifest, write_scenario

SEALED_FILE = "sealed.json"
HAS_RECORD = " (the record is in this file: a forecast that others are to believe is sealed before it is written)"


def seal_forecast(argv: list[str]) -> int:
    """Forecast a battle without its claims, write the forecast, and print what is to be published."""
    settings = compose_settings(argv)
    check_sealed_settings(settings)
    simulation = build_simulation(settings)
    simulation = choose_engine(simulation, settings.engine, settings.runs)
    check_output_folder(settings.outputs)
    forecast = forecast_unread_battle(simulation, settings.runs, settings.seed)
    statement = make_sealed_statement(simulation, forecast, settings.runs, settings.seed, settings.parameters)
    digest = compute_digest(statement)
    folder = make_output_folder(settings.outputs, settings.name, digest)
    write_sealed_forecast(folder, settings, simulation, forecast, statement, digest)
    record_note = HAS_RECORD if simulation.scenario.scored_claims else ""
    console = make_console()
    console.print(
        f"\n{simulation.scenario.title}: {len(forecast.questions):,} questions forecast from {settings.runs:,} battles "
        f"under {laws.find_display_name(settings.law)}. No claim was read{record_note}.",
        highlight=False,
    )
    console.print(f"Publish this digest before the outcome is read: {digest}", highlight=False)
    console.print(f"Later: sim score {folder} answers=SCENARIO", highlight=False)
    print(folder)
    return 0


def check_sealed_settings(settings: Settings) -> None:
    """Refuse what would make it another battle, or would have read the record."""
    if settings.perturb or settings.intervene_at is not None:
        raise SettingsError(["perturb: a sealed forecast is of the battle as it is (allowed: leave it out)"])
    if settings.posterior_path is not None:
        raise SettingsError(
            ["parameters: a posterior has read the battle's own record (allowed: prior, median, pooled:OUTPUT)"]
        )


def write_sealed_forecast(
    folder: Path,
    settings: Settings,
    simulation: Simulation,
    forecast: BattleForecast,
    statement: dict[str, Any],
    digest: str,
) -> None:
    """Write table, statement, scenario and manifest."""
    written = datetime.now(UTC).isoformat(timespec="seconds")
    described = DescribedTables("sealed-forecast", simulation.scenario)
    described.write(folder, "questions", make_sealed_table(forecast, settings.runs))
    text = json.dumps(statement | {"sha256": digest, "written": written}, indent=1) + "\n"
    write_atomic(folder / SEALED_FILE, lambda path: path.write_text(text, encoding="utf-8"))
    write_scenario(folder, simulation.scenario)
    write_manifest(
        folder,
        SealedForecastManifest(
            written=written,
            settings=StoredSettings(**settings.model_dump(mode="json")),
            settings_digest=compute_digest(settings.model_dump(mode="json")),
            scenario=simulation.scenario.name,
            statement=statement,
            results_digest=digest,
            **describe_environment(),
        ),
    )


def score_sealed_forecast(output: StoredOutput, answers: str, outputs: Path) -> int:
    """Hold a sealed forecast against a scenario that has the record; print and write the scores."""
    manifest = output.require(SealedForecastManifest)
    scenario = read_answers(output, manifest, answers)
    forecast = restore_forecast(output, manifest)
    opened = open_forecast(scenario, forecast)
    if not opened.battle.iterate_decided():
        raise SettingsError([f"answers: {answers} answers none of the {len(forecast.questions):,} questions"])
    check_output_folder(outputs)
    digest = compute_digest([manifest.results_digest, scenario.compute_digest()])
    folder = make_output_folder(outputs, "opened", digest)
    with explain_display_failure(folder):
        write_opened_forecast(folder, manifest, scenario, opened, digest)
        print_opened_forecast(manifest, opened)
    print(folder)
    return 0


def read_answers(output: StoredOutput, manifest: SealedForecastManifest, answers: str) -> Scenario:
    """The scenario with the record; raise SettingsError if what the battle is fought from has changed in it."""
    try:
        scenario = load(answers)
    except ScenarioError as error:
        raise SettingsError([f"answers: {problem}" for problem in str(error).splitlines()[:20]]) from error
    parameters = Simulation(output.scenario, law=str(manifest.statement["law"])).parameter_names
    if compute_battle_digest(scenario, parameters) != manifest.statement["battle"]:
        raise SettingsError(
            [
                f"answers: {answers} is another battle than {output.folder} was forecast from: only what was reported "
                "may be added (text, sources, claims, readings, how sources report), nothing that is fought"
            ]
        )
    return scenario


def restore_forecast(output: StoredOutput, manifest: SealedForecastManifest) -> BattleForecast:
    """The questions and chances as they were sealed; raise StoredError if they are not those of the statement."""
    questions = enumerate_battle_questions(output.scenario)
    chances = np.array(output.read_table("questions")["chance"].to_pylist(), dtype=np.float64)
    found = {"questions": compute_questions_digest(questions), "chances": compute_digest(chances.tolist())}
    for name, digest in found.items():
        if digest != manifest.statement[name]:
            raise StoredError(f"{output.folder}: its {name} are not those that were sealed")
    if compute_digest(manifest.statement) != manifest.results_digest:
        raise StoredError(f"{output.folder}: its statement is not the one that was sealed")
    return BattleForecast(output.scenario, questions, {MODEL: chances})


def write_opened_forecast(
    folder: Path, sealed: SealedForecastManifest, scenario: Scenario, opened: OpenedForecast, digest: str
) -> None:
    """Write the answers, the scores, the scenario that has them, and the manifest."""
    described = DescribedTables("opened-forecast", scenario)
    for name, table in make_opened_tables(opened).items():
        described.write(folder, name, table)
    write_scenario(folder, scenario)
    write_manifest(
        folder,
        OpenedForecastManifest(
            written=datetime.now(UTC).isoformat(timespec="seconds"),
            settings=sealed.settings,
            settings_digest=sealed.settings_digest,
            scenario=sealed.scenario,
            sealed=sealed.results_digest,
            sealed_at=sealed.written,
            results_digest=digest,
            **describe_environment(),
        ),
    )


def print_opened_forecast(manifest: SealedForecastManifest, opened: OpenedForecast) -> None:
    """Print the answer first, then a table."""
    from sim.report.sealed_forecast import build_opened_table, describe_opened_forecast

    console = make_console()
    console.print()
    for sentence in describe_opened_forecast(opened, manifest.written, manifest.results_digest):
        console.print(sentence, highlight=False)
    console.print(build_opened_table(opened))
