"""Texts in arguments are quoted before Hydra sees them: its grammar knows few characters, and lists, choices, numbers.

`question_text=Was wäre, wenn?` is a text with a comma, `outputs=a=b` a folder, `scenario=jürgen/teaching.yaml` a path.
"""

import re
from collections.abc import Sequence

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Quote, QuotedString
from hydra.errors import HydraException

# Settings that are a text or a path, and can't be a list.
TEXT_SETTINGS = frozenset(
    {"backend.address", "event", "name", "outputs", "page", "parameters", "posterior", "question_text", "scenario"}
    | {"split", "whatif"}
)
# What Hydra takes in a word without quotes; a word may have an equals sign as the name of an argument of a function.
PLAIN_WORD = re.compile(r"[A-Za-z0-9_/\-\\+.$%*@?|: \t]*")
PLAIN_ARGUMENT = re.compile(r"[A-Za-z0-9_/\-\\+.$%*@?|: \t=]*")
# A text in quotes that is a whole value or element, a bracket or comma, or what stands between them.
TOKEN = re.compile(
    r"""(?P<quoted>\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*(?=[,\]})]|$))|(?P<mark>[\[\]{}(),])|(?P<word>[^\[\]{}(),]+)"""
)
CLOSING_MARKS = {"]", "}", ")"}


def quote_texts(arguments: Sequence[str]) -> list[str]:
    """Arguments of one job, with texts in quotes.

    The value of a setting that is a text is one text, whatever stands in it; of other values the words are quoted that
    have characters which Hydra does not know.

    Parameters
    ----------
    arguments
        Arguments as they were written, like `seed=3`.

    Returns
    -------
    list of str
        The same for Hydra.

    Examples
    --------
    >>> quote_texts(["question_text=Was wäre, wenn?", "outputs=a=b", "perturb=[ruhe_für_alle]", "seed=3"])
    ['question_text="Was wäre, wenn?"', 'outputs="a=b"', 'perturb=["ruhe_für_alle"]', 'seed=3']
    """
    return [quote_argument(argument) for argument in arguments]


def quote_words_of_all(arguments: Sequence[str]) -> list[str]:
    """Arguments of several jobs, in which a comma separates the values of a text too.

    Parameters
    ----------
    arguments
        Arguments as they were written, like `seed=3,4`.

    Returns
    -------
    list of str
        The same for Hydra.

    Examples
    --------
    >>> quote_words_of_all(["scenario=jürgen/a.yaml,b.yaml"])
    ['scenario="jürgen/a.yaml",b.yaml']
    """
    return [quote_words_of_argument(argument) for argument in arguments]


def quote_argument(argument: str) -> str:
    """One argument of one job; see `quote_texts`."""
    key, equals, value = argument.partition("=")
    if equals and key.lstrip("+") in TEXT_SETTINGS and not is_text(argument):
        return f"{key}={quote(value.strip())}"
    return quote_words_of_argument(argument)


def quote_words_of_argument(argument: str) -> str:
    """One argument of several jobs; see `quote_words_of_all`."""
    key, equals, value = argument.partition("=")
    return f"{key}={quote_words(value)}" if equals else argument


def is_text(argument: str) -> bool:
    """Whether Hydra takes the value of an argument for one text, or for none."""
    try:
        value = OverridesParser.create().parse_override(argument).value()
    except (HydraException, ValueError, RecursionError):
        return False
    return value is None or isinstance(value, str | QuotedString)


def quote_words(value: str) -> str:
    """A value with quotes around each word that has a character which Hydra does not know.

    Parameters
    ----------
    value
        What stands behind the equals sign.

    Returns
    -------
    str
        The value for Hydra.

    Examples
    --------
    >>> quote_words("{name: Gaißach, km: 3}")
    '{name: "Gaißach", km: 3}'
    """
    parts = []
    open_marks: list[str] = []
    for token in TOKEN.finditer(value):
        text = token[0]
        if token["mark"]:
            if text in CLOSING_MARKS:
                open_marks = open_marks[:-1]
            elif text != ",":
                open_marks.append(text)
        elif token["word"]:
            text = quote_word(text, open_marks[-1] if open_marks else "")
        parts.append(text)
    return "".join(parts)


def quote_word(text: str, open_mark: str) -> str:
    """What stands between two marks, within an open bracket or none, with its word in quotes if it needs them."""
    key = ""
    if open_mark == "{" and ":" in text:
        key, text = re.match(r"([^:]*:)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    word = text.strip()
    plain = PLAIN_ARGUMENT if open_mark == "(" else PLAIN_WORD
    if plain.fullmatch(word) or word[:1] in ("'", '"') or "${" in word:
        return f"{key}{text}"
    return f"{key}{text.replace(word, quote(word))}"


def quote(text: str) -> str:
    """A text in quotes, as Hydra reads it back."""
    return QuotedString(text=text, quote=Quote.double).with_quotes()
