"""The battle: a playback of chosen replications, and of the chances over all of them, beside the record."""

from dataclasses import asdict
from typing import Any

from sim.report.html.matter import Matter, Section
from sim.report.map.sheet import Atlas
from sim.report.playback.chance import chance
from sim.report.playback.light import light
from sim.report.playback.record import record
from sim.scenario.drawing import Drawing
from sim.scenario.model import Scenario

PLACE = 20


def section(matter: Matter, atlas: Atlas) -> Section | None:
    """What the playback plays; nothing if no battle was fought again for it."""
    if not matter.battles and matter.results is None:
        return None
    scenario = matter.scenario
    entries = record(scenario, matter.ends, list(matter.compared))
    data = {
        "begins": scenario.begins.isoformat(),
        "ends": round(matter.ends, 3),
        "width": atlas.wide.width,
        "height": atlas.wide.height,
        "sides": [{"name": side.name, "short": side.short, "people": side.people} for side in scenario.sides.values()],
        "places": places(matter, atlas),
        "forces": [force(scenario, matter.drawing, id) for id in scenario.forces],
        "contested": scenario.contested_between,
        "light": [list(asdict(day).values()) for day in light(scenario, matter.ends)],
        "record": [asdict(entry) for entry in entries],
        "chance": None if matter.results is None else asdict(chance(scenario, matter.results, matter.ends)),
        "battles": [asdict(story) for story in matter.battles],
    }
    return Section("battle", "The battle", {"data": data, "entries": entries, "stories": matter.battles})


def places(matter: Matter, atlas: Atlas) -> list[dict[str, Any] | None]:
    """Each place of the scenario as it stands on the map; None for one that is not on it."""
    marks = {mark.place: mark for mark in atlas.wide.marks}
    return [
        {
            "name": marks[id].name,
            "x": round(marks[id].x, 1),
            "y": round(marks[id].y, 1),
            "radius": marks[id].radius,
            "outline": marks[id].outline,
            "estimated": marks[id].estimated,
        }
        if id in marks
        else None
        for id in matter.scenario.places
    ]


def force(scenario: Scenario, drawing: Drawing, id: str) -> dict[str, Any]:
    """A force with its side and the arms that it has."""
    it = scenario.forces[id]
    arms = {drawing.signs.equipment[kind] for kind in it.equipment if kind in drawing.signs.equipment}
    return {"name": it.name, "side": list(scenario.sides).index(it.side), "arms": sorted(arms)}
