"""What came of a cross-validation over battles, in sentences and tables, for the terminal and for a page."""

from collections.abc import Iterator, Sequence

from rich.table import Table

from sim.analysis.cross_validation.battle_forecasts import POOLED, PRIOR
from sim.analysis.cross_validation.recorded_fate import CALIBRATED, VIEWS, RecordedFate
from sim.analysis.cross_validation.scores import (
    ALL_KINDS,
    FORECASTERS,
    KINDS,
    LOSSES,
    ORDERS,
    PLACES,
    CrossValidation,
    ForecasterScore,
    compute_discrimination,
)
from sim.analysis.cross_validation.source_factors import SourceFactor
from sim.report.terminal_table import make_table
from sim.report.text import format_markdown_table
from sim.scenario.descriptions import capitalize, find_last_day, format_day
from sim.scenario.model import Scenario

MARKS = ("<!-- cross-validation -->", "<!-- end of cross-validation -->")
FORECASTER_LABELS = {
    POOLED: "model, from the other battles",
    PRIOR: "model, from its priors alone",
    "climatology": "climatology of the other battles",
    "persistence": "persistence",
    "day_bootstrap": "days of the other battles",
    "lanchester": "Lanchester's square law",
    "logistic_regression": "logistic regression",
}
KIND_LABELS = {
    ALL_KINDS: "all questions",
    PLACES: "who holds a place",
    ORDERS: "what an order brings",
    LOSSES: "losses",
}
VIEW_LABELS = {PRIOR: "from its priors", POOLED: "from the others", CALIBRATED: "after its reports"}
LIMITS = (
    "The recorded orders are given, with what the scenario says of strengths: only what came of them is forecast.",
    "Battles were chosen because they can be read, and their questions depend on one another: no interval shows it.",
    "What the record leaves open is not scored; what its sources agree on is taken for what happened.",
)


def describe_cross_validation(result: CrossValidation) -> Iterator[str]:
    """Whether the forecast from other battles is ahead, first; then what it rests on."""
    n_asked = sum(len(each.forecast.questions) for each in result.battles)
    n_yes = sum(each.is_yes for each in result.decided)
    n_battles = len({each.battle for each in result.decided})
    scores = [score for name in FORECASTERS if (score := result.find_score(ALL_KINDS, name, "brier"))]
    rivals = [each for each in scores if each.forecaster != POOLED]
    pooled = next((each for each in scores if each.forecaster == POOLED), None)
    if pooled is None:
        yield f"The record answers none of the {n_asked:,} questions: nothing can be scored."
        return
    yield (
        f"Forecast from the other battles, the model has a Brier score of {pooled.value:.3f} over {n_battles:,} "
        f"battles (0 is perfect, a coin toss scores 0.25): {describe_leads(rivals)}."
    )
    yield (
        f"The record answers {len(result.decided):,} of {n_asked:,} questions, {n_yes:,} with yes; every forecast was "
        "frozen before an answer was read. Each battle counts as one."
    )
    if (area := compute_discrimination(POOLED, result.decided)) is not None:
        yield (
            f"Of a question answered with yes and one with no, the forecast gave the former the higher chance in "
            f"{100 * area:.0f} of 100 pairs (50 without any skill)."
        )


def describe_leads(rivals: Sequence[ForecasterScore]) -> str:
    """Whom the forecast is ahead of, behind, and whom it can't be told from."""
    groups: dict[str, list[str]] = {"ahead of": [], "behind": [], "no clear difference from": []}
    for each in rivals:
        is_clear = each.interval is not None and (each.interval[0] > 0 or each.interval[1] < 0)
        group = "no clear difference from" if not is_clear else "ahead of" if each.difference > 0 else "behind"
        groups[group].append(FORECASTER_LABELS[each.forecaster].removeprefix("model, from "))
    return "; ".join(f"{group} {', '.join(names)}" for group, names in groups.items() if names)


def build_scores_table(result: CrossValidation) -> Table:
    """Brier and logarithmic scores by forecaster, all questions."""
    title = "Mean scores, smaller is better; in brackets, how much the forecast from other battles is better (95 %)"
    table = make_table(title, ("forecaster",), ("questions", "Brier", "log score"))
    for forecaster, cells in iterate_score_rows(result, ALL_KINDS):
        table.add_row(capitalize(forecaster), *cells)
    return table


def iterate_score_rows(result: CrossValidation, kind: str) -> Iterator[tuple[str, list[str]]]:
    """A forecaster's label, how many questions, and both scores with the difference."""
    for name in FORECASTERS:
        brier, log_score = (result.find_score(kind, name, score) for score in ("brier", "log_score"))
        if brier is not None and log_score is not None:
            yield FORECASTER_LABELS[name], [str(brier.n_questions), format_score(brier), format_score(log_score)]


