"""Verbs that agree with the names of forces and places: the garrison leaves, the tribesmen leave."""

import re

PREPOSITIONS = (
    *("above", "against", "along", "around", "at", "before", "behind", "below", "beside", "between", "beyond", "by"),
    *("for", "from", "in", "near", "north", "of", "on", "over", "south", "to", "towards", "under", "with"),
)
RELATIVES = ("that", "which", "who")
HEAD_ENDS = re.compile(rf"[,:]|\s(?:{'|'.join((*PREPOSITIONS, *RELATIVES))})\s")  # what follows only tells which
PLURAL_NOUNS = ("men", "people", "police", "those")


def is_plural(name: str) -> bool:
    """Whether a name is that of several, by its noun: what stands before the first preposition, comma or clause.

    Parameters
    ----------
    name
        A force or place as the scenario calls it.

    Returns
    -------
    bool
        True of "the posts on the mountain"; a single proper noun with an s at its end is taken for a singular.

    Examples
    --------
    >>> [is_plural(each) for each in ("the column of 40 soldiers", "the posts on the hill", "Arras")]
    [False, True, False]
    """
    words = HEAD_ENDS.split(name, maxsplit=1)[0].split()
    if not words:
        return False
    noun = words[-1]
    is_counted = len(words) > 1 or noun.islower()
    ends_as_plural = noun.endswith("s") and not noun.endswith(("ss", "us", "'s"))
    return noun.endswith(PLURAL_NOUNS) or "and" in words or (is_counted and ends_as_plural)


def agree(name: str, singular: str, plural: str) -> str:
    """The form of a verb that agrees with a name.

    Examples
    --------
    >>> [agree(each, "is", "are") for each in ("the garrison of the fort", "the amber fighters")]
    ['is', 'are']
    """
    return plural if is_plural(name) else singular
