"""The places of a map: each with its sign, who holds it, and all of that in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from sim.claims.control import State
from sim.report.map.glyphs import BEYOND, PLACES, wedge
from sim.report.map.labels import short
from sim.report.map.projection import Projection
from sim.scenario.distances import straight_km
from sim.scenario.drawing import Drawing
from sim.scenario.model import Scenario

DRAWN_WITHIN = 0.3  # share of the sheet's width; a vaguer estimate is told and not drawn
INSET = 0.026  # share of the sheet's width between its edge and what lies beyond it
LARGER = 1.35  # how much larger the place is that the battle is about

Shares = Mapping[str, tuple[float, ...]]  # the chance of each state by place; empty where it is not known


@dataclass(frozen=True)
class Mark:
    """A place: where it lies, its sign, how far off it may be, who holds it (shares by state), and all that in words.

    `beyond` is the direction, in degrees from north, of a place that lies beyond the sheet.
    """

    place: str
    name: str
    label: str
    x: float
    y: float
    radius: float
    kind: str
    beyond: float | None
    within: float | None
    estimated: bool
    shares: tuple[float, ...]
    says: str
    weight: float

    @property
    def outline(self) -> str:
        """The outline of the sign."""
        return PLACES[self.kind] if self.beyond is None else BEYOND

    @property
    def wedges(self) -> list[tuple[str, str]]:
        """Slices of the sign by state: its name and its outline."""
        found: list[tuple[str, str]] = []
        turn = 0.0
        for state, share in zip(State if self.shares else (), self.shares, strict=True):
            if share > 0:
                found.append((state.name.lower(), wedge(turn, turn + share)))
            turn += share
        return found


def mark(scenario: Scenario, drawing: Drawing, id: str, radius: float, projection: Projection, shares: Shares) -> Mark:
    """A place on a sheet."""
    place = scenario.places[id]
    goal = scenario.objective.place
    spot = place.coordinates
    x, y, beyond = projection.kept(*projection.at(spot.lat, spot.lon), INSET * projection.width)
    km = spot.estimated_within_km
    reach = None if km is None or beyond is not None else km * projection.scale
    kind = drawing.signs.terrains.get(place.terrain, "open")
    held = shares.get(id, ())
    label = short(place.name)
    if beyond is not None:
        label += f", {straight_km(spot, scenario.places[goal].coordinates):.0f} km"
    return Mark(
        place=id,
        name=place.name,
        label=label,
        x=x,
        y=y,
        radius=radius * (LARGER if id == goal else 1.0),
        kind=kind,
        beyond=beyond,
        within=reach if reach is not None and reach <= DRAWN_WITHIN * projection.width else None,
        estimated=km is not None and beyond is None,
        shares=held,
        says=said(scenario, id, held),
        weight=3.0 if id == goal else 1.0 + (1.0 - max(held) if held else 0.0) - (0.5 if kind == "open" else 0.0),
    )


def said(scenario: Scenario, id: str, shares: tuple[float, ...]) -> str:
    """A place in words: who holds it in how many battles, and where its position is from."""
    place = scenario.places[id]
    spot = place.coordinates
    where = (
        f"position estimated within {spot.estimated_within_km:g} km: {spot.reason}"
        if spot.source is None
        else f"position from {scenario.sources[spot.source].name}"
    )
    if not shares:
        return f"{place.name} ({where})"
    first, second = (side.short for side in scenario.sides.values())
    held = f"{first} {percent(shares[0])}, contested {percent(shares[1])}, {second} {percent(shares[2])}"
    return f"{place.name}: {held} ({where})"


def percent(share: float) -> str:
    """A share in whole per cent."""
    return f"{100 * share:.0f} %"
