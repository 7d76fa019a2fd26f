"""Forecast questions in words and tables: how many the record decides, and the scores beside baselines."""

from collections.abc import Iterator, Sequence
from typing import Any

from sim.analysis.forecast import SealedForecast
from sim.analysis.forecast_questions import PLACE_DAY
from sim.analysis.question_scores import ALL_KINDS, STATED_PLACE_DAY, QuestionScoreRow, tabulate_scores
from sim.analysis.question_tables import group_scored_questions
from sim.outputs.formatting import format_to_precision
from sim.report.text import format_count, format_markdown_table
from sim.scoring.report_selection import SelectedScore, summarize_selected_scores

StoredRow = dict[str, Any]
KIND_LABELS = {
    ALL_KINDS: "all",
    PLACE_DAY: "who holds a place at the end of a day",
    STATED_PLACE_DAY: "of these, reported for the end of the day",
    "order_launched": "is an attack launched",
    "order_taken": "does an attack take its target",
    "order_on_target": "is a bomb on target",
    "order_sprung": "is an ambush sprung",
    "order_void": "is another order dropped",
}
SELECTED_SCORE_LABELS = {
    "crps": "CRPS (people or pieces)",
    "log_crps": "CRPS of log(1 + count)",
    "log_score": "log score (nats a term)",
}
SCORE_HALF_WIDTH = 0.1  # half-width that sets the digits of a score: two decimals


def describe_questions(forecasts: Sequence[SealedForecast]) -> Iterator[str]:
    """One sentence on the questions of some forecasts of one group, or none if there was no forecast."""
    asked = [each.questions for each in forecasts if each.questions is not None]
    if not asked:
        return
    n_asked, n_orders = sum(each.n_asked for each in asked), sum(each.count_unasked_orders() for each in asked)
    scored = [each for group in group_scored_questions(forecasts).values() for each in group]
    yield (
        f"The record answers {len(scored)} of {n_asked} questions of the fixed list"
        + (f", {sum(each.is_yes for each in scored)} with yes" if scored else "")
        + describe_brier_scores(tabulate_scores(scored))
        + (f"; {describe_unasked(n_orders)}" if n_orders else "")
        + "."
    )


def describe_unasked(n_orders: int) -> str:
    """How many orders of the period are not given in the battles that are forecast."""
    return f"not asked about: {format_count(n_orders, 'orders')}, unknown at the cut-off or not given after it"


def describe_brier_scores(rows: Sequence[QuestionScoreRow]) -> str:
    """The Brier score over all questions, and over those of each baseline, as a clause; empty if there is none."""
    overall = [row for row in rows if row.kind == ALL_KINDS and row.score == "brier"]
    if not overall:
        return ""
    clauses = [
        f"{row.baseline} {format_score(row.baseline_score)}"
        + (f" to {format_score(row.forecast)} on {row.n_questions}" if row.n_questions < overall[0].n_questions else "")
        + f" ({describe_lead(row)})"
        for row in overall
    ]
    return f"; Brier score {format_score(overall[0].forecast)}, {', '.join(clauses)}"


def describe_lead(row: QuestionScoreRow) -> str:
    """Who is ahead, if the interval over days excludes 0."""
    if row.interval is None:
        return "too few days for a comparison"
    return "behind" if row.interval[0] > 0 else "ahead" if row.interval[1] < 0 else "no clear difference"


def format_score(score: float) -> str:
    """A score with two decimals."""
    return format_to_precision(score, SCORE_HALF_WIDTH)


def describe_selected_scores(scores: Sequence[SelectedScore]) -> Iterator[str]:
    """One sentence on counts weighted by the chance that they are reported; none without such counts."""
    summary = summarize_selected_scores(scores)
    if "log_crps" in summary:
        unweighted, weighted, count = summary["log_crps"]
        yield (
            f"Counts weighted by the chance that they are reported: CRPS of log(1 + count) {format_score(weighted)}, "
            f"unweighted {format_score(unweighted)} ({format_count(count, 'counts')})."
        )


