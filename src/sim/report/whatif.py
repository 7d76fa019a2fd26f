"""The effect of a change in words, as a terminal table and as Markdown."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sim.analysis.posterior_analysis import ChangeEffect
from sim.outputs.formatting import (
    choose_clear_places,
    find_display_scale,
    find_display_unit,
    format_difference_with_interval,
    format_measure_title,
)
from sim.report.text import format_markdown_table, lower_common
from sim.runs.paired import CounterfactualChange, LabelledChange, PairedComparison, PairedDifference
from sim.scenario.descriptions import capitalize
from sim.scenario.model import Scenario
from sim.storage.manifest import WhatifManifest
from sim.storage.reader import open_output

MAX_CLEAREST_ON_PAGE = 6  # other measures than events, of each change
MIN_PAIRS_FOR_TENTHS = 1_000  # pairs that support tenths of a battle in 100

UNCALIBRATED_NOTE = (
    "Uncalibrated: these are battles that the model thinks possible under wide assumptions, before it has heard "
    "any report. Read the differences, not the levels."
)


def describe_change(scenario: Scenario, change: LabelledChange, comparison: PairedComparison) -> Iterator[str]:
    """One sentence for each event that the scenario asks about."""
    for each in comparison.compute_differences(change.name):
        if each.measure.is_event:
            yield describe_difference(capitalize(change.description), each)


def describe_difference(change: str, difference: PairedDifference) -> str:
    """The effect of a change on an event: how often it comes about with it and without it, and what the pairs show.

    Parameters
    ----------
    change
        The change as the beginning of a sentence: `With a third fewer defenders`.
    difference
        The difference in an event, whose text has `{chance}`.
    """
    digits = choose_digits(difference)
    text = difference.measure.text.replace("{chance}", format_share_per_100(difference.changed_mean, digits))
    text = lower_common(text.rstrip("."))
    base = format_share_per_100(difference.base_mean, digits)
    if difference.n_increased + difference.n_decreased == 0:
        return f"{change}, {text}, as in the base case ({format_difference(difference)})."
    if not difference.is_significant:
        return f"{change}, {format_difference(difference)}; {text}, and in {base} in the base case."
    return f"{change}, {text}, not {base} ({format_difference(difference)})."


def format_difference(difference: PairedDifference) -> str:
    """The difference in battles in 100 with its 95% interval, or that none is clear."""
    digits = choose_digits(difference)
    if difference.n_increased + difference.n_decreased == 0:
        return f"the same in each of {difference.n_pairs:,} pairs"
    if not difference.is_significant:
        low, high = (format_signed_per_100(end, digits) for end in (difference.low, difference.high))
        return f"{difference.n_pairs:,} pairs show no clear difference (95% interval {low} to {high} in 100)"
    direction = "more" if difference.difference > 0 else "fewer"
    size = format_share_per_100(abs(difference.difference), digits)
    ends = sorted((abs(difference.low), abs(difference.high)))
    interval = " to ".join(format_share_per_100(end, digits) for end in ends)
    return f"{size} {direction}, 95% interval {interval}"


def choose_digits(difference: PairedDifference) -> int:
    """No more digits of battles in 100 than the interval and the number of pairs support, or a clear one needs."""
    digits = (
        1 if difference.n_pairs >= MIN_PAIRS_FOR_TENTHS and 100 * (difference.high - difference.low) / 2 < 0.5 else 0
    )
    return choose_clear_places(digits, 100 * difference.low, 100 * difference.high)


def format_share_per_100(share: float, digits: int) -> str:
    """A share as battles in 100."""
    return f"{100 * share:.{digits}f}"


def format_signed_per_100(share: float, digits: int) -> str:
    """A difference of shares as battles in 100, with a proper minus sign."""
    text = f"{100 * share:.{digits}f}"
    return "0" if float(text) == 0 else text.replace("-", "−")


def format_difference_cells(difference: PairedDifference) -> list[str]:
    """A difference as the cells of a table's row."""
    scale = find_display_scale(difference.measure)
    half = scale * (difference.high - difference.low) / 2
    digits = choose_clear_places(
        0 if half >= 5 else 1 if half >= 0.05 else 2, scale * difference.low, scale * difference.high
    )

    def format_number(value: float) -> str:
        text = f"{scale * value:.{digits}f}"
        return f"{0:.{digits}f}" if float(text) == 0 else text.replace("-", "−")

    return [
        format_measure_title(difference.measure),
        find_display_unit(difference.measure),
        format_number(difference.base_mean),
        format_number(difference.changed_mean),
        format_number(difference.difference),
        f"{format_number(difference.low)} to {format_number(difference.high)}",
        "" if difference.variance_ratio is None else f"{difference.variance_ratio:.1f}",
        f"{difference.n_increased} / {difference.n_decreased}",
    ]


