"""Tables of results as arrays to draw from."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sim.experiment.store import Results
from sim.scenario.model import Scenario


def days(results: Results) -> list[date]:
    """The days of the battle in their order."""
    return sorted(pc.unique(results.daily["day"]).to_pylist())


def by_day(results: Results, scenario: Scenario, series: str) -> np.ndarray:
    """A series of the daily table: shape (replications, days, places, sides), in the scenario's order."""
    table = results.daily
    replications, replication = np.unique(table["replication"].to_numpy(), return_inverse=True)
    dates, day = np.unique(table["day"].to_numpy(), return_inverse=True)
    place, side = codes(table["place"], list(scenario.places)), codes(table["side"], list(scenario.sides))
    values = np.full((len(replications), len(dates), len(scenario.places), len(scenario.sides)), np.nan)
    values[replication, day, place, side] = table[series].to_numpy()
    return values


def simulated(results: Results) -> dict[str, np.ndarray]:
    """What each observable claim is about, as every replication had it."""
    ids = pc.unique(results.claims["claim"]).to_pylist()
    claim, values = codes(results.claims["claim"], ids), results.claims["simulated"].to_numpy()
    return {id: values[claim == number] for number, id in enumerate(ids)}


def codes(column: pa.ChunkedArray, names: Sequence[str]) -> np.ndarray:
    """A column of words as indices into names."""
    whole = column.dictionary_encode().unify_dictionaries().combine_chunks()
    meaning = np.array([names.index(word) for word in whole.dictionary.to_pylist()], dtype=np.int64)
    found: np.ndarray = meaning[whole.indices.to_numpy()]
    return found
