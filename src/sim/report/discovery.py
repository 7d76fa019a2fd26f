"""Conditions under which an outcome comes about, in words."""

from collections.abc import Iterator

from sim.claims.intervals import wilson
from sim.discovery.tree import Condition, Discovery
from sim.discovery.words import said, telling
from sim.experiment.digits import supported

UNCALIBRATED = (
    "Uncalibrated: conditions within the model and its wide priors, before it has seen a single claim. They were found "
    "in one half of the battles; the numbers are counted in the other."
)
TOLD = 4  # conditions


def answers(found: Discovery, outcome: str) -> Iterator[str]:
    """The usual share, then each condition with its battles, coverage and density."""
    low, high = wilson(found.outcomes, found.battles)
    usual = (
        f"{found.outcomes} of {found.battles} battles ({percent(low, high, found.outcomes / max(found.battles, 1))})"
    )
    yield f"{outcome} in {usual}."
    certain = telling(found)
    if not certain:
        yield "No condition was found that makes it likelier by more than the other half of the battles can tell."
    for each in certain[:TOLD]:
        when = "when" if each.density > 0.5 else "more often when"
        yield f"{outcome} {when} {said(each)} ({counted(each)})."


def counted(condition: Condition) -> str:
    """Battles, coverage and density of a condition."""
    low, high = wilson(condition.hits, condition.inside)
    between = wilson(condition.hits, condition.outcomes)
    return (
        f"{condition.hits} of {condition.inside} battles; coverage {percent(*between, condition.coverage)}, "
        f"density {percent(low, high, condition.density)}"
    )


def percent(low: float, high: float, share: float) -> str:
    """A share in per cent with its 95% interval."""
    half = 100 * (high - low) / 2
    middle, start, end = (supported(100 * each, half) for each in (share, low, high))
    return f"{middle}%, {start} to {end}"
