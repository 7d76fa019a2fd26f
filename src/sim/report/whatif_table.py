"""What-ifs in tables of the terminal: changes ranked by what they do, and the measures of one change."""

from collections.abc import Sequence

from rich.table import Table

from sim.outputs.formatting import format_measure_title
from sim.report.terminal_table import make_table
from sim.report.whatif import (
    choose_digits,
    format_difference_cells,
    format_share_per_100,
    format_signed_per_100,
    select_clearest,
)
from sim.runs.paired import CounterfactualChange, PairedComparison, PairedDifference
from sim.scenario.descriptions import capitalize

MAX_EVENTS = 2  # columns of events
MAX_CLEAREST = 10  # other measures than events, unless all are asked for
NUMBER_HEADINGS = ("base case", "changed", "difference (95 %)")


def build_ranking_table(changes: Sequence[CounterfactualChange], comparison: PairedComparison) -> Table:
    """Every change with its effect on events, the largest clear effect on the first event first.

    Parameters
    ----------
    changes
        What was asked; the scenario has an event at least.
    comparison
        Battles with and without each.
    """
    differences = {change.name: select_events(comparison, change) for change in changes}
    events = [each.measure for each in next(iter(differences.values()))]
    table = make_table(
        "All changes, the largest effect first", ("change", *(format_measure_title(event) for event in events))
    )
    for change in rank_changes(changes, comparison):
        is_clear = any(each.is_significant for each in differences[change.name])
        cells = [format_effect(each) for each in differences[change.name]]
        table.add_row(capitalize(change.description), *cells, style=None if is_clear else "dim")
    return table


def rank_changes(changes: Sequence[CounterfactualChange], comparison: PairedComparison) -> list[CounterfactualChange]:
    """Changes by their effect on the first event, the largest clear one first; as they are if there is no event."""
    if not any(measure.is_event for measure in comparison.measures):
        return list(changes)
    return sorted(changes, key=lambda change: rank_effect(select_events(comparison, change)[0]))


def select_events(comparison: PairedComparison, change: CounterfactualChange) -> list[PairedDifference]:
    """The effect of a change on the first events."""
    return [each for each in comparison.compute_differences(change.name) if each.measure.is_event][:MAX_EVENTS]


def rank_effect(difference: PairedDifference) -> tuple[bool, float]:
    """The key by which effects are sorted: clear ones first, then by their size."""
    return not difference.is_significant, -abs(difference.difference)


def format_effect(difference: PairedDifference) -> str:
    """An effect in a cell: battles in 100 with and without the change, and the interval of the difference."""
    digits = choose_digits(difference)
    base, changed = (format_share_per_100(mean, digits) for mean in (difference.base_mean, difference.changed_mean))
    if difference.n_increased + difference.n_decreased == 0:
        return f"{changed} in 100, as in the base case"
    low, high = (format_signed_per_100(end, digits) for end in (difference.low, difference.high))
    clarity = "" if difference.is_significant else "unclear, "
    return f"{changed} in 100, not {base} ({clarity}{low} to {high})"


def build_clearest_table(change: CounterfactualChange, comparison: PairedComparison) -> Table | None:
    """The measures that a change touches most clearly; None if there are none."""
    differences = comparison.compute_differences(change.name)
    clearest = select_clearest(differences, MAX_CLEAREST)
    if not clearest:
        return None
    n_measures = sum(not each.measure.is_event for each in differences)
    return build_difference_table(f"What it changes most clearly: {len(clearest)} of {n_measures} numbers", clearest)


def build_whole_table(change: CounterfactualChange, comparison: PairedComparison) -> Table:
    """Every measure of a change."""
    return build_difference_table(capitalize(change.description), comparison.compute_differences(change.name))


def build_difference_table(title: str, differences: Sequence[PairedDifference]) -> Table:
    """Measures of the base case and with a change."""
    table = make_table(title, ("measure",), NUMBER_HEADINGS)
    for each in differences:
        measure, unit, base, changed, difference, interval, *_ = format_difference_cells(each)
        cells = (f"{capitalize(measure)} ({unit})", base, changed, f"{difference} ({interval})")
        table.add_row(*cells, style=None if each.is_significant else "dim")
    return table
