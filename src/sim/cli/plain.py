"""Settings are plain data: nothing in them is looked up elsewhere or made into something."""

from collections.abc import Iterator
from typing import Any

from sim.cli.errors import SettingsError

INTERPOLATION = "${"
TARGET = "_target_"


def check_plain(data: Any, where: str) -> None:
    """Refuse data that names something to be looked up, as what somebody's environment holds, or to be made."""
    for path, text in texts(data, where):
        check_text(text, path)


def check_text(text: str, where: str) -> None:
    """Refuse a text that Hydra or OmegaConf would take for more than a text."""
    if INTERPOLATION in text:
        raise SettingsError([f"{where}: is taken as it is written, without ${{...}}"])
    if TARGET in text:
        raise SettingsError([f"{where}: nothing is made from {TARGET} here"])


def texts(data: Any, where: str) -> Iterator[tuple[str, str]]:
    """Every text in some data, a key as well as a value, each with its path."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield where, str(key)
            yield from texts(value, f"{where}.{key}" if where else str(key))
    elif isinstance(data, list | tuple):
        for number, value in enumerate(data):
            yield from texts(value, f"{where}.{number}" if where else str(number))
    elif isinstance(data, str):
        yield where, data
