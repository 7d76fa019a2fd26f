"""Skill against baselines: sentences, terminal tables and Markdown tables."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table

from sim.likelihood.binning import SHARE_STEPS, TIME_STEPS
from sim.outputs.formatting import format_to_precision, format_with_interval
from sim.report.claim_words import describe_source
from sim.report.terminal_table import make_table
from sim.report.text import format_count, format_markdown_table, lower_common
from sim.scenario.descriptions import capitalize
from sim.scenario.model import Scenario
from sim.scoring.baselines import find_display_name
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
    return row["split"], find_display_name(row["baseline"]), SCORE_LABELS[row["score"]]


def format_stored_skill(row: dict[str, Any]) -> str:
    """The skill of a stored row."""
    text = format_skill(row["score"], row["skill"], None if row["low"] is None else (row["low"], row["high"]), " %")
    has_no_end = is_row_unbounded(row) and not is_below_shown(row["score"], row["skill"])
    return f"{text} ({NO_END})" if has_no_end else text


def is_row_unbounded(row: dict[str, Any]) -> bool:
    """Whether the interval of a stored row has no end."""
    return is_interval_unbounded(row["low"] is not None, row["n_terms"])


def format_skill(score: str, skill: float, interval: tuple[float, float] | None, percent_sign: str) -> str:
    """A skill with its interval, if it has one, and no more digits than that supports."""
    if score == LOG_SCORE:
        scale, unit = 1.0, " nats"
    elif is_below_shown(score, skill):
        return f"below {100 * MIN_SHOWN_SKILL:.0f}{percent_sign}".replace("-", "−")
    else:
        scale, unit = 100.0, percent_sign
    if interval is None:
        return f"{format_to_precision(scale * skill, DEFAULT_HALF_WIDTH * scale)}{unit}"
    return format_with_interval(skill, *interval, scale, unit)


def is_below_shown(score: str, skill: float) -> bool:
    """Whether only the bound of a skill is shown; a difference of logarithmic scores is always shown itself."""
    return score != LOG_SCORE and skill < MIN_SHOWN_SKILL


def describe_winner(row: dict[str, Any], forecaster: str) -> str:
    """Who is better, if the interval excludes 0."""
    if is_row_unbounded(row):
        return "no clear winner"
    if row["low"] is None:
        return "too few claims to tell"
    return "**the baseline**" if row["high"] < 0 else f"the {forecaster}" if row["low"] > 0 else "no clear winner"


SCORE_DESCRIPTIONS = {
    "log_crps": "counts",
    "brier": "what happened or not",
    "rps": "who holds a place",
    LOG_SCORE: "everything, by likelihood",
}
SCORE_NAMES = {
    "log_crps": "CRPS of log(1 + count)",
    "brier": "Brier score",
    "rps": "RPS",
    LOG_SCORE: "log score",
}
SPLIT_PHRASES = {
    "calibration": "On the claims that may teach the model",
    "holdout": "On the claims that are held out",
}
SPLIT_TITLES = {"calibration": "Claims that may teach the model", "holdout": "Claims that are held out"}
UNCALIBRATED_NOTE = (
    "Uncalibrated: the simulation has heard none of these claims; all of them are held against wide assumptions."
)
CALIBRATED_NOTE = (
    "Calibrated: the model was fitted to the claims that may teach it, and agrees with them the better for that; only "
    "those that are held out are a test."
)
PRIOR_REPORTING_NOTE = (
    "How sources report is drawn from the priors: this run does not keep what its posterior says of it."
)
SKILL_EXPLANATION = (
    "Skill: the part of the baseline's error that the simulation saves (of the log score, nats a claim), with its 95% "
    "interval; below 0 the baseline is better. Baselines that copy reports know what was reported before each claim's "
    "day."
)
MIN_EFFECTIVE_BATTLES = 30  # below these the logarithmic score has a large error


def describe_calibration_of_scores(manifest: ScoreManifest) -> str:
    """Whether the scored battles, and how sources report them, are calibrated: from the manifest of the scores."""
    if not manifest.calibrated:
        return UNCALIBRATED_NOTE
    return CALIBRATED_NOTE if manifest.reporting == "posterior" else f"{CALIBRATED_NOTE} {PRIOR_REPORTING_NOTE}"


def describe_splits(splits: Sequence[SplitEvaluation]) -> Iterator[str]:
    """The sentences on each split, each with the claims that it is about."""
    for split in splits:
        yield from (f"{SPLIT_PHRASES[split.name]}, {lower_common(each)}" for each in describe_scores(split))


def describe_scores(split: SplitEvaluation) -> Iterator[str]:
    """Better baselines, then the coverage of intervals, then what the likelihood of is uncertain."""
    yield from describe_better_baselines(split.baseline_scores)
    yield from describe_interval_coverage(split.claim_forecasts)
    if n_uncertain := len(find_uncertain_terms(split)):
        yield (
            f"The log score is rough: of {n_uncertain} of {len(split.forecast.ess)} counts or events fewer than "
            f"{MIN_EFFECTIVE_BATTLES:,} battles come near what was reported."
        )


def describe_better_baselines(baseline_scores: Sequence[BaselineScore]) -> Iterator[str]:
    """A sentence for each baseline that is clearly better, or that none is; then those ahead by less."""
    for each in baseline_scores:
        if each.skill.sign < 0:
            yield (
                f"{capitalize(format_baseline_name(each))} does clearly better than the simulation on "
                f"{SCORE_DESCRIPTIONS[each.score]}: skill {format_baseline_skill(each)}, {each.skill.n_claims} claims."
            )
    if baseline_scores and all(each.skill.sign >= 0 for each in baseline_scores):
        yield "No baseline does clearly better than the simulation."
    ahead = [
        f"{format_baseline_name(each)} on {SCORE_DESCRIPTIONS[each.score]} "
        f"({format_count(each.skill.n_claims, 'claims')})"
        for each in baseline_scores
        if each.skill.is_behind and each.skill.sign == 0
    ]
    if ahead:
        yield f"Ahead, but on too little evidence to tell from chance: {'; '.join(ahead)}."


def format_baseline_name(baseline_score: BaselineScore) -> str:
    """The name of a baseline in words."""
    return find_display_name(baseline_score.baseline)


def describe_interval_coverage(claims: Sequence[ClaimForecast]) -> Iterator[str]:
    """How many counts and shares lie inside central intervals, and how many should."""
    transforms = [each.pit for each in claims if each.target.kind in ("count", "share", "time")]
    coverages = [(share, *compute_coverage(transforms, share)) for share in (0.5, 0.9)]
    counts = [
        f"{n_inside} of {n_claims} inside the middle {100 * share:.0f} % of the reports to expect "
        f"({share * n_claims:.2g} would be right)"
        for share, n_inside, n_claims, _ in coverages
        if n_claims
    ]
    if counts:
        yield f"Counts and shares: {' and '.join(counts)}."


def find_uncertain_terms(split: SplitEvaluation) -> list[str]:
    """The terms whose likelihood rests on too few effective battles."""
    return [term for term, battles in split.forecast.ess.items() if battles < MIN_EFFECTIVE_BATTLES]


def format_baseline_skill(baseline_score: BaselineScore) -> str:
    """A skill with its interval, or why it has none: too few claims, or no end."""
    skill = baseline_score.skill
    text = format_skill(baseline_score.score, skill.value, skill.interval, "%")
    if skill.interval is not None or is_below_shown(baseline_score.score, skill.value):
        return text
    return f"{text} ({NO_END if skill.is_unbounded else 'too few to tell'})"


def build_skill_table(split: SplitEvaluation) -> Table:
    """Every baseline by every score, the best first."""
    title = f"{SPLIT_TITLES[split.name]}: the simulation and baselines, the best baseline first"
    table = make_table(title, ("baseline", "scored on"), ("claims", "its score", "simulation", "skill"))
    for each in split.baseline_scores:
        table.add_row(
            capitalize(format_baseline_name(each)),
            f"{SCORE_DESCRIPTIONS[each.score]} ({SCORE_NAMES[each.score]})",
            str(each.skill.n_claims),
            f"{each.baseline_mean:.2f}",
            f"{each.forecast_mean:.2f}",
            format_baseline_skill(each),
            style="bold" if each.skill.sign < 0 else None if each.skill.sign > 0 else "dim",
        )
    return table


def build_claim_score_table(title: str, scenario: Scenario, split: SplitEvaluation) -> Table:
    """Every claim of a split beside the reports to expect, the most surprising first."""
    table = make_table(title, ("the source says",), ("reports to expect: median (90 %)", "as far out, in 100"))
    claims = [each for each in split.claim_forecasts if each.target.kind != "state"]
    for each in sorted(claims, key=measure_surprise):
        table.add_row(*format_claim_score_cells(scenario, each), style=None if each.is_inside(0.9) else "bold")
    return table


def measure_surprise(claim_score: ClaimForecast) -> float:
    """The probability of an event, or of a report at least as far out: the smaller, the more surprising."""
    if claim_score.target.kind == "event":
        return claim_score.probability
    return 2 * min(claim_score.pit, 1 - claim_score.pit)


def format_claim_score_cells(scenario: Scenario, claim_score: ClaimForecast) -> tuple[str, str, str]:
    """One claim as the cells of its row: in words, the reports to expect, the chance of one as far out, of an event its
    own.
    """
    claim = scenario.claims[claim_score.target.claim]
    if claim_score.target.kind == "event":
        low, high = (f"{100 * end:.0f}" for end in claim_score.probability_interval)
        return describe_source(scenario, claim), "", low if low == high else f"{low} to {high}"
    scale, unit = {"share": (100 / SHARE_STEPS, " %"), "time": (1 / TIME_STEPS, " h")}.get(
        claim_score.target.kind, (1.0, "")
    )
    lower, _, median, _, upper = (f"{abs(scale * value):,.0f}" for value in claim_score.quantiles)  # abs: no -0
    expected = f"{median} ({lower} to {upper}){unit}"
    return describe_source(scenario, claim), expected, f"{100 * min(measure_surprise(claim_score), 1.0):.0f}"
