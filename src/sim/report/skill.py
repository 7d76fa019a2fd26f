"""Skill against baselines: sentences, terminal tables and Markdown tables."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table

from sim.likelihood.binning import SHARE_STEPS, TIME_STEPS
from sim.outputs.formatting import format_to_precision, format_with_interval
from sim.report.text import format_markdown_table
from sim.scenario.model import Scenario
from sim.scoring.calibration import compute_coverage
from sim.scoring.evaluate import LOG_SCORE, BaselineScore, ClaimForecast, SplitEvaluation
from sim.scoring.skill import is_interval_unbounded
from sim.storage.manifest import ScoreManifest

SCORE_LABELS = {
    "log_crps": "counts (log scale)",
    "brier": "events, yes or no",
    "rps": "who holds a place",
    "log_score": "all, by likelihood (nats a term)",
}
DEFAULT_HALF_WIDTH = 0.2  # half-width that sets the digits of a skill without an interval
NO_END = "the interval has no end: the baseline's score varies too much between terms"
MIN_SHOWN_SKILL = -9.99  # below this only the bound is shown: the baseline is all but perfect


def format_skill_table(rows: Sequence[dict[str, Any]], split_heading: str, forecaster: str) -> Iterator[str]:
    """Stored rows of skill as a table; `forecaster` is the noun for what is scored."""
    yield from format_markdown_table(
        (split_heading, "baseline", "score"),
        ("claims", f"skill of the {forecaster} (95% interval)", "who wins"),
        (
            [
                *map(str, format_skill_labels(row)),
                str(row["n_claims"]),
                format_stored_skill(row),
                describe_winner(row, forecaster),
            ]
            for row in rows
        ),
    )


def format_skill_labels(row: dict[str, Any]) -> tuple[str, str, str]:
    """Split, baseline and score of a row in words."""
    return row["split"], row["baseline"].replace("_", " "), SCORE_LABELS[row["score"]]


def format_stored_skill(row: dict[str, Any]) -> str:
    """The skill of a stored row."""
    text = format_skill(row["score"], row["skill"], None if row["low"] is None else (row["low"], row["high"]), " %")
    return f"{text} ({NO_END})" if is_row_unbounded(row) and not text.startswith("below") else text


def is_row_unbounded(row: dict[str, Any]) -> bool:
    """Whether the interval of a stored row has no end."""
    return is_interval_unbounded(row["low"] is not None, row["n_terms"])


def format_skill(score: str, skill: float, interval: tuple[float, float] | None, percent_sign: str) -> str:
    """A skill with its interval, if it has one, and no more digits than that supports."""
    if score == LOG_SCORE:
        scale, unit = 1.0, " nats"
    elif skill < MIN_SHOWN_SKILL:
        return f"below {100 * MIN_SHOWN_SKILL:.0f}{percent_sign}".replace("-", "−")
    else:
        scale, unit = 100.0, percent_sign
    if interval is None:
        return f"{format_to_precision(scale * skill, DEFAULT_HALF_WIDTH * scale)}{unit}"
    return format_with_interval(skill, *interval, scale, unit)


def describe_winner(row: dict[str, Any], forecaster: str) -> str:
    """Who is better, if the interval excludes 0."""
    if is_row_unbounded(row):
        return "can't be told"
    if row["low"] is None:
        return "too few claims to tell"
    return "**the baseline**" if row["high"] < 0 else f"the {forecaster}" if row["low"] > 0 else "can't be told"


SCORE_DESCRIPTIONS = {
    "log_crps": "counts (log scale)",
    "brier": "events and who holds what, yes or no",
    "rps": "who holds a place, in three states",
    LOG_SCORE: "all of it, by likelihood",
}
SPLIT_TITLES = {"calibration": "Claims that may teach the model", "holdout": "Claims that are held out"}
UNCALIBRATED_NOTE = (
    "Uncalibrated: the simulation has seen none of these claims; all of them are held against wide assumptions."
)
CALIBRATED_NOTE = (
    "Calibrated: claims that may teach the model have taught it, and agree with it the better for that; only those "
    "that are held out are a test."
)
PRIOR_REPORTING_NOTE = (
    "How sources report is drawn from the priors: the run does not hold what its posterior says of it."
)
SKILL_EXPLANATION = (
    "Skill: the share of the baseline's score that the simulation saves (of the logarithmic score, nats for each "
    "term), with its 95% interval over terms; below 0 the baseline is better. Baselines that copy the record see what "
    "was told before each claim's day."
)
MIN_EFFECTIVE_BATTLES = 30  # below these the logarithmic score has a large error


def describe_calibration_of_scores(manifest: ScoreManifest) -> str:
    """Whether the scored battles, and how sources report them, are calibrated: from the manifest of the scores."""
    if not manifest.calibrated:
        return UNCALIBRATED_NOTE
    return CALIBRATED_NOTE if manifest.reporting == "posterior" else f"{CALIBRATED_NOTE} {PRIOR_REPORTING_NOTE}"


def describe_scores(split: SplitEvaluation) -> Iterator[str]:
    """Better baselines, then uncertain terms, then coverage."""
    yield from describe_better_baselines(split.baseline_scores)
    if uncertain_terms := find_uncertain_terms(split):
        names = ", ".join([*uncertain_terms[:4], *(["..."] if len(uncertain_terms) > 4 else [])])
        yield (
            f"The likelihood of {len(uncertain_terms)} of {len(split.forecast.ess)} terms rests on fewer than "
            f"{MIN_EFFECTIVE_BATTLES} of the battles, so that its score is uncertain: {names}."
        )
    yield from describe_interval_coverage(split.claim_forecasts)


def describe_better_baselines(baseline_scores: Sequence[BaselineScore]) -> Iterator[str]:
    """A sentence for each better baseline, or that there is none."""
    better = [each for each in baseline_scores if format_baseline_skill(each).startswith(("−", "below"))]
    for each in better:
        certainty = "beyond what chance explains" if each.skill.sign < 0 else "not beyond what chance explains"
        unit = "term" if each.score == LOG_SCORE else "claim"
        count = f"{each.skill.n_claims} {unit}{'s' * (each.skill.n_claims > 1)}"
        yield (
            f"{format_baseline_name(each)} is ahead of the simulation by the score of "
            f"{SCORE_DESCRIPTIONS[each.score]}: {format_baseline_skill(each)}, {certainty} ({count})."
        )
    if not better and baseline_scores:
        yield "No baseline is ahead of the simulation by any score."


def format_baseline_name(baseline_score: BaselineScore) -> str:
    """The name of a baseline in words."""
    return baseline_score.baseline.replace("_", " ")


def describe_interval_coverage(claims: Sequence[ClaimForecast]) -> Iterator[str]:
    """The coverage of central intervals by counts and shares."""
    transforms = [each.pit for each in claims if each.target.kind in ("count", "share", "time")]
    for share, interval_label in ((0.5, "half"), (0.9, "nine tenths")):
        n_inside, n_claims, (low, high) = compute_coverage(transforms, share)
        if n_claims:
            yield (
                f"{n_inside} of {n_claims} counts and shares lie in the middle {interval_label} of what was to be told "
                f"(95% interval: {100 * low:.0f} to {100 * high:.0f} in 100; {100 * share:.0f} if all is well)."
            )


def find_uncertain_terms(split: SplitEvaluation) -> list[str]:
    """The terms whose likelihood rests on too few effective battles."""
    return [term for term, battles in split.forecast.ess.items() if battles < MIN_EFFECTIVE_BATTLES]


def format_baseline_skill(baseline_score: BaselineScore) -> str:
    """A skill with its interval, or why it has none: too few claims, or no end."""
    text = format_skill(baseline_score.score, baseline_score.skill.value, baseline_score.skill.interval, "%")
    if baseline_score.skill.interval is not None or text.startswith("below"):
        return text
    return f"{text} ({NO_END if baseline_score.skill.is_unbounded else 'too few to tell'})"


def build_skill_table(split: SplitEvaluation) -> Table:
    """Every baseline by every score, the best first."""
    table = Table(title=f"{SPLIT_TITLES[split.name]}: the simulation against baselines, the best baseline first")
    table.title_justify, table.pad_edge = "left", False
    for heading in ("baseline", "score", "of"):
        table.add_column(heading, overflow="fold")
    for heading in ("claims", "baseline's", "simulation's", "skill"):
        table.add_column(heading, justify="right", overflow="fold")
    for each in split.baseline_scores:
        table.add_row(
            format_baseline_name(each),
            each.score,
            SCORE_DESCRIPTIONS[each.score],
            str(each.skill.n_claims),
            f"{each.baseline_mean:.2f}",
            f"{each.forecast_mean:.2f}",
            format_baseline_skill(each),
            style="bold" if each.skill.sign < 0 else None if each.skill.sign > 0 else "dim",
        )
    return table


def build_claim_score_table(scenario: Scenario, split: SplitEvaluation) -> Table:
    """Every claim beside the predicted report."""
    table = Table(title=f"{SPLIT_TITLES[split.name]}: what was told beside what the simulation expects to be told")
    table.title_justify, table.pad_edge = "left", False
    for heading in ("source", "claim", "said"):
        table.add_column(heading, overflow="fold")
    for heading in ("median", "90 %", "chance", "place"):
        table.add_column(heading, justify="right", overflow="fold")
    for each in split.claim_forecasts:
        if each.target.kind != "state":
            table.add_row(*format_claim_score_cells(scenario, each), style=None if each.is_inside(0.9) else "bold")
    return table


def format_claim_score_cells(scenario: Scenario, claim_score: ClaimForecast) -> list[str]:
    """One claim as the cells of its row; the last is its PIT value."""
    claim = scenario.claims[claim_score.target.claim]
    assert claim.value is not None
    low, high = (f"{100 * end:.0f}" for end in claim_score.probability_interval)
    is_event = claim_score.target.kind == "event"
    scale, unit = {"share": (100 / SHARE_STEPS, " %"), "time": (1 / TIME_STEPS, " h")}.get(
        claim_score.target.kind, (1.0, "")
    )
    return [
        scenario.sources[claim.source].name,
        claim.statement,
        claim.value.phrase,
        "" if is_event else f"{scale * claim_score.quantiles[2]:.0f}{unit}",
        "" if is_event else f"{scale * claim_score.quantiles[0]:.0f} to {scale * claim_score.quantiles[4]:.0f}{unit}",
        f"{low} to {high} %",
        "" if is_event else f"{100 * claim_score.pit:.0f} %",
    ]
