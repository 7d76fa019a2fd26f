"""Rivals compared by evidence, in words: whether the evidence can tell them apart comes first."""

from collections.abc import Iterator

from rich.table import Table

from sim.calibration.rivals import Compared, Confusion
from sim.experiment.digits import spanned
from sim.report.calibration import told


def answers(found: Compared, confusion: Confusion | None) -> Iterator[str]:
    """Which rival the claims speak for, if they do, and what that is worth."""
    without = [name for name, cooled in found.cooled.items() if not cooled.reached]
    if without:
        yield f"No evidence for {', '.join(without)}: the budget did not bring it to its posterior."
    evidences = found.evidences
    if len(evidences) > 1:
        best = max(evidences, key=lambda name: evidences[name].log)
        if found.clear:
            yield f"The claims speak for {best}, by more than a factor of twenty beyond the error."
        else:
            yield "The claims do not decide between them: no evidence stands out by a factor of twenty."
    if confusion is None:
        yield "How often the evidence finds a truth that is known was not tried here (confusion=N): beware."
    else:
        battles = int(confusion.counts.sum())
        share = confusion.right / battles
        guess = 1 / len(confusion.names)
        yield (
            f"Where the truth is known, the evidence finds it in {confusion.right} of {battles} synthetic battles "
            f"({100 * share:.0f} in 100; guessing finds {100 * guess:.0f})."
        )


def table(found: Compared) -> Table:
    """Every rival, the best first."""
    shown = Table(title="Rivals", title_justify="left", pad_edge=False)
    shown.add_column("rival")
    for heading in ("log evidence", "by island", "chance, in 100 (95% interval)", "battles"):
        shown.add_column(heading, justify="right")
    evidences = found.evidences
    for name in sorted(evidences, key=lambda each: -evidences[each].log):
        shown.add_row(
            name,
            told(evidences[name].log, evidences[name].error),
            " and ".join(told(each.log, each.error) for each in found.cooled[name].evidences),
            spanned(*found.chances[name], 100.0),
            f"{found.cooled[name].battles:,}",
        )
    return shown


def confusion_table(found: Confusion) -> Table:
    """Truths as rows, what the evidence says as columns."""
    shown = Table(title="Synthetic battles: truth, and what the evidence says", title_justify="left", pad_edge=False)
    shown.add_column("truth")
    for name in found.names:
        shown.add_column(name, justify="right")
    shown.add_column("chance of the truth, mean", justify="right")
    for name, counts, chance in zip(found.names, found.counts.tolist(), found.chance.tolist(), strict=True):
        shown.add_row(name, *map(str, counts), f"{chance:.2f}")
    return shown
