"""The sheet of a playback: the map, what of it stands still and what moves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import atan2, pi, sqrt

from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Rectangle, Wedge
from matplotlib.patheffects import withStroke
from matplotlib.typing import ColorType

from sim.claims.control import State
from sim.plots.control import tones
from sim.plots.playback.column import Column
from sim.plots.playback.ground import draw_shapes, flat_of
from sim.plots.playback.labels import Box, Label, placed
from sim.plots.playback.signs import ASSAULT, FIRES, MARCH, NUMBERS, named
from sim.plots.playback.track import March, Moment, Track
from sim.plots.style import FADED, HAIR, INK, SMALL, balanced
from sim.scenario.drawing import Shape

WIDTH, TALL = 10.0, 6.5  # inches
MAP = (0.15, 1.08, 6.7, 5.27)  # inches: left, bottom, width, height
RADIUS = 0.1  # inches of a place
NIGHT, FOG = ("#2b3a55", 0.2), ("#ffffff", 0.5)  # colour of the veil, and how much it hides
WAYS = "→↗↑↖←↙↓↘"
HALO = withStroke(linewidth=1.8, foreground="#ffffffcc")


@dataclass(frozen=True)
class Spot:
    """A place on the map, in km; `beyond` if it lies outside and is drawn on the edge."""

    place: str
    x: float
    y: float
    beyond: bool
    label: Label


class Sheet:
    """A figure with all that stands still; `frame` gives what moves."""

    def __init__(self, track: Track, shapes: Sequence[Shape], caption: str):
        self.track = track
        self.scenario = track.scenario
        self.tones = tones(track.scenario)
        self.figure = Figure(figsize=(WIDTH, TALL), facecolor="white")
        left, bottom, wide, tall = MAP
        self.axes = self.figure.add_axes((left / WIDTH, bottom / TALL, wide / WIDTH, tall / TALL))
        self.flat = flat_of([self.scenario.places[id].coordinates for id in track.fought_over], tall / wide)
        self.km = 2 * self.flat.half_wide / wide  # in an inch
        self.spots = {spot.place: spot for spot in self.spots_of()}
        self.paper(shapes)
        self.column = Column(self.figure, track, caption)

    @property
    def colours(self) -> list[ColorType]:
        """The colours of signs, of which there may be few pixels on a sheet."""
        return [ASSAULT, INK, *self.tones.values(), *(side.colour for side in self.scenario.sides.values())]

    def spots_of(self) -> Iterator[Spot]:
        """Every active place with its label; those in the middle of most others find room first."""
        points = {}
        for id in self.track.active:
            at = self.scenario.places[id].coordinates
            points[id] = self.flat.clipped(self.flat.at(at.lat, at.lon), 2.2 * RADIUS * self.km)
        inches = [(x / self.km, y / self.km) for x, y, _ in points.values()]
        _, _, wide, tall = MAP
        whole = Box(-wide / 2, wide / 2, -tall / 2, tall / 2)
        texts = [balanced(named(self.scenario.places[id].name), 18) for id in points]
        labels = placed(inches, texts, SMALL, RADIUS, whole)
        for (id, (x, y, beyond)), label in zip(points.items(), labels, strict=True):
            yield Spot(id, x, y, beyond, label)

    def paper(self, shapes: Sequence[Shape]) -> None:
        """The ground, the links, the names, the scale."""
        axes, flat = self.axes, self.flat
        axes.set_xlim(-flat.half_wide, flat.half_wide)
        axes.set_ylim(-flat.half_tall, flat.half_tall)
        axes.set_facecolor("#faf8f2")
        axes.set_xticks([])
        axes.set_yticks([])
        for spine in axes.spines.values():
            spine.set(visible=True, color=HAIR)
        draw_shapes(axes, flat, shapes, 72 / self.km)
        for link in self.scenario.links.values():
            ends = [self.spots[id] for id in link.between if id in self.spots]
            if len(ends) == 2:
                axes.plot([end.x for end in ends], [end.y for end in ends], color=HAIR, linewidth=0.6, zorder=0.8)
        for spot in self.spots.values():
            self.name(spot)
        self.scale()

    def name(self, spot: Spot) -> None:
        """The name of a place, a line to it where it stands apart, a dotted ring where its position is estimated."""
        x, y = (inch * self.km for inch in spot.label.middle)
        tall = (spot.label.box.high - spot.label.box.low) * self.km
        if spot.label.apart:
            self.axes.plot([spot.x, x], [spot.y, y + tall / 4], color=FADED, linewidth=0.5, zorder=1)
        way = f" {WAYS[round(atan2(spot.y, spot.x) / (pi / 4)) % 8]}" if spot.beyond else ""
        text = spot.label.text + way
        self.axes.text(
            x, y + tall / 2, text, size=SMALL, ha="center", va="top", linespacing=1.0, zorder=6, path_effects=[HALO]
        )
        if self.scenario.places[spot.place].coordinates.estimated_within_km is not None and not spot.beyond:
            ring = Circle((spot.x, spot.y), 1.5 * RADIUS * self.km, fill=False, linestyle=":", color=FADED)
            ring.set_linewidth(0.7)
            self.axes.add_patch(ring)

    def scale(self) -> None:
        """A round number of kilometres, and north."""
        whole = 2 * self.flat.half_wide
        km = max(each for each in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200) if each <= whole / 4 or each == 0.1)
        x, y = -self.flat.half_wide + 0.15 * self.km, -self.flat.half_tall + 0.18 * self.km
        self.axes.plot([x, x + km], [y, y], color=INK, linewidth=1.4, solid_capstyle="butt", zorder=6)
        self.axes.text(x + km / 2, y + 0.05 * self.km, f"{km:g} km", size=NUMBERS, ha="center", va="bottom", zorder=6)
        right, top = self.flat.half_wide - 0.2 * self.km, self.flat.half_tall - 0.12 * self.km
        arrow = {"arrowstyle": "-|>,head_width=0.14,head_length=0.3", "color": INK, "shrinkA": 0, "shrinkB": 0}
        self.axes.annotate("", (right, top), (right, top - 0.32 * self.km), arrowprops=arrow, zorder=6)
        self.axes.text(right, top - 0.36 * self.km, "N", size=SMALL, ha="center", va="top", zorder=6)

    def frame(self, moment: Moment) -> list[Artist]:
        """What is to be seen at a moment, in the order in which it is drawn."""
        found: list[Artist] = []
        for (colour, alpha), there in ((NIGHT, moment.night), (FOG, moment.fog)):
            if there:
                corner = (-self.flat.half_wide, -self.flat.half_tall)
                whole = (2 * self.flat.half_wide, 2 * self.flat.half_tall)
                found.append(Rectangle(corner, *whole, color=colour, alpha=alpha, linewidth=0))
        for spot in self.spots.values():
            found += self.place(spot, moment)
        for march in moment.marches:
            found += self.march(march)
        for artist in found:
            artist.axes = self.axes
            artist.set_figure(self.figure)
            artist.set_transform(self.axes.transData)
            artist.set_clip_path(self.axes.patch)
        for spot in self.spots.values():
            found += self.numbers(spot, moment)
        return [*found, *self.column.frame(moment)]

    def place(self, spot: Spot, moment: Moment) -> Iterator[Artist]:
        """A place: who holds it, and what is going on."""
        radius = RADIUS * self.km
        second = moment.held.get(spot.place, 0.0)
        if spot.place in moment.fights:
            star = {"marker": "*", "markersize": 24, "color": ASSAULT, "markeredgecolor": INK, "markeredgewidth": 0.6}
            yield Line2D([spot.x], [spot.y], linewidth=0, **star)  # type: ignore[arg-type]
        yield Circle((spot.x, spot.y), radius, facecolor=self.tones[State.FIRST], edgecolor="none")
        if second > 0:
            turn = 360 * second
            yield Wedge((spot.x, spot.y), radius, 90 - turn, 90, facecolor=self.tones[State.SECOND], edgecolor="none")
        yield Circle((spot.x, spot.y), radius, fill=False, edgecolor=INK, linewidth=0.6)
        for number, (kind, _, side, hit) in enumerate(fire for fire in moment.fires if fire[1] == spot.place):
            colour = self.scenario.sides[side].colour
            at = ([spot.x + (1.3 * number - 0.4) * radius], [spot.y + 1.7 * radius])
            mark = Line2D(*at, marker=FIRES[kind], markersize=7, linewidth=0)
            mark.set(markerfacecolor=colour if hit else "white", markeredgecolor=colour)
            yield mark

    def march(self, march: March) -> Iterator[Artist]:
        """People on the way between two places."""
        if march.since not in self.spots or march.until not in self.spots:
            return
        start, end = self.spots[march.since], self.spots[march.until]
        x, y = (start.x + (end.x - start.x) * march.done, start.y + (end.y - start.y) * march.done)
        colour = self.scenario.sides[march.side].colour
        yield Line2D([start.x, end.x], [start.y, end.y], color=colour, linewidth=0.9, linestyle=(0, (3, 2)))
        size = min(max(sqrt(march.people) / 3, 5.0), 11.0)
        shape = MARCH[list(self.scenario.sides).index(march.side)]
        mark = Line2D([x], [y], marker=shape, markersize=size, color=colour, linewidth=0)
        mark.set(markeredgecolor="white", markeredgewidth=0.6)
        yield mark

    def numbers(self, spot: Spot, moment: Moment) -> Iterator[Artist]:
        """How many of each side are at a place, below its name, in the colour of the side."""
        here = [(side.colour, moment.people.get((spot.place, id), 0.0)) for id, side in self.scenario.sides.items()]
        shown = [(colour, f"{people:.0f}") for colour, people in here if people >= 0.5]
        left, bottom, wide, tall = MAP
        x = left + wide / 2 + spot.label.middle[0]
        y = bottom + tall / 2 + spot.label.box.low
        for number, (colour, people) in enumerate(shown):
            ha, shift = ("center", 0.0) if len(shown) == 1 else (("right", -0.04), ("left", 0.04))[number]
            style = {"size": NUMBERS + 0.5, "color": colour, "weight": "bold", "ha": ha, "va": "bottom"}
            yield self.column.text(x + shift, y, people, path_effects=[HALO], **style)
