"""The smallest change that turns an outcome, in words."""

from collections.abc import Iterator

from sim.analysis.tipping_point import TippingFactor, TippingPoint, TippingPointResult
from sim.outputs.formatting import (
    find_display_scale,
    format_difference_with_interval,
    format_estimate,
    format_level,
    format_measure_title,
)
from sim.report.text import lower_common
from sim.runs.outcome_measures import OutcomeMeasure
from sim.runs.paired import compute_difference

UNCALIBRATED_NOTE = (
    "Uncalibrated: what turns the outcome in the model under wide assumptions, before it has heard any report. It "
    "says how far the record was from turning, and is no advice."
)


def describe_tipping_point(
    result: TippingPointResult, factor: TippingFactor, measured: OutcomeMeasure
) -> Iterator[str]:
    """The smallest change first, then the other direction."""
    curve = result.curve
    event = lower_common(format_measure_title(measured))
    base_text = f"with {format_factor_value(factor, curve.base)}, as recorded, in {format_share(result, measured, 0)}"
    if result.is_likely_at_base is None:
        n_battles = len(curve.get_events(0))
        yield (
            f"Whether {event} is open from the start: {base_text}, which {n_battles:,} battles can't tell from one "
            "half. There is nothing to turn; more runs may tell."
        )
        return
    target = "less likely than not" if result.is_likely_at_base else "more likely than not"
    smallest = result.smallest_change
    if smallest is None:
        yield f"At no size does the change make it {target} that {event}: {describe_ends(result, factor, measured)}."
        return
    for threshold in (smallest, *(each for each in (result.upward, result.downward) if each not in (None, smallest))):
        assert threshold is not None
        yield (
            f"It becomes {target} that {event} with {format_threshold(result, factor, threshold)}: then in "
            f"{format_share(result, measured, threshold.steps)}; {base_text} "
            f"({describe_paired_difference(result, measured, threshold)})."
        )
    for other, end in ((result.upward, result.max_increase), (result.downward, -result.max_decrease)):
        if other is None and end != 0:
            limit = format_factor_value(factor, curve.compute_factor_value(end))
            yield f"The other way, as far as {limit}, nothing turns it."


def describe_ends(result: TippingPointResult, factor: TippingFactor, measured: OutcomeMeasure) -> str:
    """The event at both ends of the range, and as recorded."""
    shares = {
        format_factor_value(factor, result.curve.compute_factor_value(steps)): format_share(result, measured, steps)
        for steps in (-result.max_decrease, 0, result.max_increase)
    }
    if len(set(shares.values())) == 1:
        first, *_, last = shares
        return f"in {format_share(result, measured, 0)}, from {first} to {last}"
    return f"in {', in '.join(f'{share} with {value}' for value, share in shares.items())}"


def format_share(result: TippingPointResult, measured: OutcomeMeasure, steps: int) -> str:
    """The event at a value of the factor: `56 of 100 battles (95% interval 42 to 69)`."""
    curve = result.curve
    share, _, ends = format_estimate(
        measured, curve.compute_event_share(steps), *curve.compute_interval(steps)
    ).partition(" (")
    return f"{share} of 100 battles (95% interval {ends}"


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


def describe_paired_difference(result: TippingPointResult, measured: OutcomeMeasure, threshold: TippingPoint) -> str:
    """How many battles in 100 more or fewer than as recorded, in pairs."""
    curve = result.curve
    difference = compute_difference(measured, curve.get_events(0), curve.get_events(threshold.steps))
    size, _, ends = format_difference_with_interval(
        difference.difference, difference.low, difference.high, find_display_scale(measured)
    ).partition(" (")
    return f"a difference of {size} in pairs, 95% interval {ends.rstrip(')')}"
