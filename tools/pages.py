"""`python -m tools.pages FOLDER`: the pages of the public API, from the docstrings. A warning is an error."""

import pkgutil
import sys
import warnings
from importlib import import_module
from pathlib import Path

import pdoc
import pdoc.render
from matplotlib.figure import Figure

import sim
import sim.plots

OMITTED = ("sim.cli", "sim.battle.jit")


def write_pages(folder: Path) -> int:
    """Write the pages into a folder; how many there are."""
    for name in sim.__all__:
        setattr(sim, name, getattr(sim, name))  # they are imported when they are first used
    for module in pkgutil.walk_packages(sim.plots.__path__, "sim.plots."):
        import_module(module.name).__dict__.setdefault("Figure", Figure)  # it is imported when a figure is drawn
    pdoc.render.configure(docformat="markdown", show_source=False, search=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        pdoc.pdoc(*list_modules(), output_directory=folder)
    return len(list(folder.rglob("*.html")))


def list_modules() -> list[str]:
    """The package and all that it is made of, but for the commands and what only the compiler needs."""
    names = [module.name for module in pkgutil.iter_modules(sim.__path__, "sim.")]
    return ["sim", *(name for name in names if name not in OMITTED), *(f"!{name}" for name in OMITTED)]


def main(argv: list[str]) -> None:
    """Write them where the command says."""
    print(f"{write_pages(Path(argv[0]))} pages in {argv[0]}")


if __name__ == "__main__":
    main(sys.argv[1:])
