"""Control of each place by day as GeoJSON with time: points that QGIS or kepler.gl play as they are.

Source: RFC7946.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any

from sim.experiment.stored import Output
from sim.exports import Writer
from sim.exports.descriptor import described
from sim.scenario.model import Scenario

COMMANDS = ("run",)
FILE = "simulated_control.geojson"
DIGITS = 4  # of shares and means
PROPERTIES = [
    "simulated",
    "place",
    "name",
    "day",
    "time",
    "time_end",
    "control",
    "chance_first",
    "chance_contested",
    "chance_second",
    "first",
    "second",
    "killed_first",
    "killed_second",
    "people_first",
    "people_second",
    "estimated_within_km",
    "replications",
]


def files(output: Output) -> Mapping[str, Writer]:
    """The features, and what their properties mean."""
    made: dict[str, Writer] = {FILE: partial(write, output)}
    return made | described(output, "geojson", {FILE: PROPERTIES})


def write(output: Output, path: Path) -> None:
    """Write the features, one to a line."""
    head = {
        "type": "FeatureCollection",
        "name": f"{output.scenario.name}_simulated_control",
        "simulated": True,
        "title": f"{output.scenario.title}: simulated control by day",
        "run_id": output.manifest["results_digest"],
        "sim_version": output.manifest["version"],
    }
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features(output))
    text = json.dumps(head, ensure_ascii=False)[:-1] + f', "features": [\n{lines}\n]}}\n'
    path.write_text(text, encoding="utf-8")


def features(output: Output) -> Iterator[dict[str, Any]]:
    """A feature for each place and day: the state in which it most often is at the end of the day, over all battles."""
    scenario = output.scenario
    rows = output.table("days").to_pylist()
    cells: dict[tuple[Any, str], dict[str, dict[str, Any]]] = {}
    for row in rows:
        cells.setdefault((row["day"], row["place"]), {})[row["side"]] = row
    for (day, place), by_side in cells.items():
        at = scenario.places[place].coordinates
        yield {
            "type": "Feature",
            "id": f"SIM-{place}-{day:%Y%m%d}",
            "geometry": {"type": "Point", "coordinates": [at.lon, at.lat]},
            "properties": properties(scenario, place, day, by_side),
        }


def properties(scenario: Scenario, place: str, day: Any, by_side: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What is known of a place on a day; `time` and `time_end` are the day's ends, with the offset of local time."""
    first, second = scenario.sides
    chances = {
        first: by_side[first]["holds"],
        "contested": by_side[first]["contested"],
        second: by_side[second]["holds"],
    }
    midnight = datetime(day.year, day.month, day.day, tzinfo=timezone(timedelta(hours=scenario.sky.utc_offset)))
    found = {
        "simulated": True,
        "place": place,
        "name": scenario.places[place].name,
        "day": day.isoformat(),
        "time": midnight.isoformat(),
        "time_end": (midnight + timedelta(days=1)).isoformat(),
        "control": max(chances, key=lambda state: chances[state]),
        "chance_first": round(chances[first], DIGITS),
        "chance_contested": round(chances["contested"], DIGITS),
        "chance_second": round(chances[second], DIGITS),
        "first": first,
        "second": second,
    }
    for name, series in (("killed", "killed"), ("people", "strength")):
        found |= {
            f"{name}_{which}": round(by_side[side][series], DIGITS)
            for which, side in (("first", first), ("second", second))
        }
    return found | {
        "estimated_within_km": scenario.places[place].coordinates.estimated_within_km,
        "replications": by_side[first]["replications"],
    }
