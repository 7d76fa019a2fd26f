"""`sim validate`: hold the model against other battles, whose tables are read from a folder of the user's."""

import csv
import shutil
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table as Shown
from rich.text import Text

from sim.cli.arguments import settings_command, split_arguments
from sim.cli.folder import check_folder, make_folder
from sim.cli.screen import screen
from sim.cli.settings import Settings, SettingsError, compose_settings
from sim.cli.stage import scenario_of
from sim.scenario import Scenario
from sim.validation import sets
from sim.validation.finding import Finding, Plan, Verdict
from sim.validation.reading import DataError

USAGE = (
    "usage: sim validate data=DIR [docs=DIR] [setting=value ...]\n\n"
    "Holds the model against other battles. DIR holds a folder of tables for each set of data: iwo_jima, ardennes,\n"
    "rubio_battles and cdb90. With docs=docs the tables and figures of docs/validation.md are written again.\n"
    "Of the settings it takes scenario (for its priors), law, seed, workers and outputs."
)
NAME = "validation"
OWN = ("data", "docs")


@settings_command(USAGE, own=OWN)
def command(words: list[str]) -> int:
    """Read every set, hold the model against each, write tables and figures, and say what was reproduced."""
    own, words = split_arguments(words, OWN)
    data, docs = path_of(own, "data"), path_of(own, "docs")
    if data is None:
        raise SettingsError(["validate needs data=DIR, the folder of the tables (see sim validate --help)"])
    if not data.is_dir():
        raise SettingsError([f"data: there is no folder {data}"])
    if docs is not None and not docs.is_dir():
        raise SettingsError([f"docs: there is no folder {docs}"])
    settings = compose_settings(words)
    scenario = scenario_of(settings)
    check_folder(settings.outputs)
    loaded = load_all(data)
    plan = Plan(scenario, settings.law, settings.seed, settings.workers or default_workers(), watch=progress)
    findings = [sets.named(name).hold(tables, plan) for name, tables in loaded.items()]
    folder = make_folder(settings.outputs, NAME, digest(settings, findings))
    write(folder, scenario, findings, settings, docs)
    tell(screen(), findings)
    print(folder)
    return 0


def default_workers() -> int:
    """One process for each core."""
    import os

    return os.cpu_count() or 1


def path_of(own: dict[str, str], name: str) -> Path | None:
    """The folder that an argument names, if it is given; raise SettingsError for an empty one."""
    if own.get(name) == "":
        raise SettingsError([f"{name}: not a folder (got '')"])
    return Path(own[name]) if name in own else None


def load_all(data: Path) -> dict[str, Any]:
    """The tables of every set; raise SettingsError with every fault that there is."""
    wanted = [sets.named(name).FOLDER for name in sets.names()]
    if missing := [folder for folder in wanted if not (data / folder).is_dir()]:
        raise SettingsError([f"data: {data} has no folder {', '.join(missing)} (wanted: {', '.join(wanted)})"])
    loaded, faults = {}, []
    for name in sets.names():
        try:
            loaded[name] = sets.named(name).load(data)
        except DataError as error:
            faults += [f"data: {line}" for line in error.lines]
    if faults:
        raise SettingsError(faults)
    return loaded


def progress(work: Iterable[Any], total: int, label: str) -> Iterable[Any]:
    """A progress bar on standard error, if that is a terminal."""
    console = Console(stderr=True)
    return track(work, label, total=total, console=console, transient=True, disable=not console.is_terminal)


def digest(settings: Settings, findings: list[Finding]) -> str:
    """What tells this validation from others: its settings and what came out."""
    from sim.experiment.provenance import digest_of

    kept = settings.model_dump(mode="json", exclude={"workers", "outputs"})
    return digest_of([kept, [[str(row) for table in finding.tables for row in table.rows] for finding in findings]])


def write(folder: Path, scenario: Scenario, findings: list[Finding], settings: Settings, docs: Path | None) -> None:
    """Write every table as CSV, the figures, a page's tables and figures if it is named and, last, the manifest."""
    from sim.experiment import store
    from sim.experiment.provenance import digest_of, made_by
    from sim.plots.validation import save_all
    from sim.validation.curves import curves_table
    from sim.validation.page import written

    with ExitStack() as files:
        for finding in findings:
            for table in finding.tables:
                path = folder / f"{finding.name}_{table.name}.csv"
                rows = csv.writer(files.enter_context(path.open("w", newline="", encoding="utf-8")))
                rows.writerows([table.headings, *table.rows])
    made = f"law: {settings.law} · seed {settings.seed} · sim {version('sim')}"
    figures = save_all(findings, made, folder / "figures")
    if docs is not None:
        images = docs / "images" / "validation"
        images.mkdir(parents=True, exist_ok=True)
        for figure in figures:
            if figure.suffix == ".png":
                shutil.copy(figure, images)
        page = docs / "validation.md"
        text = page.read_text(encoding="utf-8") if page.exists() else ""
        page.write_text(written(text, findings), encoding="utf-8")
    store.write_table(folder / "curves.parquet", curves_table(findings))
    store.write_scenario(folder, scenario)
    plain = settings.model_dump(mode="json")
    facts = {
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "settings": plain,
        "settings_digest": digest_of(plain),
        **made_by(),
        "command": "validate",
        "made": made,
        "findings": {finding.name: finding.title for finding in findings},
        "verdicts": {finding.name: [plain_of(verdict) for verdict in finding.verdicts] for finding in findings},
    }
    store.write_manifest(folder, facts)


def plain_of(verdict: Verdict) -> dict[str, Any]:
    """A verdict as plain data; numpy's truth is made Python's."""
    return vars(verdict) | {"reproduced": bool(verdict.reproduced)}


def tell(console: Console, findings: list[Finding]) -> None:
    """Show what was reproduced and what was not."""
    for finding in findings:
        table = Shown(title=finding.title, title_justify="left", pad_edge=False)
        for heading in ("", "what", "wanted", "found"):
            table.add_column(heading, overflow="fold")
        for verdict in finding.verdicts:
            mark = "reproduced" if verdict.reproduced else Text("NOT reproduced", style="bold")
            table.add_row(mark, verdict.what, verdict.wanted, verdict.found)
        console.print(table)
    every = [verdict for finding in findings for verdict in finding.verdicts]
    held = sum(verdict.reproduced for verdict in every)
    console.print(f"{held} of {len(every)} reproduced, {len(every) - held} not.", highlight=False)
