"""A folder for what nobody has saved: it is there as long as something refers to it, and gone with the program."""

import shutil
import weakref
from pathlib import Path
from tempfile import mkdtemp


class TemporaryFolder:
    """A folder of its own, removed once nothing refers to this object any more, at the latest when Python ends.

    Parameters
    ----------
    parent
        Where it is made; None for the folder of the system.

    Examples
    --------
    >>> folder = TemporaryFolder()
    >>> path = folder.path
    >>> path.is_dir()
    True
    >>> del folder
    >>> path.exists()
    False
    """

    def __init__(self, parent: Path | None = None):
        self.path = Path(mkdtemp(prefix="sim-", dir=parent))
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)
