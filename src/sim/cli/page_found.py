"""Pages of what was found about a battle and not by fighting it: calibrations, forecasts, findings."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from sim.battle.fight import Stage
from sim.cli.page import pictures, plain_table
from sim.report.html.matter import Finding, Matter, Number
from sim.report.html.page import write_page
from sim.scenario.drawing import Drawing


def write(
    folder: Path,
    command: str,
    words: Sequence[str],
    stage: Stage,
    drawing: Drawing,
    manifest: dict[str, Any],
    answers: Iterable[str],
    numbers: Sequence[Number],
    found: Sequence[Finding],
    figures: Sequence[Path],
) -> None:
    """Write `report.html` beside tables and figures: sentences and numbers first, then tables and pictures."""
    write_page(
        folder,
        Matter(
            command=command,
            words=tuple(words),
            scenario=stage.scenario,
            drawing=drawing,
            ends=stage.ends,
            manifest=manifest,
            answers=tuple(plain(sentence) for sentence in answers),
            numbers=tuple(numbers),
            findings=(*found, *pictures(list(figures))),
        ),
    )


def plain(sentence: str) -> str:
    """A sentence for the terminal without the space that sets it off there."""
    return sentence.strip()


def shown(title: str, table: Table, sentences: Iterable[str] = ()) -> Finding:
    """A table of the terminal as something found."""
    return Finding(title, tuple(plain(each) for each in sentences), table=plain_table(table))
