"""Deaths by day and place of every replication whose days were kept, as exports count them."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from sim.experiment.stored import Output
from sim.scenario.model import Scenario

CELL = 0.5  # degrees: side of a cell of PRIO-GRID
COLUMNS = 720  # of cells round the globe


@dataclass(frozen=True)
class Deaths:
    """`killed` has the shape (replications, days, places, sides), in the scenario's order of places and sides."""

    replications: np.ndarray
    days: list[date]
    killed: np.ndarray


def deaths_of(output: Output, scenario: Scenario) -> Deaths:
    """The deaths of an output of `sim run`."""
    table = output.table("daily")
    replications, replication = np.unique(table["replication"].to_numpy(), return_inverse=True)
    days, day = np.unique(table["day"].to_numpy(), return_inverse=True)
    place, side = (
        indices(table[name], list(section)) for name, section in (("place", scenario.places), ("side", scenario.sides))
    )
    killed = np.zeros((len(replications), len(days), len(scenario.places), len(scenario.sides)), dtype=np.int64)
    killed[replication, day, place, side] = np.rint(table["killed"].to_numpy()).astype(np.int64)
    return Deaths(replications, days.astype("datetime64[D]").tolist(), killed)


def indices(column: object, names: list[str]) -> np.ndarray:
    """A column of words as indices into names."""
    whole = column.dictionary_encode().unify_dictionaries().combine_chunks()  # type: ignore[attr-defined]
    meaning = np.array([names.index(word) for word in whole.dictionary.to_pylist()], dtype=np.int64)
    found: np.ndarray = meaning[whole.indices.to_numpy()]
    return found


def cell_of(lat: float, lon: float) -> int:
    """The cell of PRIO-GRID in which a point lies: cells of half a degree, counted from the south-west corner by rows.

    Source: Tollefsen2012.
    """
    row = min(int((lat + 90) // CELL), 359)
    column = min(int((lon + 180) // CELL), COLUMNS - 1)
    return row * COLUMNS + column + 1
