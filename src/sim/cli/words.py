"""Words of a command that reads an output: one folder, and settings of its own."""

from collections.abc import Sequence
from pathlib import Path

from sim.cli.settings import SettingsError


def taken(command: str, words: list[str], allowed: Sequence[str]) -> tuple[Path, dict[str, str]]:
    """The folder and the settings; raise SettingsError for anything else, one line for each fault."""
    folders = [word for word in words if "=" not in word or Path(word).is_dir()]
    if len(folders) != 1:
        raise SettingsError([f"{command}: needs one output folder (got {len(folders)})"])
    asked: dict[str, str] = {}
    for word in words:
        if word == folders[0]:
            continue
        name, _, value = word.partition("=")
        if name not in allowed:
            raise SettingsError([f"{name}: unknown option (allowed: {', '.join(allowed)})"])
        if asked.setdefault(name, value) != value:
            raise SettingsError([f"{name}: is set twice (got {asked[name]} and {value})"])
        if not value:
            raise SettingsError([f"{name}: is empty"])
    return Path(folders[0]), asked


def several(name: str, written: str, allowed: Sequence[str]) -> tuple[str, ...]:
    """What is chosen from a list, each once: `svg,pdf` or `[svg,pdf]`; raise SettingsError for what there is not."""
    chosen = tuple(dict.fromkeys(each.strip() for each in written.strip("[]").split(",")))
    for each in chosen:
        if each not in allowed:
            raise SettingsError([f"{name}: unknown {name} (got {each!r}; allowed: {', '.join(allowed)})"])
    return chosen


def number(name: str, written: str, low: float, high: float) -> float:
    """A number within limits; raise SettingsError for anything else."""
    try:
        found = float(written)
    except ValueError:
        raise SettingsError([f"{name}: not a number (got {written!r})"]) from None
    if not low <= found <= high:
        raise SettingsError([f"{name}: out of range (got {written}; allowed: {low:g} to {high:g})"])
    return found


UNITS = {"mm": 1 / 25.4, "cm": 1 / 2.54, "in": 1.0}  # inches
NARROW, WIDE = 1.0, 60.0  # inches


def inches(name: str, written: str) -> float:
    """A length with its unit, in inches; raise SettingsError for anything else."""
    unit = written[-2:]
    allowed = "allowed: a length like 180mm, 18cm or 7in"
    if unit not in UNITS:
        raise SettingsError([f"{name}: has no unit (got {written!r}; {allowed})"])
    try:
        found = float(written[:-2]) * UNITS[unit]
    except ValueError:
        raise SettingsError([f"{name}: not a length (got {written!r}; {allowed})"]) from None
    if not NARROW <= found <= WIDE:
        raise SettingsError([f"{name}: out of range (got {written}; allowed: {NARROW:g}in to {WIDE:g}in)"])
    return found
