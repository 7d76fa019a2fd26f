"""The page of a comparison: baselines that do better first, then coverage, skill and every claim that was scored."""

from pathlib import Path
from typing import Any

from sim.battle.fight import Stage
from sim.cli.page import pictures, plain_table
from sim.experiment.scoring import Split
from sim.report.compare import CALIBRATED, MEANING, NAMES, UNCALIBRATED, answers, skill_table, told_table
from sim.report.html.matter import Finding, Matter, Number
from sim.report.html.page import write_page
from sim.scenario.drawing import Drawing

MIDDLES = {0.5: "middle half", 0.9: "middle nine tenths"}


def write(
    folder: Path,
    words: list[str],
    stage: Stage,
    drawing: Drawing,
    splits: list[Split],
    figures: list[Path],
    manifest: dict[str, Any],
) -> None:
    """Write `report.html` beside the tables and figures of a comparison."""
    scenario = stage.scenario
    findings = []
    for split in splits:
        findings.append(Finding(NAMES[split.name], tuple(answers(split)), table=plain_table(skill_table(split))))
        findings.append(Finding(f"{NAMES[split.name]}, one by one", table=plain_table(told_table(scenario, split))))
    findings += pictures(figures)
    matter = Matter(
        command="score",
        words=tuple(words),
        scenario=scenario,
        drawing=drawing,
        ends=stage.ends,
        manifest=manifest,
        answers=tuple(f"{NAMES[split.name]}: {answer}" for split in splits for answer in answers(split)),
        numbers=tuple(covered(split, share) for split in splits[:1] for share in MIDDLES if split.coverage(share)[1]),
        warning=f"{CALIBRATED if manifest['calibrated'] else UNCALIBRATED} {MEANING}",
        findings=tuple(findings),
        findings_title="Against the record",
    )
    write_page(folder, matter)


def covered(split: Split, share: float) -> Number:
    """How many claims lie where so large a share of them should."""
    held, of, (low, high) = split.coverage(share)
    interval = f"95% interval {100 * low:.0f} to {100 * high:.0f} in 100; {100 * share:.0f} if all is well"
    return Number(f"{held} of {of}", interval, f"counts and shares lie in the {MIDDLES[share]} of what was to be told")
