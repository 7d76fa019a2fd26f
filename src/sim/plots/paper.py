"""How a figure becomes files: in which formats, how wide, with how many dots; the same figure gives the same bytes."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from sim.plots.style import PNG_DPI, look, plain_ticks

FORMATS = ("svg", "pdf", "png")  # all that there are
USUAL = ("svg", "png")  # what every command writes by itself: PDF takes as long as both, and `sim plot` makes it


@dataclass(frozen=True)
class Paper:
    """What a figure is put on: formats, dots an inch of a PNG, and a width in inches (None: as it is drawn).

    A figure of another width is made larger or smaller as a whole, its type too.
    """

    formats: tuple[str, ...] = USUAL
    dpi: float = PNG_DPI
    width: float | None = None

    def scale(self, figure: Figure) -> float:
        """How many times larger than drawn."""
        return 1.0 if self.width is None else self.width / float(figure.get_figwidth())


def save(figure: Figure, stem: Path, paper: Paper = Paper()) -> list[Path]:
    """Write a figure as `stem.svg` and so on; each file is whole or not there."""
    written = []
    plain_ticks(figure)
    for kind in paper.formats:
        path = stem.with_name(f"{stem.name}.{kind}")
        partial = stem.with_name(f"{stem.name}.{kind}.partial")
        with look():
            WRITERS[kind](figure, partial, paper)
        os.replace(partial, path)
        written.append(path)
    return written


def save_svg(figure: Figure, path: Path, paper: Paper) -> None:
    """Write SVG: text stays text; another width is said in its head, and nothing else changes."""
    figure.savefig(path, format="svg", metadata={"Date": None})
    scale = paper.scale(figure)
    if scale != 1:
        wide, high = (f"{72 * inches:g}" for inches in figure.get_size_inches())
        text = path.read_text(encoding="utf-8")
        head = f'width="{wide}pt" height="{high}pt"'
        scaled = f'width="{float(wide) * scale:.6g}pt" height="{float(high) * scale:.6g}pt"'
        if head not in text:
            raise ValueError(f"{path}: no size in the head of the SVG")
        path.write_text(text.replace(head, scaled, 1), encoding="utf-8")


def save_pdf(figure: Figure, path: Path, paper: Paper) -> None:
    """Write PDF, without a date; type is embedded. Another width is a matrix over the whole page."""
    backend: Any = import_module("matplotlib.backends.backend_pdf")
    scale = paper.scale(figure)
    wide, high = (float(inches) for inches in figure.get_size_inches())
    dpi = figure.dpi
    figure.dpi = 72  # points to an inch: a page has no dots
    file = backend.PdfFile(path, metadata={"CreationDate": None})
    try:
        file.newPage(wide * scale, high * scale)
        file.output(scale, 0, 0, scale, 0, 0, backend.Op.concat_matrix)
        inner = backend.RendererPdf(file, dpi, high, wide)
        renderer = backend.MixedModeRenderer(figure, wide, high, dpi, inner)
        figure.draw(renderer)
        renderer.finalize()
        file.finalize()
    finally:
        file.close()
        figure.dpi = dpi


def save_png(figure: Figure, path: Path, paper: Paper) -> None:
    """Write PNG, with as many dots an inch of the width that it is to have."""
    figure.savefig(
        path,
        format="png",
        dpi=paper.dpi * paper.scale(figure),
        metadata={"Software": None},
        pil_kwargs={"dpi": (paper.dpi, paper.dpi)},
    )


WRITERS: dict[str, Callable[[Figure, Path, Paper], Any]] = {"svg": save_svg, "pdf": save_pdf, "png": save_png}
