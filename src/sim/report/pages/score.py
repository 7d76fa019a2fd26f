"""The page of scores against the record."""

from collections.abc import Sequence
from pathlib import Path

from sim.battle.simulation import Simulation
from sim.report.html.content import KeyFigure, PageContent, ResultBlock, convert_table, make_figure_blocks, split_lead
from sim.report.html.render import write_page
from sim.report.skill import (
    SPLIT_TITLES,
    build_claim_score_table,
    build_skill_table,
    describe_calibration_of_scores,
    describe_scores,
    describe_splits,
)
from sim.scenario.basemap import Basemap
from sim.scoring.evaluate import SplitEvaluation
from sim.storage.manifest import ScoreManifest

LEAD_FIGURES = ("Counts", "Skill", "Events")
INTERVAL_LABELS = {0.5: "middle half", 0.9: "middle 90 %"}


def write_score_page(
    folder: Path,
    argv: Sequence[str],
    simulation: Simulation,
    basemap: Basemap,
    splits: list[SplitEvaluation],
    figure_paths: list[Path],
    manifest: ScoreManifest,
) -> None:
    """Write `report.html` beside the tables and figures of `sim score`."""
    scenario = simulation.scenario
    result_blocks = []
    for split in splits:
        result_blocks.append(
            ResultBlock(
                SPLIT_TITLES[split.name], tuple(describe_scores(split)), table=convert_table(build_skill_table(split))
            )
        )
        result_blocks.append(
            ResultBlock(
                f"{SPLIT_TITLES[split.name]}, one by one",
                table=convert_table(build_claim_score_table("", scenario, split)),
            )
        )
    lead, other_blocks = split_lead([*result_blocks, *make_figure_blocks(figure_paths)], LEAD_FIGURES)
    content = PageContent(
        command="score",
        argv=tuple(argv),
        scenario=scenario,
        basemap=basemap,
        end_hours=simulation.end_hours,
        manifest=manifest,
        headlines=tuple(describe_splits(splits)),
        key_figures=tuple(build_coverage_figures(splits)),
        warning=describe_calibration_of_scores(manifest),
        result_blocks=other_blocks,
        results_title="Against the record",
        question="How do the simulated battles compare with what was reported?",
        lead=lead,
    )
    write_page(folder, content)


def build_coverage_figures(splits: Sequence[SplitEvaluation]) -> list[KeyFigure]:
    """How many claims of the first split that has any lie inside each of their central intervals."""
    counted = [split for split in splits if split.compute_coverage(0.5)[1]]
    return [build_coverage_figure(split, share) for split in counted[:1] for share in INTERVAL_LABELS]


def build_coverage_figure(split: SplitEvaluation, share: float) -> KeyFigure:
    """How many claims lie inside their central interval of this probability."""
    n_inside, n_claims, (low, high) = split.compute_coverage(share)
    interval = f"95% interval {100 * low:.0f} to {100 * high:.0f} in 100; {100 * share:.0f} would be right"
    return KeyFigure(
        f"{n_inside} of {n_claims}",
        interval,
        f"counts and shares lie in the {INTERVAL_LABELS[share]} of the reports to expect",
    )
