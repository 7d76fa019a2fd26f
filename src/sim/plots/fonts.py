"""Fonts of figures: another family where DejaVu Sans lacks a character, a warning where no installed font has it."""

import unicodedata
import warnings
from collections.abc import Iterable
from contextlib import suppress
from functools import cache

from matplotlib.artist import Artist
from matplotlib.font_manager import FontEntry, findfont, findSystemFonts, fontManager
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

BASE_FAMILY = "DejaVu Sans"  # comes with matplotlib; has Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew and Arabic
EAST_ASIAN = ("Chinese, Japanese or Korean", "Noto Sans CJK")
# First words of the names of characters that are not the name of a script, or not of its font.
SPECIAL_SCRIPTS = {
    "BOPOMOFO": EAST_ASIAN,
    "CANADIAN": ("Canadian syllabics", "Noto Sans Canadian Aboriginal"),
    "CJK": EAST_ASIAN,
    "FULLWIDTH": EAST_ASIAN,
    "HALFWIDTH": EAST_ASIAN,
    "HANGUL": EAST_ASIAN,
    "HIRAGANA": EAST_ASIAN,
    "IDEOGRAPHIC": EAST_ASIAN,
    "KATAKANA": EAST_ASIAN,
    "TIBETAN": ("Tibetan", "Noto Serif Tibetan"),
}
# What follows the name of a script in the name of a character: DEVANAGARI LETTER DA.
SCRIPT_ENDS = (
    " LETTER", " CHARACTER", " SYLLABLE", " VOWEL", " CONSONANT", " SIGN", " SUBJOINED", " DIGIT",
    " MARK", " IDEOGRAPH", " HIEROGLYPH", " TONE",
)  # fmt: skip
# Fonts that can't be fallen back on: boxes with code points, pictures in colours, parts of formulas.
UNSUITABLE_FAMILIES = ("Last Resort", ".Last", "cm", "STIXNonUnicode", "STIXSize")


class MissingFontWarning(UserWarning):
    """A script that no installed font has, so that boxes stand for it."""


def find_families(text: str) -> list[str]:
    """The families that a text is set in: DejaVu Sans, then those that have what it lacks, as far as any does.

    Parameters
    ----------
    text
        What is to be set.

    Returns
    -------
    list of str
        Names of installed families.

    Examples
    --------
    >>> find_families("Bălți, Ελλάδα, Київ, القاهرة")
    ['DejaVu Sans']
    """
    fallbacks = (find_fallback(character) for character in find_lacking(text))
    return list(dict.fromkeys([BASE_FAMILY, *(family for family in fallbacks if family is not None)]))


def find_lacking(text: str) -> list[str]:
    """The visible characters of a text that DejaVu Sans does not have, each once, in their order."""
    if text.isascii():
        return []
    base = read_characters(*find_file(BASE_FAMILY))
    return [each for each in dict.fromkeys(text) if ord(each) not in base and is_visible(each)]


def is_visible(character: str) -> bool:
    """Whether anything is drawn for a character: not for blanks, joiners, variation selectors, marks of direction."""
    if unicodedata.name(character, "").startswith("VARIATION SELECTOR"):
        return False
    return unicodedata.category(character) not in ("Cc", "Cf", "Zl", "Zp", "Zs")


def find_fallback(character: str) -> str | None:
    """The installed family that has a character, one of Noto's before others; None if there is none."""
    if (family := search_families(character)) is None and add_new_fonts():
        family = search_families(character)
    return family


def search_families(character: str) -> str | None:
    """The first family of those that matplotlib knows that has a character."""
    suitable = [each for each in fontManager.ttflist if each.style == "normal" and is_suitable(each.name)]
    for font in sorted(suitable, key=rank_font):
        if ord(character) in read_characters(font.fname, font.index):
            return font.name
    return None


def is_suitable(family: str) -> bool:
    """Whether text can be set in a family."""
    return "Color" not in family and not family.startswith(UNSUITABLE_FAMILIES)


def rank_font(font: FontEntry) -> tuple[bool, bool, str]:
    """Noto Sans first, then the other families of Noto, then the rest, by name."""
    return not font.name.startswith("Noto Sans"), not font.name.startswith("Noto"), font.name


@cache
def read_characters(path: str, index: int) -> frozenset[int]:
    """The code points that a font has; none for a file that can't be read any more."""
    with suppress(OSError, RuntimeError):
        return frozenset(FT2Font(path, face_index=index).get_charmap())
    return frozenset()


def find_file(family: str) -> tuple[str, int]:
    """The file of a family, and which of its faces."""
    path = findfont(family)
    return str(path), getattr(path, "face_index", 0)


@cache
def add_new_fonts() -> bool:
    """Add fonts installed since matplotlib made its list, which it keeps from one process to the next; whether any."""
    known = {font.fname for font in fontManager.ttflist}
    added = False
    for path in findSystemFonts():
        if path not in known:
            with suppress(OSError, RuntimeError, NotImplementedError):  # no font, or none of outlines
                fontManager.addfont(path)
                added = True
    return added


def set_fallback_fonts(artists: Iterable[Artist]) -> None:
    """Give texts that DejaVu Sans can't set a second family, and warn of scripts that no installed font has."""
    lacking: dict[str, None] = {}
    for artist in artists:
        if isinstance(artist, Text) and (characters := find_lacking(artist.get_text())):
            artist.set_fontfamily(find_families(artist.get_text()))
            lacking |= dict.fromkeys(characters)
    messages = [describe_missing_font(each) for each in lacking if find_fallback(each) is None]
    for message in dict.fromkeys(messages):
        warnings.warn(message, MissingFontWarning, stacklevel=2)


def describe_missing_font(character: str) -> str:
    """Which script no installed font has, what that does to figures, and which free font has it."""
    script, font = name_script(character)
    advice = f"install the free font {font}" if font else "no font is known that has it"
    return f"figures: no installed font has {script}, so PNG, PDF and GIF show boxes (SVG and pages may not): {advice}"


def name_script(character: str) -> tuple[str, str | None]:
    """The script of a character in words, and the free font that has it, if any.

    Examples
    --------
    >>> name_script("द"), name_script("한")
    (('Devanagari', 'Noto Sans Devanagari'), ('Chinese, Japanese or Korean', 'Noto Sans CJK'))
    >>> name_script(chr(0xE000))
    ('U+E000', None)
    """
    name = unicodedata.name(character, "")
    if not name:
        return f"U+{ord(character):04X}", None
    if (special := SPECIAL_SCRIPTS.get(name.split()[0])) is not None:
        return special
    if unicodedata.category(character) in ("So", "Sk") and ord(character) > 0xFFFF:
        return "emoji or symbols", "Noto Emoji"
    ends = [name.index(end) for end in SCRIPT_ENDS if end in name]
    script = name[: min(ends)].title() if ends else ""
    return (script, f"Noto Sans {script}") if script else (f"U+{ord(character):04X}", "Noto Sans Symbols 2")
