"""`sim plot OUTPUT figure=NAME`: draw any figure again from a stored output, or the playback of a battle."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.arguments import parse_inches, parse_list, parse_number, parse_output_arguments, plain_command
from sim.cli.console import track_progress
from sim.cli.errors import SettingsError
from sim.plots.playback.animation import FORMATS, PLAYBACK, is_available, list_logged_replications, save_animation
from sim.plots.registry import draw_stored_figure, list_stored_figures
from sim.storage.reader import StoredOutput, open_output
from sim.storage.seal import StoredError

if TYPE_CHECKING:
    from sim.plots.figure_export import ExportOptions

USAGE = (
    "usage: sim plot OUTPUT figure=NAME[,NAME...]|all [format=svg,pdf,png] [width=180mm] [dpi=300] [to=DIR]\n"
    "       sim plot OUTPUT figure=conditions [measure=MEASURE] [above=NUMBER | below=NUMBER]\n"
    "       sim plot OUTPUT figure=playback [replication=N] [format=gif] [to=DIR]\n\n"
    "Draws figures again from a stored output, without fighting anything; `all` are those that stand still. The files\n"
    "go to the output's own folder figures/ unless another is named. `width` lays a figure out for that width, with\n"
    "type of 6 points or more. The playback is of a replication whose events were kept (save_logs=N of sim run)."
)
ALLOWED = ("figure", "format", "width", "dpi", "to", "replication", "measure", "above", "below")
ALL_FIGURES = "all"


@plain_command(USAGE)
def command(argv: list[str]) -> int:
    """Draw, and print the files."""
    folder, options = parse_output_arguments("plot", argv, ALLOWED)
    if "above" in options and "below" in options:
        raise SettingsError(["above: goes without below"])
    try:
        output = open_output(folder)
        draw_figures(output, options)
    except StoredError as error:
        raise SettingsError([str(error)]) from error
    return 0


def draw_figures(output: StoredOutput, options: Mapping[str, str]) -> None:
    """Draw what is asked for; raise StoredError or SettingsError before anything is written."""

    static_figures = list_stored_figures(output, options)
    animations = (PLAYBACK,) if is_available(output) else ()
    allowed = (*static_figures, *animations, ALL_FIGURES)
    if "figure" not in options:
        raise SettingsError([f"figure: is missing (allowed: {', '.join(allowed)})"])
    chosen = parse_list("figure", options["figure"], allowed)
    folder = Path(options["to"]) if "to" in options else output.folder / "figures"
    if PLAYBACK in chosen:
        if len(chosen) > 1:
            raise SettingsError([f"figure: {PLAYBACK} goes alone (got {', '.join(chosen)})"])
        write_animation(output, options, folder)
        return
    if "replication" in options:
        raise SettingsError([f"replication: goes with figure={PLAYBACK}"])
    paper = parse_export_options(options)
    names = tuple(static_figures) if ALL_FIGURES in chosen else chosen
    figures = {name: draw_stored_figure(name, static_figures[name], output) for name in track_names(names, "Drawing")}
    write_figures(figures, paper, folder)


def parse_export_options(options: Mapping[str, str]) -> "ExportOptions":
    """Formats, width and dots."""
    from sim.plots.figure_export import FORMATS, ExportOptions
    from sim.plots.style import PNG_DPI

    return ExportOptions(
        formats=parse_list("format", options.get("format", ",".join(FORMATS)), FORMATS),
        dpi=parse_number("dpi", options["dpi"], 30, 1200) if "dpi" in options else PNG_DPI,
        width=parse_inches("width", options["width"]) if "width" in options else None,
    )


def write_figures(figures: Mapping[str, Any], paper: "ExportOptions", folder: Path) -> None:
    """Write the figures and print their paths."""
    from sim.plots import figure_export as files

    ensure_folder(folder)
    for name in track_names(tuple(figures), "Writing"):
        for path in files.save_figure(figures[name], folder / name, paper):
            print(path)


def write_animation(output: StoredOutput, options: Mapping[str, str], folder: Path) -> None:
    """Write the playback of a replication and print its path."""

    for name in ("width", "dpi", "measure", "above", "below"):
        if name in options:
            raise SettingsError([f"{name}: does not go with figure={PLAYBACK}"])
    (kind,) = parse_list("format", options.get("format", "gif"), FORMATS)[:1]
    saved_replications = list_logged_replications(output)
    replication = int(parse_number("replication", options.get("replication", str(saved_replications[0])), 0, 1e12))
    if replication not in saved_replications:
        allowed = ", ".join(map(str, saved_replications))
        advice = f"allowed: {allowed}; save_logs=N of sim run keeps more"
        raise SettingsError([f"replication: no events of {replication} were kept ({advice})"])
    ensure_folder(folder)
    print(save_animation(output, replication, folder / f"{PLAYBACK}_{replication}.{kind}", track_progress))


def ensure_folder(folder: Path) -> None:
    """Make a folder, unless it is there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError([f"to: can't make the folder {folder}: {error.strerror}"]) from error


def track_names(names: tuple[str, ...], label: str) -> Iterable[str]:
    """Names, with a bar on a terminal."""
    return track_progress(names, len(names), label)
