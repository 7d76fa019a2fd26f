"""The sheet of a playback: the map and the column beside it, what stands still and what moves."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from typing import Any

from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Rectangle, Wedge

from sim.claims.control import State
from sim.plots.control import tones
from sim.plots.playback.ground import draw_shapes, flat_of
from sim.plots.playback.labels import Box, Label, placed
from sim.plots.playback.track import LOSSES, March, Moment, Track
from sim.plots.style import FADED, HAIR, INK, LARGE, SAND, SMALL, USUAL, balanced, wrapped

WIDTH, TALL = 10.0, 6.0  # inches
MAP = (0.15, 0.62, 6.7, 5.2)  # inches: left, bottom, width, height
COLUMN = 7.05  # inches: where the column begins
RADIUS = 0.1  # inches of a place
NIGHT = "#2b3a55"
SHORT = {"killed": "killed", "wounded": "wounded", "captured": "captured"}
FIRE = {"sortie": "v", "bomb": "X", "ambush": "P"}
SAYS = {"sortie": "strikes from the air or by guns", "bomb": "vehicle bomb (hollow: it failed)", "ambush": "ambush"}
NUMBERS = 6.0  # points


@dataclass(frozen=True)
class Spot:
    """A place on the map, in km and inches; `beyond` if it lies outside and is drawn on the edge."""

    place: str
    x: float
    y: float
    beyond: bool
    label: Label


class Sheet:
    """A figure with all that stands still; `frame` gives what moves."""

    def __init__(self, track: Track, shapes: list[dict[str, Any]], caption: str):
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
        self.column(caption)

    def spots_of(self) -> Iterator[Spot]:
        """Every active place with its label."""
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

    def paper(self, shapes: list[dict[str, Any]]) -> None:
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
                axes.plot([end.x for end in ends], [end.y for end in ends], color=HAIR, linewidth=0.7, zorder=0.8)
        for spot in self.spots.values():
            self.name(spot)
        self.scale()

    def name(self, spot: Spot) -> None:
        """The name of a place; a thin line to it where it stands apart."""
        x, y = (inch * self.km for inch in spot.label.middle)
        tall = (spot.label.box.high - spot.label.box.low) * self.km
        text = spot.label.text + (" →" if spot.beyond else "")
        self.axes.text(x, y + tall / 2, text, size=SMALL, ha="center", va="top", linespacing=1.0, zorder=6)
        if self.scenario.places[spot.place].coordinates.estimated_within_km is not None and not spot.beyond:
            ring = Circle(
                (spot.x, spot.y), 1.5 * RADIUS * self.km, fill=False, linestyle=":", linewidth=0.7, color=FADED
            )
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

    def column(self, caption: str) -> None:
        """Title, headings, legend and caption."""
        figure = self.figure
        head = balanced(self.scenario.title, 30)
        figure.text(COLUMN / WIDTH, 1 - 0.2 / TALL, head, size=LARGE, weight="bold", va="top", linespacing=1.05)
        below = 0.2 + 0.21 * (head.count("\n") + 1)
        said = f"One simulated battle (replication {self.track.replication}), not a record"
        figure.text(COLUMN / WIDTH, 1 - (below + 0.04) / TALL, said, size=SMALL, color=FADED, va="top")
        self.top = below + 0.42
        figure.text(MAP[0] / WIDTH, 0.16 / TALL, wrapped(caption, WIDTH), size=NUMBERS, color=FADED, va="bottom")
        figure.legend(
            handles=self.handles(),
            loc="lower left",
            bbox_to_anchor=((COLUMN - 0.08) / WIDTH, MAP[1] / TALL - 0.012),
            labelspacing=0.45,
            handletextpad=0.6,
            fontsize=NUMBERS + 0.5,
            borderaxespad=0,
        )

    def handles(self) -> list[Line2D]:
        """What the signs mean."""
        first, second = self.scenario.sides.values()
        disc = {"linewidth": 0, "marker": "o", "markersize": 9, "markeredgecolor": INK, "markeredgewidth": 0.5}
        half = Line2D([], [], **disc, markerfacecolor=self.tones[State.FIRST], label="each holds that share of it")  # type: ignore[arg-type]
        half.set(fillstyle="left", markerfacecoloralt=self.tones[State.SECOND])
        return [
            Line2D([], [], **disc, markerfacecolor=self.tones[State.FIRST], label=f"{first.short} holds it"),  # type: ignore[arg-type]
            half,
            Line2D([], [], **disc, markerfacecolor=self.tones[State.SECOND], label=f"{second.short} holds it"),  # type: ignore[arg-type]
            Line2D(
                [], [], linewidth=0, marker="s", markersize=6, color=first.colour, label=f"{first.short} on the march"
            ),
            Line2D(
                [], [], linewidth=0, marker="D", markersize=5, color=second.colour, label=f"{second.short} on the march"
            ),
            Line2D(
                [], [], linewidth=0, marker="*", markersize=10, color="#d9a400", markeredgecolor=INK, label="assault"
            ),
            *(
                Line2D([], [], linewidth=0, marker=FIRE[kind], markersize=6, color=INK, label=says)
                for kind, says in SAYS.items()
                if any(event["what"] == kind for event in self.track.events)
            ),
            Line2D(
                [],
                [],
                linewidth=0,
                marker="o",
                markersize=9,
                fillstyle="none",
                color=FADED,
                label="dotted: position estimated",
            ),
        ]

    def frame(self, moment: Moment) -> list[Artist]:
        """What is to be seen at a moment, in the order in which it is drawn."""
        found: list[Artist] = []
        if moment.night or moment.fog:
            veil = NIGHT if moment.night else "#ffffff"
            whole = (2 * self.flat.half_wide, 2 * self.flat.half_tall)
            corner = (-self.flat.half_wide, -self.flat.half_tall)
            found.append(Rectangle(corner, *whole, color=veil, alpha=0.2 if moment.night else 0.5, linewidth=0))
        for spot in self.spots.values():
            found += self.place(spot, moment)
        for march in moment.marches:
            found += self.march(march)
        for artist in found:
            artist.axes = self.axes
            artist.set_figure(self.figure)
            artist.set_transform(self.axes.transData)
            artist.set_clip_path(self.axes.patch)
        return [*found, *self.told(moment)]

    def place(self, spot: Spot, moment: Moment) -> Iterator[Artist]:
        """A place: who holds it, who is there, what is going on."""
        radius = RADIUS * self.km
        second = moment.held.get(spot.place, 0.0)
        if spot.place in moment.fights:
            yield star(spot, 2.1 * radius)
        turn = 360 * second
        yield Circle((spot.x, spot.y), radius, facecolor=self.tones[State.FIRST], edgecolor="none")
        if second > 0:
            yield Wedge((spot.x, spot.y), radius, 90 - turn, 90, facecolor=self.tones[State.SECOND], edgecolor="none")
        yield Circle((spot.x, spot.y), radius, fill=False, edgecolor=INK, linewidth=0.6)
        for number, (kind, _, side, hit) in enumerate(fire for fire in moment.fires if fire[1] == spot.place):
            colour = self.scenario.sides[side].colour
            yield Line2D(
                [spot.x + (1.7 + 1.3 * number) * radius],
                [spot.y + 1.5 * radius],
                marker=FIRE[kind],
                markersize=7,
                markerfacecolor=colour if hit else "white",
                markeredgecolor=colour,
                linewidth=0,
            )

    def march(self, march: March) -> Iterator[Artist]:
        """People on the way between two places."""
        if march.since not in self.spots or march.until not in self.spots:
            return
        start, end = self.spots[march.since], self.spots[march.until]
        x, y = (start.x + (end.x - start.x) * march.done, start.y + (end.y - start.y) * march.done)
        colour = self.scenario.sides[march.side].colour
        first = march.side == next(iter(self.scenario.sides))
        yield Line2D([start.x, end.x], [start.y, end.y], color=colour, linewidth=0.9, linestyle=(0, (3, 2)))
        size = min(max(sqrt(march.people) / 4, 4.0), 10.0)
        yield Line2D(
            [x], [y], marker="s" if first else "D", markersize=size, color=colour, markeredgecolor="white", linewidth=0
        )

    def told(self, moment: Moment) -> Iterator[Artist]:
        """The numbers beside places and the column: hour, sky, losses so far."""
        for spot in self.spots.values():
            yield from self.numbers(spot, moment)
        top = TALL - self.top
        when = f"{moment.when:%A}, {moment.when.day} {moment.when:%B %Y}"
        yield self.text(COLUMN, top, when, size=USUAL)
        yield self.text(COLUMN, top - 0.2, f"{moment.when:%H:%M}", size=20, weight="bold")
        yield self.text(COLUMN + 1.05, top - 0.3, sky_of(moment), size=SMALL, color=FADED)
        bottom = top - 0.75
        yield self.text(COLUMN, bottom, "Losses so far", size=USUAL, weight="bold")
        most = max(1.0, *(sum(self.last[kind, side] for kind in LOSSES) for side in self.scenario.sides))
        for number, (id, side) in enumerate(self.scenario.sides.items()):
            y = bottom - 0.3 - 0.5 * number
            lost = [moment.lost[kind, id] for kind in LOSSES]
            said = ", ".join(f"{amount:.0f} {kind}" for kind, amount in zip(LOSSES, lost, strict=True))
            yield self.text(COLUMN, y, f"{side.short}: {said}", size=SMALL)
            yield from self.bar(COLUMN, y - 0.3, 2.7 * sum(lost) / most, 2.7 * lost[0] / most, side.colour)

    @property
    def last(self) -> dict[tuple[str, str], float]:
        """All losses by the end."""
        found = {(kind, side): 0.0 for kind in LOSSES for side in self.scenario.sides}
        for event in self.track.events:
            if event["what"] in LOSSES:
                found[event["what"], event["side"]] += event["amount"]
        return found

    def bar(self, x: float, y: float, whole: float, part: float, colour: str) -> Iterator[Artist]:
        """A bar in the column: all losses light, deaths dark."""
        for wide, tone in ((whole, SAND), (part, colour)):
            patch = Rectangle((x / WIDTH, y / TALL), wide / WIDTH, 0.11 / TALL, facecolor=tone, edgecolor="none")
            patch.set_transform(self.figure.transFigure)
            patch.set_figure(self.figure)
            yield patch

    def numbers(self, spot: Spot, moment: Moment) -> Iterator[Artist]:
        """How many of each side are at a place, below its name, in the colour of the side."""
        here = [(side.colour, moment.people.get((spot.place, id), 0.0)) for id, side in self.scenario.sides.items()]
        shown = [(colour, f"{people:.0f}") for colour, people in here if people >= 0.5]
        left, bottom, wide, tall = MAP
        x = left + wide / 2 + spot.label.middle[0]
        y = bottom + tall / 2 + spot.label.box.low + 0.03
        for number, (colour, people) in enumerate(shown):
            ha = "center" if len(shown) == 1 else ("right", "left")[number]
            shift = 0.0 if len(shown) == 1 else (-0.04, 0.04)[number]
            text = self.text(x + shift, y, people, size=NUMBERS + 0.5, color=colour, weight="bold", ha=ha, va="bottom")
            yield text

    def text(self, x: float, y: float, text: str, **style: Any) -> Artist:
        """Text on the sheet, in inches, that is drawn by hand."""
        artist = self.figure.text(x / WIDTH, y / TALL, text, **{"va": "top"} | style)
        artist.remove()
        artist.set_figure(self.figure)
        return artist


def star(spot: Spot, radius: float) -> Artist:
    """The sign of an assault, behind a place."""
    return Line2D([spot.x], [spot.y], marker="*", markersize=22, color="#d9a400", markeredgecolor=INK, linewidth=0)


def named(name: str) -> str:
    """The name of a place as it stands on a map: without an article and what explains it."""
    text = name.split(",")[0].split(" with ")[0].split(" that ")[0].removeprefix("the ").strip()
    return text[0].upper() + text[1:]


def sky_of(moment: Moment) -> str:
    """Light and weather in words."""
    words = ["night" if moment.night else "day", *(["fog"] if moment.fog else []), *(["rain"] if moment.rain else [])]
    return ", ".join(words)
