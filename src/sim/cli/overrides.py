"""What settings may say: overrides and data are checked before Hydra acts on them, and nothing in them is code."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import (
    ChoiceSweep,
    Glob,
    IntervalSweep,
    Override,
    OverrideType,
    QuotedString,
    RangeSweep,
    Sweep,
)
from hydra.errors import HydraException

from sim.cli.errors import SettingsError, make_choice_error
from sim.cli.groups import ConfigFolders, list_groups
from sim.scenario.problems import shorten

INTERPOLATION = "${"
TARGET = "_target_"
GROUP_NOUNS = {"perturb": "perturbation"}  # what a file of a group is, where that is not the name of the group
MAX_LENGTH = 100_000  # characters of an argument
KEY = re.compile(r"(\+\+|\+|~)?([A-Za-z_][\w$-]*([./]\w[\w$-]*)*)?(@[\w.$:-]*)?", re.ASCII)


def check_overrides(overrides: list[str], folders: ConfigFolders) -> None:
    """Refuse overrides that are no settings, choose what does not exist, or contradict one another."""
    names_by_group = list_groups(folders)
    for text in overrides:
        check_override_text(text)
        override = parse_override(text)
        check_key(override, names_by_group)
        check_deletion(override, names_by_group)
        check_value(override, names_by_group)
    check_contradictions(overrides, names_by_group)


def check_single_values(overrides: list[str]) -> None:
    """Refuse several values for one setting, which only a multirun takes."""
    for text in overrides:
        if parse_override(text).is_sweep_override():
            key, _, value = text.partition("=")
            raise SettingsError(
                [
                    f"{key.lstrip('+')}: several values (got {shorten(value)}; allowed: one; [a,b] is a list, "
                    '"a,b" a text, and sim run -m takes several)'
                ]
            )


def parse_override(text: str) -> Override:
    """An override as Hydra reads it; raise SettingsError if it can't."""
    key, equals, value = text.partition("=")
    if not (equals or key.startswith("~")):
        raise SettingsError([describe_lone_word(text)])
    if len(text) > MAX_LENGTH:
        raise SettingsError([f"{key[:100]}: longer than {MAX_LENGTH:,} characters"])
    if not KEY.fullmatch(key):
        raise SettingsError([f"{key}: not the name of a setting (allowed: letters a to z, digits, _ and dots)"])
    try:
        return OverridesParser.create().parse_override(text)
    except (HydraException, ValueError, OverflowError, RecursionError):
        advice = 'allowed: a text, a number, [a,b], {a: 1}; what has brackets, commas or quotes stands in "..."'
        raise SettingsError([f"{key.lstrip('+~')}: can't be read (got {shorten(value)}; {advice})"]) from None


def describe_lone_word(text: str) -> str:
    """What is wrong with a word without an equals sign: a setting without its value, or a value without a setting.

    >>> describe_lone_word("runs")
    'runs: has no value (allowed: runs=VALUE, without spaces)'
    >>> describe_lone_word("100")
    "'100': a value without its setting (allowed: SETTING=100, without spaces)"
    """
    if re.fullmatch(r"\+*[a-z][\w./@:]*", text):
        return f"{text}: has no value (allowed: {text}=VALUE, without spaces)"
    return f"{shorten(text)}: a value without its setting (allowed: SETTING={text}, without spaces)"


def check_override_text(text: str) -> None:
    """Refuse flags, settings of Hydra (which can name code), interpolations and control characters."""
    key = text.partition("=")[0].lstrip("+~")
    if text.startswith("-"):
        raise SettingsError([f"{text.partition('=')[0]}: unknown flag (allowed: setting=value)"])
    check_not_hydra(key)
    check_text(text, key)
    if not text.isprintable():
        raise SettingsError([f"{key!r}: a control character"])


def check_not_hydra(key: str) -> None:
    """Refuse a setting of Hydra itself, however its name goes on."""
    if re.split(r"[./@:]", key.strip())[0] == "hydra":
        raise SettingsError([f"{key}: Hydra itself has no settings here"])


def check_key(override: Override, names_by_group: dict[str, list[str]]) -> None:
    """Refuse an unknown group, and a key that says where a group is to go."""
    key = override.key_or_group
    check_not_hydra(key)
    if override.package is not None:
        raise SettingsError([f"{key}@{override.package}: goes where it belongs (allowed: {key}=VALUE)"])
    if not key:
        raise SettingsError([f"{override.input_line}: is a setting without a name (allowed: setting=value)"])
    if "/" in key and key not in names_by_group:
        raise make_choice_error(key, "group", key, names_by_group)
    if key in names_by_group and override.type == OverrideType.FORCE_ADD:
        raise SettingsError([f"{key}: is chosen without ++ (allowed: {key}=NAME)"])


