"""What a scenario needs beyond what a file says: sides, a place, forces, times. All of it is a guess that says so."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from sim.drafts.draft import (
    Draft,
    DraftedClaim,
    DraftedForce,
    DraftedPlace,
    DraftedRoad,
    DraftedSide,
    DraftedSource,
    DraftedText,
    DraftError,
)
from sim.drafts.ids import make_id
from sim.scenario.geography import Coordinates, compute_distance_km

SIDE_COLOURS = ("#1f4e8c", "#a3262a")
PLACEHOLDER_YEAR = 2001  # of a battle that the file gives no date of
PLACEHOLDER_WITHIN_KM = 10_000.0
DEFAULT_SOURCE, FILE_SECTION = "file", "file"
# What a drafted claim may refer to and a file may lack; a claim that does is kept without its observable.
REFERENCE_KEYS = {
    "side": "sides",
    "sides": "sides",
    "place": "places",
    "places": "places",
    "force": "forces",
    "forces": "forces",
    "order": "orders",
    "orders": "orders",
    "equipment": "equipment",
}


def complete_draft(draft: Draft) -> Draft:
    """The draft with everything that a scenario needs; what the file says stays as it is."""
    sides = complete_sides(draft.sides)
    guesses = dict(draft.guesses)
    sources = dict(draft.sources) or {DEFAULT_SOURCE: DraftedSource("the file", "text")}
    text = draft.text
    if text is None and not draft.texts:
        text = DraftedText(draft.description, (FILE_SECTION,))
    places = complete_places(draft, next(iter(sides)))
    try:
        begins, ends = find_period(draft)
    except OverflowError as error:
        raise DraftError(f"{draft.description}: its days lie at the end of the calendar") from error
    if draft.begins is None or draft.ends is None:
        guesses["begins"] = (
            "the first day that the file names"
            if any(iter_moments(draft))
            else "the file names no day: put in the day of the battle"
        )
    completed = replace(
        draft,
        begins=begins,
        ends=ends,
        text=text,
        sources=sources,
        sides=sides,
        places=places,
        roads=draft.roads or link_places(places),
        forces=complete_forces(draft, sides, places),
        guesses=guesses,
    )
    completed.claims = {id: fit_claim(claim, completed) for id, claim in draft.claims.items()}
    return completed


def complete_sides(sides: dict[str, DraftedSide]) -> dict[str, DraftedSide]:
    """Two sides, with names and short names that differ."""
    result = dict(list(sides.items())[:2])
    for number in range(1, 3):
        if len(result) < 2:
            id = make_id(f"side_{number}", result, "side")
            result[id] = DraftedSide(f"side {number}", note="the file does not name it")
    taken: set[str] = set()
    for number, (id, side) in enumerate(result.items()):
        short = side.short_name or shorten_name(side.name)
        if short.casefold() in taken:
            short = f"{short} {number + 1}"
        taken.add(short.casefold())
        result[id] = replace(side, short_name=short, colour=side.colour or SIDE_COLOURS[number])
    first, second = result.values()
    if first.name.casefold().split() == second.name.casefold().split():
        id = list(result)[1]
        result[id] = replace(second, name=f"{second.name} 2", note="the file calls both sides alike")
    return result


def shorten_name(name: str, max_length: int = 24) -> str:
    """A name for narrow places: the part before a bracket or comma, cut at a word."""
    short = re.split(r"[(,:;]", name)[0].strip() or name.strip()
    if len(short) <= max_length:
        return short
    return short[:max_length].rsplit(" ", 1)[0].strip()


def complete_places(draft: Draft, holder: str) -> dict[str, DraftedPlace]:
    """The places; one that stands for the battlefield if the file names none."""
    places = dict(draft.places)
    if not places:
        places["battlefield"] = DraftedPlace(
            "the battlefield",
            0.0,
            0.0,
            PLACEHOLDER_WITHIN_KM,
            "the file has no coordinates",
            note="put in where the battle was",
        )
    return {id: place if place.holder else replace(place, holder=holder) for id, place in places.items()}


def link_places(places: dict[str, DraftedPlace]) -> dict[str, DraftedRoad]:
    """Roads by which every place can be reached, and no more: the shortest such (the minimum spanning tree)."""
    points = {id: Coordinates(lat=each.latitude, lon=each.longitude, source=id) for id, each in places.items()}
    start, *rest = points
    nearest = {id: (compute_distance_km(points[start], points[id]), start) for id in rest}
    roads: dict[str, DraftedRoad] = {}
    while nearest:
        id = min(nearest, key=lambda each: nearest[each][0])
        other = nearest.pop(id)[1]
        roads[make_id(f"{other}_{id}", roads, "road")] = DraftedRoad((other, id), note="a guess: the nearest place")
        for each, (km, _) in nearest.items():
            if (new_km := compute_distance_km(points[id], points[each])) < km:
                nearest[each] = (new_km, id)
    return roads


def complete_forces(
    draft: Draft, sides: dict[str, DraftedSide], places: dict[str, DraftedPlace]
) -> dict[str, DraftedForce]:
    """The forces; one for a side of which the file names none, at the first place."""
    forces = dict(draft.forces)
    for id, side in sides.items():
        if all(force.side != id for force in forces.values()):
            forces[make_id(f"{id}_force", forces, "force")] = DraftedForce(
                f"the people of {side.name}", id, next(iter(places)), note="the file names no force of this side"
            )
    return forces


def find_period(draft: Draft) -> tuple[datetime, datetime]:
    """Beginning and end: as the file has them, else the first and last moment of anything in it."""
    moments = sorted(iter_moments(draft))
    begins = draft.begins or (
        datetime.combine(moments[0].date(), time()) if moments else datetime(PLACEHOLDER_YEAR, 6, 1)
    )
    last = moments[-1] if moments else begins + timedelta(days=1)
    end_of_day = datetime.combine((last - timedelta(microseconds=1)).date(), time()) + timedelta(days=1)
    ends = draft.ends or end_of_day
    return begins, ends if ends > begins else begins + timedelta(days=1)


def iter_moments(draft: Draft) -> Iterator[datetime]:
    """Every beginning and end of a claim's period and of an order's window."""
    for claim in draft.claims.values():
        for key, days in (("since", 0), ("until", 1)):
            value = (claim.observable or {}).get(key)
            if isinstance(value, str):
                moment = datetime.fromisoformat(value)
                yield moment + timedelta(days=days * ("T" not in value))
    for order in draft.orders.values():
        yield from (order.earliest, order.latest)


def fit_claim(claim: DraftedClaim, draft: Draft) -> DraftedClaim:
    """The claim as the scenario can hold it: without what refers to something that the file does not have."""
    sections: dict[str, Mapping[str, object]] = {
        "sides": draft.sides,
        "places": draft.places,
        "forces": draft.forces,
        "orders": draft.orders,
        "equipment": {},
    }
    known_places = tuple(place for place in claim.places if place in draft.places)
    includes = tuple(each for each in claim.includes if each in draft.claims)
    claim = replace(claim, places=known_places, includes=includes, reading=None)
    missing = [
        name
        for key, section in REFERENCE_KEYS.items()
        for name in list_names((claim.observable or {}).get(key))
        if name not in sections[section]
    ]
    if not missing:
        return claim
    what = ", ".join(dict.fromkeys(missing))
    return replace(
        claim,
        observable=None,
        value=None,
        role="context",
        reason=f"drafted: the file does not describe {what}; it was said: {claim.value}",
        note=f"its observable is left out, since {what} is not in the file",
    )


def list_names(value: Any) -> list[str]:
    """One id, or several."""
    return [value] if isinstance(value, str) else list(value or ())
