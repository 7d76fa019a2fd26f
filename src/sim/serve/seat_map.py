"""The map as a commander knows it: who held each place when his people were last there, and where his forces stand."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sim.report.map.features import PlaceMarker
from sim.report.map.labels import Rectangle
from sim.report.map.sheet import MapSheet
from sim.report.seat_view import format_forces
from sim.scenario.descriptions import format_short_moment
from sim.seat.game import Game
from sim.seat.knowledge import PlaceStatus

SYMBOL_WIDTH, SYMBOL_HEIGHT = 0.8, 0.38  # of the symbol of own forces, in shares of the room for it


@dataclass(frozen=True)
class ForceSymbol:
    """Own forces at a place: the symbol's box, and how many they are."""

    box: Rectangle
    people: int
    description: str


@dataclass(frozen=True)
class SituationSheet:
    """A sheet with what a side knows; `attacked` are the places that its people see attacked."""

    sheet: MapSheet
    state: str  # which the symbols of own forces are drawn as: that of the side
    forces: tuple[ForceSymbol, ...]
    attacked: tuple[PlaceMarker, ...]
    unseen: tuple[PlaceMarker, ...]  # where nobody of the side is, and which may be otherwise by now


def build_situation_sheet(sheet: MapSheet, game: Game) -> SituationSheet:
    """A sheet of the playback, with what the side that decides knows.

    Parameters
    ----------
    sheet
        With room for symbols beside each place.
    game
        The game at a stop.

    Returns
    -------
    SituationSheet
        Places by what was seen there last, own forces, and attacks.
    """
    places, is_second = game.situation.places, find_side_number(game) == 1
    markers = [mark_place(game, marker, places[marker.place], is_second) for marker in sheet.markers]
    return SituationSheet(
        replace(sheet, markers=markers),
        "second" if is_second else "first",
        tuple(list_symbols(sheet, game)),
        tuple(marker for marker in markers if places[marker.place].is_attacked),
        tuple(marker for marker in markers if is_unseen(places[marker.place])),
    )


def is_unseen(place: PlaceStatus) -> bool:
    """Whether a side does not know who holds a place now: nobody of its is there, and it was not lost. What is lost
    stays the enemy's, since only people of the side can take it back.
    """
    return place.people <= 0.0 and place.holding != "lost"


def find_side_number(game: Game) -> int:
    """Whether the side that decides is the first (0) or the second (1) of the scenario, and of its colours."""
    return list(game.battle.scenario.sides).index(game.side)


def mark_place(game: Game, marker: PlaceMarker, place: PlaceStatus, is_second: bool) -> PlaceMarker:
    """A place by the share of it that the side held when its people were last there."""
    enemy_share = 1.0 - place.share
    shares = (enemy_share, 0.0, place.share) if is_second else (place.share, 0.0, enemy_share)
    return replace(marker, shares=shares, description=describe_place_status(game, place))


def describe_place_status(game: Game, place: PlaceStatus) -> str:
    """What the side knows of a place, in words."""
    scenario = game.battle.scenario
    text = f"{scenario.places[place.place].name}: {100 * place.share:.0f} % yours"
    if place.people > 0.0:
        attacked = ", attacked" if place.is_attacked else ""
        return f"{text}{attacked}; {format_forces(scenario, game.situation, place)}"
    if place.left_at < 0.0:
        return f"{text} at the beginning; nobody of yours is there"
    moment = game.run.event_log.labels.local_time(place.left_at)
    return f"{text} when your people left it, {format_short_moment(moment)}"


def list_symbols(sheet: MapSheet, game: Game) -> Iterator[ForceSymbol]:
    """The symbols of own forces, beside the places where they stand."""
    for marker in sheet.markers:
        place = game.situation.places[marker.place]
        if place.people > 0.0:
            room = sheet.unit_slots[marker.place, find_side_number(game)]
            width, height = SYMBOL_WIDTH * room.width, SYMBOL_HEIGHT * room.height
            box = Rectangle(room.left + (room.width - width) / 2, room.top + 0.1 * room.height, width, height)
            forces = format_forces(game.battle.scenario, game.situation, place)
            yield ForceSymbol(box, round(place.people), f"{marker.name}: {forces}")