def check_deletion(override: Override, names_by_group: dict[str, list[str]]) -> None:
    """Refuse a setting that is left out: each has a value; only a part of a mapping need not be there."""
    key = override.key_or_group
    group, _, part = key.partition(".")
    if override.is_delete() and (not part or group == "backend" or key in names_by_group):
        raise SettingsError([f"{key}: can't be left out (allowed: {key}=VALUE)"])


def check_value(override: Override, names_by_group: dict[str, list[str]]) -> None:
    """Refuse values that are no plain data and, of a group, what is no name in it."""
    key = override.key_or_group
    if any(isinstance(each, Sweep | Glob) for each in iterate_inner_values(override.value())):
        raise SettingsError([f"{key}: several values inside a value (allowed: 1,2 or choice(1,2) or range(1,4) alone)"])
    value = unquote_value(override.value())
    check_plain(value, key)
    if key in names_by_group:
        check_choice(key, value, names_by_group[key])


def check_choice(group: str, value: Any, allowed: list[str]) -> None:
    """Refuse what chooses nothing from a group, a name that is not in it, and one name twice."""
    for each in value if isinstance(value, tuple) else (value,):
        if isinstance(each, dict):  # settings inside the group, which choose no file
            continue
        if each is None or each == "":
            raise SettingsError([f"{group}: chooses nothing (allowed: {', '.join(allowed)}; or leave it out)"])
        names = [str(name) for name in each] if isinstance(each, list) else [str(each)]
        for number, name in enumerate(names):
            if name not in allowed:
                raise make_choice_error(group, GROUP_NOUNS.get(group, group), name, allowed)
            if name in names[:number]:
                raise SettingsError([f"{group}: {name} is chosen twice"])


def iterate_inner_values(value: Any) -> Iterator[Any]:
    """Everything inside a list, a mapping or the choices of a sweep, at any depth."""
    inner: Iterable[Any] = ()
    if isinstance(value, ChoiceSweep):
        inner = value.list
    elif isinstance(value, dict):
        inner = value.values()
    elif isinstance(value, list):
        inner = value
    for each in inner:
        yield each
        yield from iterate_inner_values(each)


def unquote_value(value: Any) -> Any:
    """A value as Hydra parses it, with texts unquoted and choices as a tuple."""
    if isinstance(value, QuotedString):
        return value.text
    if isinstance(value, dict):
        return {unquote_value(key): unquote_value(each) for key, each in value.items()}
    if isinstance(value, list):
        return [unquote_value(each) for each in value]
    if isinstance(value, ChoiceSweep):
        return tuple(unquote_value(each) for each in value.list)
    if isinstance(value, Glob):  # it can only yield names that exist
        return ()
    if isinstance(value, RangeSweep | IntervalSweep):
        return f"{value.start} to {value.stop}" if isinstance(value, RangeSweep) else f"{value.start} to {value.end}"
    return value


def check_contradictions(overrides: list[str], names_by_group: dict[str, list[str]]) -> None:
    """Refuse two values for one setting, or for a setting and a part of it: Hydra silently takes the last."""
    values: dict[str, str] = {}
    for override in overrides:
        key, _, value = override.partition("=")
        key = key.lstrip("+")
        if values.setdefault(key, value) != value:
            raise SettingsError([f"{key}: is set twice (got {values[key]} and {value})"])
    for key in values:
        for inner in values:
            if inner.startswith(f"{key}.") and key not in names_by_group:
                raise SettingsError([f"{inner}: is set inside {key}, which is set too"])


def check_plain(data: Any, path: str) -> None:
    """Refuse data with an interpolation, which may read the environment, or with a target, which names code."""
    for path_of_text, text in iterate_texts(data, path):
        check_text(text, path_of_text)


def check_text(text: str, path: str) -> None:
    """Refuse a text that Hydra or OmegaConf would take for more than a text."""
    if INTERPOLATION in text:
        raise SettingsError([f"{path}: is taken as it is written, without ${{...}}"])
    if TARGET in text:
        raise SettingsError([f"{path}: nothing is made from {TARGET} here"])


def iterate_texts(data: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every text in some data, keys as well as values, each with its path."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield path, str(key)
            yield from iterate_texts(value, f"{path}.{key}" if path else str(key))
    elif isinstance(data, list | tuple):
        for number, value in enumerate(data):
            yield from iterate_texts(value, f"{path}.{number}" if path else str(number))
    elif isinstance(data, str):
        yield path, data
