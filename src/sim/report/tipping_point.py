"""The smallest change that turns an outcome, in words."""

from collections.abc import Iterator

from sim.analysis.tipping_point import TippingFactor, TippingPoint, TippingPointResult
from sim.outputs.formatting import format_estimate, format_level, format_measure_title
from sim.runs.outcome_measures import OutcomeMeasure
from sim.runs.paired import compute_difference

UNCALIBRATED_NOTE = (
    "Uncalibrated: what turns the outcome in the model under wide assumptions, before it has seen a single claim. It "
    "is a statement about how far the record was from turning, and no advice."
)


def describe_tipping_point(
    result: TippingPointResult, factor: TippingFactor, measured: OutcomeMeasure
) -> Iterator[str]:
    """The smallest change first, then the other direction, then the base case."""
    text = f"“{format_measure_title(measured)}”"
    curve = result.curve
    base = format_estimate(measured, curve.compute_event_share(0), *curve.compute_interval(0))
    base_text = f"{base} of 100 battles with {format_factor_value(factor, curve.base)}"
    if result.is_likely_at_base is None:
        yield (
            f"{text} can't be told from even in {len(curve.get_events(0))} battles: {base_text}. "
            "There is nothing to reverse (more runs may tell)."
        )
        return
    target = "less likely than not" if result.is_likely_at_base else "more likely than not"
    smallest = result.smallest_change
    if smallest is None:
        range_ends = [
            format_factor_value(factor, curve.compute_factor_value(steps))
            for steps in (-result.max_decrease, result.max_increase)
        ]
        shares = [
            format_estimate(measured, curve.compute_event_share(n), *curve.compute_interval(n))
            for n in (-result.max_decrease, result.max_increase)
        ]
        yield (
            f"Nothing in the documented range, from {range_ends[0]} to {range_ends[1]}, makes {text} {target}: "
            f"{shares[0]} of 100 battles at the one end, {shares[1]} at the other, {base_text}."
        )
        return
    for threshold in (smallest, *(each for each in (result.upward, result.downward) if each not in (None, smallest))):
        assert threshold is not None
        yield (
            f"{text} becomes {target} with {format_threshold(result, factor, threshold)}, instead of "
            f"{format_factor_value(factor, curve.base)}. {describe_threshold_effect(result, measured, threshold)}"
        )
    for other, end in ((result.upward, result.max_increase), (result.downward, -result.max_decrease)):
        if other is None and end != 0:
            yield f"The other way, to {format_factor_value(factor, curve.compute_factor_value(end))}, nothing turns it."
    yield f"The base case: {base_text}."


def format_threshold(result: TippingPointResult, factor: TippingFactor, threshold: TippingPoint) -> str:
    """The threshold with its interval: from the first value that may be beyond it to the first that certainly is."""
    curve = result.curve
    low_text = format_factor_number(factor, curve.compute_factor_value(threshold.first_possible))
    limit = format_factor_number(
        factor, curve.compute_factor_value(result.max_increase if threshold.steps > 0 else -result.max_decrease)
    )
    high_text = (
        format_factor_number(factor, curve.compute_factor_value(threshold.first_certain))
        if threshold.first_certain is not None
        else f"beyond {limit}, the range's end"
    )
    value_text = format_factor_value(factor, curve.compute_factor_value(threshold.steps))
    return f"{value_text} (95% interval {low_text} to {high_text})"


def format_factor_value(factor: TippingFactor, value: float) -> str:
    """A value of the factor in words."""
    if factor.kind != "hours":
        return f"{format_factor_number(factor, value)} {factor.description}"
    if value == 0:
        return f"{factor.description} as recorded"
    return f"{factor.description} {format_factor_number(factor, value)} hours {'earlier' if value < 0 else 'later'}"


def format_factor_number(factor: TippingFactor, value: float) -> str:
    """The number alone; for hours, how many."""
    return format_level(float(abs(value) if factor.kind == "hours" else value))


def describe_threshold_effect(result: TippingPointResult, measured: OutcomeMeasure, threshold: TippingPoint) -> str:
    """The event at a threshold, and its paired difference from the base case."""
    curve = result.curve
    paired_difference = compute_difference(measured, curve.get_events(0), curve.get_events(threshold.steps))
    threshold_text = format_estimate(
        measured, curve.compute_event_share(threshold.steps), *curve.compute_interval(threshold.steps)
    )
    difference_text = format_estimate(
        measured, paired_difference.difference, paired_difference.low, paired_difference.high
    )
    return f"There: {threshold_text} of 100 battles; paired difference {difference_text}."
