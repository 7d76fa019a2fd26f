"""`sim.open`: a stored output as an object, whatever command wrote it."""

from sim.library.calibrate import CalibrationOutput
from sim.library.call_settings import OutputSource, find_output_folder
from sim.library.diff import DiffOutput
from sim.library.output import Output
from sim.library.run import RunOutput
from sim.library.score import ScoreOutput
from sim.library.sweep import SweepOutput
from sim.library.whatif import WhatifOutput
from sim.storage.reader import open_output

OUTPUT_CLASSES: dict[str, type[Output]] = {
    "run": RunOutput,
    "whatif": WhatifOutput,
    "sweep": SweepOutput,
    "calibrate": CalibrationOutput,
    "score": ScoreOutput,
    "diff": DiffOutput,
}


def open_stored(folder: OutputSource) -> Output:
    """Open a stored output: complete and unchanged, as it was written.

    Parameters
    ----------
    folder
        The folder that a command, or `save` of an output, left behind.

    Returns
    -------
    Output
        That of its command: a `RunOutput` of `sim run`, and so on.

    Raises
    ------
    SimError
        There is no output, it is incomplete or damaged, or of another version.

    Examples
    --------
    >>> import sim
    >>> sim.open("nowhere")
    Traceback (most recent call last):
    sim.storage.seal.StoredError: nowhere: no such folder
    """
    stored = open_output(find_output_folder(folder))
    return OUTPUT_CLASSES.get(stored.command, Output)(stored)
