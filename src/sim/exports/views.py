"""Deaths as draws in the form of the ViEWS prediction challenge: unit of time, unit of space, draw, outcome.

One file has months and cells of PRIO-GRID, and exactly the columns that the challenge wants; the other has days and
places, which are what this battle is about. Source: Hegre2025.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.experiment.stored import Output
from sim.exports import Writer
from sim.exports.counts import Deaths, cell_of, deaths_of
from sim.exports.descriptor import described
from sim.scenario.model import Scenario

COMMANDS = ("run",)
MONTHS, DAYS = "simulated_pgm.parquet", "simulated_place_day.parquet"
FIRST_YEAR = 1980  # its January is month 1


def files(output: Output) -> Mapping[str, Writer]:
    """Draws by month and cell, draws by day and place, and what their columns mean."""
    columns = {
        MONTHS: ["month_id", "priogrid_gid", "draw", "outcome"],
        DAYS: ["day", "place", "draw", "outcome"],
    }
    made: dict[str, Writer] = {MONTHS: partial(write, output, by_month), DAYS: partial(write, output, by_day)}
    return made | described(output, "views", columns)


def write(output: Output, make: Callable[[Scenario, Deaths], pa.Table], path: Path) -> None:
    """Write one table; that it is simulated stands in its metadata, since the form has no column for it."""
    scenario = output.scenario
    table = make(scenario, deaths_of(output, scenario))
    facts = {
        "simulated": "true",
        "scenario": scenario.name,
        "results_digest": str(output.manifest["results_digest"]),
        "sim_version": str(output.manifest["version"]),
    }
    pq.write_table(table.replace_schema_metadata(facts), path, compression="zstd")


def month_of(day: date) -> int:
    """The number of a month, as ViEWS counts them."""
    return (day.year - FIRST_YEAR) * 12 + day.month


def by_month(scenario: Scenario, deaths: Deaths) -> pa.Table:
    """A row for each month, cell with a place in it, and draw: deaths of both sides, none left out."""
    cells = [cell_of(place.coordinates.lat, place.coordinates.lon) for place in scenario.places.values()]
    months = [month_of(day) for day in deaths.days]
    all_months, month = np.unique(months, return_inverse=True)
    all_cells, cell = np.unique(cells, return_inverse=True)
    killed = deaths.killed.sum(axis=3)
    total = np.zeros((len(all_months), len(all_cells), len(killed)), dtype=np.int64)
    for day in range(len(months)):
        for place in range(len(cells)):
            total[month[day], cell[place]] += killed[:, day, place]
    index = np.indices(total.shape).reshape(3, -1)
    return pa.table(
        {
            "month_id": pa.array(all_months[index[0]].astype(np.int32)),
            "priogrid_gid": pa.array(all_cells[index[1]].astype(np.int32)),
            "draw": pa.array(index[2].astype(np.int32)),
            "outcome": pa.array(total.reshape(-1)),
        }
    )


def by_day(scenario: Scenario, deaths: Deaths) -> pa.Table:
    """A row for each day, place and draw: deaths of both sides, none left out."""
    killed = deaths.killed.sum(axis=3).transpose(1, 2, 0)
    index = np.indices(killed.shape, dtype=np.int32).reshape(3, -1)
    return pa.table(
        {
            "day": pa.array(np.array(deaths.days, dtype="datetime64[D]")[index[0]]),
            "place": pa.DictionaryArray.from_arrays(pa.array(index[1]), pa.array(list(scenario.places))),
            "draw": pa.array(index[2]),
            "outcome": pa.array(killed.reshape(-1)),
        }
    )
