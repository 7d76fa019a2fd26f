"""Numbers as text, with no more digits than their interval supports."""

from math import floor, isfinite, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.runs.outcome_measures import OutcomeMeasure


def format_to_precision(value: float, half_width: float) -> str:
    """A number rounded to the precision of its interval: 343.7 with half a width of 52 is 340, with 12 it is 344.

    Half the width keeps one significant digit, or two if they are at most 35. Source: PDG2024.
    """
    if not half_width > 0 or not isfinite(half_width):
        return f"{value:g}"
    return format_rounded(value, find_places(half_width))


def find_places(half_width: float) -> int:
    """The decimal places that half the width of an interval supports, below 0 for tens and hundreds."""
    return -floor(log10(half_width / 3.55))


def format_rounded(value: float, places: int) -> str:
    """A number rounded to so many decimal places, or to tens and hundreds, with a proper minus sign."""
    rounded = round(value, places)
    text = f"{rounded:,.{max(places, 0)}f}"
    return text.removeprefix("-") if rounded == 0 else text.replace("-", "−")


def choose_clear_places(places: int, low: float, high: float) -> int:
    """The decimal places of a difference: as many more as an interval that leaves out 0 needs to show that it does.

    Parameters
    ----------
    places
        Those that the precision supports.
    low, high
        The ends of the interval, in the unit in which they are shown.

    Returns
    -------
    int
        The same for an interval that covers 0.

    Examples
    --------
    >>> choose_clear_places(0, 0.2, 2.4), choose_clear_places(0, -2.4, -0.03), choose_clear_places(0, -0.2, 2.4)
    (1, 2, 0)
    """
    nearest = max(low, -high)
    while nearest > 0 and round(nearest, places) == 0:
        places += 1
    return places


def format_with_interval(value: float, low: float, high: float, scale: float = 1.0, unit: str = "") -> str:
    """A number and its interval: `value unit (low to high)`."""
    half_width = scale * (high - low) / 2
    interval = " to ".join(format_to_precision(scale * end, half_width) for end in (low, high))
    return f"{format_to_precision(scale * value, half_width)}{unit} ({interval})"


def format_difference_with_interval(value: float, low: float, high: float, scale: float = 1.0) -> str:
    """A difference and its interval, of which no end is shown as 0 if it leaves out 0: `value (low to high)`.

    Examples
    --------
    >>> format_difference_with_interval(0.013, 0.002, 0.024, 100.0), format_difference_with_interval(44, 4, 84)
    ('1.3 (0.2 to 2.4)', '44 (4 to 84)')
    """
    half_width = scale * (high - low) / 2
    if not half_width > 0 or not isfinite(half_width):
        return format_with_interval(value, low, high, scale)
    places = choose_clear_places(find_places(half_width), scale * low, scale * high)
    text, low_text, high_text = (format_rounded(scale * each, places) for each in (value, low, high))
    return f"{text} ({low_text} to {high_text})"


def format_with_error(value: float, error: float) -> str:
    """A number and its standard error, in digits that two standard errors either way support."""
    return f"{format_to_precision(value, 2 * error)} ± {format_to_precision(error, 2 * error)}"


def format_sample_size(size: float) -> str:
    """An effective sample size with the two digits that its estimate supports."""
    return f"{float(f'{size:.2g}'):,.0f}"


def find_display_scale(measure: "OutcomeMeasure") -> float:
    """The factor by which a measure is shown: events and orders as those of 100 battles, shares held as per cent."""
    return 100.0 if measure.is_event or measure.unit in ("share held", "orders") else 1.0


def find_display_unit(measure: "OutcomeMeasure") -> str:
    """The unit in which a measure is shown."""
    units = {"share held": "% held", "orders": "in 100 battles"}
    return "battles in 100" if measure.is_event else units.get(measure.unit, measure.unit)


def format_estimate(measure: "OutcomeMeasure", mean: float, low: float, high: float) -> str:
    """A mean with its interval, in the unit in which it is shown."""
    return format_with_interval(mean, low, high, find_display_scale(measure))


def format_measure_title(measure: "OutcomeMeasure") -> str:
    """What a measure is about, as the subject of a title."""
    return strip_placeholders(measure.text)


def strip_placeholders(text: str) -> str:
    """The text of a headline output without its numbers."""
    text = text.split(" in {chance}")[0]
    if "{" in text:
        text = text.replace("In half of all battles between {low} and {high} ", "").split(";")[0].rstrip(".")
        text = text.split("{")[0].rstrip()
    return text


def format_level(value: object) -> str:
    """A factor's level in a few characters."""
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return str(value)
