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
    share = discovery.n_outcomes / max(discovery.n_battles, 1)
    count, interval = format_share(share, wilson_interval(discovery.n_outcomes, discovery.n_battles))
    yield f"{outcome} in {count} of 100 battles (95% interval {interval}; {discovery.n_battles:,} battles)."
    conditions = select_informative(discovery)
    if not conditions:
        yield "No condition was found under which this is clearly more frequent."
    for each in conditions[:MAX_CONDITIONS]:
        yield f"Where {describe_condition(each)}: {describe_counts(each)}."


def describe_counts(condition: DiscoveredCondition) -> str:
    """How often the outcome comes about under a condition, and which part of all its cases that is."""
    density, density_interval = format_share(condition.density, wilson_interval(condition.n_hits, condition.n_inside))
    coverage, coverage_interval = format_share(
        condition.coverage, wilson_interval(condition.n_hits, condition.n_outcomes)
    )
    return (
        f"in {density} of 100 battles (density; 95% interval {density_interval}, {condition.n_inside:,} battles); "
        f"{coverage} of 100 cases are such (coverage; {coverage_interval})"
    )


def format_share(share: float, interval: tuple[float, float]) -> tuple[str, str]:
    """A share in 100, and its 95% interval."""
    half = 50 * (interval[1] - interval[0])
    middle, start, end = (format_to_precision(100 * each, half) for each in (share, *interval))
    return middle, f"{start} to {end}"
