"""GeoJSON that QGIS or kepler.gl play as it is: control of each place by steps of time, and one battle on its ground.

Source: RFC7946.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from sim.events.time_steps import TimeSteps
from sim.outputs.battlefield_features import BATTLEFIELD_PROPERTIES, iterate_battlefield_features
from sim.outputs.datapackage import FileWriter, make_descriptor_writer
from sim.outputs.deviations import find_deviations
from sim.outputs.tables import decode_steps
from sim.scenario.model import Scenario
from sim.storage.manifest import RunManifest
from sim.storage.reader import StoredOutput

COMMANDS = ("run",)
FILE = "simulated_control.geojson"
BATTLEFIELD_FILE = "simulated_battlefield.geojson"
DECIMALS = 4  # of shares and means
PROPERTIES = [
    "simulated",
    "place",
    "name",
    "day",
    "time",
    "time_end",
    "control",
    "probability_first",
    "probability_contested",
    "probability_second",
    "first",
    "second",
    "killed_first",
    "killed_second",
    "people_first",
    "people_second",
    "estimated_within_km",
    "replications",
]


def list_files(output: StoredOutput) -> Mapping[str, FileWriter]:
    """Control over time and the battlefield, and their descriptor."""
    writers: dict[str, FileWriter] = {
        FILE: partial(write_geojson, output, "control", "simulated control over time", iterate_features),
        BATTLEFIELD_FILE: partial(
            write_geojson, output, "battlefield", "battlefield and a simulated battle", iterate_battlefield_features
        ),
    }
    columns = {FILE: PROPERTIES, BATTLEFIELD_FILE: BATTLEFIELD_PROPERTIES}
    return writers | make_descriptor_writer(output, "geojson", columns)


def write_geojson(
    output: StoredOutput,
    name: str,
    title: str,
    iterate: Callable[[StoredOutput], Iterator[dict[str, Any]]],
    path: Path,
) -> None:
    """Write features, one to a line."""
    manifest = output.require(RunManifest)
    head = {
        "type": "FeatureCollection",
        "name": f"{output.scenario.name}_simulated_{name}",
        "simulated": True,
        "title": f"{output.scenario.title}: {title}",
        "deviations": find_deviations(manifest),
        "sides": [side.name for side in output.scenario.sides.values()],
        "run_id": manifest.results_digest,
        "sim_version": manifest.version,
    }
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in iterate(output))
    text = json.dumps(head, ensure_ascii=False)[:-1] + f', "features": [\n{lines}\n]}}\n'
    path.write_text(text, encoding="utf-8")


def iterate_features(output: StoredOutput) -> Iterator[dict[str, Any]]:
    """A feature for each place and step of time: the state in which it most often is at its end, over all battles."""
    scenario = output.scenario
    rows = output.read_table("days").to_pylist()
    steps = decode_steps(scenario, max(row["day"] for row in rows))
    numbers = {label: number for number, label in enumerate(steps.dates if steps.is_daily else steps.ends)}
    rows_by_cell: dict[tuple[Any, str], dict[str, dict[str, Any]]] = {}
    for row in rows:
        rows_by_cell.setdefault((row["day"], row["place"]), {})[row["side"]] = row
    for (label, place), by_side in rows_by_cell.items():
        at = scenario.places[place].coordinates
        yield {
            "type": "Feature",
            "id": f"SIM-{place}-{label:%Y%m%d}" if steps.is_daily else f"SIM-{place}-{label:%Y%m%dT%H%M}",
            "geometry": {"type": "Point", "coordinates": [at.lon, at.lat]},
            "properties": make_properties(scenario, place, steps, numbers[label], by_side),
        }


def make_properties(
    scenario: Scenario, place: str, steps: TimeSteps, number: int, by_side: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """The properties of a place in a step; `time` and `time_end` are its ends, with the offset of local time."""
    first, second = scenario.sides
    probabilities = {
        first: by_side[first]["holds"],
        "contested": by_side[first]["contested"],
        second: by_side[second]["holds"],
    }
    zone = scenario.astronomy.zone
    result = {
        "simulated": True,
        "place": place,
        "name": scenario.places[place].name,
        "day": steps.start(number).date().isoformat(),
        "time": steps.start(number).replace(tzinfo=zone).isoformat(),
        "time_end": steps.end(number).replace(tzinfo=zone).isoformat(),
        "control": max(probabilities, key=lambda state: probabilities[state]),
        "probability_first": round(probabilities[first], DECIMALS),
        "probability_contested": round(probabilities["contested"], DECIMALS),
        "probability_second": round(probabilities[second], DECIMALS),
        "first": first,
        "second": second,
    }
    for name, series in (("killed", "killed"), ("people", "strength")):
        result |= {
            f"{name}_{ordinal}": round(by_side[side][series], DECIMALS)
            for ordinal, side in (("first", first), ("second", second))
        }
    return result | {
        "estimated_within_km": scenario.places[place].coordinates.estimated_within_km,
        "replications": by_side[first]["replications"],
    }
