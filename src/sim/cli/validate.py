"""`sim validate`: compare the model with other battles, whose tables are read from a folder of the user's."""

import csv
import os
import shutil
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from sim import laws
from sim.analysis import validation
from sim.analysis.validation.csv_tables import DataError
from sim.analysis.validation.results import (
    ReproductionCheck,
    ValidationResult,
    ValidationSettings,
    describe_counts,
    sort_misses_first,
)
from sim.cli.arguments import settings_command, split_arguments
from sim.cli.build import build_scenario
from sim.cli.console import make_console, track_progress
from sim.cli.errors import SettingsError
from sim.cli.job import check_output_folder, explain_display_failure, make_output_folder
from sim.cli.settings import Settings, compose_settings
from sim.outputs.described_tables import DescribedTables
from sim.report.terminal_table import make_table
from sim.scenario import Scenario
from sim.storage.manifest import ReproductionFacts, StoredSettings, ValidateManifest
from sim.storage.writer import write_manifest, write_scenario

USAGE = (
    "usage: sim validate data=DIR [docs=DIR] [only=NAME,...] [setting=value ...]\n\n"
    "Holds the model against other battles. DIR holds a folder of tables for each set of data: iwo_jima, ardennes,\n"
    "rubio_battles and cdb90. With docs=docs the tables and figures of docs/validation.md are written again.\n"
    f"only= takes some of the validations ({', '.join(validation.list_data_sets())});\n"
    "what the page says of the others stays.\n"
    "Of the settings it takes scenario (for its priors), law, seed, workers and outputs."
)
OUTPUT_NAME = "validation"
OWN_ARGUMENTS = ("data", "docs", "only")
UNUSED_SETTINGS = (
    *("name", "engine", "parameters", "randomness", "runs", "until", "backend", "save_logs", "question_text"),
    *("perturb", "intervene_at", "law_parameters"),
)


@settings_command(USAGE, own_arguments=OWN_ARGUMENTS, unused=UNUSED_SETTINGS)
def command(argv: list[str]) -> int:
    """Validate against data sets, all if none is named, write tables and figures, and print what was reproduced."""
    own_values, overrides = split_arguments(argv, OWN_ARGUMENTS)
    data, docs = parse_path(own_values, "data"), parse_path(own_values, "docs")
    if data is None:
        raise SettingsError(["validate needs data=DIR, the folder of the tables (see sim validate --help)"])
    if not data.is_dir():
        raise SettingsError([f"data: there is no folder {data}"])
    if docs is not None and not docs.is_dir():
        raise SettingsError([f"docs: there is no folder {docs}"])
    names = parse_names(own_values)
    settings = compose_settings(overrides)
    scenario = build_scenario(settings)
    check_output_folder(settings.outputs)
    tables_by_set = load_data_sets(data, names)
    workers = settings.workers or os.cpu_count() or 1
    options = ValidationSettings(scenario, settings.law, settings.seed, workers, progress=track_progress)
    results = [validation.load_data_set(name).validate(tables, options) for name, tables in tables_by_set.items()]
    folder = make_output_folder(settings.outputs, OUTPUT_NAME, compute_validation_digest(settings, results))
    with explain_display_failure(folder):
        write_results(folder, scenario, results, settings, docs)
        print_summary(make_console(), results)
    print(folder)
    return 0


def parse_path(own_values: dict[str, str], name: str) -> Path | None:
    """The folder that an argument names, if it is given; raise SettingsError for an empty one."""
    if own_values.get(name) == "":
        raise SettingsError([f"{name}: not a folder (got '')"])
    return Path(own_values[name]) if name in own_values else None


def parse_names(own_values: dict[str, str]) -> list[str]:
    """The validations to be done, all if none is named; raise SettingsError for a name that there is not."""
    allowed = validation.list_data_sets()
    names = own_values["only"].split(",") if "only" in own_values else allowed
    if unknown := [name for name in names if name not in allowed]:
        raise SettingsError([f"only: no validation {', '.join(map(repr, unknown))} (allowed: {', '.join(allowed)})"])
    return names


