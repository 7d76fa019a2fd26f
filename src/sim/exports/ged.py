"""Simulated events in the columns of UCDP's Georeferenced Event Dataset (version 25.1), and some of our own.

A row is a day and a place at which people fall in at least one battle in twenty. Source: UCDPGED for the columns.
"""

import csv
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import numpy as np

from sim.experiment.stored import Output
from sim.exports import Writer
from sim.exports.counts import Deaths, cell_of, deaths_of
from sim.exports.descriptor import described
from sim.scenario.model import Scenario

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
OWN = ["simulated", "scenario", "run_id", "replications", "share_of_battles"]
LOW, HIGH = 0.05, 0.95
SIMULATED = "SIM-"


def files(output: Output) -> Mapping[str, Writer]:
    """The events, and what their columns mean."""
    made: dict[str, Writer] = {FILE: partial(write, output)}
    return made | described(output, "ged", {FILE: [*COLUMNS, *OWN]})


def write(output: Output, path: Path) -> None:
    """Write the events."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, [*COLUMNS, *OWN], restval="")
        rows.writeheader()
        rows.writerows(events(output))


def events(output: Output) -> Iterator[dict[str, object]]:
    """The rows, by day and then by place; a column that the simulation knows nothing of stays empty."""
    scenario = output.scenario
    deaths = deaths_of(output, scenario)
    run = str(output.manifest["results_digest"])[:8]
    number = 0
    for day in range(len(deaths.days)):
        for place, id in enumerate(scenario.places):
            by_side = deaths.killed[:, day, place, :]
            if (counted := counts(by_side))["high"] < 1:
                continue
            number += 1
            yield (
                common(scenario, output, run)
                | where(scenario, id)
                | counted
                | when(deaths, day)
                | {
                    "id": f"{SIMULATED}{run}-{number}",
                    "relid": f"{SIMULATED}{scenario.name}-{run}-{deaths.days[day]:%Y%m%d}-{id}",
                    "share_of_battles": f"{(by_side.sum(axis=1) > 0).mean():.4g}",
                }
            )


def counts(by_side: np.ndarray) -> dict[str, int]:
    """Deaths of one day and place over battles, shape (battles, 2).

    `low`, `best` and `high` are the 5%, 50% and 95% quantiles of all deaths, each a number that some battle had;
    `deaths_a` and `deaths_b` share `best` out as those battles do on average that have it.
    """
    whole = by_side.sum(axis=1)
    low, best, high = (int(each) for each in np.quantile(whole, [LOW, 0.5, HIGH], method="inverted_cdf"))
    first = round(float(by_side[whole == best, 0].mean()))
    return {"deaths_a": first, "deaths_b": best - first, "best": best, "high": high, "low": low}


def when(deaths: Deaths, day: int) -> dict[str, object]:
    """The day of an event, known to the day."""
    date = deaths.days[day]
    return {"year": date.year, "date_prec": 1, "date_start": date.isoformat(), "date_end": date.isoformat()}


def where(scenario: Scenario, id: str) -> dict[str, object]:
    """The place of an event; 1: exactly there, 2: near there, as GED has it."""
    place = scenario.places[id]
    at = place.coordinates
    vague = at.estimated_within_km is not None
    return {
        "where_prec": 2 if vague else 1,
        "where_coordinates": place.name,
        "where_description": f"estimated within {at.estimated_within_km:g} km: {at.reason}" if vague else "",
        "latitude": at.lat,
        "longitude": at.lon,
        "geom_wkt": f"POINT ({at.lon} {at.lat})",
        "priogrid_gid": cell_of(at.lat, at.lon),
    }


def common(scenario: Scenario, output: Output, run: str) -> dict[str, object]:
    """What all events of an output share."""
    first, second = (side.name for side in scenario.sides.values())
    says = f"simulated, not reported: sim {output.manifest['version']}, {scenario.name}, results {run}"
    return {
        "code_status": "Simulated",
        "conflict_name": f"{scenario.title} (simulated)",
        "dyad_name": f"{first} - {second}",
        "side_a": first,
        "side_b": second,
        "number_of_sources": 0,
        "source_article": says,
        "source_original": "simulation",
        "event_clarity": 2,  # all fights of the day there in one
        "simulated": "true",
        "scenario": scenario.name,
        "run_id": output.manifest["results_digest"],
        "replications": output.manifest["daily_replications"],
    }
