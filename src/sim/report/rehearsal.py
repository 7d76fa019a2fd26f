"""What came of rehearsing the inference, in words and as a table."""

from collections.abc import Iterator

from rich.table import Table

from sim.calibration.rehearsal import INTERVALS, Rehearsed
from sim.claims.intervals import wilson

SUSPICIOUS = 0.05


def answers(found: Rehearsed) -> Iterator[str]:
    """Whether the inference is right as far as so many rehearsals can tell."""
    battles, count = found.ranks.shape
    worst = found.names[int(found.chances.argmin())].replace("_", " ")
    if found.smallest < SUSPICIOUS:
        yield (
            f"The inference is off: the ranks of {worst} are more uneven than chance allows (chance times "
            f"{count} quantities: {found.smallest:.1g})."
        )
    else:
        yield (
            f"Nothing is seen against the inference: the ranks of {count} quantities in {battles} synthetic battles "
            f"are as even as chance lets them be (the most uneven, {worst}: chance times {count} quantities is "
            f"{found.smallest:.2g})."
        )
    if not found.reached.all():
        yield f"{int((~found.reached).sum())} of {battles} did not come to their posterior."
    for n, wide in enumerate(INTERVALS):
        inside, size = int(found.covered[:, :, n].sum()), found.covered[:, :, n].size
        low, high = wilson(inside, size)
        yield (
            f"The middle {100 * wide:.0f} per cent hold the truth in {100 * inside / size:.1f} of "
            f"100 cases over all quantities ({100 * low:.1f} to {100 * high:.1f}, as if they were independent)."
        )


def table(found: Rehearsed) -> Table:
    """Every quantity, the most uneven first."""
    shown = Table(title="Ranks and coverage", title_justify="left", pad_edge=False)
    shown.add_column("quantity", overflow="fold")
    for heading in ("chance of such ranks", *(f"in the middle {100 * wide:.0f}%" for wide in INTERVALS)):
        shown.add_column(heading, justify="right")
    battles = len(found.ranks)
    coverage = found.coverage()
    for number in found.chances.argsort().tolist():
        cells = []
        for n in range(len(INTERVALS)):
            inside = int(coverage[number, n])
            low, high = wilson(inside, battles)
            cells.append(f"{100 * inside / battles:.0f} ({100 * low:.0f} to {100 * high:.0f})")
        shown.add_row(found.names[number].replace("_", " "), f"{found.chances[number]:.2g}", *cells)
    return shown
