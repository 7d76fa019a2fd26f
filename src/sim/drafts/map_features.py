"""Features of a map, whatever format they come in, as places, roads, forces and the ground of a draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import ceil, hypot
from typing import Any, get_args

from sim.drafts.cells import parse_number
from sim.drafts.draft import Draft, DraftedForce, DraftedPlace, DraftedRoad, DraftedSide, DraftedSource, DraftError
from sim.drafts.event_places import PlaceBook
from sim.drafts.ids import clean_text, make_id, make_name
from sim.scenario.basemap import FeatureKind
from sim.scenario.geography import Coordinates, compute_distance_km
from sim.scenario.geojson import Shape
from sim.scenario.map_plane import make_plane

SOURCE = "map"
GROUND_ITEMS = ("", "road", "ground")  # of features whose lines and areas are roads or the ground
ROAD_END_KM = 1.0  # a line that begins and ends so near to two places is taken for the road between them
NEAR_DEGREES = 0.02  # of latitude, more than that
MAX_FEATURES = 2_000
MAX_WIDTH_KM = 100.0
DRAWN = "drafted from the file: what it is has to be read"


@dataclass(frozen=True)
class MapFeature:
    """A feature: its name, its shapes, and values by name. `item` among them says what a file of ours means by it."""

    name: str
    shapes: tuple[Shape, ...]
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def item(self) -> str:
        """What it is: a place, a force, or something of the map."""
        return self.values.get("item", "")


def draft_map(features: Sequence[MapFeature], description: str, title: str, side_names: Sequence[str]) -> Draft:
    """The draft of the features of a map: points are places, lines between two of them roads, the rest the ground."""
    if not any(feature.shapes for feature in features):
        raise DraftError("a map with nothing on it (allowed: points, lines or areas)")
    if len(features) > MAX_FEATURES:
        raise DraftError(f"a map of more than {MAX_FEATURES:,} features (allowed: those of one battle)")
    draft = Draft(
        description=clean_text(description),
        title=make_name(title, "the battle of"),
        sources={SOURCE: DraftedSource("the map", "reference", note="name who drew it, and from what")},
    )
    for name in list(dict.fromkeys(side_names))[:2]:
        draft.sides[make_id(name, draft.sides, "side")] = DraftedSide(make_name(name, "side"))
    book = add_places(draft, features)
    add_forces(draft, features, book)
    ground = [shape for feature in features if feature.item in GROUND_ITEMS for shape in add_roads(draft, feature)]
    if not draft.places:
        add_middle(draft, [point for feature in features for shape in feature.shapes for point in shape.positions])
    if ground:
        draft.basemap = {"type": "FeatureCollection", "note": DRAWN, "features": ground}
        draft.notes.append(
            f"Lines and areas that are no roads between places are the ground of the map: {len(ground)}."
        )
    return draft


def add_places(draft: Draft, features: Sequence[MapFeature]) -> PlaceBook:
    """Add a place for each point, and who holds it if a file of ours says so."""
    book = PlaceBook(SOURCE)
    sides = {side.name: id for id, side in draft.sides.items()}
    for number, feature in enumerate(features, 1):
        if feature.item not in ("", "place"):
            continue
        for shape in feature.shapes:
            if shape.kind == "Point":
                lon, lat = shape.lines[0][0]
                id = book.find_place(feature.name, str(lat), str(lon), number)
                holder = sides.get(feature.values.get("holder", ""))
                if id is not None and holder is not None:
                    book.places[id] = replace(book.places[id], holder=holder)
    draft.places = book.places
    return book


def add_middle(draft: Draft, points: Sequence[tuple[float, float]]) -> None:
    """Add one place in the middle of what is drawn, for a map without points."""
    plane = make_plane((lat, lon) for lon, lat in points)
    within_km = max(1.0, ceil(max(hypot(*plane.project(lat, lon)) for lon, lat in points)))
    reason = "the file names no place, and this is the middle of what it draws"
    place = DraftedPlace("the battlefield", round(plane.lat, 4), round(plane.lon, 4), within_km, reason, note=reason)
    draft.places["battlefield"] = place


def add_forces(draft: Draft, features: Sequence[MapFeature], book: PlaceBook) -> None:
    """Add the forces of a file of ours, each where it stands first."""
    sides = {side.name: id for id, side in draft.sides.items()}
    for number, feature in enumerate(features, 1):
        values = feature.values
        if feature.item != "force" or values.get("side") not in sides or not feature.shapes:
            continue
        name = make_name(values.get("force", ""), "force")
        lon, lat = feature.shapes[0].lines[0][0]
        place = book.find_place(name, str(lat), str(lon), number)
        if place is not None and name not in {force.name for force in draft.forces.values()}:
            people = values.get("people", "")
            strength = float(people) if people.isascii() and people.isdigit() and int(people) else None
            id = make_id(name, draft.forces, "force")
            draft.forces[id] = DraftedForce(name, sides[values["side"]], place, strength)


def add_roads(draft: Draft, feature: MapFeature) -> list[dict[str, Any]]:
    """Add the roads that lines of a feature are; return its other lines and areas, as features of the ground."""
    ground = []
    for shape in feature.shapes:
        if shape.kind == "Point":
            continue
        ends = [find_near_place(draft, end) for end in (shape.lines[0][0], shape.lines[0][-1])]
        if shape.kind == "LineString" and feature.item != "ground" and None not in ends and ends[0] != ends[1]:
            stated_km = parse_number(feature.values.get("km", "")) if feature.item == "road" else None
            km = stated_km or sum(measure_km(a, b) for a, b in pairwise(shape.lines[0]))
            id = make_id(feature.name or "_".join(map(str, ends)), draft.roads, "road")
            draft.roads[id] = DraftedRoad((str(ends[0]), str(ends[1])), round(km, 2), note="a line between two places")
            continue
        properties = make_ground_properties(feature, "track" if shape.kind == "LineString" else "fields")
        geometry = {"type": shape.kind, "coordinates": shape.coordinates}
        ground.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return ground


def make_ground_properties(feature: MapFeature, guess: str) -> dict[str, Any]:
    """The name, kind and width of a piece of ground; its kind is a guess if the file does not say it."""
    kind = feature.values.get("kind", "")
    kind = kind if kind in get_args(FeatureKind) else guess
    width = parse_number(feature.values.get("width_km", ""))
    width_km = {} if width is None or not 0 < width <= MAX_WIDTH_KM else {"width_km": width}
    return {"name": make_name(feature.name, kind), "kind": kind, **width_km, "assumption": DRAWN}


def find_near_place(draft: Draft, point: tuple[float, float]) -> str | None:
    """The place nearest to a point, if it is near enough to be meant."""
    distances = {
        id: measure_km(point, (place.longitude, place.latitude))
        for id, place in draft.places.items()
        if abs(place.latitude - point[1]) <= NEAR_DEGREES
    }
    nearest = min(distances, key=lambda id: distances[id], default=None)
    return nearest if nearest is not None and distances[nearest] <= ROAD_END_KM else None


def measure_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres between two points, longitude first."""
    first, second = (Coordinates(lat=lat, lon=lon, source=SOURCE) for lon, lat in (one, other))
    return compute_distance_km(first, second)
