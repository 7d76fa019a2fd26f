"""The playback of one battle as an animation: a frame for every few hours, for a slide."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiment.provenance import origin, titled
from sim.experiment.stored import Output, StoredError

if TYPE_CHECKING:
    from matplotlib.typing import ColorType
    from PIL.Image import Image

    from sim.plots.playback.sheet import Sheet
    from sim.plots.playback.track import Moment

FORMATS = ("gif",)
DPI = 96
SECONDS = 0.15  # that a frame is shown
HOLD = 3.0  # s that the last one is shown
COLOURS = 160
SAMPLES = 3  # frames of each light and weather that the colours are chosen from

Watch = Callable[[Iterable[Any], int, str], Iterable[Any]]


def applies(output: Output) -> bool:
    """Whether there are events of single battles in an output."""
    return output.command == "run"


def kept(output: Output) -> list[int]:
    """The replications whose events were kept; raise StoredError if there are none."""
    found = sorted(set(output.table("events")["replication"].to_pylist()))
    if not found:
        raise StoredError(f"{output.folder}: no events were kept (sim run keeps them with keep=1 or more)")
    return found


def save(output: Output, replication: int, path: Path, watch: Watch) -> Path:
    """Write the playback of a replication as an animated GIF; the file is whole or not there."""
    from PIL import Image

    from sim.plots.playback.ground import shapes_of
    from sim.plots.playback.sheet import Sheet
    from sim.plots.playback.track import track_of
    from sim.plots.style import look

    manifest = output.manifest
    scenario = output.scenario
    until = manifest["settings"]["until"]
    ends = scenario.ends if until is None else datetime.fromisoformat(until)
    track = track_of(scenario, output.table("events"), replication, ends)
    fought = [titled(scenario), f"replication {replication} of {manifest['runs']}", f"seed {manifest['seed']}"]
    caption = origin([*fought, f"law: {manifest['law']}", "numbers at places: people there"], manifest)
    with look():
        sheet = Sheet(track, shapes_of(manifest["settings"]["scenario"], scenario), caption)
        moments = track.moments(track.frames)
        palette = palette_of(list(pictures(sheet, samples(moments))), sheet.colours)
        frames = pictures(sheet, watch(moments, len(moments), "Drawing"))
        write([frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames], path)
    return path


def samples(moments: "list[Moment]") -> "list[Moment]":
    """Some moments of each light and weather."""
    found: dict[tuple[bool, bool], list[Moment]] = {}
    for moment in moments:
        found.setdefault((moment.night, moment.fog), []).append(moment)
    return [each for alike in found.values() for each in alike[:: -(-len(alike) // SAMPLES)]]


def pictures(sheet: "Sheet", moments: Iterable["Moment"]) -> Iterator["Image"]:
    """The frames as pictures: what stands still is drawn once."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    sheet.figure.set_dpi(DPI)
    canvas: Any = FigureCanvasAgg(sheet.figure)
    canvas.draw()
    still = canvas.copy_from_bbox(sheet.figure.bbox)
    renderer = canvas.get_renderer()
    for moment in moments:
        canvas.restore_region(still)
        for artist in sheet.frame(moment):
            artist.draw(renderer)
        yield Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


def write(frames: "list[Image]", path: Path) -> None:
    """Write frames of one set of colours, so that only what changes from one to the next is stored."""
    times = [round(1000 * SECONDS)] * (len(frames) - 1) + [round(1000 * HOLD)]
    partial = path.with_name(f"{path.name}.partial")
    frames[0].save(
        partial, format="GIF", save_all=True, append_images=frames[1:], duration=times, loop=0, optimize=False
    )
    os.replace(partial, path)


def palette_of(frames: list["Image"], wanted: "Sequence[ColorType]") -> "Image":
    """Some colours that are wanted, however little is drawn in them, and those that most of some frames is made of."""
    from matplotlib.colors import to_rgb
    from PIL import Image

    counts: Counter[tuple[int, int, int]] = Counter()
    for frame in frames:
        for count, colour in frame.getcolors(frame.width * frame.height) or []:
            counts[colour] += count  # type: ignore[index]
    most = sorted(counts, key=lambda colour: (-counts[colour], colour))
    signs = [tuple(round(255 * part) for part in to_rgb(colour)) for colour in wanted]
    chosen = list(dict.fromkeys([*signs, *most]))[:COLOURS]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in chosen for part in colour])
    return palette