DIFFERENCE_HEADINGS = (
    "measure",
    "unit",
    "base case",
    "changed",
    "difference",
    "95% interval",
    "gain from pairing",
    "raised / lowered",
)


def select_clearest(differences: Sequence[PairedDifference], limit: int) -> list[PairedDifference]:
    """The significant differences in other measures than events that are clearest for their interval."""
    clear = [each for each in differences if each.is_significant and not each.measure.is_event]
    return sorted(clear, key=lambda each: -abs(each.difference) / max(each.high - each.low, 1e-12))[:limit]


def format_whatif_page(
    scenario: Scenario,
    changes: list[CounterfactualChange],
    comparison: PairedComparison,
    subject: Sequence[str],
    caveat: str,
    facts: list[str],
    figure_path: str,
) -> Iterator[str]:
    """The lines of a Markdown page: in what the base case differs, a figure, then each change in words and numbers."""
    yield f"# What if: {scenario.title}"
    yield ""
    for line in subject:
        yield line
        yield ""
    yield f"**{caveat}**"
    yield ""
    n_pairs = len(comparison.base_values)
    yield f"Each change was fought {n_pairs} times beside the base case with the same luck (common random"
    yield "numbers): battle by battle, only what the change touches is different. A difference is the mean of the"
    yield "paired differences. Its interval covers the chance of so many independent pairs, and not what the record"
    yield "leaves open about the unknowns: `sim analyse` separates the two."
    yield ""
    yield f"![The paired difference that each change makes]({figure_path})"
    yield ""
    for change in changes:
        yield f"## {change.question or capitalize(change.description)}"
        yield ""
        yield from [f"- {answer}" for answer in describe_change(scenario, change, comparison)]
        yield ""
        clearest = select_clearest(comparison.compute_differences(change.name), MAX_CLEAREST_ON_PAGE)
        if clearest:
            yield "| " + " | ".join(DIFFERENCE_HEADINGS) + " |"
            yield "| " + " | ".join("---" for _ in DIFFERENCE_HEADINGS) + " |"
            yield from ["| " + " | ".join(format_difference_cells(each)) + " |" for each in clearest]
        else:
            yield "No other measure shows a clear difference."
        yield ""
    yield "*Gain from pairing*: how many times as many unpaired battles would be needed for the same interval. *Raised"
    yield "/ lowered*: battles in which the measure rose and fell. Of the measures other than events, the six clearest"
    yield "are shown."
    yield ""
    yield from facts


def format_whatif_section(path: Path, effects: Sequence[ChangeEffect], stem: str) -> Iterator[str]:
    """The section on an output of `sim whatif` under a posterior: paired differences with both uncertainties."""
    yield "## What would have changed"
    yield ""
    image = f"images/{stem}-counterfactual_effects.png"
    yield f"![Each change: its mean effect, and how far that differs between draws]({image})"
    yield ""
    yield from format_markdown_table(
        ("change", "event"),
        ("battles in 100 more or fewer (95% interval)", "spread between draws of the unknowns (sd)"),
        ([each.label, each.event, *format_effect_cells(each)] for each in effects),
    )
    yield "Base and change share unknowns and dice. The interval is that of the mean over the posterior; the last"
    yield "column is how far the effect itself differs from one draw of the unknowns to another, chance taken out."
    digest = open_output(path).require(WhatifManifest).results_digest[:8]
    yield f"\n*Made by `sim whatif parameters=posterior:OUTPUT randomness=independent`; results {digest}.*\n"


def format_effect_cells(effect: ChangeEffect) -> tuple[str, str]:
    """An effect in battles in 100."""
    difference_text = format_difference_with_interval(
        effect.difference.value, effect.difference.low, effect.difference.high, 100.0
    )
    return (
        difference_text,
        "—" if effect.between_draw_sd is None else f"{float(f'{100 * effect.between_draw_sd:.1g}'):g}",
    )
