"""Findings as sentences and tables, with no more digits than the battles support."""

from collections.abc import Iterator, Sequence
from math import isnan

from rich.table import Table

from sim.experiment.digits import spanned, supported
from sim.findings.clustered import Estimate
from sim.findings.found import Found
from sim.findings.luck import Entry
from sim.scenario.model import Scenario

UNLIKELY = 0.05


def in_100(estimate: Estimate | None) -> str:
    """A chance as battles in 100, with its interval."""
    if estimate is None:
        return "—"
    if isnan(estimate.value):
        return "never seen"
    return spanned(estimate.value, estimate.low, estimate.high, 100.0)


def signed(estimate: Estimate) -> str:
    """A difference in battles in 100, with its sign and interval."""
    if isnan(estimate.value):
        return "can't be told"
    half = 50 * (estimate.high - estimate.low)
    value, low, high = (plus(supported(100 * each, half)) for each in (estimate.value, estimate.low, estimate.high))
    return f"{value} ({low} to {high})"


def plus(text: str) -> str:
    """A number that is not negative with a sign."""
    return text if text.startswith("−") or float(text) == 0 else f"+{text}"


def headline(scenario: Scenario, found: Found) -> Iterator[str]:
    """What a calibrated battle, fought again with new dice, comes to."""
    for event in found.events:
        text = event.text.replace("{chance}", in_100(event.chance))
        yield f"{text} Of the variance {100 * event.unknowns:.0f}% lies in the unknowns, the rest is chance."
    for number in found.numbers:
        subject = number.text.split("; the median")[0].replace("In half of all battles between {low} and {high} ", "")
        low, high = (f"{end:.0f}" for end in number.most)
        yield f"{subject[0].upper()}{subject[1:]}: median {number.median:.0f}, in nine of ten battles {low} to {high}."
    yield from record(found)


def record(found: Found) -> Iterator[str]:
    """Whether the real battle was likely."""
    far = [place.claim for place in found.likely.places if place.tail < UNLIKELY]
    count = len(found.likely.places)
    yield (
        f"Of {count} claims {len(far)} lie where fewer than {100 * UNLIKELY:.0f} in 100 battles that are fought again "
        f"would put them ({UNLIKELY * count:.0f} would by chance alone)."
    )
    yield (
        f"Among records that the same sources would leave of the calibrated battles, {in_100(found.likely.whole)} in "
        "100 fit them no better than the real one does (near 0: the real one is odd; near 50: one of many)."
    )


LEDGER = ("turn", "battles in 100 that have it", "held with it", "held otherwise", "moves the outcome by")


def ledger_rows(ledger: Sequence[Entry]) -> list[list[str]]:
    """The ledger of luck as rows, the turns that move most first."""
    ordered = sorted(ledger, key=lambda each: -abs(each.moves.value) if not isnan(each.moves.value) else 1.0)
    return [
        [each.says, in_100(each.chance), in_100(each.held), in_100(each.otherwise), signed(each.moves)]
        for each in ordered
    ]


def ledger_table(ledger: Sequence[Entry]) -> Table:
    """The ledger for a terminal."""
    shown = Table(title="The ledger of luck (battles in 100, with 95% intervals)", title_justify="left")
    for heading in LEDGER:
        shown.add_column(heading, overflow="fold", justify="left" if heading == "turn" else "right")
    for row in ledger_rows(ledger):
        shown.add_row(*row)
    return shown
