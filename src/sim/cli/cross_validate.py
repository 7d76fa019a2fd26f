"""`sim cross-validate OUTPUT OUTPUT ...`: each battle forecast from the others, on questions fixed beforehand."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from sim import laws
from sim.analysis.cross_validation.baselines import AnsweredBattle
from sim.analysis.cross_validation.battle_forecasts import BattleForecast, Engine, forecast_left_out_battle
from sim.analysis.cross_validation.record_answers import answer_battle_questions
from sim.analysis.cross_validation.recorded_fate import RecordedFate, find_recorded_fate
from sim.analysis.cross_validation.scores import CrossValidation, cross_validate
from sim.analysis.cross_validation.source_factors import SourceFactor, list_source_factors
from sim.analysis.cross_validation.tables import build_score_tables, make_questions_table, make_statement
from sim.cli.arguments import check_page_path, plain_command, split_arguments
from sim.cli.build import require_library
from sim.cli.calibrated_battles import parse_whole_number, read_calibrated_battles
from sim.cli.console import make_console
from sim.cli.errors import SettingsError
from sim.cli.job import check_output_folder, explain_display_failure, make_output_folder
from sim.inference.pooled_battles import BattlePool, CalibratedBattle, pool_battles
from sim.outputs.described_tables import DescribedTables
from sim.outputs.provenance import describe_environment
from sim.runs.replicate import MIN_RUNS_TO_COMPILE
from sim.scenario import Scenario, load
from sim.storage.atomic import write_atomic
from sim.storage.fingerprint import compute_digest
from sim.storage.manifest import CrossValidateManifest, StoredSettings
from sim.storage.writer import write_manifest, write_scenario

USAGE = (
    "usage: sim cross-validate OUTPUT OUTPUT [OUTPUT ...] [runs=N] [seed=SEED] [outputs=FOLDER] [page=PAGE]\n"
    "       [uncalibrated=SCENARIO,SCENARIO]\n\n"
    "Each OUTPUT is the folder of a `sim calibrate`, of another battle each, under one law. Leaves each battle out in\n"
    "turn, forecasts it from what the others taught, freezes the forecasts, and only then reads its record: who held\n"
    "which place when, what came of each order, who lost how many. Scored beside the battle's own priors and five\n"
    "baselines. The recorded orders are given: what came of them is forecast. page=PAGE.md puts the tables into a\n"
    "page, between its marks. uncalibrated= names battles that are forecast too, from all the others, and teach none."
)
DEFAULTS = {"runs": "1000", "seed": "7", "outputs": "outputs"}
SEALED_FILE = "sealed.json"


@plain_command(USAGE)
def command(argv: list[str]) -> int:
    """Cross-validate over battles."""
    require_library("xarray", "sim cross-validate", "infer")
    require_library("sklearn", "sim cross-validate", "sensitivity")
    values, folders = split_arguments(argv, (*DEFAULTS, "page", "uncalibrated"))
    options = DEFAULTS | values
    runs = parse_whole_number("runs", options["runs"], 20, 1_000_000)
    seed = parse_whole_number("seed", options["seed"], 0, 2**63 - 1)
    page = check_page(Path(options["page"])) if "page" in options else None
    calibrated = read_calibrated_battles("cross-validate", folders, at_least=2)
    uncalibrated = read_uncalibrated(options.get("uncalibrated", ""), calibrated)
    scenarios, law = [*(each.scenario for each in calibrated), *uncalibrated], calibrated[0].posterior.metadata.law
    outputs = Path(options["outputs"])
    check_output_folder(outputs)
    console = make_console()
    pool = pool_battles(calibrated, runs, seed)
    engine = select_engine(len(scenarios) * runs)
    forecasts = forecast_battles(console, pool, scenarios, law, runs, engine, seed)
    statement = make_statement(forecasts, runs, seed)
    folder = make_output_folder(outputs, "cross-validation", compute_digest(statement))
    seal_forecasts(folder, forecasts, statement)
    battles = [AnsweredBattle(each, answer_battle_questions(each.scenario, each.questions)) for each in forecasts]
    result = cross_validate(battles)
    posteriors = [*(each.posterior for each in calibrated), *(None for _ in uncalibrated)]
    fates = [
        find_recorded_fate(battle, posterior, pool, law, runs, engine, seed)
        for battle, posterior in zip(battles, posteriors, strict=True)
    ]
    manifest = make_manifest(calibrated, uncalibrated, folders, result, statement)
    with explain_display_failure(folder):
        factors = list_source_factors(calibrated)
        write_results(folder, result, fates, factors, manifest)
        print_summary(console, result, fates)
        if page is not None:
            write_page(page, result, fates, factors, manifest)
    print(folder)
    return 0


def check_page(page: Path) -> Path:
    """A page with marks between which the tables go; raise SettingsError for any other."""
    from sim.report.cross_validation import MARKS

    check_page_path(page)
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    if not all(text.count(mark) == 1 for mark in MARKS):
        raise SettingsError([f"page: {page} has not the two lines {MARKS[0]} and {MARKS[1]}, once each"])
    return page


def read_uncalibrated(text: str, calibrated: list[CalibratedBattle]) -> list[Scenario]:
    """The scenarios of a list of names that nobody calibrated; raise SettingsError for one that somebody did."""
    scenarios = [load(name) for name in text.split(",") if name]
    names = [*(each.scenario.name for each in calibrated), *(each.name for each in scenarios)]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise SettingsError([f"uncalibrated: {twice} comes twice: a battle is forecast once"])
    return scenarios


def select_engine(n_battles: int) -> Engine:
    """Machine code where all battles together are worth compiling it; no one scenario has so many."""
    return "compiled" if n_battles >= MIN_RUNS_TO_COMPILE else "auto"


def forecast_battles(
    console: Console, pool: BattlePool, scenarios: list[Scenario], law: str, runs: int, engine: Engine, seed: int
) -> list[BattleForecast]:
    """The forecast of each battle from the others."""
    if not pool.parameters:
        raise SettingsError(["cross-validate: no unknown of the rules or of the sources is in two of these battles"])
    forecasts = []
    for scenario in scenarios:
        console.print(f"{scenario.title}: {runs:,} battles from the others, {runs:,} from its own priors")
        forecasts.append(forecast_left_out_battle(pool, scenario, law, engine, runs, seed))
    return forecasts


def seal_forecasts(folder: Path, forecasts: list[BattleForecast], statement: dict[str, Any]) -> None:
    """Write the questions, the chances and their digests before an answer is read."""
    DescribedTables("cross-validate", forecasts[0].scenario).write(folder, "questions", make_questions_table(forecasts))
    sealed = statement | {
        "sha256": compute_digest(statement),
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    text = json.dumps(sealed, indent=1) + "\n"
    write_atomic(folder / SEALED_FILE, lambda path: path.write_text(text, encoding="utf-8"))


def make_manifest(
    calibrated: list[CalibratedBattle],
    uncalibrated: list[Scenario],
    folders: list[str],
    result: CrossValidation,
    statement: dict[str, Any],
) -> CrossValidateManifest:
    """What was forecast from what, and the digest of the frozen forecasts."""
    settings = {"posteriors": list(folders), "runs": statement["runs"], "seed": statement["seed"]}
    settings |= {"uncalibrated": [each.name for each in uncalibrated]} if uncalibrated else {}
    digests = [each.posterior.digest for each in calibrated] + [each.compute_digest() for each in uncalibrated]
    return CrossValidateManifest(
        written=datetime.now(UTC).isoformat(timespec="seconds"),
        settings=StoredSettings(**settings),
        settings_digest=compute_digest([statement["runs"], statement["seed"], digests]),
        battles={each.scenario.name: each.scenario.title for each in result.battles},
        law=calibrated[0].posterior.metadata.law,
        seed=statement["seed"],
        runs=statement["runs"],
        questions=sum(len(each.forecast.questions) for each in result.battles),
        decided=len(result.decided),
        results_digest=compute_digest(statement),
        **describe_environment(),
    )


def write_results(
    folder: Path,
    result: CrossValidation,
    fates: list[RecordedFate],
    factors: list[SourceFactor],
    manifest: CrossValidateManifest,
) -> None:
    """Write the tables, the manifest, and then the figures."""
    from sim.analysis.cross_validation.tables import make_factors_table, make_fates_table
    from sim.plots import registry
    from sim.plots.figure_data import CrossValidationData

    first = result.battles[0].scenario
    described = DescribedTables("cross-validate", first)
    tables = build_score_tables(result)
    tables |= {"fates": make_fates_table(fates), "source_factors": make_factors_table(factors)}
    for name, table in tables.items():
        described.write(folder, name, table)
    write_scenario(folder, first)
    write_manifest(folder, manifest)
    caption = " · ".join(
        [
            f"{len(result.battles):,} battles, each from the others",
            f"{manifest.runs:,} battles of each",
            f"under {laws.find_display_name(manifest.law)}",
            f"results {manifest.results_digest[:8]}",
        ]
    )
    registry.save_figures("cross-validate", CrossValidationData(result, caption), folder / "figures")


def print_summary(console: Console, result: CrossValidation, fates: list[RecordedFate]) -> None:
    """Print the answer first, then the tables."""
    from sim.report import cross_validation as report

    console.print()
    for sentence in report.describe_cross_validation(result):
        console.print(f"- {sentence}", highlight=False)
    console.print()
    console.print(report.build_fates_table(result, fates))
    console.print(report.build_scores_table(result))


def write_page(
    page: Path,
    result: CrossValidation,
    fates: list[RecordedFate],
    factors: list[SourceFactor],
    manifest: CrossValidateManifest,
) -> None:
    """Put sentences and tables between the marks of a page."""
    from sim.report.cross_validation import format_page_section, replace_section

    section = format_page_section(result, fates, factors, manifest.results_digest)
    text = replace_section(page.read_text(encoding="utf-8"), section)
    write_atomic(page, lambda path: path.write_text(text, encoding="utf-8"))
