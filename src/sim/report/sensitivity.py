"""What decides an outcome, in words and as a table."""

from collections.abc import Iterator

from rich.table import Table

from sim.experiment.digits import subject, supported
from sim.experiment.paired import Measured
from sim.report.phrases import joined_words
from sim.sensitivity.battles import CHANCE, OTHERS, Decisive, name_of
from sim.sensitivity.indices import Share

UNCALIBRATED = (
    "Uncalibrated: shares of what the model and its wide priors leave open, before it has seen a single claim. Another "
    "prior gives other shares."
)
MEANING = (
    "Per cent of the variance, with 95% intervals. alone: goes when this is known and nothing else. in all: is left "
    "when everything else is known. What acts together counts in all of its parts, so that `in all` adds to over 100."
)
TOLD = 3  # factors named in the sentence


def decides(measured: Measured) -> str:
    """What is asked of a measure, as the beginning of a sentence."""
    text = subject(measured)
    if measured.event:
        return f"What decides whether {text[0].lower() + text[1:]}"
    return f"What decides how many ({text})"


def answers(found: Decisive, of: list[str]) -> Iterator[str]:
    """A sentence for each measure: the largest first, chance among them."""
    for id in of:
        measured = next(each for each in found.measures if each.id == id)
        shares = found.shares[id]
        if shares is None:
            yield f"{decides(measured)}: nothing, it is the same in all {len(found.outcomes)} battles."
            continue
        chance = next(share for share in shares if share.factor == CHANCE)
        left = told(chance.total, chance.total_half)
        certain = [share for share in shares if share.factor != CHANCE and share.total - share.total_half > 0]
        named = [f"{name_of(share.factor)} {told(share.total, share.total_half)}" for share in certain[:TOLD]]
        rest = (
            f"Of the unknowns, these have a part in most of it: {joined_words(named)}."
            if named
            else f"None of the unknowns has a part that {len(found.outcomes)} battles can tell from nothing."
        )
        yield (
            f"{decides(measured)}: pure chance. Were every unknown known, {left} of the variance would be left. {rest}"
            if chance == shares[0]
            else f"{decides(measured)}: {joined_words(named)} of the variance have to do with it. Were every unknown "
            f"known, {left} would be left: that is pure chance."
        )


def told(share: float, half: float) -> str:
    """A share in per cent with its interval, cut at 0 and 100, where no share can lie beyond."""
    ends = [100 * min(max(each, 0.0), 1.0) for each in (share, share - half, share + half)]
    middle, low, high = (supported(end, 100 * half) for end in ends)
    return f"{middle}% ({low} to {high})"


def table(found: Decisive, id: str) -> Table | None:
    """Every factor of one measure, the largest first."""
    measured = next(each for each in found.measures if each.id == id)
    shares: list[Share] | None = found.shares[id]
    if shares is None:
        return None
    shown = Table(title=f"{decides(measured)}", title_justify="left", pad_edge=False)
    shown.add_column("factor", overflow="fold")
    for heading in ("in all", "alone"):
        shown.add_column(heading, justify="right")
    for share in shares:
        certain = share.total - share.total_half > 0
        shown.add_row(
            name_of(share.factor),
            told(share.total, share.total_half),
            told(share.first, share.first_half),
            style=None if certain else "dim",
        )
    return shown


def screened(found: Decisive, of: list[str]) -> Iterator[str]:
    """Which priors the screening left, and which it passed over."""
    if not found.screening:
        return
    kept = [factor for factor in found.factors if factor not in (CHANCE, OTHERS)]
    looked_at = len(next(iter(found.screening.values()))) - 1
    yield (
        f"Screening of {looked_at} unknowns in {found.screened} battles left {len(kept)}: "
        f"{joined_words([name_of(each) for each in kept])}. The others go on together."
    )