def format_score(score: ForecasterScore) -> str:
    """A mean score, and the pooled forecast's gain with its interval."""
    if score.forecaster == POOLED:
        return f"{score.value:.3f}"
    interval = "" if score.interval is None else f"; {score.interval[0]:+.3f} to {score.interval[1]:+.3f}"
    return f"{score.value:.3f} ({score.difference:+.3f}{interval})".replace("-", "−")


def build_fates_table(result: CrossValidation, fates: Sequence[RecordedFate]) -> Table:
    """How likely what happened was in each battle, by each view."""
    title = "The chance, in 100, of who held the place in the end (in brackets, of every answer, geometric mean)"
    views = [VIEW_LABELS[view] for view in VIEWS]
    table = make_table(title, ("battle", "who held it in the end"), ("answers", *views))
    for battle, n_decided, holder, *chances in iterate_fate_rows(result, fates):
        table.add_row(battle, holder, n_decided, *chances)
    return table


def iterate_fate_rows(result: CrossValidation, fates: Sequence[RecordedFate]) -> Iterator[list[str]]:
    """The cells of each battle: title, answered questions, who held the objective, and the chance of that by view."""
    scenarios = {each.scenario.name: each.scenario for each in result.battles}
    for fate in fates:
        cells = [
            f"{format_chance(fate.fate_chances.get(view))} ({format_chance(fate.mean_chances.get(view))})"
            for view in VIEWS
        ]
        scenario = scenarios[fate.battle]
        yield [scenario.title, str(fate.n_decided), describe_fate(scenario, fate), *cells]


def describe_fate(scenario: Scenario, fate: RecordedFate) -> str:
    """Who held the objective by the record's last word on it, or the place that is meant instead."""
    last = fate.last_holder
    if last is None:
        return "not documented"
    day = format_day(find_last_day(last.moment))
    return f"{scenario.places[last.place].name}, {day}: {scenario.sides[last.holder].short_name}"


def format_chance(chance: float | None) -> str:
    """A chance in 100; a dash where there is none."""
    return "–" if chance is None else f"{100 * chance:.0f}"


def format_page_section(
    result: CrossValidation, fates: Sequence[RecordedFate], factors: Sequence[SourceFactor], digest: str
) -> Iterator[str]:
    """Sentences and tables in Markdown."""
    yield from format_markdown_table(
        ("battle", "who held it in the end"),
        [VIEW_LABELS[view] for view in VIEWS],
        ([battle, holder, *chances] for battle, _, holder, *chances in iterate_fate_rows(result, fates)),
    )
    yield (
        "*In 100: the chance of who held the objective last (else the place of which most is reported); in brackets "
        "the geometric mean of the chances of all recorded answers. The last column has read the reports, and is no "
        "forecast.*"
    )
    yield ""
    yield "What none of it can tell:"
    yield ""
    yield from (f"- {each}" for each in LIMITS)
    yield ""
    for sentence in describe_cross_validation(result):
        yield sentence
        yield ""
    for kind in KINDS:
        rows = [[label, *cells] for label, cells in iterate_score_rows(result, kind)]
        if rows:
            yield f"**Scores: {KIND_LABELS[kind]}**"
            yield ""
            yield from format_markdown_table(("forecaster",), ("questions", "Brier", "log score"), rows)
    yield (
        "*Smaller is better. In brackets: how much worse than the forecast from the other battles, with a 95 % "
        "interval over battles (Student's t), none for fewer than five.*"
    )
    yield ""
    yield from format_factor_section(result, factors)
    yield f"*Made by `sim cross-validate`; frozen forecasts {digest[:8]}.*"


def format_factor_section(result: CrossValidation, factors: Sequence[SourceFactor]) -> Iterator[str]:
    """The factors of sources by battle, before and after its reports; nothing without any."""
    if not factors:
        return
    titles = {each.scenario.name: each.scenario.title for each in result.battles}
    yield "**How many a source reports for each one that there was**"
    yield ""
    yield from format_markdown_table(
        ("battle", "sources", "losses of"),
        ("before the reports", "after them"),
        (
            [
                titles[each.battle],
                shorten_names(each.sources),
                each.side,
                format_range(each.prior),
                format_range(each.posterior),
            ]
            for each in factors
        ),
    )
    yield (
        "*Median, and the middle nine tenths. A record says more of ratios between sources than of the factors "
        "themselves.*"
    )
    yield ""


def shorten_names(names: Sequence[str]) -> str:
    """The first three names, and how many more there are."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def format_range(quantiles: tuple[float, float, float]) -> str:
    """A median with its interval."""
    low, middle, high = (f"{each:.2g}" for each in quantiles)
    return f"{middle} ({low} to {high})"


def replace_section(text: str, lines: Iterator[str]) -> str:
    """A page with new lines between its marks."""
    before, _, rest = text.partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    return f"{before}{MARKS[0]}\n\n" + "\n".join(lines) + f"\n\n{MARKS[1]}{after}"
