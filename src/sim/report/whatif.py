"""What a change does, in words: a sentence with an interval first, then the table of paired differences."""

from collections.abc import Iterator

from rich.table import Table

from sim.experiment.paired import Change, Comparison, Difference
from sim.scenario.model import Scenario

ENOUGH = 1_000  # pairs that tell tenths of a battle in 100

UNCALIBRATED = (
    "Uncalibrated: these are battles that the model thinks possible under wide assumptions, before it has seen a "
    "single claim. Read the differences, not the levels."
)


def answers(scenario: Scenario, change: Change, comparison: Comparison) -> Iterator[str]:
    """One sentence for each event that the scenario asks about."""
    for each in comparison.differences(change.name):
        if each.measured.event:
            yield f"{capital(change.says)}, {said(each)}"


def said(each: Difference) -> str:
    """What a change does to an event: the difference with its interval, then how many battles in 100 have it."""
    digits = digits_of(each)
    text = each.measured.text.replace("{chance}", points(each.changed, digits))
    text = lower(text.rstrip(".")) + f" instead of {points(each.base, digits)}"
    return f"{told(each)}: {text}."


def told(each: Difference) -> str:
    """The difference in battles in 100, with its 95% interval, or that there is none to be seen."""
    digits = digits_of(each)
    if each.up + each.down == 0:
        return f"none of {each.pairs} pairs differs"
    interval = f"95% interval {signed(each.low, digits)} to {signed(each.high, digits)}"
    if not each.certain:
        return f"no difference that {each.pairs} pairs can tell, {interval}"
    return f"{points(abs(each.difference), digits)} {'more' if each.difference > 0 else 'fewer'} in 100, {interval}"


def digits_of(each: Difference) -> int:
    """No more digits of battles in 100 than the interval and the number of pairs support."""
    return 1 if each.pairs >= ENOUGH and 100 * (each.high - each.low) / 2 < 0.5 else 0


def points(share: float, digits: int) -> str:
    """A share as battles in 100."""
    return f"{100 * share:.{digits}f}"


def signed(share: float, digits: int) -> str:
    """A difference of shares as battles in 100; a minus that can be read."""
    text = f"{100 * share:.{digits}f}"
    return "0" if float(text) == 0 else text.replace("-", "−")


def capital(text: str) -> str:
    """With a capital letter."""
    return text[0].upper() + text[1:]


def lower(text: str) -> str:
    """A sentence as a part of another one."""
    return text[0].lower() + text[1:] if text[:4] == "The " or text[:3] == "In " else text


def cells(each: Difference) -> list[str]:
    """A difference as the cells of a table's row."""
    scale = 100.0 if each.measured.event or each.measured.unit == "share held" else 1.0
    half = scale * (each.high - each.low) / 2
    digits = 0 if half >= 5 else 1 if half >= 0.05 else 2

    def number(value: float) -> str:
        text = f"{scale * value:.{digits}f}"
        return f"{0:.{digits}f}" if float(text) == 0 else text.replace("-", "−")

    return [
        each.measured.text.split(" in {chance}")[0] if each.measured.event else plain(each.measured.text),
        "battles in 100"
        if each.measured.event
        else "% held"
        if each.measured.unit == "share held"
        else each.measured.unit,
        number(each.base),
        number(each.changed),
        number(each.difference),
        f"{number(each.low)} to {number(each.high)}",
        "" if each.ratio is None else f"{each.ratio:.1f}",
        f"{each.up} / {each.down}",
    ]


def plain(text: str) -> str:
    """A scenario's sentence about a number, without the places for its numbers."""
    if "{" not in text:
        return text
    return text.replace("In half of all battles between {low} and {high} ", "").split(";")[0].rstrip(".")


HEADINGS = ("measure", "unit", "base", "changed", "difference", "95% interval", "variance ratio", "up / down")


def table(change: Change, comparison: Comparison) -> Table:
    """Every measure, base beside change."""
    shown = Table(title=capital(change.says), title_justify="left", pad_edge=False)
    for heading in HEADINGS:
        words = heading in ("measure", "unit")
        shown.add_column(
            heading, overflow="fold", min_width=20 if heading == "measure" else 5, justify="left" if words else "right"
        )
    for each in comparison.differences(change.name):
        shown.add_row(*cells(each), style=None if each.certain else "dim")
    return shown


def page(
    scenario: Scenario, changes: list[Change], comparison: Comparison, trust: str, facts: list[str], picture: str
) -> Iterator[str]:
    """The lines of a Markdown page: the answers, a picture, and for each change the table."""
    yield f"# What if: {scenario.title}"
    yield ""
    yield f"**{trust}**"
    yield ""
    yield f"Each change was fought {len(comparison.base)} times beside the base case with the same luck (common random"
    yield "numbers): battle by battle, only what the change touches differs. A difference is the mean of the paired"
    yield "differences; its interval is what so many pairs can tell, taken for independent, and nothing of what the"
    yield "record leaves open of the unknowns: `sim analyse` tells both apart."
    yield ""
    yield f"![The paired difference that each change makes]({picture})"
    yield ""
    for change in changes:
        yield f"## {change.asks or capital(change.says)}"
        yield ""
        yield from [f"- {answer}" for answer in answers(scenario, change, comparison)]
        yield ""
        shown = [each for each in comparison.differences(change.name) if each.certain and not each.measured.event]
        shown = sorted(shown, key=lambda each: -abs(each.difference) / max(each.high - each.low, 1e-12))[:6]
        if shown:
            yield "| " + " | ".join(HEADINGS) + " |"
            yield "| " + " | ".join("---" for _ in HEADINGS) + " |"
            yield from ["| " + " | ".join(cells(each)) + " |" for each in shown]
        else:
            yield "No other measure differs by more than so many pairs can tell."
        yield ""
    yield "*Variance ratio*: how many times as many unpaired battles would be needed for the same interval. *Up /"
    yield "down*: pairs in which the measure rose and fell. Of the measures that are no event the six clearest are"
    yield "shown."
    yield ""
    yield from facts
