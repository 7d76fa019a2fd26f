"""Conditions under which an outcome comes about, in words."""

from collections.abc import Iterator

from sim.analysis.scenario_discovery import DiscoveredCondition, DiscoveryResult, describe_condition, select_informative
from sim.outputs.formatting import format_to_precision
from sim.scoring.intervals import wilson_interval

UNCALIBRATED_NOTE = (
    "Uncalibrated: conditions within the model and its wide priors, before it has seen a single claim. They were found "
    "in one half of the battles; the numbers are counted in the other."
)
MAX_CONDITIONS = 4


def describe_conditions(discovery: DiscoveryResult, outcome: str) -> Iterator[str]:
    """The base rate, then each condition with its battles, coverage and density."""
    low, high = wilson_interval(discovery.n_outcomes, discovery.n_battles)
    base_rate = format_percent_interval(low, high, discovery.n_outcomes / max(discovery.n_battles, 1))
    yield f"{outcome} in {discovery.n_outcomes} of {discovery.n_battles} battles ({base_rate})."
    conditions = select_informative(discovery)
    if not conditions:
        yield "No condition was found that makes it likelier by more than the other half of the battles can tell."
    for each in conditions[:MAX_CONDITIONS]:
        when = "when" if each.density > 0.5 else "more often when"
        yield f"{outcome} {when} {describe_condition(each)} ({format_condition_counts(each)})."


def format_condition_counts(condition: DiscoveredCondition) -> str:
    """Battles, coverage and density of a condition."""
    low, high = wilson_interval(condition.n_hits, condition.n_inside)
    coverage_interval = wilson_interval(condition.n_hits, condition.n_outcomes)
    return (
        f"{condition.n_hits} of {condition.n_inside} battles; "
        f"coverage {format_percent_interval(*coverage_interval, condition.coverage)}, "
        f"density {format_percent_interval(low, high, condition.density)}"
    )


def format_percent_interval(low: float, high: float, share: float) -> str:
    """A share in per cent with its 95% interval."""
    half = 100 * (high - low) / 2
    middle, start, end = (format_to_precision(100 * each, half) for each in (share, low, high))
    return f"{middle}%, {start} to {end}"
