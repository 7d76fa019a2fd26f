"""Skill beside baselines in Markdown, from the table that a command left behind."""

from collections.abc import Iterator, Sequence
from typing import Any

from sim.experiment.digits import spanned, supported
from sim.experiment.scoring import LOG
from sim.report.markdown import table

SCORES = {
    "log_crps": "counts (log scale)",
    "brier": "events, yes or no",
    "ranked": "who holds a place",
    "log_score": "all, by likelihood (nats a term)",
}
ROUGHLY = 0.2  # half an interval, for the digits of a skill that has none
LEAST = -9.99  # a skill below this says no more than that the baseline is all but perfect


def skill_lines(rows: Sequence[dict[str, Any]], split: str, ours: str) -> Iterator[str]:
    """Every baseline by every score, as the rows come: `ours` is what is scored, `split` heads the first column."""
    yield from table(
        (split, "baseline", "score"),
        ("claims", f"skill of the {ours} (95% interval)", "who wins"),
        ([*map(str, names(row)), str(row["claims"]), shown(row), verdict(row, ours)] for row in rows),
    )


def names(row: dict[str, Any]) -> tuple[str, str, str]:
    """What a row is about."""
    return row["split"], row["baseline"].replace("_", " "), SCORES[row["score"]]


def shown(row: dict[str, Any]) -> str:
    """The skill of a row."""
    return in_words(row["score"], row["skill"], None if row["low"] is None else (row["low"], row["high"]), " %")


def in_words(score: str, skill: float, interval: tuple[float, float] | None, percent: str) -> str:
    """A skill with its interval, if it has one, and no more digits than that supports; `percent` is its unit."""
    if score == LOG:
        scale, unit = 1.0, " nats"
    elif skill < LEAST:
        return f"below {100 * LEAST:.0f}{percent}".replace("-", "−")
    else:
        scale, unit = 100.0, percent
    if interval is None:
        return f"{supported(scale * skill, ROUGHLY * scale)}{unit}"
    return spanned(skill, *interval, scale, unit)


def verdict(row: dict[str, Any], ours: str) -> str:
    """Who is better, as far as so many claims can tell."""
    if row["low"] is None:
        return "too few claims to tell"
    return "**the baseline**" if row["high"] < 0 else f"the {ours}" if row["low"] > 0 else "can't be told"
