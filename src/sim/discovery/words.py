"""Conditions in words, and which of them tell something."""

from math import isfinite

from sim.claims.intervals import wilson
from sim.claims.wording import listed
from sim.discovery.tree import Bound, Condition, Discovery
from sim.experiment.digits import level


def telling(found: Discovery) -> list[Condition]:
    """The conditions that make the outcome likelier by more than chance could, in the half that is counted."""
    return [each for each in found.conditions if wilson(each.hits, each.inside)[0] > found.outcomes / found.battles]


def said(condition: Condition) -> str:
    """The bounds of a condition in words."""
    return listed([bound_said(bound) for bound in condition.bounds])


def bound_said(bound: Bound) -> str:
    """One bound: `garrison is below 900`, `law is linear`."""
    name = bound.factor.replace("_", " ")
    if " is " in bound.factor and (bound.low, bound.high) in ((0.5, float("inf")), (float("-inf"), 0.5)):
        return name if bound.low == 0.5 else name.replace(" is ", " is not ")
    if isfinite(bound.low) and isfinite(bound.high):
        return f"{name} is between {level(bound.low)} and {level(bound.high)}"
    return f"{name} is above {level(bound.low)}" if isfinite(bound.low) else f"{name} is below {level(bound.high)}"
