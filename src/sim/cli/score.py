"""`sim score OUTPUT`: score a stored run, and baselines without simulation, against the claims."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.text import Text

from sim import laws
from sim.battle.simulation import Simulation
from sim.cli.arguments import parse_output_arguments, plain_command, read_whole_number
from sim.cli.build import build_simulation
from sim.cli.console import make_console, print_subject
from sim.cli.errors import SettingsError
from sim.cli.job import check_output_folder, explain_display_failure, make_output_folder
from sim.cli.settings import Settings, validate_settings
from sim.outputs.described_tables import DescribedTables
from sim.outputs.provenance import describe_environment, format_origin, format_title
from sim.outputs.run_results import read_claim_values, read_reporting_parameters
from sim.report.terminal_table import ALL_ROWS, TELLING_ROWS, print_table
from sim.scenario.basemap import Basemap, load_basemap
from sim.scenario.problems import shorten
from sim.scoring.evaluate import SPLITS, SimulatedValues, SplitEvaluation, evaluate_splits, group_by_split
from sim.storage.fingerprint import compute_digest
from sim.storage.manifest import RunManifest, ScoreManifest, SealedForecastManifest
from sim.storage.reader import StoredOutput, open_output
from sim.storage.seal import StoredError
from sim.storage.writer import write_manifest, write_scenario

if TYPE_CHECKING:
    from sim.plots.figure_data import ScoreData

MAX_BATTLES = 4_000  # more battles change no digit that is shown
COPIED_FACTS = ("scenario", "scenario_digest", "law", "seed", "settings", "settings_digest", "calibrated", "posterior")
USAGE = (
    "usage: sim score OUTPUT [battles=N] [outputs=FOLDER]\n"
    "       sim score SEALED_FORECAST answers=SCENARIO [outputs=FOLDER]\n\n"
    "Reads the folder of a `sim run` and scores what its sources would have reported of those battles against what\n"
    "they did report, beside baselines that need no simulation. "
    f"At most {MAX_BATTLES:,} battles are read, if nothing else is asked.\n"
    "Printed are the ten most surprising claims and the ten best baselines; with --full all of them."
)


def score_in_full(argv: list[str]) -> int:
    """Score one stored run and print every claim and baseline."""
    return score_output(argv, ALL_ROWS)


@plain_command(USAGE, alternatives={"full": score_in_full})
def command(argv: list[str]) -> int:
    """Score one stored run."""
    return score_output(argv, TELLING_ROWS)


def score_output(argv: list[str], max_rows: int) -> int:
    """Score one stored run or open a sealed forecast, write the results, and print so many rows of each table."""
    source, options = parse_output_arguments("score", argv, ("battles", "outputs", "answers"))
    max_battles = parse_battles(options["battles"]) if "battles" in options else MAX_BATTLES
    outputs = Path(options.get("outputs", "outputs"))
    try:
        run = open_output(source)
        if "answers" in options:
            from sim.cli.sealed_forecast import score_sealed_forecast

            return score_sealed_forecast(run, options["answers"], outputs)
        scored = score_run(run, max_battles)
    except StoredError as error:
        raise SettingsError([f"score: {error}"]) from error
    check_output_folder(outputs)
    folder = make_output_folder(outputs, "score", scored.manifest.results_digest)
    with explain_display_failure(folder):
        data = store_scores(folder, scored)
        write_pages(folder, scored, data, argv)
        console = make_console()
        print_subject(console, "run", scored.settings)
        print_summary(console, scored, max_rows)
    print(folder)
    return 0


@dataclass(frozen=True)
class ScoredRun:
    """A stored run held against its record: its settings, values of its claims, scores of each split, the manifest."""

    run: StoredOutput
    settings: Settings
    simulation: Simulation
    basemap: Basemap
    values: Mapping[str, np.ndarray]
    splits: list[SplitEvaluation]
    manifest: ScoreManifest


def score_run(run: StoredOutput, max_battles: int) -> ScoredRun:
    """Score a stored run against the claims, beside baselines; nothing is written.

    Parameters
    ----------
    run
        The output of `sim run`.
    max_battles
        At most so many of its battles, the first ones, are read.

    Returns
    -------
    ScoredRun
        The scores of each split of the claims.

    Raises
    ------
    StoredError
        It is the output of another command, or damaged.
    SettingsError
        The scenario has changed since, or no claim can be scored.
    """
    source = run.folder
    if isinstance(run.manifest, SealedForecastManifest):
        raise SettingsError([f"score: {source} is a sealed forecast: which scenario answers it? (answers=NAME)"])
    run_manifest = run.require(RunManifest)
    replications, values = read_claim_values(run, max_battles)
    reporting = read_reporting_parameters(run, replications)
    settings = validate_settings(run_manifest.settings.model_dump(mode="json", exclude_unset=True))
    simulation = rebuild_simulation(source, run_manifest, settings)
    splits = evaluate_splits(
        SimulatedValues(simulation.scenario, simulation.end_hours, values, settings.seed, replications, reporting)
    )
    if not splits:
        raise SettingsError([f"score: {source}: no claim of the record can be scored in so short a battle"])
    manifest = make_manifest(source, run_manifest, simulation, splits, len(replications), bool(reporting))
    basemap = load_basemap(settings.scenario, simulation.scenario)
    return ScoredRun(run, settings, simulation, basemap, values, splits, manifest)


def parse_battles(text: str) -> int:
    """The maximum number of battles to read; raise SettingsError for what is no such number."""
    number = read_whole_number(text)
    if number is None or number < 2:
        raise SettingsError([f"battles: not a number of battles (got {shorten(text)}; allowed: 2 or more)"])
    return number


def rebuild_simulation(source: Path, manifest: RunManifest, settings: Settings) -> Simulation:
    """The simulation of the stored battles; raise SettingsError if its scenario has changed since.

    Nothing is fought, so that the posterior of the battles, which may be gone, is not read.
    """
    simulation = build_simulation(settings.model_copy(update={"parameters": "prior"}))
    if simulation.digest != manifest.scenario_digest:
        change = f"was {manifest.scenario_digest[:12]}, is {simulation.digest[:12]}"
        raise SettingsError(
            [f"score: {source}: the scenario has changed since ({change}); fight it again with sim run"]
        )
    return simulation


def make_manifest(
    source: Path,
    run: RunManifest,
    simulation: Simulation,
    splits: list[SplitEvaluation],
    battles: int,
    has_reporting: bool,
) -> ScoreManifest:
    """What was scored, on which splits, and the inputs."""
    from sim.outputs import score_tables

    reported_phrases = {
        split: {
            id: str(claim.value.phrase)
            for id, claim in simulation.scenario.claims.items()
            if claim.role == split and claim.value
        }
        for split in SPLITS
    }
    claim_scores = score_tables.make_claim_forecasts_table(simulation.scenario, splits).to_pydict()
    skill = score_tables.make_skill_table(group_by_split(splits)).to_pydict()
    return ScoreManifest(
        written=datetime.now(UTC).isoformat(timespec="seconds"),
        scored_run=str(source),
        scored_run_digest=run.results_digest,
        battles=battles,
        splits_digest=compute_digest(reported_phrases),
        reporting="posterior" if has_reporting else "prior",
        **{name: getattr(run, name) for name in COPIED_FACTS},
        results_digest=compute_digest([claim_scores, skill]),
        caption_parts=[
            format_title(simulation.scenario),
            f"{battles:,} battles",
            f"seed {run.seed}",
            f"under {laws.find_display_name(run.law)}",
        ],
        **describe_environment(),
    )


def store_scores(folder: Path, scored: ScoredRun) -> "ScoreData":
    """Write the tables and the manifest, which marks the results as complete; what the figures are drawn from."""
    from sim.outputs import run_results, score_tables
    from sim.plots.figure_data import ScoreData

    scenario, splits, manifest = scored.simulation.scenario, scored.splits, scored.manifest
    described = DescribedTables("score", scenario)
    described.write(folder, "claim_forecasts", score_tables.make_claim_forecasts_table(scenario, splits))
    described.write(folder, "claim_agreement", score_tables.make_claim_agreement_table(scenario, scored.values))
    described.write(folder, "scores", score_tables.make_scores_table(splits))
    described.write(folder, "skill", score_tables.make_skill_table(group_by_split(splits)))
    described.write(folder, "unscored", score_tables.make_unscored_table(splits))
    caption = format_origin(manifest.caption_parts, manifest)
    write_scenario(folder, scenario)
    data = ScoreData(scenario, run_results.load_run_tables(scored.run), splits, caption)
    write_manifest(folder, manifest)
    return data


def write_pages(folder: Path, scored: ScoredRun, data: "ScoreData", argv: list[str]) -> None:
    """Draw the figures and write the page."""
    from sim.plots import registry
    from sim.report.pages import score as score_page

    figure_paths = registry.save_figures("score", data, folder / "figures")
    score_page.write_score_page(
        folder, argv, scored.simulation, scored.basemap, scored.splits, figure_paths, scored.manifest
    )


def print_summary(console: Console, scored: ScoredRun, max_rows: int) -> None:
    """Print sentences first, better baselines at the top, then the tables."""
    from sim.report.skill import (
        SKILL_EXPLANATION,
        SPLIT_TITLES,
        build_claim_score_table,
        build_skill_table,
        describe_calibration_of_scores,
        describe_scores,
    )

    scenario, manifest = scored.simulation.scenario, scored.manifest
    console.print()
    console.print(Text.assemble((scenario.title, "bold"), f": {manifest.battles:,} battles against the record"))
    for split in scored.splits:
        claims = len(split.forecast.claims)
        console.print(f"\n{SPLIT_TITLES[split.name]} ({claims}):", highlight=False)
        for sentence in describe_scores(split):
            console.print(f"- {sentence}", highlight=False)
    for split in scored.splits:
        title = f"{SPLIT_TITLES[split.name]}, most surprising first"
        console.print()
        print_table(console, build_claim_score_table(title, scenario, split), max_rows)
        print_table(console, build_skill_table(split), max_rows)
    console.print(SKILL_EXPLANATION, highlight=False)
    console.print(describe_calibration_of_scores(manifest), highlight=False)
