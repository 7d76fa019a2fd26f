"""Scenarios of ORBAT Mapper: sides, units with symbols, positions over time and strengths, events, features."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from sim.drafts.draft import (
    Draft,
    DraftedClaim,
    DraftedForce,
    DraftedOrder,
    DraftedSide,
    DraftedSource,
    DraftedText,
    DraftError,
)
from sim.drafts.event_places import PlaceBook
from sim.drafts.foreign_file import ForeignFile
from sim.drafts.ids import clean_text, make_id, make_name
from sim.drafts.map_features import MapFeature, add_roads, measure_km
from sim.events.local_time import find_zone
from sim.scenario.geojson import LonLat, parse_geometry, parse_position

DESCRIPTION = "a scenario of ORBAT Mapper (JSON)"
SOURCE, SECTION = "orbat", "events"
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
SAME_PLACE_KM = 0.5  # a position so near to a place is at it
NEAR_DEGREES = 0.01  # of latitude, more than that
MAX_ORDERS = 500
MAX_DEPTH = 40  # of units within units
MAX_UNITS = 2_000
LAND_SETS = ("10", "11", "15", "20")  # of symbols: units, civilians, equipment and installations on land
# The size of a unit by two digits of its symbol, as APP-6 has them.
ECHELONS = {
    "11": "a team",
    "12": "a squad",
    "13": "a section",
    "14": "a platoon",
    "15": "a company",
    "16": "a battalion",
    "17": "a regiment",
    "18": "a brigade",
    "21": "a division",
    "22": "a corps",
    "23": "an army",
}


@dataclass(frozen=True)
class MapperUnit:
    """A unit with the names above it, and its positions in order of time (None: at first)."""

    data: dict[str, Any]
    name: str
    side: str
    parents: tuple[str, ...]
    positions: tuple[tuple[datetime | None, LonLat], ...]

    @property
    def symbol(self) -> str:
        """The code of its symbol."""
        return str(self.data.get("sidc", ""))

    @property
    def is_on_land(self) -> bool:
        """Whether its symbol is one of land, or of nothing that we know."""
        return len(self.symbol) != 20 or self.symbol[4:6] in LAND_SETS

    @property
    def strength(self) -> float | None:
        """Its people; None if the file does not say."""
        counts = [each.get("count") for each in list_objects(self.data.get("personnel"))]
        numbers = [float(each) for each in counts if isinstance(each, int | float) and 0 < each < 1e9]
        return sum(numbers) if numbers else None


def recognise(file: ForeignFile) -> bool:
    """Whether it is JSON that says it is of ORBAT Mapper."""
    return parse_json(file) is not None


def parse_json(file: ForeignFile) -> dict[str, Any] | None:
    """The data of a scenario of ORBAT Mapper; None for anything else."""
    text = (file.text or "").lstrip()
    if not text.startswith("{") or "ORBAT-mapper" not in text:
        return None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return data if data.get("type") == "ORBAT-mapper" else None


def draft_scenario(file: ForeignFile) -> Draft:
    """The draft of a scenario: units with a position on land as forces, their later positions as orders."""
    data = parse_json(file)
    assert data is not None, "the file was not recognised"
    title = make_name(str(data.get("name") or file.path.stem), "the battle of")
    draft = Draft(
        description=clean_text(f"{file.path.name}, a scenario of ORBAT Mapper"),
        title=title,
        text=DraftedText(title, (SECTION,)),
        sources={SOURCE: DraftedSource("the scenario of ORBAT Mapper", "reference", note="name its author")},
    )
    zone = find_time_zone(data, draft)
    units = [unit for side in choose_sides(data, draft) for unit in iterate_units(side, zone)]
    if not draft.sides or len(units) > MAX_UNITS:
        found = "a scenario without sides" if not draft.sides else f"more than {MAX_UNITS:,} units"
        raise DraftError(f"{file.path}: {found} (allowed: sides with units of one battle)")
    book = PlaceBook(SOURCE)
    add_feature_places(data, book)
    is_simulated = data.get("simulated") is True
    add_forces(draft, units, book, with_orders=not is_simulated)
    draft.places = book.places
    draft.notes += book.notes
    if is_simulated:
        add_own_roads(draft, data)
        draft.notes.append("The file is simulated: its moves and events are no record, and are left out.")
        draft.begins = parse_time(data.get("startTime"), zone)
        return draft
    add_claims(draft, data, zone)
    begins = parse_time(data.get("startTime"), zone)
    moments = [moment for order in draft.orders.values() for moment in (order.earliest, order.latest)]
    draft.begins = min([*moments, *filter(None, [begins])], default=None)
    return draft


def find_time_zone(data: dict[str, Any], draft: Draft) -> Any:
    """The zone of its clocks; universal time, and a note, if it names none that is known."""
    try:
        return find_zone(str(data.get("timeZone") or ""))
    except ValueError:
        draft.notes.append("The file names no time zone that is known: times are universal time.")
        return UTC


def get_object(value: Any) -> dict[str, Any]:
    """An object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def list_objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; none if it is no list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def parse_time(value: Any, zone: Any) -> datetime | None:
    """A time, of a text or of milliseconds since 1970, as local time; None if it is none."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            moment = datetime.fromtimestamp(value / 1000, UTC)
        else:
            moment = datetime.fromisoformat(str(value))
        moment = moment if moment.tzinfo is None else moment.astimezone(zone)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.replace(tzinfo=None, second=0, microsecond=0)


def choose_sides(data: dict[str, Any], draft: Draft) -> list[dict[str, Any]]:
    """The two sides with most units, which are added to the draft."""
    sides = list_objects(data.get("sides"))
    counts = [sum(1 for _ in iterate_units(side, UTC)) for side in sides]
    chosen = sorted(sorted(range(len(sides)), key=lambda number: -counts[number])[:2])
    for number in chosen:
        name = str(sides[number].get("name") or f"side {number + 1}")
        colour = get_object(sides[number].get("symbolOptions")).get("fillColor")
        known_colour = colour if isinstance(colour, str) and COLOUR.fullmatch(colour) else None
        id = make_id(name, draft.sides, "side")
        draft.sides[id] = DraftedSide(make_name(name, "side"), colour=known_colour)
        sides[number] = sides[number] | {"_id": id}
    others = [str(side.get("name")) for number, side in enumerate(sides) if number not in chosen]
    if others:
        draft.notes.append(f"A battle has two sides: {clean_text(', '.join(others))} are left out.")
    return [sides[number] for number in chosen]


def iterate_units(side: dict[str, Any], zone: Any) -> Iterator[MapperUnit]:
    """Every unit of a side, those above before those below."""
    groups = list_objects(side.get("groups"))
    waiting: list[tuple[dict[str, Any], tuple[str, ...]]] = [
        (unit, (make_name(str(group.get("name", "")), "group"),))
        for group in groups
        for unit in list_objects(group.get("subUnits"))
    ]
    waiting += [(unit, ()) for unit in list_objects(side.get("subUnits"))]
    while waiting:
        unit, parents = waiting.pop(0)
        name = make_name(str(unit.get("name", "")), "unit")
        yield MapperUnit(unit, name, str(side.get("_id", "")), parents, tuple(list_positions(unit, zone)))
        if len(parents) < MAX_DEPTH:
            waiting = [*((each, (*parents, name)) for each in list_objects(unit.get("subUnits"))), *waiting]


def list_positions(unit: dict[str, Any], zone: Any) -> Iterator[tuple[datetime | None, LonLat]]:
    """The positions of a unit in order of time."""
    states = [(parse_time(state.get("t"), zone), state.get("location")) for state in list_objects(unit.get("state"))]
    dated = sorted(((time, place) for time, place in states if time is not None), key=lambda each: each[0])
    for time, location in [(None, unit.get("location")), *dated]:
        try:
            if location is not None:
                yield time, parse_position(location)
        except ValueError:
            continue


def list_features(data: dict[str, Any]) -> list[dict[str, Any]]:
    """What is drawn, up to a bound."""
    layers = [*list_objects(data.get("layers")), *list_objects(data.get("layerStack"))]
    return [each for layer in layers for key in ("features", "items") for each in list_objects(layer.get(key))][
        :MAX_UNITS
    ]


def add_own_roads(draft: Draft, data: dict[str, Any]) -> None:
    """Add the roads of a file of ours; a line of anybody else may as well be an arrow or a boundary."""
    for feature in list_features(data):
        values = get_object(feature.get("properties"))
        if values.get("item") == "road":
            shapes, _ = parse_geometry(feature.get("geometry"))
            texts = {key: str(value) for key, value in values.items()}
            add_roads(draft, MapFeature(texts.get("name", ""), tuple(shapes), texts))


def add_feature_places(data: dict[str, Any], book: PlaceBook) -> None:
    """Add a place for each point that is drawn and has a name, in old and in new files."""
    for feature in list_features(data):
        meta = get_object(feature.get("geometryMeta") or feature.get("meta"))
        name = feature.get("name") or get_object(feature.get("properties")).get("name")
        if name and meta.get("geometryKind", meta.get("type")) == "Point":
            for shape in parse_geometry(feature.get("geometry"))[0]:
                find_place(book, str(name), next(shape.positions))


def find_place(book: PlaceBook, name: str, position: LonLat) -> str:
    """The place at a position: one that is near enough, else a new one."""
    for known, place in book.places.items():
        is_near = abs(place.latitude - position[1]) <= NEAR_DEGREES
        if is_near and measure_km(position, (place.longitude, place.latitude)) <= SAME_PLACE_KM:
            return known
    id = book.find_place(name, str(position[1]), str(position[0]), 0)
    assert id is not None, "a position that was parsed lies on the globe"
    return id


def add_forces(draft: Draft, units: list[MapperUnit], book: PlaceBook, with_orders: bool) -> None:
    """Add a force for each unit on land with a position, and an order for each move."""
    placed = [unit for unit in units if unit.positions and unit.is_on_land]
    for unit in placed:
        place: str = find_place(book, f"position of {unit.name}", unit.positions[0][1])
        id = make_id(unit.name, draft.forces, "force")
        echelon = ECHELONS.get(unit.symbol[8:10], "") if len(unit.symbol) == 20 else ""
        note = "; ".join(filter(None, [f"symbol {clean_text(unit.symbol, 30)}", echelon]))
        draft.forces[id] = DraftedForce(unit.name, unit.side, place, unit.strength, unit.parents, note)
        add_holder(book, place, unit.side)
    if with_orders:
        for id, unit in zip(list(draft.forces), placed, strict=True):
            add_orders(draft, id, unit, book)
        if len(draft.orders) >= MAX_ORDERS:
            draft.notes.append(f"Of the moves the first {MAX_ORDERS} are drafted.")
    left_out = Counter("without a position" if not unit.positions else "not on land" for unit in units)
    left_out.subtract({"without a position": 0, "not on land": sum(bool(unit.positions) for unit in placed)})
    draft.notes += [f"Units {reason} are left out: {count}." for reason, count in left_out.items() if count > 0]
    if any(parent in {each.name for each in placed} for unit in placed for parent in unit.parents):
        draft.notes.append("Some units stand beside units that they are part of: count nobody's people twice.")


def add_holder(book: PlaceBook, place: str, side: str) -> None:
    """The side that is first at a place holds it, as far as the file says."""
    if book.places[place].holder is None:
        book.places[place] = replace(book.places[place], holder=side)


def add_orders(draft: Draft, force: str, unit: MapperUnit, book: PlaceBook) -> None:
    """Add an order for each position that a unit comes to after another: an attack on a place of the other side."""
    here = draft.forces[force].location
    for (before, _), (time, position) in pairwise(unit.positions):
        if len(draft.orders) >= MAX_ORDERS:
            return
        there = find_place(book, f"position of {unit.name}, {len(book.places) + 1}", position)
        if there != here and time is not None:
            add_holder(book, there, unit.side)
            draft.orders[make_id(f"{force}_move", draft.orders, "move")] = DraftedOrder(
                kind="withdraw" if book.places[there].holder == unit.side else "attack",
                side=unit.side,
                forces=(force,),
                target=there,
                earliest=before or time,
                latest=time,
                rationale="a position in the file, which says neither when the unit left nor what for",
                note="a move in the file: an attack, a march or a withdrawal is to be read",
            )
            here = there


def add_claims(draft: Draft, data: dict[str, Any], zone: Any) -> None:
    """Add a claim for each event, with its title and day; what it is about is to be read."""
    for number, event in enumerate(list_objects(data.get("events")), 1):
        time = parse_time(event.get("startTime"), zone)
        title = clean_text(str(event.get("title") or event.get("description") or ""), 200)
        if not title:
            continue
        statement = title if time is None else f"{title} ({time:%Y-%m-%d %H:%M})"
        claim = DraftedClaim(
            statement,
            f"{SECTION} {number}.1",
            SOURCE,
            reason="drafted: what can be observed of it is to be read",
            note=clean_text(str(event.get("description") or ""), 200) or "an event of the file",
        )
        draft.claims[make_id(title, draft.claims, "event")] = claim
