"""`sim score OUTPUT`: hold the battles of a stored run, and baselines that need none, against what was reported."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from sim.battle.fight import Stage
from sim.cli.arguments import parse_output_arguments, plain_command
from sim.cli.folder import check_folder, make_folder
from sim.cli.screen import screen
from sim.cli.settings import Settings, SettingsError, checked
from sim.cli.stage import stage_of
from sim.experiment.observed import claims_of
from sim.experiment.provenance import digest_of, made_by, origin, titled
from sim.experiment.scoring import SPLITS, Battles, Split, by_split, score
from sim.experiment.stored import StoredError, manifest_of
from sim.scenario.drawing import Drawing, drawing_of

MOST = 4_000  # battles: more of them change no digit that is shown
KEPT = ("scenario", "scenario_digest", "law", "seed", "settings", "settings_digest", "calibrated", "posterior")
USAGE = (
    "usage: sim score OUTPUT [battles=N] [outputs=FOLDER]\n\n"
    "Reads the folder of a `sim run` and scores what its sources would have told of those battles against what they\n"
    f"did tell, beside baselines that need no simulation. At most {MOST} battles are read, if nothing else is asked."
)


@plain_command(USAGE)
def command(words: list[str]) -> int:
    """Score one stored run."""
    source, options = parse_output_arguments("score", words, ("battles", "outputs"))
    most = parse_battles(options["battles"]) if "battles" in options else MOST
    outputs = Path(options.get("outputs", "outputs"))
    try:
        manifest = manifest_of(source)
        if not (source / "claims.parquet").is_file() or "settings" not in manifest:
            allowed = "allowed: a folder that `sim run` wrote"
            raise StoredError(f"{source}: not the output of a run of battles ({allowed})")
        replications, values = claims_of(source, most)
    except StoredError as error:
        raise SettingsError([f"score: {error}"]) from error
    settings = checked(manifest["settings"])
    stage = stage_as_fought(source, manifest, settings)
    drawing = drawing_of(settings.scenario, stage.scenario)
    splits = score(Battles(stage.scenario, stage.ends, values, settings.seed, replications))
    if not splits:
        raise SettingsError([f"score: {source}: no claim of the record can be scored in so short a battle"])
    check_folder(outputs)
    facts = facts_of(source, manifest, stage, splits, len(replications))
    folder = make_folder(outputs, "score", facts["results_digest"])
    write(folder, source, words, facts, stage, drawing, splits)
    tell(screen(), stage, splits, facts)
    print(folder)
    return 0


def parse_battles(written: str) -> int:
    """How many battles to read at most; raise SettingsError for what is no such number."""
    if not written.isdecimal() or int(written) < 2:
        raise SettingsError([f"battles: not a number of battles (got {written!r}; allowed: 2 or more)"])
    return int(written)


def stage_as_fought(source: Path, manifest: dict[str, Any], settings: Settings) -> Stage:
    """The stage of the stored battles; raise SettingsError if its scenario has changed since."""
    stage = stage_of(settings)
    if stage.digest != manifest["scenario_digest"]:
        was, now = manifest["scenario_digest"][:12], stage.digest[:12]
        raise SettingsError(
            [f"score: {source}: the scenario has changed since (was {was}, is {now}); fight it again with sim run"]
        )
    return stage


def facts_of(source: Path, manifest: dict[str, Any], stage: Stage, splits: list[Split], battles: int) -> dict[str, Any]:
    """What the output says of itself: what was scored, on which split, and what it was made from."""
    from sim.experiment import score_tables

    declared = {
        split: {
            id: str(claim.value.said)
            for id, claim in stage.scenario.claims.items()
            if claim.scored == split and claim.value
        }
        for split in SPLITS
    }
    told = score_tables.told_table(stage.scenario, splits).to_pydict()
    skill = score_tables.skill_table(by_split(splits)).to_pydict()
    return {
        "command": "score",
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "compared": str(source),
        "compared_digest": manifest["results_digest"],
        "battles": battles,
        "splits_digest": digest_of(declared),
        **{name: manifest[name] for name in KEPT if name in manifest},
        "results_digest": digest_of([told, skill]),
        **made_by(),
    }


def write(
    folder: Path,
    source: Path,
    words: list[str],
    facts: dict[str, Any],
    stage: Stage,
    drawing: Drawing,
    splits: list[Split],
) -> None:
    """Write the tables, the figures, the page and, last, the manifest."""
    from sim.cli import page_compare
    from sim.experiment import score_tables, store
    from sim.plots import compare as figures

    scenario = stage.scenario
    store.write_table(folder / "told.parquet", score_tables.told_table(scenario, splits))
    store.write_table(folder / "scores.parquet", score_tables.scores_table(splits))
    store.write_table(folder / "skill.parquet", score_tables.skill_table(by_split(splits)))
    store.write_table(folder / "silent.parquet", score_tables.silent_table(splits))
    fought = [titled(scenario), f"{facts['battles']} battles", f"seed {facts['seed']}", f"law: {facts['law']}"]
    caption = origin(fought, facts)
    facts["fought"] = fought
    store.write_scenario(folder, scenario)
    drawn = figures.save_all(scenario, store.read(source), splits, caption, folder / "figures")
    page_compare.write(folder, words, stage, drawing, splits, drawn, facts)
    store.write_manifest(folder, facts)


def tell(console: Console, stage: Stage, splits: list[Split], facts: dict[str, Any]) -> None:
    """Sentences first, baselines that do better before all; then the tables."""
    from sim.report.compare import CALIBRATED, MEANING, NAMES, UNCALIBRATED, answers, skill_table, told_table

    console.print()
    console.print(Text.assemble((stage.scenario.title, "bold"), f": {facts['battles']} battles against the record"))
    for split in splits:
        claims = len(split.forecast.claims)
        console.print(f"\n{NAMES[split.name]} ({claims}):", highlight=False)
        for sentence in answers(split):
            console.print(f"  {sentence}", highlight=False)
    for split in splits:
        console.print()
        console.print(skill_table(split))
        console.print(told_table(stage.scenario, split))
    console.print(MEANING, highlight=False)
    console.print(CALIBRATED if facts["calibrated"] else UNCALIBRATED, highlight=False)
