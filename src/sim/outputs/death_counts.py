"""Deaths by day and place of every replication, for exports, and cells of PRIO-GRID."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from sim.scenario.model import Scenario
from sim.storage.reader import StoredOutput

GRID_CELL_DEGREES = 0.5
GRID_COLUMNS = 720


@dataclass(frozen=True)
class DeathCounts:
    """Deaths by replication, day, place and side; places and sides stand in the order of the scenario."""

    replications: np.ndarray  # (replications,): their numbers
    days: list[date]
    killed: np.ndarray  # (replications, days, places, sides)


def count_deaths(output: StoredOutput, scenario: Scenario) -> DeathCounts:
    """The deaths in an output of `sim run`."""
    table = output.read_table("daily")
    replications, replication = np.unique(table["replication"].to_numpy(), return_inverse=True)
    days, day = np.unique(to_dates(table["day"].to_numpy()), return_inverse=True)
    place, side = (
        encode_column(table[name], list(section))
        for name, section in (("place", scenario.places), ("side", scenario.sides))
    )
    killed = np.zeros((len(replications), len(days), len(scenario.places), len(scenario.sides)), dtype=np.int64)
    np.add.at(killed, (replication, day, place, side), np.rint(table["killed"].to_numpy()).astype(np.int64))
    return DeathCounts(replications, days.tolist(), killed)


def to_dates(steps: np.ndarray) -> np.ndarray:
    """The date of each step of time: its own, or that of the hours that end then."""
    is_date = steps.dtype == np.dtype("datetime64[D]")
    dates: np.ndarray = (steps if is_date else steps - np.timedelta64(1, "us")).astype("datetime64[D]")
    return dates


def encode_column(column: object, names: list[str]) -> np.ndarray:
    """A column of strings as indices into names."""
    encoded = column.dictionary_encode().unify_dictionaries().combine_chunks()  # type: ignore[attr-defined]
    label_indices = np.array([names.index(name) for name in encoded.dictionary.to_pylist()], dtype=np.int64)
    result: np.ndarray = label_indices[encoded.indices.to_numpy()]
    return result


def find_grid_cell(lat: float, lon: float) -> int:
    """The cell of PRIO-GRID around a point, counted from the south-west corner by rows. Source: Tollefsen2012."""
    row = min(int((lat + 90) // GRID_CELL_DEGREES), 359)
    column = min(int((lon + 180) // GRID_CELL_DEGREES), GRID_COLUMNS - 1)
    return row * GRID_COLUMNS + column + 1
