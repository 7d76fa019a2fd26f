"""A sealed forecast held against the record, in sentences and a table."""

from collections.abc import Iterator

from rich.table import Table

from sim.analysis.cross_validation.sealed_battle import MODEL, OpenedForecast

LABELS = {MODEL: "sealed forecast", "persistence": "persistence", "lanchester": "Lanchester's square law"}


def describe_opened_forecast(opened: OpenedForecast, sealed_at: str, digest: str) -> Iterator[str]:
    """How the forecast did, first; then what it rests on."""
    decided = opened.battle.iterate_decided()
    n_yes = sum(is_yes for _, _, is_yes in decided)
    _, brier = opened.compute_score(MODEL, "brier")
    yield (
        f"{opened.battle.scenario.title}: the sealed forecast has a Brier score of {brier:.3f} over {len(decided):,} "
        f"questions that the record answers, {n_yes:,} with yes (0 is perfect, 0.25 is a coin)."
    )
    yield f"Sealed {sealed_at}, digest {digest}; questions and chances are those, and the battle is the same."
    yield "One battle is no proof of skill, and its questions hang together."


def build_opened_table(opened: OpenedForecast) -> Table:
    """Scores by forecaster."""
    table = Table(title="Mean scores, smaller is better", title_justify="left", pad_edge=False)
    table.add_column("forecaster")
    for heading in ("questions", "Brier", "log score"):
        table.add_column(heading, justify="right")
    for name in opened.chances:
        count, brier = opened.compute_score(name, "brier")
        _, log_score = opened.compute_score(name, "log_score")
        table.add_row(LABELS[name], str(count), f"{brier:.3f}", f"{log_score:.3f}")
    return table
