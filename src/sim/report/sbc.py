"""Simulation-based calibration in words and as a table."""

from collections.abc import Iterator, Sequence

from rich.table import Table

from sim.events.observable import Observable
from sim.events.observables import OrderOutcome
from sim.inference.sbc import COVERAGE_LEVELS, LOG_LIKELIHOOD, OBSERVED, SBCResult
from sim.inference.sbc_power import FAULTS, compute_power
from sim.report.claim_words import OUTCOME_VERBS
from sim.report.terminal_table import make_table
from sim.scenario.descriptions import capitalize, describe_observable, describe_order, join_words
from sim.scenario.model import Scenario
from sim.scenario.unknown_names import describe_unknown
from sim.scoring.intervals import wilson_interval

SUSPICIOUS_P_VALUE = 0.05


def describe_quantities(
    scenario: Scenario, observables: Sequence[Observable], quantities: Sequence[str]
) -> tuple[str, ...]:
    """What is ranked, in words: unknowns, what a source counts (`observed_0`: the first observable), the likelihood.

    Parameters
    ----------
    scenario
        The battle whose unknowns they are.
    observables
        What the observation model observes, in its order.
    quantities
        Names of `SBCResult`.

    Returns
    -------
    tuple of str
        A phrase for each.
    """
    names = {f"{OBSERVED}{number}": name_observable(scenario, each) for number, each in enumerate(observables)}
    names[LOG_LIKELIHOOD] = "log likelihood of the reports"
    return tuple(names.get(each) or describe_unknown(scenario, each) for each in quantities)


def name_observable(scenario: Scenario, observable: Observable) -> str:
    """What is observed, as the name of a number; of an order, what is to come of it."""
    if isinstance(observable, OrderOutcome):
        orders = list(dict.fromkeys(describe_order(scenario, scenario.orders[each]) for each in observable.orders))
        number = "" if len(observable.orders) == 1 else f" ({len(observable.orders)} orders)"
        return f"whether {join_words(orders)}{number} {OUTCOME_VERBS[observable.outcome]}"
    return describe_observable(scenario, observable) or type(observable).__name__


def describe_sbc(result: SBCResult, names: Sequence[str]) -> Iterator[str]:
    """Whether anything speaks against the inference, and its coverage; `names` are the quantities in words."""
    battles, count = result.ranks.shape
    worst = names[int(result.p_values.argmin())]
    if result.bonferroni_p_value < SUSPICIOUS_P_VALUE:
        yield (
            f"The inference is at fault: it ranks the true value of {worst} more unevenly than chance allows "
            f"(p = {result.bonferroni_p_value:.1g}, corrected for {count} tests)."
        )
    else:
        yield (
            f"No fault of the inference was found: in {battles:,} synthetic battles it ranks the true values of "
            f"{count} quantities as evenly as it should (least evenly {worst}; p = {result.bonferroni_p_value:.2g}, "
            f"corrected for {count} tests)."
        )
    if not result.is_at_posterior.all():
        yield f"{int((~result.is_at_posterior).sum())} of {battles:,} did not reach their posterior."
    for n, level in enumerate(COVERAGE_LEVELS):
        inside, size = int(result.is_covered[:, :, n].sum()), result.is_covered[:, :, n].size
        low, high = wilson_interval(inside, size)
        yield (
            f"The middle {100 * level:.0f} % hold the truth in {100 * inside / size:.1f} of 100 cases (95% interval "
            f"{100 * low:.1f} to {100 * high:.1f}, if the quantities were independent)."
        )
    yield describe_power(battles, count)


def describe_power(n_datasets: int, n_quantities: int) -> str:
    """Which faults of a posterior so many data sets find, and how often."""
    powers = {fault: round(100 * compute_power(fault, n_datasets, n_quantities)) for fault in FAULTS}
    narrow = [fault for fault in FAULTS if not fault.shift]
    shifted = [fault for fault in FAULTS if fault.shift]
    return (
        f"What {n_datasets:,} battles can find among {n_quantities} quantities: a posterior that is too narrow by "
        f"a factor of {join_words([f'{fault.narrowing:g}' for fault in narrow])}, in "
        f"{join_words([str(powers[fault]) for fault in narrow])} of 100 cases; one that is shifted by "
        f"{join_words([f'{fault.shift:g}' for fault in shifted])} standard deviations, in "
        f"{join_words([str(powers[fault]) for fault in shifted])}. A fault that is seldom found may be there."
    )


def build_rank_table(result: SBCResult, names: Sequence[str]) -> Table:
    """Every quantity by its name in words, the one with the least uniform ranks first."""
    inside_headings = [f"truth in the middle {100 * level:.0f} % (95 %)" for level in COVERAGE_LEVELS]
    table = make_table("The most uneven ranks first", ("quantity",), ("p of the ranks", *inside_headings))
    battles = len(result.ranks)
    coverage = result.count_covered()
    for number in result.p_values.argsort().tolist():
        cells = []
        for n in range(len(COVERAGE_LEVELS)):
            inside = int(coverage[number, n])
            low, high = wilson_interval(inside, battles)
            cells.append(f"{100 * inside / battles:.0f} ({100 * low:.0f} to {100 * high:.0f})")
        table.add_row(capitalize(names[number]), f"{result.p_values[number]:.2g}", *cells)
    return table
