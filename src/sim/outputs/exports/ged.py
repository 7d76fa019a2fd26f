"""Simulated events in the columns of UCDP's Georeferenced Event Dataset (version 25.1), and some of our own.

A row is a day and a place with a part of the dead of the battle. `low`, `best` and `high` add up to what whole battles
had, as sums of a table of events are read. Source: UCDPGED for the columns.
"""

import csv
import heapq
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from sim.outputs.datapackage import FileWriter, make_descriptor_writer
from sim.outputs.death_counts import DeathCounts, count_deaths, find_grid_cell
from sim.scenario.model import Scenario
from sim.storage.manifest import RunManifest
from sim.storage.reader import StoredOutput

COMMANDS = ("run",)
FILE = "simulated_ged.csv"
COLUMNS = [
    "id",
    "relid",
    "year",
    "active_year",
    "code_status",
    "type_of_violence",
    "conflict_dset_id",
    "conflict_new_id",
    "conflict_name",
    "dyad_dset_id",
    "dyad_new_id",
    "dyad_name",
    "side_a_dset_id",
    "side_a_new_id",
    "side_a",
    "side_b_dset_id",
    "side_b_new_id",
    "side_b",
    "number_of_sources",
    "source_article",
    "source_office",
    "source_date",
    "source_headline",
    "source_original",
    "where_prec",
    "where_coordinates",
    "where_description",
    "adm_1",
    "adm_2",
    "latitude",
    "longitude",
    "geom_wkt",
    "priogrid_gid",
    "country",
    "country_id",
    "region",
    "event_clarity",
    "date_prec",
    "date_start",
    "date_end",
    "deaths_a",
    "deaths_b",
    "deaths_civilians",
    "deaths_unknown",
    "best",
    "high",
    "low",
    "gwnoa",
    "gwnob",
]
OWN_QUANTILES = ("own_low", "own_median", "own_high")  # of the day and place by themselves
ADDED_COLUMNS = ["simulated", "scenario", "run_id", "replications", "share_of_battles", *OWN_QUANTILES]
LOW_QUANTILE, HIGH_QUANTILE = 0.05, 0.95
ID_PREFIX = "SIM-"


def list_files(output: StoredOutput) -> Mapping[str, FileWriter]:
    """The events, and their descriptor."""
    writers: dict[str, FileWriter] = {FILE: partial(write_ged, output)}
    return writers | make_descriptor_writer(output, "ged", {FILE: [*COLUMNS, *ADDED_COLUMNS]})