def format_question_section(
    questions: Sequence[StoredRow],
    answers: Sequence[StoredRow],
    scores: Sequence[StoredRow],
    labels: dict[str, str],
) -> Iterator[str]:
    """The questions of a group of cut-offs: how many there are and are decided, and a table of scores."""
    yield "### Questions of a fixed list"
    yield ""
    yield (
        "Each place at the end of each day (does the attacker hold at least half?) and each order, from the scenario "
        "alone, before anything was scored. What no claim decides stays without an answer. Smaller scores are better; "
        "a difference above 0 is for the forecast, its 95% interval is by day, from five days on."
    )
    yield ""
    for split, label in labels.items():
        members = [row for row in questions if row["split"] == split]
        if members:
            yield f"- {label}: {format_question_counts(members, [row for row in answers if row['split'] == split])}"
    yield ""
    yield from format_markdown_table(
        ("cut", "question", "baseline"),
        (
            "decided (yes)",
            "days",
            "Brier: forecast",
            "baseline",
            "difference",
            "log: forecast",
            "baseline",
            "difference",
        ),
        (format_score_cells(labels, brier, log) for brier, log in pair_scores(scores)),
    )


def format_question_counts(questions: Sequence[StoredRow], answers: Sequence[StoredRow]) -> str:
    """How many questions were asked, how many the record decides, and what became of the rest."""
    asked = {row["id"] for row in questions if row["probability"] is not None}
    decided = [row for row in answers if row["id"] in asked and row["answer"] is not None]
    bases = [row["basis"] for row in answers if row["id"] in asked]
    unasked_orders = {row["order"] for row in questions if row["id"] not in asked and row["order"]}
    parts = [
        f"the record decides {len(decided)} of {len(asked)} questions ({sum(row['answer'] for row in decided)} yes)",
        f"not documented: {bases.count('not documented')}",
    ]
    if undecided := bases.count("open") + bases.count("disputed"):
        parts.append(f"left open by their claims: {undecided}")
    if n_origins := bases.count("origin"):
        parts.append(f"resting on the claim from which the order was drawn: {n_origins}")
    if unasked_orders:
        parts.append(describe_unasked(len(unasked_orders)))
    return "; ".join(parts) + "."


def pair_scores(rows: Sequence[StoredRow]) -> Iterator[tuple[StoredRow, StoredRow]]:
    """The rows of both scores of each cut-off, kind and baseline."""
    by_key: dict[tuple[str, ...], dict[str, StoredRow]] = {}
    for row in rows:
        by_key.setdefault((row["split"], row["kind"], row["baseline"]), {})[row["score"]] = row
    return ((scores["brier"], scores["log_score"]) for scores in by_key.values())


def format_score_cells(labels: dict[str, str], brier: StoredRow, log: StoredRow) -> list[str]:
    """One line of the table of scores."""
    return [
        labels.get(brier["split"], brier["split"]),
        KIND_LABELS[brier["kind"]],
        brier["baseline"],
        f"{brier['n_questions']} ({brier['n_yes']})",
        str(brier["n_days"]),
        *(cell for row in (brier, log) for cell in (*format_means(row), format_difference(row))),
    ]


def format_means(row: StoredRow) -> tuple[str, str]:
    """The means of the forecast and of the baseline."""
    return format_score(row["forecast"]), format_score(row["baseline_score"])


def format_difference(row: StoredRow) -> str:
    """The difference with its interval, if it has one."""
    if row["low"] is None:
        return format_score(row["difference"])
    return f"{format_score(row['difference'])} ({format_score(row['low'])} to {format_score(row['high'])})"


def format_selected_scores(
    rows: Sequence[StoredRow], labels: dict[str, str], sealed: dict[str, dict[str, Any]]
) -> Iterator[str]:
    """Scores of counts, unweighted and weighted by the chance that they are reported, by cut-off."""
    known = [row for row in rows if row["split"] in labels]
    if not known:
        return
    statement = sealed[known[0]["split"]]
    yield "### Counts weighted by the chance that they are reported"
    yield ""
    yield (
        f"P(reported | n) = logistic({statement['reporting_intercept']:g} + {statement['reporting_slope']:g} "
        "ln(n + 1)), an assumption (docs/model.md): draws with larger counts weigh more. Means; smaller is better."
    )
    yield ""
    yield from format_markdown_table(
        ("cut-off", "score"),
        ("claims or terms", "unweighted", "weighted", "fewest draws that weights leave"),
        (
            [label, SELECTED_SCORE_LABELS[score], *format_selected_cells(members)]
            for split, label in labels.items()
            for score in SELECTED_SCORE_LABELS
            if (members := [row for row in known if row["split"] == split and row["score"] == score])
        ),
    )


def format_selected_cells(rows: Sequence[StoredRow]) -> list[str]:
    """The numbers of one line: how many, both means, and the least effective sample."""
    means = [sum(row[name] for row in rows) / len(rows) for name in ("unweighted", "weighted")]
    return [str(len(rows)), *map(format_score, means), f"{min(row['ess'] for row in rows):.0f}"]
