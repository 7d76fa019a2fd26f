"""The ledger of luck: how likely each documented turn was, and how the outcome goes with it."""

from collections.abc import Sequence
from math import isnan

from matplotlib.figure import Figure

from sim.findings.found import Found
from sim.findings.versions import Version
from sim.plots.findings.rows import framed, interval, zero
from sim.plots.style import FADED, INK, SMALL
from sim.scenario.model import Scenario

NOTE = (
    "Points and bars: shares of battles fought again with calibrated unknowns and new dice, with 95% intervals. "
    "Middle: black with the turn, grey with its contrary. Right: their difference, hollow where the interval holds "
    "none. A turn without a chance of its own is taken away, and the same battles are fought without it."
)


def draw(scenario: Scenario, found: Found, versions: Sequence[Version], caption: str) -> Figure | None:
    """Turns as rows, the one that moves most first."""
    entries = sorted(found.ledger, key=lambda each: -abs(each.moves.value) if not isnan(each.moves.value) else 1.0)
    if not entries:
        return None
    goal = scenario.places[scenario.objective.place].name
    figure, (chance, held, moves) = framed(
        [each.says for each in entries],
        ["How likely it was", f"{goal} held at the end", "What goes with it"],
        title="The ledger of luck",
        subtitle=f"Documented turns in {found.battles:,} battles fought again",
        note=NOTE,
        caption=caption,
    )
    zero(moves)
    for row, each in enumerate(entries):
        if each.chance is None:
            chance.text(2, row, "no rule leaves it open", va="center", size=SMALL, color=FADED, backgroundcolor="white")
        else:
            interval(chance, row, each.chance)
        if each.others and not isnan(each.otherwise.value):
            interval(held, row + 0.14, each.otherwise, FADED)
        if each.battles and not isnan(each.held.value):
            interval(held, row - 0.14, each.held)
        if not isnan(each.moves.value):
            interval(moves, row, each.moves, INK, each.moves.low > 0 or each.moves.high < 0)
    for axes in (chance, held):
        axes.set_xlim(0, 100)
        axes.set_xlabel("battles in 100")
    reach = 1.1 * max(
        5.0, *(100 * max(abs(e.moves.low), abs(e.moves.high)) for e in entries if not isnan(e.moves.value))
    )
    moves.set_xlim(-reach, reach)
    moves.set_xlabel("more (right) or fewer (left) in 100")
    return figure
