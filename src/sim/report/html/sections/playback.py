"""The section that plays back selected replications and probabilities over all of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sim.events.local_time import list_clock_changes
from sim.report.html.content import PageContent, PageSection
from sim.report.map.features import PLACE_KIND_LABELS, PlaceMarker, describe_position
from sim.report.map.sheet import Atlas, MapSheet
from sim.report.playback.bounds import bound_ensemble, bound_replay, bound_timeline
from sim.report.playback.documented_course import build_documented_course
from sim.report.playback.replay import Replay
from sim.report.playback.timeline import build_claim_timeline, build_daylight, compute_ensemble_series
from sim.scenario.basemap import Basemap
from sim.scenario.citations import format_citation
from sim.scenario.model import Scenario

POSITION = 20


def build_section(content: PageContent, atlas: Atlas) -> PageSection | None:
    """The data of the playback; no section if there are no battles to play back."""
    if not content.replays and content.results is None:
        return None
    scenario = content.scenario
    whole_timeline = build_claim_timeline(scenario, content.end_hours, list(content.claim_comparisons))
    timeline, omissions = bound_timeline(whole_timeline)
    ensemble = None
    if content.results is not None:
        ensemble, left_out = bound_ensemble(compute_ensemble_series(scenario, content.results, content.end_hours))
        omissions += left_out
    replays = []
    for whole in content.replays:
        replay, left_out = bound_replay(whole, timeline)
        replays.append(replay)
        omissions += left_out
    data = {
        "start": scenario.begins.isoformat(),
        "clock_changes": list_clock_changes(scenario.begins, content.end_hours, scenario.astronomy.time_zone),
        "end_hours": round(content.end_hours, 3),
        "sides": [
            {"name": side.name, "short": side.short_name, "people": side.member_noun}
            for side in scenario.sides.values()
        ],
        "sheets": [make_playback_sheet(content, sheet) for sheet in atlas.playback_sheets],
        "places": [make_playback_place_note(scenario, content.basemap, id) for id in scenario.places],
        "forces": [make_playback_force(scenario, content.basemap, id) for id in scenario.forces],
        "contested": scenario.contested_share_range,
        "daylight": [list(asdict(day).values()) for day in build_daylight(scenario, content.end_hours)],
        "timeline": [asdict(entry) for entry in timeline],
        "ensemble": None if ensemble is None else asdict(ensemble),
        "record": asdict(build_documented_course(scenario, content.end_hours)),
        "replays": [
            {"key": key, **asdict(replay)} for key, replay in zip(make_replay_keys(replays), replays, strict=True)
        ],
    }
    values = {"data": data, "replays": replays, "omissions": list(dict.fromkeys(omissions))}
    return PageSection("playback", "The battle", "Battle", values)


def make_replay_keys(replays: Sequence[Replay]) -> list[str]:
    """The names of replays in links: the number of the replication, and `-2` and so on where it comes again."""
    counts: Counter[int] = Counter()
    keys = []
    for replay in replays:
        counts[replay.replication] += 1
        again = counts[replay.replication]
        keys.append(str(replay.replication) if again == 1 else f"{replay.replication}-{again}")
    return keys


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
        "x": round(mark.x, 1),
        "y": round(mark.y, 1),
        "radius": mark.radius,
        "outline": mark.outline,
        "bearing": mark.bearing or 0,
        "is_on_sheet": mark.bearing is None,
        "is_estimated": mark.is_estimated,
        "slots": [[round(box.left + box.width / 2, 1), round(box.top + box.height / 2, 1)] for box in boxes],
    }


def make_playback_place_note(scenario: Scenario, basemap: Basemap, id: str) -> dict[str, str]:
    """What a card says of a place at any hour: its name, its kind, and where its position comes from."""
    place = scenario.places[id]
    kind = PLACE_KIND_LABELS[basemap.symbols.terrains.get(place.terrain, "open")]
    return {"name": place.name, "kind": kind, "position": describe_position(scenario, id)}


def make_playback_force(scenario: Scenario, basemap: Basemap, id: str) -> dict[str, Any]:
    """A force with its side and its arms."""
    force = scenario.forces[id]
    arms = {basemap.symbols.equipment[kind] for kind in force.equipment if kind in basemap.symbols.equipment}
    sources = [
        f"{scenario.sources[claim.source].name}, {format_citation(scenario, claim.citation)}"
        for claim in (scenario.claims[claim_id] for claim_id in force.based_on)
    ]
    return {
        "name": force.name,
        "side": list(scenario.sides).index(force.side),
        "arms": sorted(arms),
        "source": "; ".join(dict.fromkeys(sources)) or f"assumed: {force.rationale or 'no source names it'}",
    }
