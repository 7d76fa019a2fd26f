"""A sensitivity analysis in words and as a table: which factors the variance of an outcome comes from."""

from collections.abc import Iterator

from rich.table import Table

from sim.analysis.sensitivity import CHANCE_FACTOR, OTHER_PRIORS_FACTOR, SensitivityResult, SobolIndex, format_factor
from sim.outputs.formatting import format_measure_title, format_to_precision
from sim.runs.outcome_measures import OutcomeMeasure
from sim.scenario.descriptions import join_words

UNCALIBRATED_NOTE = (
    "Uncalibrated: shares of what the model and its wide priors leave open, before it has seen a single claim. Another "
    "prior gives other shares."
)
TABLE_EXPLANATION = (
    "Per cent of the variance, with 95% intervals. alone: goes when this is known and nothing else. in all: is left "
    "when everything else is known. What acts together counts in all of its parts, so that `in all` adds to over 100."
)
CORRELATION_NOTE = (
    "Priors that a fit gives together are varied here one by one, each over its own distribution, without their "
    "correlations: shares are those of a world in which each could be known alone."
)
MAX_NAMED_FACTORS = 3  # in a sentence


def format_question(measured: OutcomeMeasure) -> str:
    """The question about a measure, as the beginning of a sentence."""
    text = format_measure_title(measured)
    if measured.is_event:
        return f"What decides whether {text[0].lower() + text[1:]}"
    return f"What decides how many ({text})"


def describe_sensitivity(result: SensitivityResult, measure_ids: list[str]) -> Iterator[str]:
    """A sentence for each measure: the factors with the largest shares, chance among them."""
    for id in measure_ids:
        measured = next(each for each in result.measures if each.id == id)
        shares = result.sobol_indices[id]
        if shares is None:
            yield f"{format_question(measured)}: nothing, it is the same in all {len(result.outcomes)} battles."
            continue
        chance = next(share for share in shares if share.factor == CHANCE_FACTOR)
        chance_share = format_share(chance.total_order, chance.total_order_conf)
        certain_shares = [
            share
            for share in shares
            if share.factor != CHANCE_FACTOR and share.total_order - share.total_order_conf > 0
        ]
        factor_texts = [
            f"{format_factor(share.factor)} {format_share(share.total_order, share.total_order_conf)}"
            for share in certain_shares[:MAX_NAMED_FACTORS]
        ]
        rest_text = (
            f"Of the unknowns, these have a part in most of it: {join_words(factor_texts)}."
            if factor_texts
            else f"None of the unknowns has a part that {len(result.outcomes)} battles can tell from nothing."
        )
        question = format_question(measured)
        yield (
            f"{question}: pure chance. Were every unknown known, {chance_share} of the variance would be left. "
            f"{rest_text}"
            if chance == shares[0]
            else f"{question}: {join_words(factor_texts)} of the variance have to do with it. Were every unknown "
            f"known, {chance_share} would be left: that is pure chance."
        )


def format_share(share: float, half_width: float) -> str:
    """A share in per cent with its interval, cut at 0 and 100, where no share can lie beyond."""
    ends = [100 * min(max(each, 0.0), 1.0) for each in (share, share - half_width, share + half_width)]
    middle, low, high = (format_to_precision(end, 100 * half_width) for end in ends)
    return f"{middle}% ({low} to {high})"


def build_sensitivity_table(result: SensitivityResult, id: str) -> Table | None:
    """Every factor of one measure, the largest first."""
    measured = next(each for each in result.measures if each.id == id)
    shares: list[SobolIndex] | None = result.sobol_indices[id]
    if shares is None:
        return None
    table = Table(title=f"{format_question(measured)}", title_justify="left", pad_edge=False)
    table.add_column("factor", overflow="fold")
    for heading in ("in all", "alone"):
        table.add_column(heading, justify="right")
    for share in shares:
        is_certain = share.total_order - share.total_order_conf > 0
        table.add_row(
            format_factor(share.factor),
            format_share(share.total_order, share.total_order_conf),
            format_share(share.first_order, share.first_order_conf),
            style=None if is_certain else "dim",
        )
    return table


def describe_screening(result: SensitivityResult, measure_ids: list[str]) -> Iterator[str]:
    """How many priors were screened, and which of them go on."""
    if not result.morris_effects:
        return
    selected = [factor for factor in result.factors if factor not in (CHANCE_FACTOR, OTHER_PRIORS_FACTOR)]
    n_screened = len(next(iter(result.morris_effects.values()))) - 1
    yield (
        f"Screening of {n_screened} unknowns in {result.n_screening_runs} battles left {len(selected)}: "
        f"{join_words([format_factor(each) for each in selected])}. The others go on together."
    )
