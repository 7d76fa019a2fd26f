"""The map of a battle laid out on sheets: which places it shows, and where symbols and labels stand."""

from dataclasses import dataclass, replace
from functools import cached_property

from sim.report.map.features import (
    ControlShares,
    PlaceMarker,
    TerrainPath,
    choose_terrain_anchors,
    make_place_marker,
    make_terrain_path,
)
from sim.report.map.labels import LabelAnchor, PlacedLabel, Rectangle, UnitSlots, place_labels, place_unit_slots
from sim.report.map.projection import Projection, choose_scale_bar, fit_projection, fit_view, make_view_plane
from sim.scenario.basemap import Basemap
from sim.scenario.map_plane import MapPlane, make_plane
from sim.scenario.model import Scenario
from sim.scenario.orders import AnyOrder
from sim.scoring.claim_comparison import select_observable_claims

MARGIN_SHARE = 64.0 / 960.0  # shares of a sheet's width


@dataclass(frozen=True)
class SheetSize:
    """How wide a sheet is and how large symbols and type are on it, in its units; `aspect_range` bounds its height per
    width, `slot_size` is the room that a unit symbol takes.
    """

    name: str
    width: float
    radius: float
    font_size: float
    aspect_range: tuple[float, float]
    slot_size: tuple[float, float]


WIDE_SHEET = SheetSize("wide", 960.0, 10.0, 14.0, (0.62, 0.78), (30.0, 40.0))
NARROW_SHEET = SheetSize("narrow", 400.0, 7.0, 12.0, (0.75, 1.15), (19.0, 23.0))


@dataclass(frozen=True)
class MapSheet:
    """One map at one size; `unit_slots` is room for unit symbols, kept free of labels."""

    size: SheetSize
    projection: Projection
    markers: list[PlaceMarker]
    roads: list[tuple[float, float, float, float]]
    labels: list[PlacedLabel]
    terrain_labels: list[PlacedLabel]  # names of water and relief
    unit_slots: UnitSlots
    ground_transform: tuple[float, float, float]  # scale, x and y from the ground's units to this sheet's
    scale_bar_x: float  # left end of the scale bar

    @property
    def width(self) -> float:
        """The width in units."""
        return self.projection.width

    @property
    def height(self) -> float:
        """The height in units."""
        return self.projection.height

    @cached_property
    def scale_bar(self) -> tuple[float, float]:
        """The length of the scale bar: kilometres and units."""
        return choose_scale_bar(self.projection, self.width / 4)

    @property
    def lead_lines(self) -> list[tuple[float, float, float, float]]:
        """Lines from symbols to labels that stand apart from them."""
        markers = {mark.place: mark for mark in self.markers}
        return [
            (markers[each.id].x, markers[each.id].y, *each.lead_end)
            for each in self.labels
            if each.lead_end is not None
        ]


@dataclass(frozen=True)
class Atlas:
    """The same map as sheets to read and as sheets for the playback; `ground` is in units of the first sheet."""

    ground: list[TerrainPath]
    sheets: list[MapSheet]
    playback_sheets: list[MapSheet]
    note: str
    omitted_places: list[str]  # names of places that have no part in this battle

    @property
    def wide_sheet(self) -> MapSheet:
        """The largest sheet."""
        return self.sheets[0]


def build_atlas(scenario: Scenario, basemap: Basemap, end_hours: float, shares: ControlShares) -> Atlas:
    """The map of a battle of this length."""
    ids = find_shown_places(scenario, end_hours)
    plane = choose_plane(scenario, basemap, ids)
    wide_projection = choose_projection(scenario, basemap, ids, plane, WIDE_SHEET)
    narrow_projection = choose_projection(scenario, basemap, ids, plane, NARROW_SHEET)
    sheet_projections = ((WIDE_SHEET, wide_projection), (NARROW_SHEET, narrow_projection))
    return Atlas(
        ground=[make_terrain_path(shape, wide_projection) for shape in basemap.features],
        sheets=[
            build_sheet(scenario, basemap, size, each, wide_projection, ids, shares) for size, each in sheet_projections
        ],
        playback_sheets=[
            build_playback_sheet(build_sheet(scenario, basemap, size, each, wide_projection, ids, shares), basemap)
            for size, each in sheet_projections
        ],
        note=basemap.note,
        omitted_places=[scenario.places[id].name for id in scenario.places if id not in ids],
    )


def build_control_sheet(scenario: Scenario, basemap: Basemap, end_hours: float, shares: ControlShares) -> MapSheet:
    """The narrow sheet alone, to stand beside another of the same battle."""
    ids = find_shown_places(scenario, end_hours)
    plane = choose_plane(scenario, basemap, ids)
    wide_projection = choose_projection(scenario, basemap, ids, plane, WIDE_SHEET)
    projection = choose_projection(scenario, basemap, ids, plane, NARROW_SHEET)
    return build_sheet(scenario, basemap, NARROW_SHEET, projection, wide_projection, ids, shares)


def choose_plane(scenario: Scenario, basemap: Basemap, ids: list[str]) -> MapPlane:
    """The plane of all sheets: about the view that the basemap declares, else about the places."""
    if basemap.viewport is not None:
        return make_view_plane(basemap.viewport)
    return make_plane(list_positions(scenario, ids))


def list_positions(scenario: Scenario, ids: list[str]) -> list[tuple[float, float]]:
    """Latitude and longitude of places."""
    return [(scenario.places[id].coordinates.lat, scenario.places[id].coordinates.lon) for id in ids]


