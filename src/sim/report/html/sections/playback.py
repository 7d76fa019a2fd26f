"""The section that plays back selected replications and probabilities over all of them."""

from dataclasses import asdict
from typing import Any

from sim.events.local_time import list_clock_changes
from sim.report.html.content import PageContent, PageSection
from sim.report.map.features import PlaceMarker
from sim.report.map.sheet import Atlas, MapSheet
from sim.report.playback.timeline import build_claim_timeline, build_daylight, compute_ensemble_series
from sim.scenario.basemap import Basemap
from sim.scenario.model import Scenario

POSITION = 20


def build_section(content: PageContent, atlas: Atlas) -> PageSection | None:
    """The data of the playback; no section if there are no battles to play back."""
    if not content.replays and content.results is None:
        return None
    scenario = content.scenario
    timeline = build_claim_timeline(scenario, content.end_hours, list(content.claim_comparisons))
    data = {
        "start": scenario.begins.isoformat(),
        "clock_changes": list_clock_changes(scenario.begins, content.end_hours, scenario.astronomy.time_zone),
        "end_hours": round(content.end_hours, 3),
        "sides": [
            {"name": side.name, "short": side.short_name, "people": side.member_noun}
            for side in scenario.sides.values()
        ],
        "sheets": [make_playback_sheet(content, sheet) for sheet in atlas.playback_sheets],
        "forces": [make_playback_force(scenario, content.basemap, id) for id in scenario.forces],
        "contested": scenario.contested_share_range,
        "daylight": [list(asdict(day).values()) for day in build_daylight(scenario, content.end_hours)],
        "timeline": [asdict(entry) for entry in timeline],
        "ensemble": None
        if content.results is None
        else asdict(compute_ensemble_series(scenario, content.results, content.end_hours)),
        "replays": [asdict(replay) for replay in content.replays],
    }
    return PageSection("playback", "The battle", "Battle", {"data": data, "replays": content.replays})


def make_playback_sheet(content: PageContent, sheet: MapSheet) -> dict[str, Any]:
    """A sheet for the playback: each place of the scenario as it is drawn there, None for one that is not shown."""
    markers = {mark.place: mark for mark in sheet.markers}
    return {
        "width": sheet.width,
        "height": round(sheet.height, 1),
        "unit_size": [0.85 * sheet.size.slot_size[0], 0.56 * 0.85 * sheet.size.slot_size[0]],
        "places": [
            make_playback_place(sheet, markers[id]) if id in markers else None for id in content.scenario.places
        ],
    }


def make_playback_place(sheet: MapSheet, mark: PlaceMarker) -> dict[str, Any]:
    """A place on a sheet, and where the unit symbols of each side stand beside it."""
    boxes = [sheet.unit_slots[mark.place, side] for side in range(2)]
    return {
        "name": mark.name,
        "x": round(mark.x, 1),
        "y": round(mark.y, 1),
        "radius": mark.radius,
        "outline": mark.outline,
        "bearing": mark.bearing or 0,
        "is_estimated": mark.is_estimated,
        "slots": [[round(box.left + box.width / 2, 1), round(box.top + box.height / 2, 1)] for box in boxes],
    }


def make_playback_force(scenario: Scenario, basemap: Basemap, id: str) -> dict[str, Any]:
    """A force with its side and its arms."""
    force = scenario.forces[id]
    arms = {basemap.symbols.equipment[kind] for kind in force.equipment if kind in basemap.symbols.equipment}
    return {"name": force.name, "side": list(scenario.sides).index(force.side), "arms": sorted(arms)}
