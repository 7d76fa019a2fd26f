"""What the priors say of assaults, beside recorded battles, in at most twenty lines."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from sim.analysis.prior_check import (
    ODDS,
    PriorCheck,
    ReferenceClass,
    SimulatedAssault,
    compute_hourly_losses,
)
from sim.scoring.intervals import wilson_interval

FEWEST = 10  # assaults of a class, or recorded battles, below which nothing is called far
MOST_PLACES = 5
QUICK_HOURS = 0.5  # a strong point that falls sooner than this, in half of the assaults that take it, is named
WIDTH = 12  # of the first column


def format_prior_check(check: PriorCheck, title: str) -> list[str]:
    """The lines: a pair for each class of odds, the recorded small battles, the places, and what the marks mean."""
    first = check.reference[0]
    record = f"{first.source} {first.first_year} to {first.last_year}"
    lines = [
        f"{title}, from the priors: {check.n_battles:,} battles, {len(check.assaults):,} assaults; below each {record}",
        format_row("odds", "n", "won", ("hours (10-90%)", "% lost an hour: attackers", "defenders")),
    ]
    small = next((each for each in check.reference if (each.kind, each.low) == ("size", 0.0)), None)
    for low, high in pairwise(ODDS):
        chosen = [each for each in check.assaults if low <= each.odds < high]
        recorded = next((each for each in check.reference if (each.kind, each.low) == ("odds", low)), None)
        lines += format_class(
            describe_odds(low, high), chosen, [each for each in (recorded, small) if each is not None]
        )
    if small is not None:
        lines.append(format_recorded(f"  < {small.high:,.0f}", small))
    lines += [*format_places(check), *format_quick_falls(check)]
    lines.append(
        "FAR: won beyond the 95% interval of the record, a median beyond its middle 80% and that of its small battles. "
        "Nearly all recorded battles are larger: small fights are shorter and cost more an hour."
    )
    return lines


def describe_odds(low: float, high: float) -> str:
    """A class of odds in words."""
    if low == 0:
        return f"below {high:g}:1"
    return f"over {low:g}:1" if math.isinf(high) else f"{low:g} to {high:g}:1"


def format_class(name: str, assaults: Sequence[SimulatedAssault], recorded: Sequence[ReferenceClass]) -> Iterator[str]:
    """The line of the simulated assaults and that of the record; nothing for a class that has no assaults.

    The recorded classes are that of the odds and that of small battles, of which there may be none.
    """
    if not assaults:
        return
    won = sum(each.is_won for each in assaults) / len(assaults)
    hours = np.array([each.hours for each in assaults])
    attackers, defenders = compute_hourly_losses(assaults)
    marks = list(find_far(len(assaults), won, (hours, attackers, defenders), recorded))
    columns = (format_quantiles(hours), format_quantiles(100 * attackers), format_quantiles(100 * defenders))
    line = format_row(name, f"{len(assaults):,}", f"{100 * won:.0f}%", columns)
    yield line + (f"  FAR: {', '.join(marks)}" if marks else "")
    yield from (format_recorded("", each) for each in recorded if each.kind == "odds")


def format_recorded(name: str, recorded: ReferenceClass) -> str:
    """A line of the record."""
    low, high = wilson_interval(recorded.won, recorded.battles)
    won = f"{100 * recorded.won / recorded.battles:.0f}% ({100 * low:.0f}-{100 * high:.0f})"
    columns = (
        format_triple(recorded.hours, 1),
        format_triple(recorded.attackers_an_hour, 100),
        format_triple(recorded.defenders_an_hour, 100),
    )
    return format_row(name or "  recorded", f"{recorded.battles:,}", won, columns)


def format_row(name: str, count: str, won: str, columns: tuple[str, str, str]) -> str:
    """A row of the table."""
    hours, attackers, defenders = columns
    return f"{name:{WIDTH}} {count:>6} {won:>14} {hours:>18} {attackers:>26} {defenders:>18}"


def format_quantiles(values: np.ndarray) -> str:
    """Median, and 10 and 90 per cent points."""
    low, middle, high = np.quantile(values, (0.1, 0.5, 0.9)).tolist()
    return format_triple((low, middle, high), 1)


def format_triple(values: tuple[float, float, float], factor: float) -> str:
    """The same from numbers; a dash where there are none."""
    low, middle, high = (factor * value for value in values)
    return "-" if math.isnan(middle) else f"{middle:.2g} ({low:.2g}-{high:.2g})"


def find_far(
    n: int, won: float, values: tuple[np.ndarray, np.ndarray, np.ndarray], recorded: Sequence[ReferenceClass]
) -> Iterator[str]:
    """What of a class lies far outside the record: of its odds, and for times and losses also of small battles."""
    if n < FEWEST:
        return
    for each in recorded:
        if each.kind == "odds" and each.battles >= FEWEST:
            low, high = wilson_interval(each.won, each.battles)
            if not low <= won <= high:
                yield "won"
    timed = [each for each in recorded if each.timed > 0]
    if sum(each.timed for each in timed) < FEWEST:
        return
    for name, simulated in zip(("hours", "attackers_an_hour", "defenders_an_hour"), values, strict=True):
        lowest = min(getattr(each, name)[0] for each in timed)
        highest = max(getattr(each, name)[2] for each in timed)
        if not lowest <= float(np.median(simulated)) <= highest:
            yield name.replace("_an_hour", "' losses")


def format_places(check: PriorCheck) -> Iterator[str]:
    """In how many battles each place was taken that was assaulted, the most often taken first."""
    ranked = sorted(check.taken.items(), key=lambda item: -item[1])
    shown = [f"{place} {100 * count / check.n_battles:.0f}" for place, count in ranked[:MOST_PLACES]]
    rest = f", and {len(ranked) - MOST_PLACES} more" if len(ranked) > MOST_PLACES else ""
    if shown:
        yield f"Taken by assault in so many of 100 battles: {', '.join(shown)}{rest}."


def format_quick_falls(check: PriorCheck) -> Iterator[str]:
    """The strong points that fall in minutes: a line for each, with the priors that decide how fast."""
    for place in sorted(check.strong_points):
        hours = check.list_hours_to_fall(place)
        if len(hours) >= FEWEST and (median := float(np.median(hours))) < QUICK_HOURS:
            yield (
                f"MINUTES: {place} is prepared for defence and falls {60 * median:.0f} minutes after an attack begins, "
                f"in half of the {len(hours)} that take it: see ground_price, advance_km_per_day, killing_rate."
            )