def choose_projection(
    scenario: Scenario, basemap: Basemap, ids: list[str], plane: MapPlane, size: SheetSize
) -> Projection:
    """The projection of a sheet: the view that the basemap declares, else one that shows all places."""
    view = basemap.small_screen_viewport or basemap.viewport if size is NARROW_SHEET else basemap.viewport
    if view is not None:
        return fit_view(plane, view, size.width, size.aspect_range)
    margin = MARGIN_SHARE * size.width
    return fit_projection(plane, list_positions(scenario, ids), size.width, margin, size.aspect_range)


def build_sheet(
    scenario: Scenario,
    basemap: Basemap,
    size: SheetSize,
    projection: Projection,
    wide_projection: Projection,
    ids: list[str],
    shares: ControlShares,
) -> MapSheet:
    """The map at one size, with labels as near to their symbols as possible."""
    markers = [make_place_marker(scenario, basemap, id, size.radius, projection, shares) for id in ids]
    positions = {each.place: (each.x, each.y) for each in markers}
    endpoints = [link.between for link in scenario.roads.values()]
    roads = [
        (*positions[start], *positions[end]) for start, end in endpoints if start in positions and end in positions
    ]
    scale = projection.scale / wide_projection.scale
    x, y = projection.locate(wide_projection.middle)
    ground_transform = (scale, x - scale * wide_projection.width / 2, y - scale * wide_projection.height / 2)
    scale_bar_x = choose_scale_position(projection, markers)
    labels, terrain_labels = place_all_labels(
        markers, basemap, size, projection, reserve_furniture(projection, scale_bar_x)
    )
    return MapSheet(size, projection, markers, roads, labels, terrain_labels, {}, ground_transform, scale_bar_x)


def build_playback_sheet(sheet: MapSheet, basemap: Basemap) -> MapSheet:
    """The same sheet with room for the unit symbols of both sides beside each place, and labels that leave it free."""
    reserved = reserve_furniture(sheet.projection, sheet.scale_bar_x)
    unit_slots = place_unit_slots(
        make_label_anchors(sheet.markers), sheet.size.slot_size, sheet.width, sheet.height, reserved
    )
    labels, terrain_labels = place_all_labels(
        sheet.markers, basemap, sheet.size, sheet.projection, [*reserved, *unit_slots.values()]
    )
    return replace(sheet, labels=labels, terrain_labels=terrain_labels, unit_slots=unit_slots)


def place_all_labels(
    markers: list[PlaceMarker], basemap: Basemap, size: SheetSize, projection: Projection, reserved: list[Rectangle]
) -> tuple[list[PlacedLabel], list[PlacedLabel]]:
    """The labels of places, and of water and relief where room is left."""
    anchors = make_label_anchors(markers)
    labels = place_labels(anchors, projection.width, projection.height, size.font_size, reserved)
    occupied = [*reserved, *(anchor.box for anchor in anchors), *(label.box for label in labels)]
    return labels, place_labels(
        choose_terrain_anchors(basemap, projection), projection.width, projection.height, size.font_size, occupied
    )


def make_label_anchors(markers: list[PlaceMarker]) -> list[LabelAnchor]:
    """The symbols of places as anchors of labels."""
    return [LabelAnchor(each.place, each.x, each.y, each.radius * 1.2, each.label, each.weight) for each in markers]


def reserve_furniture(projection: Projection, scale_bar_x: float) -> list[Rectangle]:
    """The boxes of the scale bar and, if there is one, the north arrow."""
    arrow = [] if projection.shows_pole else [Rectangle(projection.width - 44, 0, 44, 56)]
    return [make_scale_box(projection, scale_bar_x), *arrow]


def make_scale_box(projection: Projection, scale_bar_x: float) -> Rectangle:
    """The box that the scale bar covers."""
    _, length = choose_scale_bar(projection, projection.width / 4)
    return Rectangle(scale_bar_x - 12, projection.height - 40, length + 24, 40)


def choose_scale_position(projection: Projection, markers: list[PlaceMarker]) -> float:
    """Where the scale bar begins: left, middle or right, the first that covers no symbol."""
    _, length = choose_scale_bar(projection, projection.width / 4)
    candidates = [12.0, (projection.width - length) / 2, projection.width - length - 12]
    boxes = [anchor.box for anchor in make_label_anchors(markers)]
    free_candidates = [x for x in candidates if not any(make_scale_box(projection, x).overlaps(box) for box in boxes)]
    return free_candidates[0] if free_candidates else candidates[0]


def find_shown_places(scenario: Scenario, end_hours: float) -> list[str]:
    """The places where a force is at first, that an order before the end leads to, or that a claim is about."""
    place_ids = {scenario.objective.place}
    orders = [order for order in scenario.active_orders.values() if find_order_start(scenario, order) < end_hours]
    place_ids |= {force.location for force in scenario.forces.values() if force.initially_present}
    for order in orders:
        place_ids |= {
            order.target,
            *(place for key in ("axis", "covered_places", "alternative_targets") for place in getattr(order, key, ())),
        }
        place_ids |= {scenario.forces[force].location for force in getattr(order, "forces", ())}
    for claim in select_observable_claims(scenario, end_hours).values():
        place_ids |= {
            *getattr(claim.observable, "places", ()),
            *filter(None, [getattr(claim.observable, "place", None)]),
        }
    return [place for place in scenario.places if place in place_ids]


def find_order_start(scenario: Scenario, order: AnyOrder) -> float:
    """The earliest start of an order, in hours; 0 for a standing order."""
    window = getattr(order, "window", None)
    return 0.0 if window is None else scenario.hours_since_start(window.earliest)
