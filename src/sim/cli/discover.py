"""`sim discover OUTPUT`: under which conditions does the outcome turn? From what a run or a sweep left behind."""

from pathlib import Path
from typing import Any

import numpy as np

from sim.cli.screen import screen
from sim.cli.sensitivity import need
from sim.cli.settings import SettingsError
from sim.discovery.stored import Stored, StoredError, read
from sim.discovery.tree import DEPTH, LEAST, discover
from sim.experiment.digits import subject
from sim.experiment.paired import Measured

USAGE = (
    "usage: sim discover OUTPUT [of=MEASURE] [above=NUMBER | below=NUMBER]\n\n"
    "Reads the folder of a `sim run`, `sim sweep` or `sim sensitivity` and says under which conditions an outcome\n"
    "comes about: the objective falls, if nothing else is asked; or a measure above or below a number."
)


def command(words: list[str]) -> int:
    """Say the conditions."""
    if "-h" in words or "--help" in words:
        print(USAGE)
        return 0
    need("sklearn", "sim discover")
    folder, asked = taken(words)
    try:
        stored = read(folder)
    except StoredError as error:
        raise SettingsError([str(error)]) from error
    outcome, text = outcome_of(stored, asked)
    if not stored.factors:
        raise SettingsError([f"{folder}: nothing varies in it (allowed: params=prior, or a sweep)"])
    if len(outcome) < LEAST:
        raise SettingsError([f"{folder}: too few battles (got {len(outcome)}; allowed: {LEAST} or more)"])
    from sim.report.discovery import UNCALIBRATED, answers

    console = screen()
    for sentence in answers(discover(stored.factors, outcome, stored.group), text):
        console.print(sentence, highlight=False)
    console.print(f"At most {DEPTH} conditions at a time, of {len(stored.factors)} factors.", highlight=False)
    console.print(UNCALIBRATED, highlight=False)
    return 0


def taken(words: list[str]) -> tuple[Path, dict[str, str]]:
    """The folder and the settings; raise SettingsError for anything else."""
    folders = [word for word in words if "=" not in word]
    if len(folders) != 1:
        raise SettingsError([f"discover: needs one output folder (got {len(folders)})"])
    asked = dict(word.split("=", 1) for word in words if "=" in word)
    for name in asked:
        if name not in ("of", "above", "below"):
            raise SettingsError([f"{name}: unknown option (allowed: of, above, below)"])
    if "above" in asked and "below" in asked:
        raise SettingsError(["above: goes without below"])
    return Path(folders[0]), asked


def outcome_of(stored: Stored, asked: dict[str, str]) -> tuple[np.ndarray, str]:
    """What is looked for, 1 or 0 in each battle, and in words."""
    about: dict[str, Any] = stored.manifest.get("measures", {})
    events = [name for name, each in about.items() if each["event"]]
    usual = "objective_held" if "objective_held" in stored.measures else events[0] if events else None
    name = asked.get("of", usual)
    if name not in stored.measures:
        known = ", ".join(stored.measures)
        raise SettingsError([f"of: unknown measure (got {name!r}; allowed: {known})"])
    values = stored.measures[name]
    each = about.get(name, {"text": name.replace("_", " "), "unit": "", "event": False})
    text = subject(Measured(name, each["text"], each["unit"], each["event"]))
    for side in ("above", "below"):
        if side in asked:
            try:
                bound = float(asked[side])
            except ValueError:
                raise SettingsError([f"{side}: not a number (got {asked[side]!r})"]) from None
            return (values > bound if side == "above" else values < bound).astype(float), f"{text}: {side} {bound:g}"
    if not set(np.unique(values)) <= {0.0, 1.0}:
        raise SettingsError([f"of: {name} is a number (allowed: with above=NUMBER or below=NUMBER)"])
    return 1 - values, "The objective is lost" if name == "objective_held" else f"“{text}” is untrue"
