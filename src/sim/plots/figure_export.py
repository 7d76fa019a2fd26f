"""Writing figures as SVG, PDF and PNG: formats, width, resolution; the same figure gives the same bytes."""

import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from sim.plots.fonts import set_fallback_fonts
from sim.plots.paper_layout import fit_to_paper
from sim.plots.registry import DEFAULT_FORMATS
from sim.plots.style import PNG_DPI, simplify_log_ticks, use_style

FORMATS = ("svg", "pdf", "png")


@dataclass(frozen=True)
class ExportOptions:
    """How a figure is written: formats, dots an inch of a PNG, and a width in inches (None: as it is drawn).

    A figure that is too wide for its type to be read at that width is laid out anew for it, and then scaled.
    """

    formats: tuple[str, ...] = DEFAULT_FORMATS
    dpi: float = PNG_DPI
    width: float | None = None

    def compute_scale(self, figure: Figure) -> float:
        """How many times larger than drawn the figure is to be."""
        return 1.0 if self.width is None else self.width / float(figure.get_figwidth())


def save_figure(figure: Figure, stem: Path, options: ExportOptions = ExportOptions()) -> list[Path]:
    """Write a figure as `stem.svg` and so on; each file is whole or not there."""
    written = []
    simplify_log_ticks(figure)
    set_fallback_fonts(figure.findobj())
    if options.width is not None:
        with use_style():
            fit_to_paper(figure, options.width)
    for format_name in options.formats:
        path = stem.with_name(f"{stem.name}.{format_name}")
        partial = stem.with_name(f"{stem.name}.{format_name}.partial")
        with use_style():
            WRITERS[format_name](figure, partial, options)
        os.replace(partial, path)
        written.append(path)
    return written


def save_svg(figure: Figure, path: Path, options: ExportOptions) -> None:
    """Write SVG: text stays text; another width is set in its head, and nothing else changes."""
    figure.savefig(path, format="svg", metadata={"Date": None})
    scale = options.compute_scale(figure)
    if scale != 1:
        width, height = (f"{72 * inches:f}".rstrip("0").rstrip(".") for inches in figure.get_size_inches())
        text = path.read_text(encoding="utf-8")
        size_attributes = f'width="{width}pt" height="{height}pt"'
        scaled_attributes = f'width="{float(width) * scale:.6g}pt" height="{float(height) * scale:.6g}pt"'
        if size_attributes not in text:
            raise ValueError(f"{path}: no size in the head of the SVG")
        path.write_text(text.replace(size_attributes, scaled_attributes, 1), encoding="utf-8")


def save_pdf(figure: Figure, path: Path, options: ExportOptions) -> None:
    """Write PDF, without a date; type is embedded. Another width is a scaling of the whole page."""
    backend: Any = import_module("matplotlib.backends.backend_pdf")
    scale = options.compute_scale(figure)
    width, height = (float(inches) for inches in figure.get_size_inches())
    dpi = figure.dpi
    figure.dpi = 72  # points to an inch
    file = backend.PdfFile(path, metadata={"CreationDate": None})
    try:
        file.newPage(width * scale, height * scale)
        file.output(scale, 0, 0, scale, 0, 0, backend.Op.concat_matrix)
        inner = backend.RendererPdf(file, dpi, height, width)
        renderer = backend.MixedModeRenderer(figure, width, height, dpi, inner)
        figure.draw(renderer)
        renderer.finalize()
        file.finalize()
    finally:
        file.close()
        figure.dpi = dpi


def save_png(figure: Figure, path: Path, options: ExportOptions) -> None:
    """Write PNG with that many dots to an inch of the final width."""
    figure.savefig(
        path,
        format="png",
        dpi=options.dpi * options.compute_scale(figure),
        metadata={"Software": None},
        pil_kwargs={"dpi": (options.dpi, options.dpi)},
    )


WRITERS: dict[str, Callable[[Figure, Path, ExportOptions], Any]] = {"svg": save_svg, "pdf": save_pdf, "png": save_png}


def render_svg(figure: Figure) -> str:
    """A figure as SVG text, as `save_svg` would write it."""
    text = io.StringIO()
    with use_style():
        figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue()
