"""An output as an object: its tables, figures, sentences and settings, read from its folder."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from sim import laws
from sim.cli.errors import SettingsError, make_choice_error
from sim.library.notebook import ensure_figures_are_shown
from sim.library.tables import TableLibrary, find_units, read_frame
from sim.library.temporary_folder import TemporaryFolder
from sim.outputs.deviations import find_deviations
from sim.scenario import Scenario
from sim.storage.manifest import BattleManifest, Manifest, PoolManifest
from sim.storage.reader import StoredOutput

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, repr=False, eq=False)
class Output:
    """The output of a command: what `sim.open` gives of a folder, and `sim.run` and its like of battles just fought.

    Parameters
    ----------
    stored
        The folder, complete and unchanged, with its manifest.
    write_pages
        Draws the figures and writes the page into a folder; None if they were written already, or can't be any more.
    folders
        Temporary folders that this output reads: the results that nobody has saved, a scenario that was an object.

    Examples
    --------
    >>> import sim
    >>> output = sim.run("teaching", runs=20, seed=1)
    >>> output.command, output.tables
    ('run', ['claims', 'daily', 'days', 'event_log', 'reporting', 'runs'])
    >>> output.units("runs")["killed_teal"]
    'people'
    """

    stored: StoredOutput
    write_pages: Callable[[Path], None] | None = None
    folders: tuple[TemporaryFolder | None, ...] = field(default=())
    default_figure: ClassVar[str | None] = None

    @property
    def folder(self) -> Path:
        """Where it is."""
        return self.stored.folder

    @property
    def command(self) -> str:
        """The command that it is an output of."""
        return self.stored.command

    @property
    def manifest(self) -> Manifest:
        """What it says of itself: settings, seed, versions, digests."""
        return self.stored.manifest

    @property
    def scenario(self) -> Scenario:
        """The scenario that was fought, with all that the settings changed in it."""
        return self.stored.scenario

    @property
    def settings(self) -> dict[str, Any]:
        """The settings, by name."""
        return self.manifest.settings.model_dump(mode="json", exclude_unset=True)

    @property
    def digest(self) -> str:
        """The digest of all results: equal digests mean equal bits."""
        manifest = self.manifest
        if isinstance(manifest, BattleManifest | PoolManifest):
            return manifest.results_digest
        return manifest.settings_digest

    @property
    def tables(self) -> list[str]:
        """The names of its tables."""
        return self.stored.table_names

    @property
    def figures(self) -> list[str]:
        """The names of the figures that can be drawn of it."""
        return list(self.find_figures())

    @property
    def summary(self) -> str:
        """The answer in a few sentences."""
        return "\n".join(self.list_sentences())

    def table(self, name: str, *, library: TableLibrary = "pandas") -> Any:
        """One of its tables as a data frame.

        Parameters
        ----------
        name
            One of `tables`.
        library
            `pandas`, whose frame has `units` and `descriptions` of the columns in its `attrs`, or `polars`.

        Returns
        -------
        DataFrame
            Of that library.

        Raises
        ------
        SimError
            There is no such table, or the library is not installed.

        Examples
        --------
        >>> import sim
        >>> losses = sim.run("teaching", runs=20, seed=1).table("runs")
        >>> len(losses), losses.attrs["units"]["killed_teal"]
        (20, 'people')
        """
        return read_frame(self.stored, name, library)

    def units(self, name: str) -> dict[str, str]:
        """The unit of each column of a table that has one; raise SimError for an unknown table."""
        if name not in self.tables:
            raise make_choice_error("table", "table", name, self.tables)
        return find_units(self.stored.read_schema(name))

    def plot(self, figure: str | None = None) -> "Figure":
        """Draw a figure.

        Parameters
        ----------
        figure
            One of `figures`; None for the one that shows the answer.

        Returns
        -------
        matplotlib.figure.Figure
            The figure, which belongs to no window; a notebook shows it, `savefig` writes it.

        Raises
        ------
        SimError
            There is no such figure of this output.

        Examples
        --------
        >>> import sim
        >>> sim.run("teaching", runs=20, seed=1).plot("losses").get_axes() != []
        True
        """
        ensure_figures_are_shown()
        drawings = self.find_figures()
        name = self.default_figure if figure is None else figure
        if name is None:
            name = next(iter(drawings))
        if name not in drawings:
            raise make_choice_error("figure", "figure", name, list(drawings))
        return drawings[name]()

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Keep it in a folder, with its figures and its page, as its command would have left it.

        Parameters
        ----------
        folder
            Where it is to be; it must not exist.

        Returns
        -------
        Path
            The folder: `sim.open` reads it, and so do the commands.

        Raises
        ------
        SimError
            There is something already, or it can't be written.
        """
        target = Path(folder)
        if target.exists():
            raise SettingsError([f"save: {target} exists (allowed: a folder that is not there yet)"])
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(self.folder, target)
        except OSError as error:
            raise SettingsError([f"save: can't write into {target}: {error.strerror or error}"]) from error
        if self.write_pages is not None:
            self.write_pages(target)
        return target

    def find_figures(self) -> "dict[str, Callable[[], Figure]]":
        """The figures by name, each to be drawn when it is wanted; raise SimError if it has none."""
        from functools import partial

        from sim.plots.registry import draw_stored_figure, list_stored_figures

        stored = list_stored_figures(self.stored, {})
        return {name: partial(draw_stored_figure, name, draw, self.stored) for name, draw in stored.items()}

    def list_sentences(self) -> Iterator[str]:
        """The answer, sentence by sentence."""
        yield f"The output of sim {self.command}, with the tables {', '.join(self.tables)}."

    def list_facts(self) -> dict[str, str]:
        """What it is, by heading: battle, law, seed, what differs from the scenario, digest."""
        manifest = self.manifest
        if not isinstance(manifest, BattleManifest):
            return {"command": f"sim {self.command}"}
        deviations = find_deviations(manifest)
        posterior = "not calibrated" if manifest.posterior is None else manifest.posterior.description
        return {
            "battle": self.scenario.title + (" (an invented battle)" if self.scenario.fictional else ""),
            "command": f"sim {self.command}",
            "law": laws.find_display_name(manifest.law),
            "seed": str(manifest.seed),
            **({"not as documented": "; ".join(deviations)} if deviations else {}),
            "parameters": posterior,
            "results": manifest.results_digest[:8],
        }

    def __repr__(self) -> str:
        labelled = ("seed", "results", "not as documented")  # the others say what they are
        facts = ", ".join(f"{name} {text}" if name in labelled else text for name, text in self.list_facts().items())
        return f"<{type(self).__name__}: {facts}>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left'>{escape(name)}</th><td style='text-align:left'>{escape(text)}</td></tr>"
            for name, text in {**self.list_facts(), "tables": ", ".join(self.tables)}.items()
        )
        sentences = "".join(f"<p>{escape(sentence)}</p>" for sentence in self.list_sentences())
        return f"<div>{sentences}<table>{rows}</table></div>"
