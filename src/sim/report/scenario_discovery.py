"""Conditions under which an outcome comes about, in words."""

from collections.abc import Iterator

from sim.analysis.scenario_discovery import DiscoveredCondition, DiscoveryResult, describe_condition, select_informative
from sim.outputs.formatting import format_to_precision
from sim.scoring.intervals import wilson_interval

UNCALIBRATED_NOTE = (
    "Uncalibrated: conditions within the model and its wide priors, before it has heard any report. They were found "
    "in one half of the battles and counted in the other."
)
MAX_CONDITIONS = 4


def describe_conditions(discovery: DiscoveryResult, outcome: str) -> Iterator[str]:
    """How often the outcome comes about, then under which conditions it does so more often."""
    interval = wilson_interval(discovery.n_outcomes, discovery.n_battles)
    base_rate = format_per_100(discovery.n_outcomes / max(discovery.n_battles, 1), interval)
    yield f"{outcome} in {base_rate} of the {discovery.n_battles:,} battles counted."
    conditions = select_informative(discovery)
    if not conditions:
        yield "No condition was found under which this is clearly more frequent."
    for each in conditions[:MAX_CONDITIONS]:
        yield f"Where {describe_condition(each)}: {describe_counts(each)}."


def describe_counts(condition: DiscoveredCondition) -> str:
    """How often the outcome comes about under a condition, and which part of all its cases that is."""
    density = format_per_100(condition.density, wilson_interval(condition.n_hits, condition.n_inside))
    coverage = format_per_100(condition.coverage, wilson_interval(condition.n_hits, condition.n_outcomes))
    return f"in {density} of {condition.n_inside:,} battles (density); these are {coverage} of all cases (coverage)"


def format_per_100(share: float, interval: tuple[float, float]) -> str:
    """A share in 100 with its 95% interval."""
    low, high = interval
    half = 50 * (high - low)
    middle, start, end = (format_to_precision(100 * each, half) for each in (share, low, high))
    return f"{middle} in 100 (95% interval {start} to {end})"
