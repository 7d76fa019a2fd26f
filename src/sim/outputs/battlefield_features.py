"""The battlefield of a run as GeoJSON features: places, roads and ground of the scenario, forces of one battle.

`item` says what a feature is. `sim new from=` reads all of them back. Source: RFC7946.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sim.outputs.battle_states import BattleStates, read_battle_states
from sim.scenario.basemap import load_features
from sim.scenario.model import Scenario
from sim.storage.manifest import RunManifest
from sim.storage.reader import StoredOutput

BATTLEFIELD_PROPERTIES = [
    "simulated",
    "item",
    "id",
    "name",
    "holder",
    "estimated_within_km",
    "km",
    "road_type",
    "kind",
    "width_km",
    "force",
    "side",
    "people",
    "time",
    "time_end",
]


def iterate_battlefield_features(output: StoredOutput) -> Iterator[dict[str, Any]]:
    """The features of a run: places, roads, the ground and, if events were kept, the forces of the first such battle.

    Parameters
    ----------
    output
        The output of `sim run`.

    Yields
    ------
    dict
        A feature with all of `BATTLEFIELD_PROPERTIES`; None for those that it does not have. Coordinates are degrees,
        longitude first; lengths are km; times are local, with their offset.
    """
    scenario, manifest = output.scenario, output.require(RunManifest)
    yield from iterate_places(scenario)
    yield from iterate_roads(scenario)
    yield from iterate_ground(manifest.settings.scenario or scenario.name, scenario)
    if output.read_table("event_log", columns=["replication"]).num_rows:
        ends = scenario.ends if manifest.settings.until is None else manifest.settings.until
        yield from iterate_stations(scenario, read_battle_states(output), ends)


def make_feature(geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """A feature with every property, None where it has none."""
    values = {"simulated": True} | properties
    return {
        "type": "Feature",
        "geometry": geometry,
        "properties": {name: values.get(name) for name in BATTLEFIELD_PROPERTIES},
    }


def find_position(scenario: Scenario, place: str) -> list[float]:
    """The coordinates of a place, longitude first."""
    at = scenario.places[place].coordinates
    return [at.lon, at.lat]


def iterate_places(scenario: Scenario) -> Iterator[dict[str, Any]]:
    """A point for each place, with who holds it at first."""
    for id, place in scenario.places.items():
        yield make_feature(
            {"type": "Point", "coordinates": find_position(scenario, id)},
            item="place",
            id=id,
            name=place.name,
            holder=scenario.sides[place.initial_control.side].name,
            estimated_within_km=place.coordinates.estimated_within_km,
        )


def iterate_roads(scenario: Scenario) -> Iterator[dict[str, Any]]:
    """A straight line for each road, with its length where that is another than the straight distance."""
    for id, road in scenario.roads.items():
        yield make_feature(
            {"type": "LineString", "coordinates": [find_position(scenario, place) for place in road.between]},
            item="road",
            id=id,
            name=id,
            km=None if road.km is None else road.km.value,
            road_type=scenario.road_types[road.road_type].name,
        )


def iterate_ground(name: str, scenario: Scenario) -> Iterator[dict[str, Any]]:
    """The shapes of the map beside the scenario's file; none if that is gone."""
    for shape in load_features(name, scenario):
        yield make_feature(
            shape.geometry.model_dump(mode="json"),
            item="ground",
            name=shape.properties.name,
            kind=shape.properties.kind,
            width_km=shape.properties.width_km,
        )


def iterate_stations(scenario: Scenario, battle: BattleStates, ends: datetime) -> Iterator[dict[str, Any]]:
    """A point for each time that a force is at a place, with its people when that begins."""
    zone = scenario.astronomy.zone
    for id, place, state, after in battle.iterate_stays(ends):
        force = scenario.forces[id]
        yield make_feature(
            {"type": "Point", "coordinates": find_position(scenario, place)},
            item="force",
            id=id,
            name=f"{force.name}: {state.people}",
            force=force.name,
            side=scenario.sides[force.side].name,
            people=state.people,
            time=state.time.replace(tzinfo=zone).isoformat(),
            time_end=after.replace(tzinfo=zone).isoformat(),
        )
