"""Settings composed before: Hydra takes a third of a second, and the files of settings seldom change.

What Hydra makes of the files and of the arguments that choose, add or leave out is kept, under a digest of all of it.
Arguments that only put a number or a word in the place of one are then set without Hydra; whatever they are, the
settings are those that Hydra would compose.
"""

import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sim import sealed_cache
from sim.cli.errors import SettingsError
from sim.cli.groups import ConfigFolders, list_top_groups

KIND = "settings"
SOURCES = ("compose", "composition_cache", "groups", "overrides", "quoting")  # what decides what is composed
NAME = re.compile(r"[a-z][a-z0-9_]*")
WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
WORD = re.compile(r"[A-Za-z/][A-Za-z0-9_./-]*")
NO_WORDS = ("true", "false", "null", "nan", "inf")  # in any case: what Hydra takes for something else than a text


def compose_or_recall(overrides: list[str], primary: str, folders: ConfigFolders, allowed: tuple[str, ...]) -> Any:
    """The settings of a primary file and overrides as plain data; raise SettingsError as Hydra's composition does."""
    replacements, others = split_replacements(overrides, list_top_groups(folders))
    key = make_composition_key(others, primary, folders)
    data = sealed_cache.read_entry(KIND, key)
    if data is None:
        data = compose_others(others, primary, folders, allowed)
        if data is not None:
            sealed_cache.write_entry(KIND, key, data)
    if can_replace(data, replacements):
        return data | replacements
    return compose_with_hydra(overrides, primary, folders, allowed)


def compose_others(others: list[str], primary: str, folders: ConfigFolders, allowed: tuple[str, ...]) -> Any:
    """The settings without replacements; None if these alone make none: the message is then that of all of them."""
    try:
        return compose_with_hydra(others, primary, folders, allowed)
    except SettingsError:
        return None


def compose_with_hydra(overrides: list[str], primary: str, folders: ConfigFolders, allowed: tuple[str, ...]) -> Any:
    """The settings as Hydra composes them; raise SettingsError."""
    from sim.cli.compose import compose_checked

    return compose_checked(overrides, primary, folders, allowed)


def split_replacements(
    overrides: list[str], groups: frozenset[str] = frozenset()
) -> tuple[dict[str, int | str], list[str]]:
    """The overrides that only replace a number or a word, by name, and all others.

    A name of a group chooses a file, even where the setting of that name has no value yet.

    Examples
    --------
    >>> split_replacements(["runs=300", "perturb=[rain]", "law=square", "factor=rain"], frozenset({"factor"}))
    ({'runs': 300, 'law': 'square'}, ['perturb=[rain]', 'factor=rain'])
    """
    values: dict[str, int | str] = {}
    others = []
    names = [re.split(r"[.@/=]", text.lstrip("+~"))[0] for text in overrides]
    for text in overrides:
        name, _, value = text.partition("=")
        parsed = parse_simple_value(value)
        if NAME.fullmatch(name) and name not in groups and names.count(name) == 1 and parsed is not None:
            values[name] = parsed
        else:
            others.append(text)
    return values, others


def parse_simple_value(text: str) -> int | str | None:
    """A whole number or a word as Hydra reads it; None for anything that it might read in another way."""
    if WHOLE_NUMBER.fullmatch(text):
        return int(text)
    is_word = WORD.fullmatch(text) and text.lower() not in NO_WORDS and "target" not in text  # which may name code
    return text if is_word else None


def can_replace(data: Any, values: dict[str, int | str]) -> bool:
    """Whether a number would stand in the place of a number, and a word in that of a word or of nothing."""
    return isinstance(data, dict) and all(
        name in data and (type(data[name]) is int if isinstance(value, int) else isinstance(data[name], str | None))
        for name, value in values.items()
    )


def make_composition_key(others: list[str], primary: str, folders: ConfigFolders) -> str:
    """A digest of all that decides what is composed: arguments, files of settings, this program and Hydra."""
    here = Path(__file__).parent
    parts: list[bytes | str] = [version("hydra-core"), version("omegaconf"), primary, str(len(others)), *others]
    parts += [(here / f"{name}.py").read_bytes() for name in SOURCES]
    for folder in folders:
        for path in sorted(folder.rglob("*.yaml")):
            parts += [str(path), path.read_bytes()]
    return sealed_cache.make_key(*parts)