def load_data_sets(data: Path, names: list[str]) -> dict[str, Any]:
    """The tables of some data sets; raise SettingsError with all faults."""
    expected = list(dict.fromkeys(validation.load_data_set(name).FOLDER for name in names))
    if missing := [folder for folder in expected if not (data / folder).is_dir()]:
        raise SettingsError([f"data: {data} has no folder {', '.join(missing)} (wanted: {', '.join(expected)})"])
    tables_by_set, faults = {}, []
    for name in names:
        try:
            tables_by_set[name] = validation.load_data_set(name).load(data)
        except DataError as error:
            faults += [f"data: {message}" for message in error.messages]
    if faults:
        raise SettingsError(faults)
    return tables_by_set


def compute_validation_digest(settings: Settings, results: list[ValidationResult]) -> str:
    """The digest of a validation: its settings and tables."""
    from sim.storage.fingerprint import compute_digest

    input_settings = settings.model_dump(mode="json", exclude={"workers", "outputs"})
    return compute_digest(
        [input_settings, [[str(row) for table in result.tables for row in table.rows] for result in results]]
    )


def write_results(
    folder: Path, scenario: Scenario, results: list[ValidationResult], settings: Settings, docs: Path | None
) -> None:
    """Write every table as CSV, the manifest, then the figures and, with `docs`, the blocks and images of the page."""
    from sim.analysis.validation.curves import build_curves_table
    from sim.outputs.provenance import describe_environment
    from sim.plots import registry
    from sim.plots.figure_data import ValidationData
    from sim.report.validation_page import fill_validation_page
    from sim.storage.fingerprint import compute_digest

    with ExitStack() as files:
        for result in results:
            for table in result.tables:
                path = folder / f"{result.name}_{table.name}.csv"
                rows = csv.writer(files.enter_context(path.open("w", newline="", encoding="utf-8")))
                rows.writerows([table.headings, *table.rows])
    caption = f"under {laws.find_display_name(settings.law)} · seed {settings.seed} · sim {version('sim')}"
    DescribedTables("validate", scenario).write(folder, "validation_curves", build_curves_table(results))
    write_scenario(folder, scenario)
    all_settings = settings.model_dump(mode="json")
    manifest = ValidateManifest(
        written=datetime.now(UTC).isoformat(timespec="seconds"),
        settings=StoredSettings(**all_settings),
        settings_digest=compute_digest(all_settings),
        **describe_environment(),
        made=caption,
        results={result.name: result.title for result in results},
        checks={result.name: [collect_check_facts(check) for check in result.checks] for result in results},
    )
    write_manifest(folder, manifest)
    results_by_set = {result.name: result for result in results}
    figures = registry.save_figures("validate", ValidationData(results_by_set, caption), folder / "figures")
    if docs is not None:
        images = docs / "images" / "validation"
        images.mkdir(parents=True, exist_ok=True)
        for figure in figures:
            if figure.suffix == ".png":
                shutil.copy(figure, images)
        page = docs / "validation.md"
        text = page.read_text(encoding="utf-8") if page.exists() else ""
        page.write_text(fill_validation_page(text, results), encoding="utf-8")


def collect_check_facts(check: ReproductionCheck) -> ReproductionFacts:
    """A check as the manifest has it, with Python's bool."""
    return ReproductionFacts(
        quantity=check.quantity,
        expected=check.expected,
        obtained=check.obtained,
        is_reproduced=bool(check.is_reproduced),
        is_golden=check.is_golden,
    )


def print_summary(console: Console, results: list[ValidationResult]) -> None:
    """Print what was reproduced and what was not."""
    for result in results:
        table = make_table(result.title, ("", "what", "wanted", "found"))
        for check in sort_misses_first(result.checks):
            mark = "reproduced" if check.is_reproduced else Text("NOT reproduced", style="bold")
            table.add_row(mark, check.quantity, check.expected, check.obtained)
        console.print(table)
    checks = [check for result in results for check in result.checks]
    console.print(describe_counts(checks), highlight=False)
