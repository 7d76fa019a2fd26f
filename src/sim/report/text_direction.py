"""Names that are written from right to left: isolated, so that they do not turn the words and numbers beside them.

Source: UAX9, the Unicode bidirectional algorithm, for the isolates.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from sim.scenario.model import Scenario

FIRST_STRONG_ISOLATE, POP_DIRECTIONAL_ISOLATE = "\u2068", "\u2069"
RIGHT_TO_LEFT = ("R", "AL")  # classes of letters
ISOLATED = re.compile(f"({FIRST_STRONG_ISOLATE}[^{POP_DIRECTIONAL_ISOLATE}]*{POP_DIRECTIONAL_ISOLATE}?)")
# What a scenario calls things, by the section that it stands in.
NAME_FIELDS = {
    "sides": ("name", "short_name", "member_noun"),
    "places": ("name",),
    "forces": ("name",),
    "sources": ("name",),
    "claims": ("statement",),
}


def isolate_direction(text: str) -> str:
    """A text that has letters of a script written from right to left between isolates; any other as it is.

    Examples
    --------
    >>> isolate_direction("the fort")
    'the fort'
    >>> isolate_direction("القلعة") == chr(0x2068) + "القلعة" + chr(0x2069)
    True
    """
    if text.isascii() or not any(unicodedata.bidirectional(each) in RIGHT_TO_LEFT for each in text):
        return text
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_DIRECTIONAL_ISOLATE}"


def isolate_runs(text: str) -> str:
    """A text in which each stretch written from right to left, with what lies between two of its letters, is isolated.

    A stretch ends where a letter of another direction or a line's end comes. What is isolated already stays as it is.

    Examples
    --------
    >>> isolate_runs("al-Qal'a: " + "القلعة" + ", 12 dead") == "al-Qal'a: " + isolate_direction("القلعة") + ", 12 dead"
    True
    """
    if text.isascii():
        return text
    return "".join(
        part if part.startswith(FIRST_STRONG_ISOLATE) else isolate_stretches(part) for part in ISOLATED.split(text)
    )


def isolate_stretches(text: str) -> str:
    """A text without isolates, in which each stretch written from right to left is isolated."""
    stretches: list[list[int]] = []  # first and last letter of each
    is_open = False
    for position, letter in enumerate(text):
        direction = unicodedata.bidirectional(letter)
        if direction in RIGHT_TO_LEFT and is_open:
            stretches[-1][1] = position
        elif direction in RIGHT_TO_LEFT:
            stretches.append([position, position])
            is_open = True
        elif direction in ("L", "B"):
            is_open = False
    parts, end = [], 0
    for first, last in stretches:
        parts += [text[end:first], FIRST_STRONG_ISOLATE, text[first : last + 1], POP_DIRECTIONAL_ISOLATE]
        end = last + 1
    return "".join([*parts, text[end:]])


def isolate_names(scenario: Scenario) -> Scenario:
    """A scenario to be shown: every name that is written from right to left is isolated.

    Parameters
    ----------
    scenario
        The scenario; it stays as it is.

    Returns
    -------
    Scenario
        For words on a screen or a page only: what is stored and exported has names as they are written.
    """
    sections = {section: isolate_section(getattr(scenario, section), names) for section, names in NAME_FIELDS.items()}
    isolated = scenario.model_copy(update={"title": isolate_direction(scenario.title), **sections})
    return scenario if isolated == scenario else isolated


def isolate_section(section: Mapping[str, BaseModel], names: tuple[str, ...]) -> dict[str, BaseModel]:
    """The parts of a section by their ids, with their names isolated."""
    return {id: part.model_copy(update=isolate_fields(part, names)) for id, part in section.items()}


def isolate_fields(part: BaseModel, names: tuple[str, ...]) -> dict[str, Any]:
    """Fields of a part that are names, isolated."""
    return {name: isolate_direction(getattr(part, name)) for name in names}
