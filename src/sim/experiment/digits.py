"""Numbers with no more digits than their interval supports."""

from math import floor, isfinite, log10

from sim.experiment.paired import Measured


def supported(value: float, half: float) -> str:
    """A number rounded where half its interval begins to speak: 343.7 with 52 is 340, with 12 it is 344.

    Half the interval is left with one digit, or with two up to 35. Source: PDG2024.
    """
    if not half > 0 or not isfinite(half):
        return f"{value:g}"
    places = -floor(log10(half / 3.55))
    text = f"{round(value, places):.{max(places, 0)}f}"
    return text.removeprefix("-") if float(text) == 0 else text.replace("-", "−")


def spanned(value: float, low: float, high: float, scale: float = 1.0, unit: str = "") -> str:
    """A number and its interval, in digits that the interval supports: `value unit (low to high)`."""
    half = scale * (high - low) / 2
    ends = " to ".join(supported(scale * end, half) for end in (low, high))
    return f"{supported(scale * value, half)}{unit} ({ends})"


def with_error(value: float, error: float) -> str:
    """A number and its standard error, in digits that two errors either way support."""
    return f"{supported(value, 2 * error)} ± {supported(error, 2 * error)}"


def rounded(sample: float) -> str:
    """The size of an effective sample with the two digits that its estimate supports."""
    return f"{float(f'{sample:.2g}'):,.0f}"


def scale_of(measured: Measured) -> float:
    """How a measure is shown: events as battles in 100, shares held as per cent."""
    return 100.0 if measured.event or measured.unit == "share held" else 1.0


def unit_of(measured: Measured) -> str:
    """The unit in which a measure is shown."""
    return "battles in 100" if measured.event else "% held" if measured.unit == "share held" else measured.unit


def estimate(measured: Measured, mean: float, low: float, high: float) -> str:
    """A mean with its interval, in the unit in which it is shown."""
    return spanned(mean, low, high, scale_of(measured))


def subject(measured: Measured) -> str:
    """What a measure is about, as the subject of a title: a sentence of the scenario without its numbers."""
    return topic(measured.text)


def topic(text: str) -> str:
    """A sentence of a scenario without its numbers."""
    text = text.split(" in {chance}")[0]
    if "{" in text:
        text = text.replace("In half of all battles between {low} and {high} ", "").split(";")[0].rstrip(".")
        text = text.split("{")[0].rstrip()
    return text


def level(value: object) -> str:
    """A level of a factor in a few characters."""
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return str(value)
