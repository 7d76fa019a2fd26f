"""`sim.diff`: two outputs beside each other."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from sim.analysis.diff_tables import parse_outcome_differences
from sim.cli.diff import plan_diff, store_diff, write_pages
from sim.library.call_settings import OutputSource, find_output_folder
from sim.library.output import Output
from sim.library.temporary_folder import TemporaryFolder
from sim.report.diff import describe_diff
from sim.storage.manifest import DiffManifest
from sim.storage.reader import open_output


class DiffOutput(Output):
    """Two outputs beside each other: the output of `sim diff`."""

    default_figure = "outcome_differences"

    @property
    def setting_differences(self) -> Any:
        """What differs between the two: a pandas data frame."""
        return self.table("setting_differences")

    @property
    def outcome_differences(self) -> Any:
        """Every outcome of both, with intervals: a pandas data frame."""
        return self.table("outcome_differences")

    def list_sentences(self) -> Iterator[str]:
        """Whether anything differs, and what."""
        outcomes = parse_outcome_differences(self.stored.read_table("outcome_differences"))
        yield from describe_diff(self.stored.require(DiffManifest), outcomes)


def diff(first: OutputSource, second: OutputSource) -> DiffOutput:
    """Put two outputs of one command and one scenario beside each other; battles of one seed in pairs.

    Parameters
    ----------
    first, second
        Outputs of `sim.run`, `sim.whatif` or `sim.sweep`, or the folders of two.

    Returns
    -------
    DiffOutput
        The settings that differ and every outcome, in a temporary folder until they are saved.

    Raises
    ------
    SimError
        They can't be compared, or one can't be read.

    Examples
    --------
    >>> import sim
    >>> square, linear = (sim.run("teaching", runs=20, seed=1, law=law) for law in ("square", "linear"))
    >>> settings = sim.diff(square, linear).setting_differences.set_index("name")
    >>> settings.loc["law"].tolist()
    ['square', 'linear']
    """
    plan = plan_diff(*(open_output(find_output_folder(each)) for each in (first, second)))
    folder = TemporaryFolder()
    store_diff(folder.path, plan)
    return DiffOutput(open_output(folder.path), partial(write_pages, diff=plan, argv=[]), (folder,))
