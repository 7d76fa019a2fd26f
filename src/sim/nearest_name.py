"""The name that was probably meant by one that is not known."""

from collections.abc import Iterable
from difflib import get_close_matches

MAX_LENGTH = 80  # characters of a name that are compared
NEAR = 0.75  # of 1: one slip in four letters
NEAR_SHORT = 0.66  # one slip in three letters
SHORT_LENGTH = 3


def find_nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like another one, or begins with it; None if none is near.

    Parameters
    ----------
    name
        As it was written.
    known
        Names that there are.

    Returns
    -------
    str or None
        A name whose similarity (difflib's: twice the letters in matching blocks over all letters) is at least `NEAR`,
        or `NEAR_SHORT` for a name of three letters or fewer; else the shortest that begins with what was written.

    Examples
    --------
    >>> find_nearest("sqare", ["linear", "square"]), find_nearest("rnu", ["run", "sweep"])
    ('square', 'run')
    >>> find_nearest("ucdp", ["acled", "ucdp_ged"]), find_nearest("nothing", ["no_shelling", "teaching"])
    ('ucdp_ged', None)
    """
    written, names = name[:MAX_LENGTH], list(known)
    cutoff = NEAR_SHORT if len(written) <= SHORT_LENGTH else NEAR
    if nearest := get_close_matches(written, names, 1, cutoff):
        return nearest[0]
    return min((each for each in names if written and each.startswith(written)), key=len, default=None)
