"""A family of figures: the files of one folder, found by their names, each with a function `draw`."""

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Family:
    """The figures of a package, all drawn from the same things; `shared` are files of it that are no figures."""

    package: str
    path: Iterable[str]
    shared: tuple[str, ...] = ()

    def names(self) -> list[str]:
        """Every figure's name, which is the name of its file."""
        return sorted(module.name for module in pkgutil.iter_modules(self.path) if module.name not in self.shared)

    def draw(self, name: str, *about: Any) -> Any:
        """Draw one figure; None where a figure says that there is nothing to draw."""
        from sim.plots.style import look

        with look():
            return importlib.import_module(f"{self.package}.{name}").draw(*about)

    def save_all(self, folder: Path, *about: Any) -> list[Path]:
        """Draw every figure that there is something for, and write it as SVG and as PNG."""
        return write(folder, {name: self.draw(name, *about) for name in self.names()})


def write(folder: Path, figures: Mapping[str, "Figure | None"]) -> list[Path]:
    """Write figures by their names, those left out that are None."""
    from sim.plots import save

    folder.mkdir(parents=True, exist_ok=True)
    return [path for name, figure in figures.items() if figure is not None for path in save(figure, folder / name)]
