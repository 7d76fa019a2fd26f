"""Two outputs beside each other in words: sentences, the settings that differ, and the table of outcomes."""

from collections.abc import Iterator, Sequence

from rich.table import Table

from sim.analysis.output_differences import ALL_BATTLES, OutcomeDifference
from sim.analysis.setting_differences import SettingDifference
from sim.outputs.formatting import (
    choose_clear_places,
    find_display_scale,
    find_display_unit,
    format_difference_with_interval,
    format_measure_title,
    format_with_interval,
)
from sim.report.terminal_table import make_table
from sim.scenario.descriptions import capitalize
from sim.storage.manifest import DiffManifest

MAX_SENTENCES = 12
MIN_BATTLES_FOR_TENTHS = 1_000  # that support tenths of a battle in 100
SETTING_HEADINGS = ("what", "A", "B")
OUTCOME_HEADINGS = ("battles", "outcome")


def describe_diff(manifest: DiffManifest, outcomes: Sequence[OutcomeDifference]) -> Iterator[str]:
    """The answer first: whether anything differs, then each event, and how the battles were compared."""
    if manifest.identical:
        yield "The results are the same to the bit."
        return
    events = [each for each in outcomes if each.measure.is_event]
    yield from (describe_outcome(each) for each in events[:MAX_SENTENCES])
    others = [each for each in outcomes if not each.measure.is_event]
    n_different = sum(each.is_significant for each in others)
    noun = "number" if len(others) == 1 else "numbers"
    if others:
        yield f"Of {len(others)} other {noun} (losses, and what claims are about), {n_different} clearly differ."
    yield describe_pairing(manifest, outcomes)


def describe_outcome(each: OutcomeDifference) -> str:
    """One event in both outputs, in battles in 100, and the difference with its interval."""
    digits = choose_digits(each)
    first, second = (f"{100 * mean.value:.{digits}f}" for mean in (each.first, each.second))
    case = "" if each.case == ALL_BATTLES else f" ({each.case})"
    subject = f"{format_measure_title(each.measure).rstrip('.')}{case}: in {first} of 100 battles of A"
    if not each.is_significant:
        return f"{subject}, in {second} of B; no clear difference ({format_interval(each, digits)})."
    word = "more" if each.difference.value > 0 else "fewer"
    size = f"{100 * abs(each.difference.value):.{digits}f}"
    return f"{subject}, in {second} of B: {size} {word} ({format_interval(each, digits)})."


def choose_digits(each: OutcomeDifference) -> int:
    """No more digits of battles in 100 than the interval supports, or a clear difference needs."""
    low, high = 100 * each.difference.low, 100 * each.difference.high
    digits = 1 if (high - low) / 2 < 0.5 and min(each.n_first, each.n_second) >= 1_000 else 0
    return choose_clear_places(digits, low, high)


def format_interval(each: OutcomeDifference, digits: int) -> str:
    """The 95% interval of a difference, in battles in 100."""
    ends = [f"{100 * end:.{digits}f}" for end in (each.difference.low, each.difference.high)]
    low, high = ("0" if float(end) == 0 else end.replace("-", "−") for end in ends)
    return f"95% interval {low} to {high}"


def describe_pairing(manifest: DiffManifest, outcomes: Sequence[OutcomeDifference]) -> str:
    """How the battles were compared."""
    if manifest.paired:
        return f"Compared in {outcomes[0].n_pairs:,} pairs: battles of one number share their luck."
    return (
        f"Compared as independent samples of {manifest.first.battles:,} and {manifest.second.battles:,} battles: "
        "their seeds differ. With one seed smaller differences would show."
    )


def build_setting_table(differences: Sequence[SettingDifference]) -> Table:
    """What differs, A beside B."""
    table = make_table("What differs", SETTING_HEADINGS)
    for each in differences:
        table.add_row(each.name, each.first, each.second)
    return table


def describe_settings(differences: Sequence[SettingDifference]) -> Iterator[str]:
    """The first things that differ, each as a line of a list, and how many more there are."""
    if not differences:
        yield "Settings, scenario and versions are the same."
    for each in differences[:MAX_SENTENCES]:
        yield f"{each.name}: {each.first} in A, {each.second} in B" if each.second else f"{each.name}: {each.first}"
    if (more := len(differences) - MAX_SENTENCES) > 0:
        yield f"and {more:,} more, among the numbers below"


def build_outcome_table(outcomes: Sequence[OutcomeDifference]) -> Table:
    """Every outcome, A beside B, with the difference; those that clearly differ first."""
    ordered = sorted(outcomes, key=lambda each: (not each.is_significant, not each.measure.is_event))
    first_column = 1 if all(each.case == ALL_BATTLES for each in outcomes) else 0  # a run has no cases to name
    title = "What came of it, with 95% intervals, clear differences first"
    table = make_table(title, OUTCOME_HEADINGS[first_column:], ("A", "B", "B less A"))
    for each in ordered:
        table.add_row(*format_outcome_cells(each)[first_column:])
    return table


def format_outcome_cells(each: OutcomeDifference) -> tuple[str, ...]:
    """One outcome as the cells of its row."""
    scale = find_display_scale(each.measure)
    return (
        each.case,
        f"{capitalize(format_measure_title(each.measure))} ({find_display_unit(each.measure)})",
        *(format_with_interval(mean.value, mean.low, mean.high, scale) for mean in (each.first, each.second)),
        format_difference_with_interval(each.difference.value, each.difference.low, each.difference.high, scale),
    )
