"""Ids for what a foreign file names, in whatever script, and text that a scenario can hold."""

import re
import unicodedata
from collections.abc import Collection

MAX_ID_LENGTH = 40
MIN_NAME_LENGTH = 3
MAX_TEXT_LENGTH = 500  # characters of a name or a statement; the file itself has the rest
# Letters that have no decomposition into a plain one and a mark.
PLAIN_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "ð": "d"}
)
KEPT_CATEGORIES = ("L", "M", "N", "P", "S", "Z")  # of characters; no controls, surrogates or unassigned ones


def clean_text(text: str, max_length: int = MAX_TEXT_LENGTH) -> str:
    """A text in one line that any scenario can hold: no control characters, no more than so many characters."""
    spaced = " ".join(text.split())
    kept = "".join(each for each in spaced if each == " " or unicodedata.category(each)[0] in KEPT_CATEGORIES)
    kept = unicodedata.normalize("NFC", " ".join(kept.split()))
    return kept if len(kept) <= max_length else kept[: max_length - 1].rstrip() + "…"


def make_name(text: str, kind: str, max_length: int = 80) -> str:
    """A name that a scenario can hold, which has three characters or more: "side IS" for the side IS."""
    cleaned = clean_text(text, max_length)
    return cleaned if len(cleaned) >= MIN_NAME_LENGTH else f"{kind} {cleaned}".strip()


def make_id(name: str, taken: Collection[str], fallback: str) -> str:
    """An id of small letters, digits and underscores that is not taken yet.

    Parameters
    ----------
    name
        What the file calls it.
    taken
        Ids that are in use.
    fallback
        What the id begins with if nothing of the name can stand in it: a name in another script, or a number.

    Examples
    --------
    >>> make_id("Bad Tölz", [], "place"), make_id("Köln", ["koln"], "place"), make_id("القلعة", [], "place")
    ('bad_tolz', 'koln_2', 'place_1')
    """
    decomposed = unicodedata.normalize("NFKD", name.translate(PLAIN_LETTERS))
    plain = "".join(each for each in decomposed if not unicodedata.combining(each))
    stem = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")[:MAX_ID_LENGTH].strip("_")
    if re.fullmatch(r"[a-z][a-z0-9_]*", stem) and stem not in taken:
        return stem
    start = stem if re.match(r"[a-z]", stem) else f"{fallback}_{stem}" if stem else fallback
    if start not in taken and stem and start != stem:
        return start
    number = 2 if start == stem or stem else 1
    while f"{start}_{number}" in taken:
        number += 1
    return f"{start}_{number}"
