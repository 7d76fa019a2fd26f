"""The playback of one replication as an animated GIF: a frame for every few hours."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import laws
from sim.outputs.provenance import format_origin, format_title
from sim.scenario.basemap import load_features
from sim.storage.manifest import RunManifest
from sim.storage.reader import StoredOutput
from sim.storage.seal import StoredError

if TYPE_CHECKING:
    from matplotlib.typing import ColorType
    from PIL.Image import Image

    from sim.plots.playback.frames import FrameState
    from sim.plots.playback.layout import PlaybackFigure

PLAYBACK = "playback"  # figure=
FORMATS = ("gif",)
DPI = 96
FRAME_SECONDS = 0.15  # s that a frame is shown
LAST_FRAME_SECONDS = 3.0  # s that the last one is shown
PALETTE_SIZE = 160
SAMPLES_PER_LIGHT = 3  # frames of each light and weather from which the palette is built

ProgressWrapper = Callable[[Iterable[Any], int, str], Iterable[Any]]  # work, how much of it, and what it is called


def is_available(output: StoredOutput) -> bool:
    """Whether an output may have the events of single replications."""
    return output.command == "run"


def list_logged_replications(output: StoredOutput) -> list[int]:
    """The replications whose events are stored; raise StoredError if there are none."""
    replications = sorted(set(output.read_table("event_log")["replication"].to_pylist()))
    if not replications:
        raise StoredError(f"{output.folder}: no events were kept (sim run keeps them with save_logs=1 or more)")
    return replications


def save_animation(output: StoredOutput, replication: int, path: Path, progress: ProgressWrapper) -> Path:
    """Write the playback of a replication as an animated GIF; the file is whole or not there."""
    from PIL import Image

    from sim.plots.playback.frames import build_timeline
    from sim.plots.playback.layout import PlaybackFigure
    from sim.plots.style import use_style

    manifest = output.require(RunManifest)
    scenario = output.scenario
    end_time = manifest.settings.until or scenario.ends
    timeline = build_timeline(scenario, output.read_table("event_log"), replication, end_time)
    caption_parts = [
        format_title(scenario),
        f"replication {replication} of {manifest.runs}",
        f"seed {manifest.seed}",
    ]
    caption = format_origin(
        [*caption_parts, f"under {laws.find_display_name(manifest.law)}", "numbers at places: people there"],
        manifest,
    )
    with use_style():
        figure = PlaybackFigure(timeline, load_features(manifest.settings.scenario or scenario.name, scenario), caption)
        frames_shown = timeline.build_frames(timeline.frame_times)
        palette = build_palette(list(render_frames(figure, sample_frames(frames_shown))), figure.symbol_colours)
        images = render_frames(figure, progress(frames_shown, len(frames_shown), "Drawing"))
        write_gif([frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in images], path)
    return path


def sample_frames(frames: "list[FrameState]") -> "list[FrameState]":
    """Some frames of each light and weather."""
    frames_by_light: dict[tuple[bool, bool], list[FrameState]] = {}
    for frame in frames:
        frames_by_light.setdefault((frame.night, frame.fog), []).append(frame)
    return [each for group in frames_by_light.values() for each in group[:: -(-len(group) // SAMPLES_PER_LIGHT)]]


def render_frames(figure: "PlaybackFigure", frames: Iterable["FrameState"]) -> Iterator["Image"]:
    """The frames as pictures; what stays is drawn once."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    from sim.plots.fonts import set_fallback_fonts

    figure.figure.set_dpi(DPI)
    set_fallback_fonts(figure.figure.findobj())
    canvas: Any = FigureCanvasAgg(figure.figure)
    canvas.draw()
    background = canvas.copy_from_bbox(figure.figure.bbox)
    renderer = canvas.get_renderer()
    for state in frames:
        canvas.restore_region(background)
        artists = figure.draw_frame(state)
        set_fallback_fonts(artists)
        for artist in artists:
            artist.draw(renderer)
        yield Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


def write_gif(images: "list[Image]", path: Path) -> None:
    """Write frames that share a palette, so that only what changes from one to the next is stored."""
    durations = [round(1000 * FRAME_SECONDS)] * (len(images) - 1) + [round(1000 * LAST_FRAME_SECONDS)]
    partial = path.with_name(f"{path.name}.partial")
    images[0].save(
        partial, format="GIF", save_all=True, append_images=images[1:], duration=durations, loop=0, optimize=False
    )
    os.replace(partial, path)


def build_palette(images: list["Image"], symbol_colours: "Sequence[ColorType]") -> "Image":
    """The palette: the colours of symbols, however few their pixels, then the most frequent ones of some frames."""
    from matplotlib.colors import to_rgb
    from PIL import Image

    counts: Counter[tuple[int, int, int]] = Counter()
    for frame in images:
        for count, colour in frame.getcolors(frame.width * frame.height) or []:
            counts[colour] += count  # type: ignore[index]
    by_frequency = sorted(counts, key=lambda colour: (-counts[colour], colour))
    symbol_rgb = [tuple(round(255 * part) for part in to_rgb(colour)) for colour in symbol_colours]
    chosen = list(dict.fromkeys([*symbol_rgb, *by_frequency]))[:PALETTE_SIZE]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in chosen for part in colour])
    return palette
