"""`sim plot OUTPUT figure=NAME`: draw any figure again from what a command left behind, or the playback of a battle."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import track

from sim.cli.arguments import parse_inches, parse_list, parse_number, parse_output_arguments, plain_command
from sim.cli.settings import SettingsError
from sim.experiment.stored import Output, StoredError, opened

if TYPE_CHECKING:
    from sim.plots.paper import Paper

USAGE = (
    "usage: sim plot OUTPUT figure=NAME[,NAME...]|all [format=svg,pdf,png] [width=180mm] [dpi=300] [to=DIR]\n"
    "       sim plot OUTPUT figure=conditions [of=MEASURE] [above=NUMBER | below=NUMBER]\n"
    "       sim plot OUTPUT figure=playback [replication=N] [format=gif] [to=DIR]\n\n"
    "Draws figures again from a stored output, without fighting anything; `all` are those that stand still. The files\n"
    "go to the output's own folder figures/ unless another is named. `width` makes a figure larger or smaller as a\n"
    "whole. The playback is of a replication whose events were kept (keep=N of sim run)."
)
ALLOWED = ("figure", "format", "width", "dpi", "to", "replication", "of", "above", "below")
PLAYBACK = "playback"
ALL = "all"
LEGIBLE = 5.0  # points: smaller type than that is told of


@plain_command(USAGE)
def command(words: list[str]) -> int:
    """Draw, and print the files."""
    folder, asked = parse_output_arguments("plot", words, ALLOWED)
    if "above" in asked and "below" in asked:
        raise SettingsError(["above: goes without below"])
    try:
        output = opened(folder)
        plot(output, asked)
    except StoredError as error:
        raise SettingsError([str(error)]) from error
    return 0


def plot(output: Output, asked: Mapping[str, str]) -> None:
    """Draw what is asked for; raise StoredError or SettingsError before anything is written."""
    from sim.plots import playback, stored

    still = stored.figures(output, asked)
    moving = (PLAYBACK,) if playback.applies(output) else ()
    known = (*still, *moving, ALL)
    if "figure" not in asked:
        raise SettingsError([f"figure: is missing (allowed: {', '.join(known)})"])
    chosen = parse_list("figure", asked["figure"], known)
    to = Path(asked["to"]) if "to" in asked else output.folder / "figures"
    if PLAYBACK in chosen:
        if len(chosen) > 1:
            raise SettingsError([f"figure: {PLAYBACK} goes alone (got {', '.join(chosen)})"])
        animate(output, asked, to)
        return
    if "replication" in asked:
        raise SettingsError([f"replication: goes with figure={PLAYBACK}"])
    paper = paper_of(asked)
    names = tuple(still) if ALL in chosen else chosen
    figures = {name: stored.drawn(name, still[name], output) for name in watched(names, "Drawing")}
    write(figures, paper, to)


def paper_of(asked: Mapping[str, str]) -> "Paper":
    """Formats, width and dots."""
    from sim.plots.paper import FORMATS, Paper
    from sim.plots.style import PNG_DPI

    return Paper(
        formats=parse_list("format", asked.get("format", ",".join(FORMATS)), FORMATS),
        dpi=parse_number("dpi", asked["dpi"], 30, 1200) if "dpi" in asked else PNG_DPI,
        width=parse_inches("width", asked["width"]) if "width" in asked else None,
    )


def write(figures: Mapping[str, Any], paper: "Paper", to: Path) -> None:
    """Write the figures and print their paths, and whether their type is too small to read."""
    from sim.plots import paper as files
    from sim.plots.style import SMALL

    make(to)
    for name in watched(tuple(figures), "Writing"):
        for path in files.save(figures[name], to / name, paper):
            print(path)
    small = {name: SMALL * paper.scale(figure) for name, figure in figures.items()}
    if hard := {name: size for name, size in small.items() if size < LEGIBLE}:
        told = ", ".join(f"{name} {size:.1f}" for name, size in hard.items())
        Console(stderr=True).print(f"At this width the smallest type is hard to read (points): {told}.")


def animate(output: Output, asked: Mapping[str, str], to: Path) -> None:
    """Write the playback of a replication and print its path."""
    from sim.plots import playback

    for name in ("width", "dpi", "of", "above", "below"):
        if name in asked:
            raise SettingsError([f"{name}: does not go with figure={PLAYBACK}"])
    (kind,) = parse_list("format", asked.get("format", "gif"), playback.FORMATS)[:1]
    kept = playback.kept(output)
    replication = int(parse_number("replication", asked.get("replication", str(kept[0])), 0, 1e12))
    if replication not in kept:
        allowed = ", ".join(map(str, kept))
        raise SettingsError(
            [f"replication: no events of {replication} were kept (allowed: {allowed}; keep=N of sim run keeps more)"]
        )
    make(to)
    print(playback.save(output, replication, to / f"{PLAYBACK}_{replication}.{kind}", watch))


def make(folder: Path) -> None:
    """Make a folder, unless it is there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError([f"to: can't make the folder {folder}: {error.strerror}"]) from error


def watched(names: tuple[str, ...], label: str) -> Iterable[str]:
    """Names, with a bar on a terminal."""
    return watch(names, len(names), label)


def watch(work: Iterable[Any], total: int, label: str) -> Iterable[Any]:
    """Work with a bar on standard error, if that is a terminal."""
    console = Console(stderr=True)
    return track(work, label, total=total, console=console, transient=True, disable=not console.is_terminal)


Watch = Callable[[Iterable[Any], int, str], Iterable[Any]]
