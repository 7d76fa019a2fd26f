"""Simulation-based calibration in words and as a table."""

from collections.abc import Iterator

from rich.table import Table

from sim.inference.sbc import COVERAGE_LEVELS, SBCResult
from sim.inference.sbc_power import FAULTS, compute_power
from sim.scenario.descriptions import join_words
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
    yield describe_power(battles, count)


def describe_power(n_datasets: int, n_quantities: int) -> str:
    """Which faults of a posterior so many data sets find, and how often."""
    powers = {fault: round(100 * compute_power(fault, n_datasets, n_quantities)) for fault in FAULTS}
    narrow = [fault for fault in FAULTS if not fault.shift]
    shifted = [fault for fault in FAULTS if fault.shift]
    return (
        f"Power: with {n_datasets} data sets and {n_quantities} quantities, a posterior of one of them that is too "
        f"narrow by a factor of {join_words([f'{fault.narrowing:g}' for fault in narrow])} is found in "
        f"{join_words([str(powers[fault]) for fault in narrow])} of 100 cases, one that is shifted by "
        f"{join_words([f'{fault.shift:g}' for fault in shifted])} standard deviations in "
        f"{join_words([str(powers[fault]) for fault in shifted])}. What is found seldom may be there."
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