def write_ged(output: StoredOutput, path: Path) -> None:
    """Write the events."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, [*COLUMNS, *ADDED_COLUMNS], restval="")
        rows.writeheader()
        rows.writerows(iterate_event_rows(output))


def iterate_event_rows(output: StoredOutput) -> Iterator[dict[str, object]]:
    """The rows, by day and then by place; columns that the simulation knows nothing of stay empty."""
    scenario = output.scenario
    deaths = count_deaths(output, scenario)
    divided = divide_totals(deaths.killed)
    run = output.require(RunManifest).results_digest[:8]
    number = 0
    for day in range(len(deaths.days)):
        for place, id in enumerate(scenario.places):
            numbers = {name: int(each[day, place]) for name, each in divided.items()}
            by_side = deaths.killed[:, day, place, :]
            if numbers["high"] < 1:
                continue
            number += 1
            yield (
                make_shared_fields(scenario, output, run)
                | make_place_fields(scenario, id)
                | numbers
                | divide_by_side(numbers["best"], by_side)
                | summarize_deaths(by_side)
                | make_date_fields(deaths, day)
                | {
                    "id": f"{ID_PREFIX}{run}-{number}",
                    "relid": f"{ID_PREFIX}{scenario.name}-{run}-{deaths.days[day]:%Y%m%d}-{id}",
                    "share_of_battles": f"{(by_side.sum(axis=1) > 0).mean():.4g}",
                }
            )


def divide_totals(killed: np.ndarray) -> dict[str, np.ndarray]:
    """The dead of whole battles, divided over days and places: `low`, `best` and `high`, each (days, places).

    Each adds up to a quantile of the battles' totals (5%, 50%, 95%), a number that some battle had: medians of single
    days and places would add up to far less than any battle had. `killed` has shape (battles, days, places, sides).
    """
    quantiles = [LOW_QUANTILE, 0.5, HIGH_QUANTILE]
    totals = np.quantile(killed.sum(axis=(1, 2, 3)), quantiles, method="inverted_cdf")
    weights = killed.sum(axis=3).mean(axis=0)
    shares = apportion([int(each) for each in totals], weights.ravel())
    return {name: each.reshape(weights.shape) for name, each in zip(("low", "best", "high"), shares, strict=True)}


def apportion(totals: Sequence[int], weights: np.ndarray) -> list[np.ndarray]:
    """Rising totals, each divided into whole numbers in proportion to weights by Sainte-Laguë's divisors.

    No part falls as the total rises, so that `low`, `best` and `high` stay in order in every row.
    """
    parts = np.zeros(len(weights), dtype=np.int64)
    queue = [(-weight, place) for place, weight in enumerate(weights.tolist()) if weight > 0]
    heapq.heapify(queue)
    result, given = [], 0
    for total in totals:
        while given < total:
            _, place = queue[0]
            parts[place] += 1
            given += 1
            heapq.heapreplace(queue, (-float(weights[place]) / (2 * int(parts[place]) + 1), place))
        result.append(parts.copy())
    return result


def divide_by_side(best: int, by_side: np.ndarray) -> dict[str, int]:
    """`best` of a row divided by side, as all deaths there are; shape (battles, 2)."""
    first = round(best * float(by_side[:, 0].sum()) / max(float(by_side.sum()), 1.0))
    return {"deaths_a": first, "deaths_b": best - first}


def summarize_deaths(by_side: np.ndarray) -> dict[str, int]:
    """The 5%, 50% and 95% quantiles of the deaths of one day and place by themselves, shape (battles, 2)."""
    quantiles = [LOW_QUANTILE, 0.5, HIGH_QUANTILE]
    numbers = np.quantile(by_side.sum(axis=1), quantiles, method="inverted_cdf")
    return {name: int(each) for name, each in zip(OWN_QUANTILES, numbers, strict=True)}


def make_date_fields(deaths: DeathCounts, day: int) -> dict[str, object]:
    """The date of an event, precise to the day."""
    date = deaths.days[day]
    return {"year": date.year, "date_prec": 1, "date_start": date.isoformat(), "date_end": date.isoformat()}


def make_place_fields(scenario: Scenario, id: str) -> dict[str, object]:
    """The place of an event, with GED's code of precision: 1 for exactly there, 2 for near there."""
    place = scenario.places[id]
    at = place.coordinates
    is_estimated = at.estimated_within_km is not None
    return {
        "where_prec": 2 if is_estimated else 1,
        "where_coordinates": place.name,
        "where_description": f"estimated within {at.estimated_within_km:g} km: {at.reason}" if is_estimated else "",
        "latitude": at.lat,
        "longitude": at.lon,
        "geom_wkt": f"POINT ({at.lon} {at.lat})",
        "priogrid_gid": find_grid_cell(at.lat, at.lon),
    }


def make_shared_fields(scenario: Scenario, output: StoredOutput, run: str) -> dict[str, object]:
    """The fields that all events of an output share."""
    first, second = (side.name for side in scenario.sides.values())
    manifest = output.require(RunManifest)
    description = f"simulated, not reported: sim {manifest.version}, {scenario.name}, results {run}"
    return {
        "code_status": "Simulated",
        "conflict_name": f"{scenario.title} (simulated)",
        "dyad_name": f"{first} - {second}",
        "side_a": first,
        "side_b": second,
        "number_of_sources": 0,
        "source_article": description,
        "source_original": "simulation",
        "event_clarity": 2,  # all fights of the day there in one
        "simulated": "true",
        "scenario": scenario.name,
        "run_id": manifest.results_digest,
        "replications": manifest.daily_replications,
    }
