"""One battle as a scenario of ORBAT Mapper: sides, units with positions and strength over time, places and roads."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sim.outputs.battle_states import BattleStates, StationedForce, read_battle_states
from sim.outputs.battlefield_features import find_position
from sim.outputs.datapackage import FileWriter, make_descriptor_writer
from sim.scenario.model import Scenario
from sim.storage.manifest import RunManifest
from sim.storage.reader import StoredOutput

COMMANDS = ("run",)
FILE = "simulated_battle.json"
FORMAT_VERSION = "2.2.0"  # of ORBAT Mapper's files
STANDARD_IDENTITIES = ("3", "6")  # friend and hostile, as symbols tell the two sides apart
PEOPLE = "people"


def list_files(output: StoredOutput) -> Mapping[str, FileWriter]:
    """The scenario, and its descriptor."""
    battle = read_battle_states(output)
    writers: dict[str, FileWriter] = {FILE: partial(write_scenario, output, battle)}
    return writers | make_descriptor_writer(output, "orbat_mapper", {FILE: []})


def write_scenario(output: StoredOutput, battle: BattleStates, path: Path) -> None:
    """Write the scenario."""
    path.write_text(json.dumps(make_scenario(output, battle), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def make_scenario(output: StoredOutput, battle: BattleStates) -> dict[str, Any]:
    """The scenario as plain data."""
    scenario, manifest = output.scenario, output.require(RunManifest)
    return {
        "type": "ORBAT-mapper",
        "id": f"sim-{scenario.name}-{battle.replication}",
        "version": FORMAT_VERSION,
        "simulated": True,
        "name": f"{scenario.title}: simulated, battle {battle.replication}",
        "description": (
            f"One simulated battle of {manifest.runs}, no record of the past. Results {manifest.results_digest}, "
            f"version {manifest.version}."
        ),
        "startTime": format_time(scenario, scenario.begins),
        "timeZone": find_zone_name(scenario),
        "symbologyStandard": "app6",
        "sides": [make_side(scenario, battle, number) for number in range(2)],
        "events": [],
        "layers": [
            {"id": "places", "name": "Places", "features": list_places(scenario)},
            {"id": "roads", "name": "Roads", "features": list_roads(scenario)},
        ],
        "mapLayers": [],
        "personnel": [{"name": PEOPLE}],
        "equipment": [],
    }


def find_zone_name(scenario: Scenario) -> str:
    """The name of its clocks in the database of time zones, where hours ahead of universal time have a minus."""
    offset = scenario.astronomy.utc_offset
    if offset is None:
        return str(scenario.astronomy.time_zone)
    return f"Etc/GMT{-offset:+.0f}" if offset and offset == int(offset) else "UTC"


def format_time(scenario: Scenario, moment: datetime) -> str:
    """A local time with the offset of its clocks."""
    return moment.replace(tzinfo=scenario.astronomy.zone).isoformat()


def make_side(scenario: Scenario, battle: BattleStates, number: int) -> dict[str, Any]:
    """A side with its forces as units."""
    id = list(scenario.sides)[number]
    units = [
        make_unit(scenario, battle, force, STANDARD_IDENTITIES[number])
        for force, model in scenario.forces.items()
        if model.side == id
    ]
    return {
        "id": id,
        "name": scenario.sides[id].name,
        "standardIdentity": STANDARD_IDENTITIES[number],
        "symbolOptions": {"fillColor": scenario.sides[id].colour},
        "groups": [{"id": f"{id}_forces", "name": "Forces", "subUnits": units}],
    }


def make_unit(scenario: Scenario, battle: BattleStates, force: str, identity: str) -> dict[str, Any]:
    """A force; its first strength is its personnel, and its states are its positions and later strengths."""
    states = battle.forces.get(force, [])
    model = scenario.forces[force]
    unit: dict[str, Any] = {
        "id": force,
        "name": model.name,
        # A land unit of no kind and size: a force is people.
        "sidc": f"100{identity}10{14 * '0'}",
        "state": [make_state(scenario, force, number, state) for number, state in enumerate(states)],
        "subUnits": [],
    }
    if model.unit_hierarchy:
        unit["textAmplifiers"] = {"higherFormation": model.unit_hierarchy[-1]}
    return unit | ({"personnel": [{"name": PEOPLE, "count": states[0].people}]} if states else {})


def make_state(scenario: Scenario, force: str, number: int, state: StationedForce) -> dict[str, Any]:
    """A state; on the march there is a strength and no position, so that one is interpolated.

    A force without people is taken off the map: its position is null.
    """
    result: dict[str, Any] = {
        "id": f"{force}-{number}",
        "t": format_time(scenario, state.time),
        "update": {"personnel": [{"name": PEOPLE, "count": state.people}]},
    }
    if state.place is not None:
        result |= {"location": find_position(scenario, state.place)}
    elif not state.people:
        result |= {"location": None}
    return result


def list_places(scenario: Scenario) -> list[dict[str, Any]]:
    """The places as points."""
    return [
        make_feature(id, place.name, "Point", find_position(scenario, id), holder=place.initial_control.side)
        for id, place in scenario.places.items()
    ]


def list_roads(scenario: Scenario) -> list[dict[str, Any]]:
    """The roads as straight lines, each with its length where that is another than the straight distance."""
    return [
        make_feature(
            f"road-{id}",
            id,
            "LineString",
            [find_position(scenario, place) for place in road.between],
            item="road",
            road_type=scenario.road_types[road.road_type].name,
            **({} if road.km is None else {"km": road.km.value}),
        )
        for id, road in scenario.roads.items()
    ]


def make_feature(id: str, name: str, kind: str, coordinates: list[Any], **properties: Any) -> dict[str, Any]:
    """A feature of a layer."""
    return {
        "type": "Feature",
        "id": id,
        "geometry": {"type": kind, "coordinates": coordinates},
        "properties": {"name": name, **properties},
        "meta": {"type": kind, "name": name},
        "style": {},
    }
