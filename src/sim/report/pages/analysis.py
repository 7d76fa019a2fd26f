"""The page of a calibration, a forecast or a posterior analysis: sentences, tables, figures."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.table import Table

from sim.battle.simulation import Simulation
from sim.report.html.content import KeyFigure, PageContent, ResultBlock, convert_table, make_figure_blocks
from sim.report.html.render import write_page
from sim.scenario.basemap import Basemap
from sim.storage.manifest import BattleManifest


def write_analysis_page(
    folder: Path,
    command: str,
    argv: Sequence[str],
    simulation: Simulation,
    basemap: Basemap,
    manifest: BattleManifest,
    headlines: Iterable[str],
    key_figures: Sequence[KeyFigure],
    result_blocks: Sequence[ResultBlock],
    figure_paths: Sequence[Path],
) -> None:
    """Write `report.html` beside tables and figures: sentences and numbers first, then tables and figures."""
    write_page(
        folder,
        PageContent(
            command=command,
            argv=tuple(argv),
            scenario=simulation.scenario,
            basemap=basemap,
            end_hours=simulation.end_hours,
            manifest=manifest,
            headlines=tuple(strip_indent(sentence) for sentence in headlines),
            key_figures=tuple(key_figures),
            result_blocks=(*result_blocks, *make_figure_blocks(list(figure_paths))),
        ),
    )


def strip_indent(sentence: str) -> str:
    """A sentence of the terminal without its indent."""
    return sentence.strip()


def make_table_block(title: str, table: Table, sentences: Iterable[str] = ()) -> ResultBlock:
    """A table of the terminal as a result block."""
    return ResultBlock(title, tuple(strip_indent(each) for each in sentences), table=convert_table(table))
