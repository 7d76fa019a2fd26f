"""The words of a command line, held against what they may say before Hydra acts on them."""

import re
from collections.abc import Iterator
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import ChoiceSweep, Glob, IntervalSweep, Override, QuotedString, RangeSweep

from sim.cli.errors import SettingsError, choice_error
from sim.cli.groups import Folders, groups
from sim.cli.plain import check_plain, check_text


def check_overrides(overrides: list[str], folders: Folders) -> None:
    """Refuse words that are no settings, choose what is in none of the folders, or contradict one another."""
    known = groups(folders)
    for word in overrides:
        check_word(word)
        for override in OverridesParser.create().parse_overrides([word]):
            check_key(override, known)
            check_value(override, known)
    check_contradictions(overrides, known)


def check_word(word: str) -> None:
    """Refuse what can be told from the writing: flags and settings of Hydra, which can name code, and the like."""
    key = word.partition("=")[0].lstrip("+~")
    if word.startswith("-"):
        raise SettingsError([f"{word.partition('=')[0]}: unknown flag (allowed: setting=value)"])
    check_owner(key)
    check_text(word, key)
    if not word.isprintable():
        raise SettingsError([f"{key!r}: a control character"])


def check_owner(key: str) -> None:
    """Refuse a setting of Hydra, however its name goes on."""
    if re.split(r"[./@:]", key.strip())[0] == "hydra":
        raise SettingsError([f"{key}: Hydra itself has no settings here"])


def check_key(override: Override, known: dict[str, list[str]]) -> None:
    """Refuse a name that is none of ours, and one that says where a group is to go."""
    key = override.key_or_group
    check_owner(key)
    if override.package is not None:
        raise SettingsError([f"{key}@{override.package}: goes where it belongs (allowed: {key}=VALUE)"])
    if not key:
        raise SettingsError([f"{override.input_line}: is a setting without a name (allowed: setting=value)"])
    if "/" in key and key not in known:
        raise choice_error(key, "group", key, known)


def check_value(override: Override, known: dict[str, list[str]]) -> None:
    """Refuse values that are no plain data and, of a group, what is no name of something in it."""
    key = override.key_or_group
    value = unquoted(override.value())
    check_plain(value, key)
    if key in known:
        for name in names_in(value):
            if name not in known[key]:
                raise choice_error(key, key, name, known[key])


def unquoted(value: Any) -> Any:
    """A value as Hydra parses it, with its texts as they are without quotes and its choices as a tuple."""
    if isinstance(value, QuotedString):
        return value.text
    if isinstance(value, dict):
        return {unquoted(key): unquoted(each) for key, each in value.items()}
    if isinstance(value, list):
        return [unquoted(each) for each in value]
    if isinstance(value, ChoiceSweep):
        return tuple(unquoted(each) for each in value.list)
    if isinstance(value, Glob):  # nothing but what is there can come of it
        return ()
    if isinstance(value, RangeSweep | IntervalSweep):
        return f"{value.start} to {value.stop}" if isinstance(value, RangeSweep) else f"{value.start} to {value.end}"
    return value


def names_in(value: Any) -> Iterator[str]:
    """The names that a value chooses from a group; settings inside the group, and nothing, choose none."""
    if isinstance(value, tuple):
        for each in value:
            yield from names_in(each)
    elif isinstance(value, list):
        yield from (str(each) for each in value)
    elif value is not None and not isinstance(value, dict):
        yield str(value)


def check_contradictions(overrides: list[str], known: dict[str, list[str]]) -> None:
    """Refuse two values for one setting, or for a thing and a part of it: Hydra silently takes the last."""
    values: dict[str, str] = {}
    for override in overrides:
        key, _, value = override.partition("=")
        key = key.lstrip("+")
        if values.setdefault(key, value) != value:
            raise SettingsError([f"{key}: is set twice (got {values[key]} and {value})"])
    for key in values:
        for inner in values:
            if inner.startswith(f"{key}.") and key not in known:
                raise SettingsError([f"{inner}: is set inside {key}, which is set too"])
