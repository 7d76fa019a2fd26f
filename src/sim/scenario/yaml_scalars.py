"""What a plain word of YAML means: a number, true, false, nothing, or itself.

The core schema of YAML 1.2 (YAML Ain't Markup Language 1.2.2, section 10.3.2); besides, digits may be grouped by `_`,
and `0b101` is a number. So `no`, `on` and `12:30` are words, and `010` is ten. Dates are words: what is wrong with one
is reported with all other faults of the scenario.
"""

import re
from typing import Any

CONSTANTS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **{f"{sign}{word}": float(f"{sign}inf") for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")},
}
FIRST = frozenset("0123456789+-.")
INTEGER = re.compile(r"([-+]?)(?:0x([0-9a-fA-F_]+)|0o([0-7_]+)|0b([01_]+)|([0-9][0-9_]*))")
DECIMAL = re.compile(r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?")
BASES = (16, 8, 2, 10)


def resolve_plain_scalar(word: str) -> Any:
    """Give the value of a word that is written without quotes.

    Parameters
    ----------
    word
        The word as it is written.

    Returns
    -------
    Any
        None, a bool, an int, a float, or the word.

    Raises
    ------
    ValueError
        It is a number of more digits than Python reads.

    Examples
    --------
    >>> [resolve_plain_scalar(word) for word in ("010", "0x1f", "1_000", "1e3", "no", "2001-06-02", "~")]
    [10, 31, 1000, 1000.0, 'no', '2001-06-02', None]
    """
    if word in CONSTANTS:
        return CONSTANTS[word]
    if word[0] not in FIRST:
        return word
    if found := INTEGER.fullmatch(word):
        sign, *digits = found.groups()
        base, number = next((base, each) for base, each in zip(BASES, digits, strict=True) if each)
        plain = number.replace("_", "")
        return int(sign + plain, base) if plain else word
    return float(word.replace("_", "")) if DECIMAL.fullmatch(word) else word
