"""A sensitivity analysis in words and as a table: what luck and each unknown have to do with an outcome."""

from collections.abc import Iterator, Sequence

from rich.table import Table

from sim.analysis.sensitivity import CHANCE_FACTOR, OTHER_PRIORS_FACTOR, SensitivityResult, SobolIndex
from sim.outputs.formatting import format_measure_title, format_to_precision
from sim.report.terminal_table import make_table
from sim.report.text import lower_common
from sim.runs.outcome_measures import OutcomeMeasure
from sim.scenario.descriptions import capitalize, join_words
from sim.scenario.model import Scenario
from sim.scenario.unknown_names import describe_unknown

UNCALIBRATED_NOTE = (
    "Uncalibrated: shares of what the model and its wide priors leave open, before it has heard any report. Other "
    "priors give other shares."
)
TABLE_EXPLANATION = (
    "Per cent of the variance, with 95% intervals. Involved: what would be left if all the rest were known. Alone: "
    "what would go if this alone were known. Shares overlap, so that those involved add up to more than 100."
)
CORRELATION_NOTE = (
    "Priors that were estimated together are varied here one by one, each over its own distribution, without their "
    "correlations: the shares are those of a world in which each could be known alone."
)
FACTOR_LABELS = {CHANCE_FACTOR: "luck", OTHER_PRIORS_FACTOR: "all other unknowns together"}
MAX_NAMED_FACTORS = 3  # in a sentence


def format_subject(measured: OutcomeMeasure) -> str:
    """What is explained: whether an event comes about, or a number."""
    text = lower_common(format_measure_title(measured))
    return f"whether {text}" if measured.is_event else f"how many {text}"


def describe_sensitivity(scenario: Scenario, result: SensitivityResult, measure_ids: Sequence[str]) -> Iterator[str]:
    """A sentence for each measure: how much of its variance luck and the leading unknowns are involved in."""
    for id in measure_ids:
        measured = next(each for each in result.measures if each.id == id)
        subject = capitalize(format_subject(measured))
        shares = result.sobol_indices[id]
        if shares is None:
            yield f"{subject}: nothing decides it; it is the same in all {len(result.outcomes):,} battles."
            continue
        chance = next(share for share in shares if share.factor == CHANCE_FACTOR)
        unknowns = [share for share in shares if share.factor != CHANCE_FACTOR and is_clear(share)]
        luck = f"luck is involved in {format_share(chance.total_order, chance.total_order_conf)} of the variance"
        if not unknowns:
            yield f"{subject}: {luck}; {len(result.outcomes):,} battles show no clear part of any unknown."
            continue
        names = [
            f"{describe_sensitivity_factor(scenario, each.factor)} in "
            f"{format_share(each.total_order, each.total_order_conf)}"
            for each in unknowns[:MAX_NAMED_FACTORS]
        ]
        yield f"{subject}: {luck}, {join_words(names)} (95% intervals; the shares overlap)."


def is_clear(share: SobolIndex) -> bool:
    """Whether the interval of a total share excludes 0."""
    return share.total_order - share.total_order_conf > 0


def describe_sensitivity_factor(scenario: Scenario, factor: str) -> str:
    """A factor in words: an unknown, all that were not selected, or luck."""
    return FACTOR_LABELS.get(factor) or describe_unknown(scenario, factor)


def format_share(share: float, half_width: float) -> str:
    """A share in per cent with its interval, cut at 0 and 100, where no share can lie beyond."""
    ends = [100 * min(max(each, 0.0), 1.0) for each in (share, share - half_width, share + half_width)]
    middle, low, high = (format_to_precision(end, 100 * half_width) for end in ends)
    return f"{middle} % ({low} to {high})"


def build_sensitivity_table(scenario: Scenario, result: SensitivityResult, id: str) -> Table | None:
    """Every factor of one measure, the largest first."""
    measured = next(each for each in result.measures if each.id == id)
    shares: list[SobolIndex] | None = result.sobol_indices[id]
    if shares is None:
        return None
    table = make_table(f"What decides {format_subject(measured)}", ("unknown",), ("involved", "alone"))
    for share in shares:
        table.add_row(
            capitalize(describe_sensitivity_factor(scenario, share.factor)),
            format_share(share.total_order, share.total_order_conf),
            format_share(share.first_order, share.first_order_conf),
            style=None if is_clear(share) else "dim",
        )
    return table


def describe_screening(scenario: Scenario, result: SensitivityResult) -> Iterator[str]:
    """How many unknowns were screened, and which of them are varied one by one."""
    if not result.morris_effects:
        return
    selected = [factor for factor in result.factors if factor not in FACTOR_LABELS]
    n_screened = len(next(iter(result.morris_effects.values()))) - 1
    names = join_words([describe_unknown(scenario, each) for each in selected])
    yield (
        f"Of {n_screened} unknowns, {result.n_screening_runs:,} battles of screening selected {len(selected)} to be "
        f"varied one by one: {names}. The others vary together."
    )
