"""`sim diff A B`: two outputs beside each other: what differs between them, and what came of each."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from sim.analysis.diff_tables import make_outcome_table, make_settings_table
from sim.analysis.output_differences import OutputComparison, compare_outputs
from sim.cli.arguments import plain_command, split_arguments
from sim.cli.console import make_console
from sim.cli.errors import SettingsError
from sim.cli.job import check_output_folder, explain_display_failure, make_output_folder
from sim.outputs.described_tables import DescribedTables
from sim.outputs.deviations import find_deviations
from sim.outputs.provenance import describe_environment, format_origin, format_title
from sim.report.terminal_table import ALL_ROWS, TELLING_ROWS, print_table
from sim.scenario.basemap import Basemap, load_basemap
from sim.scenario.problems import ScenarioError
from sim.storage.fingerprint import compute_digest
from sim.storage.manifest import BattleManifest, ComparedFacts, DiffManifest
from sim.storage.reader import StoredOutput, open_output
from sim.storage.seal import StoredError
from sim.storage.writer import write_manifest, write_scenario

COPIED_FACTS = ("scenario", "scenario_digest", "law", "seed", "settings", "settings_digest", "calibrated", "posterior")
USAGE = (
    "usage: sim diff A B [outputs=FOLDER]\n\n"
    "Puts two outputs of `sim run`, `sim whatif` or `sim sweep` (both of one command and one scenario) beside each\n"
    "other: the settings, values of the scenario and versions that differ, and every outcome with its interval.\n"
    "Battles of one seed are compared in pairs. Nothing is fought.\n"
    "Printed are the ten outcomes that differ most clearly; with --full all of them."
)


def compare_in_full(argv: list[str]) -> int:
    """Compare two stored outputs and print every outcome."""
    return compare_folders(argv, ALL_ROWS)


@plain_command(USAGE, alternatives={"full": compare_in_full})
def command(argv: list[str]) -> int:
    """Compare two stored outputs."""
    return compare_folders(argv, TELLING_ROWS)


def compare_folders(argv: list[str], max_rows: int) -> int:
    """Compare two stored outputs, write the results, and print so many rows of each table."""
    options, folders = split_arguments(argv, ("outputs",))
    sources = [each for each in folders if "=" not in each or Path(each).is_dir()]
    if unknown := [each for each in folders if each not in sources]:
        raise SettingsError([f"{unknown[0].partition('=')[0]}: unknown option (allowed: outputs)"])
    if len(sources) != 2:
        raise SettingsError([f"diff: needs two output folders (got {', '.join(sources) or 'none'})"])
    outputs = Path(options.get("outputs") or "outputs")
    try:
        diff = plan_diff(*(open_output(Path(source)) for source in sources))
    except StoredError as error:
        raise SettingsError([f"diff: {error}"]) from error
    check_output_folder(outputs)
    folder = make_output_folder(outputs, "diff", diff.manifest.results_digest)
    with explain_display_failure(folder):
        store_diff(folder, diff)
        write_pages(folder, diff, argv)
        print_summary(make_console(), diff, max_rows)
    print(folder)
    return 0


@dataclass(frozen=True)
class DiffPlan:
    """Two outputs that were compared, the manifest of the comparison, and the ground of the map."""

    comparison: OutputComparison
    manifest: DiffManifest
    basemap: Basemap


def plan_diff(first: StoredOutput, second: StoredOutput) -> DiffPlan:
    """Compare two outputs; nothing is written. Raise StoredError for two that can't be compared."""
    comparison = compare_outputs(first, second)
    return DiffPlan(comparison, make_manifest(comparison), find_basemap(first))


def find_basemap(output: StoredOutput) -> Basemap:
    """The ground of an output's map; none if the file of its scenario is not there any more."""
    try:
        return load_basemap(output.manifest.settings.scenario or "", output.scenario)
    except ScenarioError:
        return Basemap()


def make_manifest(comparison: OutputComparison) -> DiffManifest:
    """What was compared, and how."""
    first = comparison.first.require(BattleManifest)
    facts = [describe_compared(each) for each in (comparison.first, comparison.second)]
    return DiffManifest(
        written=datetime.now(UTC).isoformat(timespec="seconds"),
        compared_command=comparison.first.command,
        first=facts[0],
        second=facts[1],
        paired=comparison.is_paired,
        identical=comparison.is_identical,
        **{name: getattr(first, name) for name in COPIED_FACTS},
        results_digest=compute_digest(make_outcome_table(comparison.outcomes).to_pydict()),
        caption_parts=[
            format_title(comparison.first.scenario),
            f"A: results {facts[0].results_digest[:8]}",
            f"B: results {facts[1].results_digest[:8]}",
        ],
        **describe_environment(),
    )


def describe_compared(output: StoredOutput) -> ComparedFacts:
    """One of the two outputs: where it is, and what distinguishes it in a few words."""
    manifest = output.require(BattleManifest)
    battles = getattr(manifest, "runs", 0)
    parts = [f"{battles:,} battles", f"seed {manifest.seed}", *find_deviations(manifest)]
    return ComparedFacts(
        folder=str(output.folder), label=", ".join(parts), results_digest=manifest.results_digest, battles=battles
    )


def store_diff(folder: Path, diff: DiffPlan) -> None:
    """Write the tables, the scenario of the first output and the manifest, which marks the results as complete."""
    scenario = diff.comparison.first.scenario
    described = DescribedTables("diff", scenario)
    described.write(folder, "setting_differences", make_settings_table(diff.comparison.settings))
    described.write(folder, "outcome_differences", make_outcome_table(diff.comparison.outcomes))
    write_scenario(folder, scenario)
    write_manifest(folder, diff.manifest)


def write_pages(folder: Path, diff: DiffPlan, argv: list[str]) -> None:
    """Draw the figure and write the page."""
    from sim.plots import registry
    from sim.plots.diff.outcome_differences import DiffData
    from sim.report.pages.diff import write_diff_page

    manifest = diff.manifest
    caption = format_origin(manifest.caption_parts, manifest)
    data = DiffData(diff.comparison.outcomes, (manifest.first.label, manifest.second.label), caption)
    figure_paths = registry.save_figures("diff", data, folder / "figures")
    write_diff_page(folder, argv, diff.comparison, diff.basemap, figure_paths, manifest)


def print_summary(console: Console, diff: DiffPlan, max_rows: int) -> None:
    """Print sentences first, then what differs, then the outcomes."""
    from sim.report.diff import build_outcome_table, build_setting_table, describe_diff

    comparison, manifest = diff.comparison, diff.manifest
    console.print()
    console.print(f"A: {manifest.first.label}", highlight=False)
    console.print(f"B: {manifest.second.label}", highlight=False)
    console.print()
    for sentence in describe_diff(manifest, comparison.outcomes):
        console.print(f"- {sentence}", highlight=False)
    console.print()
    if comparison.settings:
        print_table(console, build_setting_table(comparison.settings), max_rows)
    print_table(console, build_outcome_table(comparison.outcomes), max_rows)
