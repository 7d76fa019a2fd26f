"""`sim.score`: a run held against what was reported, beside baselines."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from sim.cli.errors import SettingsError
from sim.cli.score import MAX_BATTLES, score_run, store_scores, write_pages
from sim.library.call_settings import OutputSource, find_output_folder
from sim.library.output import Output
from sim.library.temporary_folder import TemporaryFolder
from sim.plots.figure_data import load_score_data
from sim.report.skill import describe_splits
from sim.storage.reader import open_output


class ScoreOutput(Output):
    """A run held against what was reported: the output of `sim score`."""

    default_figure = "skill"

    @property
    def skill(self) -> Any:
        """The skill against each baseline, with its interval: a pandas data frame."""
        return self.table("skill")

    def list_sentences(self) -> Iterator[str]:
        """How well the claims of each split were foretold."""
        for split in load_score_data(self.stored, {}).splits:
            yield from describe_splits([split])


def score(run: OutputSource, *, battles: int | None = None) -> ScoreOutput:
    """Hold a run against what was reported, beside baselines that need no simulation.

    Parameters
    ----------
    run
        The output of `sim.run`, or the folder of one.
    battles
        At most so many of its battles, 2 or more; 4,000 if it is left out, and more change no digit that is shown.

    Returns
    -------
    ScoreOutput
        The scores, in a temporary folder until they are saved.

    Raises
    ------
    SimError
        It is no run, its scenario has changed since, or no claim can be scored.

    Examples
    --------
    >>> import sim
    >>> scores = sim.score(sim.run("teaching", runs=20, seed=1))
    >>> "skill" in scores.tables
    True
    """
    if battles is not None and (not isinstance(battles, int) or battles < 2):
        raise SettingsError([f"battles: not a number of battles (got {battles!r}; allowed: 2 or more)"])
    scored = score_run(open_output(find_output_folder(run)), MAX_BATTLES if battles is None else battles)
    folder = TemporaryFolder()
    data = store_scores(folder.path, scored)
    read = run.folders if isinstance(run, Output) else ()
    return ScoreOutput(
        open_output(folder.path), partial(write_pages, scored=scored, data=data, argv=[]), (folder, *read)
    )
