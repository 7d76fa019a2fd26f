"""Results in another order of labels: battles are simulated in the order of ids, and shown in that of the file."""

from collections.abc import Sequence

import numpy as np

from sim.events.log import NONE, EventKind, EventLog, Labels

EQUIPMENT_KINDS = (EventKind.SEIZED, EventKind.DESTROYED)  # whose code is a kind of equipment


def find_positions(labels: Sequence[str], ids: Sequence[str]) -> np.ndarray:
    """Where each id stands among labels."""
    positions = {label: n for n, label in enumerate(labels)}
    return np.array([positions[id] for id in ids], dtype=np.int64)


def arrange_series(series: np.ndarray, labels: Labels, shown: Labels) -> np.ndarray:
    """A series, whose last two axes are places and sides, in the order in which it is shown."""
    places, sides = find_positions(labels.places, shown.places), find_positions(labels.sides, shown.sides)
    return series.take(places, axis=-2).take(sides, axis=-1)


def arrange_log(log: EventLog, shown: Labels) -> EventLog:
    """A log with the indices of other labels, which name the same."""
    rows = log.rows.copy()
    for column, before, after in (
        ("side", log.labels.sides, shown.sides),
        ("place", log.labels.places, shown.places),
        ("force", log.labels.forces, shown.forces),
        ("order", log.labels.orders, shown.orders),
    ):
        rows[column] = translate_indices(rows[column], before, after)
    has_equipment = log.select_kinds(*EQUIPMENT_KINDS)
    rows["code"][has_equipment] = translate_indices(rows["code"][has_equipment], log.labels.equipment, shown.equipment)
    if log.labels.sides != shown.sides:
        moves = log.select_kinds(EventKind.FRONT_MOVED)
        rows["value"][moves] = 1.0 - rows["value"][moves]
    return EventLog(rows, shown, log.end_hours)


def translate_indices(indices: np.ndarray, before: Sequence[str], after: Sequence[str]) -> np.ndarray:
    """Indices into labels as indices into others; NONE stays."""
    translated: np.ndarray = np.append(find_positions(after, before), NONE)[indices]
    return translated
