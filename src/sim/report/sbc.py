"""Simulation-based calibration in words and as a table."""

from collections.abc import Iterator

from rich.table import Table

from sim.inference.sbc import COVERAGE_LEVELS, SBCResult
from sim.scoring.intervals import wilson_interval

SUSPICIOUS_P_VALUE = 0.05


def describe_sbc(result: SBCResult) -> Iterator[str]:
    """Whether anything speaks against the inference, and its coverage."""
    battles, count = result.ranks.shape
    worst = result.quantities[int(result.p_values.argmin())].replace("_", " ")
    if result.bonferroni_p_value < SUSPICIOUS_P_VALUE:
        yield (
            f"The inference is off: the ranks of {worst} are more uneven than chance allows (chance times "
            f"{count} quantities: {result.bonferroni_p_value:.1g})."
        )
    else:
        yield (
            f"Nothing is seen against the inference: the ranks of {count} quantities in {battles} synthetic battles "
            f"are as even as chance lets them be (the most uneven, {worst}: chance times {count} quantities is "
            f"{result.bonferroni_p_value:.2g})."
        )
    if not result.is_at_posterior.all():
        yield f"{int((~result.is_at_posterior).sum())} of {battles} did not come to their posterior."
    for n, level in enumerate(COVERAGE_LEVELS):
        inside, size = int(result.is_covered[:, :, n].sum()), result.is_covered[:, :, n].size
        low, high = wilson_interval(inside, size)
        yield (
            f"The middle {100 * level:.0f} per cent hold the truth in {100 * inside / size:.1f} of "
            f"100 cases over all quantities ({100 * low:.1f} to {100 * high:.1f}, as if they were independent)."
        )


def build_rank_table(result: SBCResult) -> Table:
    """Every quantity, the one with the least uniform ranks first."""
    table = Table(title="Ranks and coverage", title_justify="left", pad_edge=False)
    table.add_column("quantity", overflow="fold")
    for heading in ("chance of such ranks", *(f"in the middle {100 * level:.0f}%" for level in COVERAGE_LEVELS)):
        table.add_column(heading, justify="right")
    battles = len(result.ranks)
    coverage = result.count_covered()
    for number in result.p_values.argsort().tolist():
        cells = []
        for n in range(len(COVERAGE_LEVELS)):
            inside = int(coverage[number, n])
            low, high = wilson_interval(inside, battles)
            cells.append(f"{100 * inside / battles:.0f} ({100 * low:.0f} to {100 * high:.0f})")
        table.add_row(result.quantities[number].replace("_", " "), f"{result.p_values[number]:.2g}", *cells)
    return table
