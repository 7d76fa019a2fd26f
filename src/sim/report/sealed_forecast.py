"""A sealed forecast held against the record, in sentences and a table."""

from collections.abc import Iterator

from rich.table import Table

from sim.analysis.cross_validation.sealed_battle import MODEL, OpenedForecast
from sim.report.terminal_table import make_table
from sim.scenario.descriptions import capitalize

LABELS = {MODEL: "sealed forecast", "persistence": "persistence", "lanchester": "Lanchester's square law"}


def describe_opened_forecast(opened: OpenedForecast, sealed_at: str, digest: str) -> Iterator[str]:
    """How the forecast did, first; then what it rests on."""
    decided = opened.battle.iterate_decided()
    n_yes = sum(is_yes for _, _, is_yes in decided)
    _, brier = opened.compute_score(MODEL, "brier")
    yield (
        f"{opened.battle.scenario.title}: the sealed forecast has a Brier score of {brier:.3f} over {len(decided):,} "
        f"questions that the record answers, {n_yes:,} with yes (0 is perfect, a coin toss scores 0.25)."
    )
    yield f"Sealed {sealed_at}, digest {digest}: questions, chances and battle are unchanged since."
    yield "One battle does not prove skill, and its questions depend on one another."


def build_opened_table(opened: OpenedForecast) -> Table:
    """Scores by forecaster."""
    table = make_table("Mean scores: smaller is better", ("forecaster",), ("questions", "Brier", "log score"))
    for name in opened.chances:
        count, brier = opened.compute_score(name, "brier")
        _, log_score = opened.compute_score(name, "log_score")
        table.add_row(capitalize(LABELS[name]), str(count), f"{brier:.3f}", f"{log_score:.3f}")
    return table
