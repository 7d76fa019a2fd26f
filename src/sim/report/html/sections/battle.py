"""The battle: a playback of chosen replications, and of the chances over all of them, beside the record."""

from dataclasses import asdict
from typing import Any

from sim.report.html.matter import Matter, Section
from sim.report.map.marks import Mark
from sim.report.map.sheet import Atlas, Sheet
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
        "sides": [{"name": side.name, "short": side.short, "people": side.people} for side in scenario.sides.values()],
        "boards": [board(matter, sheet) for sheet in atlas.boards],
        "forces": [force(scenario, matter.drawing, id) for id in scenario.forces],
        "contested": scenario.contested_between,
        "light": [list(asdict(day).values()) for day in light(scenario, matter.ends)],
        "record": [asdict(entry) for entry in entries],
        "chance": None if matter.results is None else asdict(chance(scenario, matter.results, matter.ends)),
        "battles": [asdict(story) for story in matter.battles],
    }
    return Section("battle", "The battle", "Battle", {"data": data, "entries": entries, "stories": matter.battles})


def board(matter: Matter, sheet: Sheet) -> dict[str, Any]:
    """A board to play on: each place of the scenario as it stands on it, None for one that has no part."""
    marks = {mark.place: mark for mark in sheet.marks}
    return {
        "width": sheet.width,
        "height": round(sheet.height, 1),
        "unit": [0.85 * sheet.size.slot[0], 0.56 * 0.85 * sheet.size.slot[0]],
        "places": [spot(sheet, marks[id]) if id in marks else None for id in matter.scenario.places],
    }


def spot(sheet: Sheet, mark: Mark) -> dict[str, Any]:
    """A place on a board, and where the forces of each side stand beside it."""
    boxes = [sheet.slots[mark.place, side] for side in range(2)]
    return {
        "name": mark.name,
        "x": round(mark.x, 1),
        "y": round(mark.y, 1),
        "radius": mark.radius,
        "outline": mark.outline,
        "turn": mark.beyond or 0,
        "estimated": mark.estimated,
        "slots": [[round(box.left + box.width / 2, 1), round(box.top + box.height / 2, 1)] for box in boxes],
    }


def force(scenario: Scenario, drawing: Drawing, id: str) -> dict[str, Any]:
    """A force with its side and the arms that it has."""
    it = scenario.forces[id]
    arms = {drawing.signs.equipment[kind] for kind in it.equipment if kind in drawing.signs.equipment}
    return {"name": it.name, "side": list(scenario.sides).index(it.side), "arms": sorted(arms)}
