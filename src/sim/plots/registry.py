"""The registry of figures: those of each command, drawn and written by it, or drawn again from what it left behind."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sim.registry import PluginRegistry
from sim.storage.seal import StoredError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.storage.reader import StoredOutput

FigureFunction = Callable[[], "Figure"]
FigureLoader = Callable[["StoredOutput", Mapping[str, str]], Any]

# The folder in which the figures of a command are looked for: no other is imported.
FOLDERS = {
    "run": "run",
    "score": "scoring",
    "sweep": "sweep",
    "diff": "diff",
    "forecast": "forecast",
    "validate": "validation",
    "calibrate": "calibration",
    "pool": "calibration",
    "cross-validate": "cross_validation",
    "sbc": "calibration",
    "compare-models": "calibration",
    "whatif": "analysis",
    "sensitivity": "analysis",
    "tipping-point": "analysis",
    "analyse": "analysis",
}
OPTIONAL_FOLDER = "analysis"  # where the optional figures of all commands are

# The formats that a command writes: a run is often made only to be read, and PNG would double the time of its figures.
DEFAULT_FORMATS = ("svg", "png")
FORMATS = {"run": ("svg",)}


@dataclass(frozen=True)
class FigureSpec:
    """What a figure says of itself.

    `name` is what `figure=` takes, and what its files are called. `load` reads what it is drawn from out of a stored
    output; without it only the command itself can draw the figure. `applies` tells whether there is such a figure of
    some data. An optional one is drawn by `sim plot` only, and left out where its data can't be had, unless it is asked
    for by one of its `options`.
    """

    name: str
    commands: tuple[str, ...]
    load: FigureLoader | None = None
    applies: Callable[[Any], bool] | None = None
    optional: bool = False
    options: tuple[str, ...] = ()


class FigureModule(Protocol):
    """What the file of a figure holds: its description, and a function from data to the figure."""

    __doc__: str | None
    FIGURE: FigureSpec

    def draw(self, data: Any, /) -> "Figure | None":
        """Draw it; None if there is nothing to draw of such data."""


def find_figures(command: str) -> dict[str, FigureModule]:
    """The figures that a command draws by itself, by their names; none for a command that has no figures."""
    figures = load_figures(FOLDERS[command], command) if command in FOLDERS else {}
    return {name: module for name, module in figures.items() if not module.FIGURE.optional}


def find_optional_figures(command: str) -> dict[str, FigureModule]:
    """The figures that only `sim plot` draws of what a command left behind, by their names."""
    figures = load_figures(OPTIONAL_FOLDER, command)
    return {name: module for name, module in figures.items() if module.FIGURE.optional}


def load_figures(folder: str, command: str) -> dict[str, FigureModule]:
    """The figures of a command that are in a folder, in the order of their names."""
    figures = {module.FIGURE.name: module for module in load_folder(folder) if command in module.FIGURE.commands}
    return dict(sorted(figures.items()))


def load_folder(folder: str) -> list[FigureModule]:
    """The figures of a folder."""
    modules: PluginRegistry[FigureModule] = PluginRegistry(f"{__package__}.{folder}")
    return list(modules.load_all().values())


def describe_figures() -> dict[str, str]:
    """Every figure by its name: the first sentence of its file, and the commands whose outputs it is drawn from."""
    from sim.plots.playback import animation

    descriptions = {animation.PLAYBACK: [f"{first_sentence(animation.__doc__)} (of sim run)"]}
    for folder in sorted(set(FOLDERS.values())):
        for module in load_folder(folder):
            commands = ", ".join(f"sim {command}" for command in module.FIGURE.commands)
            origin = f"of {commands}" if module.FIGURE.load else f"drawn by {commands} only"
            descriptions.setdefault(module.FIGURE.name, []).append(f"{first_sentence(module.__doc__)} ({origin})")
    return {name: "; ".join(descriptions[name]) for name in sorted(descriptions)}


def first_sentence(docstring: str | None) -> str:
    """The first line of a docstring, without its full stop."""
    return (docstring or "").split("\n")[0].removesuffix(".")


def draw_figure(module: FigureModule, data: Any) -> "Figure | None":
    """Draw a figure in the style of all figures; None if there is nothing to draw of such data."""
    from sim.plots.style import use_style

    if module.FIGURE.applies is not None and not module.FIGURE.applies(data):
        return None
    with use_style():
        return module.draw(data)


def save_figures(command: str, data: Any, folder: Path) -> list[Path]:
    """Draw every figure of a command and write it in its formats; the files, each written whole or not at all."""
    from sim.plots.figure_export import ExportOptions, save_figure

    folder.mkdir(parents=True, exist_ok=True)
    options = ExportOptions(list_formats(command))
    paths = []
    for name, module in find_figures(command).items():
        figure = draw_figure(module, data)
        paths += [] if figure is None else save_figure(figure, folder / name, options)
    return paths


def list_formats(command: str) -> tuple[str, ...]:
    """The formats in which a command writes its figures; `sim plot` makes the others."""
    return FORMATS.get(command, DEFAULT_FORMATS)


def list_redrawable_commands() -> list[str]:
    """Every command whose figures can be drawn again."""
    return sorted(command for command in FOLDERS if find_redrawable_figures(command))


def find_redrawable_figures(command: str) -> dict[str, FigureModule]:
    """The figures of a command that can be drawn from what it left behind."""
    return {name: module for name, module in find_figures(command).items() if module.FIGURE.load is not None}


def list_stored_figures(output: "StoredOutput", options: Mapping[str, str]) -> dict[str, FigureFunction]:
    """The figures of an output by name, each to be drawn when it is wanted.

    `options` may say what an optional figure is about. Raise StoredError for an output that has no figures.
    """
    modules = find_redrawable_figures(output.command)
    if not modules:
        allowed = ", ".join(list_redrawable_commands())
        raise StoredError(f"{output.folder}: sim {output.command} has no figures (allowed: sim {allowed})")

    @cache
    def load(module_loader: FigureLoader) -> Any:
        return module_loader(output, options)

    drawings: dict[str, FigureFunction] = {}
    for name, figure in {**modules, **find_optional_figures(output.command)}.items():
        try:
            with report_damage(name, output):
                if has_figure(figure.FIGURE, load):
                    drawings[name] = partial(draw_loaded, figure, load)
        except StoredError:
            if not figure.FIGURE.optional or set(options) & set(figure.FIGURE.options):
                raise
    return drawings


def has_figure(spec: FigureSpec, load: Callable[[FigureLoader], Any]) -> bool:
    """Whether there is such a figure; what it is drawn from is read only if that depends on it."""
    if spec.load is None:
        return False
    if spec.optional:
        load(spec.load)  # raises StoredError where it can't be had
    return spec.applies is None or spec.applies(load(spec.load))


def draw_loaded(figure: FigureModule, load: Callable[[FigureLoader], Any]) -> "Figure":
    """Draw a figure of what its loader reads."""
    assert figure.FIGURE.load is not None
    drawn = figure.draw(load(figure.FIGURE.load))
    assert drawn is not None  # those that are not for such an output are not offered
    return drawn


def draw_stored_figure(name: str, draw: FigureFunction, output: "StoredOutput") -> "Figure":
    """Draw one; raise StoredError if the tables are not what such an output has."""
    from sim.plots.style import use_style

    with report_damage(name, output), use_style():
        return draw()


@contextmanager
def report_damage(name: str, output: "StoredOutput") -> Iterator[None]:
    """Raise StoredError where the tables are not what a figure of such an output is drawn from."""
    try:
        yield
    except (KeyError, IndexError, ValueError) as error:
        raise StoredError(
            f"{output.folder}: {name} can't be drawn from it ({type(error).__name__}: {error})"
        ) from error
