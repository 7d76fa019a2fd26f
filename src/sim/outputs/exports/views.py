"""Deaths as draws in the format of the ViEWS prediction challenge: unit of time, unit of space, draw, outcome.

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

from sim.outputs.datapackage import FileWriter, make_descriptor_writer
from sim.outputs.death_counts import DeathCounts, count_deaths, find_grid_cell
from sim.outputs.described_tables import DescribedTables
from sim.scenario.model import Scenario
from sim.storage.manifest import RunManifest
from sim.storage.reader import StoredOutput

COMMANDS = ("run",)
MONTH_FILE, DAY_FILE = "simulated_pgm.parquet", "simulated_place_day.parquet"
FIRST_YEAR = 1980  # its January is month 1


def list_files(output: StoredOutput) -> Mapping[str, FileWriter]:
    """Draws by month and cell, draws by day and place, and their descriptor."""
    columns = {
        MONTH_FILE: ["month_id", "priogrid_gid", "draw", "outcome"],
        DAY_FILE: ["day", "place", "draw", "outcome"],
    }
    writers: dict[str, FileWriter] = {
        MONTH_FILE: partial(write_views, output, make_month_table),
        DAY_FILE: partial(write_views, output, make_day_table),
    }
    return writers | make_descriptor_writer(output, "views", columns)


def write_views(output: StoredOutput, make_table: Callable[[Scenario, DeathCounts], pa.Table], path: Path) -> None:
    """Write one table; that it is simulated stands in its metadata, since the format has no column for it."""
    scenario = output.scenario
    name = path.name.split(".")[0]
    table = DescribedTables("views", scenario).describe(name, make_table(scenario, count_deaths(output, scenario)))
    metadata = {
        "simulated": "true",
        "scenario": scenario.name,
        "results_digest": output.require(RunManifest).results_digest,
        "sim_version": output.manifest.version,
    }
    pq.write_table(table.replace_schema_metadata(metadata), path, compression="zstd")


def compute_month_id(day: date) -> int:
    """The number of a month as ViEWS counts it."""
    return (day.year - FIRST_YEAR) * 12 + day.month


def make_month_table(scenario: Scenario, deaths: DeathCounts) -> pa.Table:
    """A row for each month, cell with a place in it, and draw: deaths of both sides, zeros included."""
    cells = [find_grid_cell(place.coordinates.lat, place.coordinates.lon) for place in scenario.places.values()]
    months = [compute_month_id(day) for day in deaths.days]
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


def make_day_table(scenario: Scenario, deaths: DeathCounts) -> pa.Table:
    """A row for each day, place and draw: deaths of both sides, zeros included."""
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
