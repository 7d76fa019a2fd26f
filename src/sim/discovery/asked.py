"""What is looked for in a stored output: an event, or a measure above or below a number."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sim.discovery.stored import Stored
from sim.discovery.tree import LEAST
from sim.experiment.digits import subject
from sim.experiment.paired import Measured
from sim.experiment.stored import StoredError


def outcome_of(stored: Stored, asked: Mapping[str, str]) -> tuple[np.ndarray, str]:
    """What is looked for, 1 or 0 in each battle, and in words; raise StoredError for what there is not.

    `asked` may name a measure (`of`) and a number that it is to be `above` or `below`.
    """
    about: dict[str, Any] = stored.manifest.get("measures", {})
    events = [name for name, each in about.items() if each["event"]]
    usual = "objective_held" if "objective_held" in stored.measures else events[0] if events else None
    name = asked.get("of", usual)
    if name not in stored.measures:
        known = ", ".join(stored.measures)
        raise StoredError(f"of: unknown measure (got {name!r}; allowed: {known})")
    values = stored.measures[name]
    each = about.get(name, {"text": name.replace("_", " "), "unit": "", "event": False})
    text = subject(Measured(name, each["text"], each["unit"], each["event"]))
    for side in ("above", "below"):
        if side in asked:
            try:
                bound = float(asked[side])
            except ValueError:
                raise StoredError(f"{side}: not a number (got {asked[side]!r})") from None
            return (values > bound if side == "above" else values < bound).astype(float), f"{text}: {side} {bound:g}"
    if not set(np.unique(values)) <= {0.0, 1.0}:
        raise StoredError(f"of: {name} is a number (allowed: with above=NUMBER or below=NUMBER)")
    return 1 - values, "The objective is lost" if name == "objective_held" else f"“{text}” is untrue"


def check(folder: Path, stored: Stored) -> None:
    """Raise StoredError for an output in which nothing varies, or that has too few battles to tell."""
    if not stored.factors:
        raise StoredError(f"{folder}: nothing varies in it (allowed: params=prior, or a sweep)")
    if len(stored.group) < LEAST:
        raise StoredError(f"{folder}: too few battles (got {len(stored.group)}; allowed: {LEAST} or more)")
