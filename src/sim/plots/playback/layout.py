"""The figure of a playback: the map, what of it stays and what changes from frame to frame."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import atan2, pi, sqrt

from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Rectangle, Wedge
from matplotlib.patheffects import withStroke
from matplotlib.typing import ColorType

from sim.likelihood.control import ControlState
from sim.plots.playback.basemap import draw_shapes, fit_map_window
from sim.plots.playback.frames import FrameState, Movement, Timeline
from sim.plots.playback.side_panel import SidePanel
from sim.plots.playback.symbols import (
    ASSAULT_COLOUR,
    FIRE_MARKERS,
    NUMBER_FONT,
    SIDE_MARKERS,
    LabelBox,
    PlaceLabel,
    place_labels,
    shorten_place_name,
)
from sim.plots.style import DARK_GREY, GREY, LIGHT_GREY, SMALL_FONT, make_control_colours, wrap_balanced
from sim.scenario.basemap import BasemapFeature
from sim.scenario.map_plane import choose_round_km

WIDTH, HEIGHT = 10.0, 6.5  # inches
MAP_BOX = (0.15, 1.08, 6.7, 5.27)  # inches: left, bottom, width, height
PLACE_RADIUS = 0.1  # inches of a place
NIGHT_VEIL, FOG_VEIL = ("#2b3a55", 0.2), ("#ffffff", 0.5)  # colour of the veil, and how much it hides
ARROWS = "→↗↑↖←↙↓↘"
TEXT_HALO = withStroke(linewidth=1.8, foreground="#ffffffcc")


@dataclass(frozen=True)
class PlottedPlace:
    """A place on the map, in km; one outside the window is drawn on its edge."""

    place: str
    x: float
    y: float
    is_outside: bool
    label: PlaceLabel


class PlaybackFigure:
    """The figure with all that stays; `draw_frame` gives what changes."""

    def __init__(self, timeline: Timeline, shapes: Sequence[BasemapFeature], caption: str):
        self.timeline = timeline
        self.scenario = timeline.scenario
        self.control_colours = make_control_colours(timeline.scenario)
        self.figure = Figure(figsize=(WIDTH, HEIGHT), facecolor="white")
        left, bottom, width, height = MAP_BOX
        self.axes = self.figure.add_axes((left / WIDTH, bottom / HEIGHT, width / WIDTH, height / HEIGHT))
        self.projection = fit_map_window(
            [self.scenario.places[id].coordinates for id in timeline.contested_places], height / width
        )
        self.km_per_inch = 2 * self.projection.half_width / width
        self.plotted_places = {plotted.place: plotted for plotted in self.build_places()}
        self.draw_background(shapes)
        self.side_panel = SidePanel(self.figure, timeline, caption)

    @property
    def symbol_colours(self) -> list[ColorType]:
        """The colours of symbols, which may cover few pixels."""
        return [
            ASSAULT_COLOUR,
            DARK_GREY,
            *self.control_colours.values(),
            *(side.colour for side in self.scenario.sides.values()),
        ]

    def build_places(self) -> Iterator[PlottedPlace]:
        """Every active place with its label."""
        points = {}
        for id in self.timeline.active_places:
            coordinates = self.scenario.places[id].coordinates
            points[id] = self.projection.clip_to_window(
                self.projection.project(coordinates.lat, coordinates.lon), 2.2 * PLACE_RADIUS * self.km_per_inch
            )
        inches = [(x / self.km_per_inch, y / self.km_per_inch) for x, y, _ in points.values()]
        _, _, width, height = MAP_BOX
        bounds = LabelBox(-width / 2, width / 2, -height / 2, height / 2)
        texts = [wrap_balanced(shorten_place_name(self.scenario.places[id].name), 18) for id in points]
        labels = place_labels(inches, texts, SMALL_FONT, PLACE_RADIUS, bounds)
        for (id, (x, y, is_outside)), label in zip(points.items(), labels, strict=True):
            yield PlottedPlace(id, x, y, is_outside, label)

    def draw_background(self, shapes: Sequence[BasemapFeature]) -> None:
        """Draw the basemap, the links, the names and the scale."""
        axes, projection = self.axes, self.projection
        axes.set_xlim(-projection.half_width, projection.half_width)
        axes.set_ylim(-projection.half_height, projection.half_height)
        axes.set_facecolor("#faf8f2")
        axes.set_xticks([])
        axes.set_yticks([])
        for spine in axes.spines.values():
            spine.set(visible=True, color=LIGHT_GREY)
        draw_shapes(axes, projection, shapes, 72 / self.km_per_inch)
        for link in self.scenario.roads.values():
            ends = [self.plotted_places[id] for id in link.between if id in self.plotted_places]
            if len(ends) == 2:
                axes.plot([end.x for end in ends], [end.y for end in ends], color=LIGHT_GREY, linewidth=0.6, zorder=0.8)
        for plotted in self.plotted_places.values():
            self.draw_place_name(plotted)
        self.draw_scale_bar()

    def draw_place_name(self, plotted: PlottedPlace) -> None:
        """Draw the name of a place, a line to it if it is far off, a dotted ring if its position is estimated."""
        x, y = (inch * self.km_per_inch for inch in plotted.label.center)
        label_height = (plotted.label.box.high - plotted.label.box.low) * self.km_per_inch
        if plotted.label.needs_line:
            self.axes.plot([plotted.x, x], [plotted.y, y + label_height / 4], color=GREY, linewidth=0.5, zorder=1)
        arrow = f" {ARROWS[round(atan2(plotted.y, plotted.x) / (pi / 4)) % 8]}" if plotted.is_outside else ""
        text = plotted.label.text + arrow
        self.axes.text(
            x,
            y + label_height / 2,
            text,
            size=SMALL_FONT,
            ha="center",
            va="top",
            linespacing=1.0,
            zorder=6,
            path_effects=[TEXT_HALO],
        )
        if self.scenario.places[plotted.place].coordinates.estimated_within_km is not None and not plotted.is_outside:
            ring = Circle(
                (plotted.x, plotted.y), 1.5 * PLACE_RADIUS * self.km_per_inch, fill=False, linestyle=":", color=GREY
            )
            ring.set_linewidth(0.7)
            self.axes.add_patch(ring)

    def draw_scale_bar(self) -> None:
        """Draw a round number of kilometres and, if there is one, the direction of north."""
        map_km = 2 * self.projection.half_width
        km = choose_round_km(map_km / 4)
        x, y = (
            -self.projection.half_width + 0.15 * self.km_per_inch,
            -self.projection.half_height + 0.18 * self.km_per_inch,
        )
        self.axes.plot([x, x + km], [y, y], color=DARK_GREY, linewidth=1.4, solid_capstyle="butt", zorder=6)
        self.axes.text(
            x + km / 2, y + 0.05 * self.km_per_inch, f"{km:g} km", size=NUMBER_FONT, ha="center", va="bottom", zorder=6
        )
        if not self.projection.shows_pole:
            self.draw_north_arrow()

    def draw_north_arrow(self) -> None:
        """Draw an arrow to the north."""
        right, top = (
            self.projection.half_width - 0.2 * self.km_per_inch,
            self.projection.half_height - 0.12 * self.km_per_inch,
        )
        arrow = {"arrowstyle": "-|>,head_width=0.14,head_length=0.3", "color": DARK_GREY, "shrinkA": 0, "shrinkB": 0}
        self.axes.annotate("", (right, top), (right, top - 0.32 * self.km_per_inch), arrowprops=arrow, zorder=6)
        self.axes.text(right, top - 0.36 * self.km_per_inch, "N", size=SMALL_FONT, ha="center", va="top", zorder=6)

    def draw_frame(self, state: FrameState) -> list[Artist]:
        """What changes with a frame, in the order in which it is drawn."""
        artists: list[Artist] = []
        for (colour, alpha), is_drawn in ((NIGHT_VEIL, state.night), (FOG_VEIL, state.fog)):
            if is_drawn:
                corner = (-self.projection.half_width, -self.projection.half_height)
                extent = (2 * self.projection.half_width, 2 * self.projection.half_height)
                artists.append(Rectangle(corner, *extent, color=colour, alpha=alpha, linewidth=0))
        for plotted in self.plotted_places.values():
            artists += self.draw_place(plotted, state)
        for movement in state.movements:
            artists += self.draw_movement(movement)
        for artist in artists:
            artist.axes = self.axes
            artist.set_figure(self.figure)
            artist.set_transform(self.axes.transData)
            artist.set_clip_path(self.axes.patch)
        for plotted in self.plotted_places.values():
            artists += self.draw_strengths(plotted, state)
        return [*artists, *self.side_panel.draw_frame(state)]

    def draw_place(self, plotted: PlottedPlace, state: FrameState) -> Iterator[Artist]:
        """A place: who holds it, and what happens there."""
        radius = PLACE_RADIUS * self.km_per_inch
        share_of_second = state.share_of_second.get(plotted.place, 0.0)
        if plotted.place in state.assaults:
            star = {
                "marker": "*",
                "markersize": 24,
                "color": ASSAULT_COLOUR,
                "markeredgecolor": DARK_GREY,
                "markeredgewidth": 0.6,
            }
            yield Line2D([plotted.x], [plotted.y], linewidth=0, **star)  # type: ignore[arg-type]
        yield Circle(
            (plotted.x, plotted.y), radius, facecolor=self.control_colours[ControlState.FIRST], edgecolor="none"
        )
        if share_of_second > 0:
            angle = 360 * share_of_second
            yield Wedge(
                (plotted.x, plotted.y),
                radius,
                90 - angle,
                90,
                facecolor=self.control_colours[ControlState.SECOND],
                edgecolor="none",
            )
        yield Circle((plotted.x, plotted.y), radius, fill=False, edgecolor=DARK_GREY, linewidth=0.6)
        for number, (kind, _, side, hit) in enumerate(fire for fire in state.fire_events if fire[1] == plotted.place):
            colour = self.scenario.sides[side].colour
            position = ([plotted.x + (1.3 * number - 0.4) * radius], [plotted.y + 1.7 * radius])
            mark = Line2D(*position, marker=FIRE_MARKERS[kind], markersize=7, linewidth=0)
            mark.set(markerfacecolor=colour if hit else "white", markeredgecolor=colour)
            yield mark

    def draw_movement(self, movement: Movement) -> Iterator[Artist]:
        """People on the way between two places."""
        if movement.origin not in self.plotted_places or movement.destination not in self.plotted_places:
            return
        start, end = self.plotted_places[movement.origin], self.plotted_places[movement.destination]
        x, y = (start.x + (end.x - start.x) * movement.progress, start.y + (end.y - start.y) * movement.progress)
        colour = self.scenario.sides[movement.side].colour
        yield Line2D([start.x, end.x], [start.y, end.y], color=colour, linewidth=0.9, linestyle=(0, (3, 2)))
        size = min(max(sqrt(movement.people) / 3, 5.0), 11.0)
        marker = SIDE_MARKERS[list(self.scenario.sides).index(movement.side)]
        mark = Line2D([x], [y], marker=marker, markersize=size, color=colour, linewidth=0)
        mark.set(markeredgecolor="white", markeredgewidth=0.6)
        yield mark

    def draw_strengths(self, plotted: PlottedPlace, state: FrameState) -> Iterator[Artist]:
        """How many of each side are at a place, below its name, in the colour of the side."""
        strengths = [
            (side.colour, state.people.get((plotted.place, id), 0.0)) for id, side in self.scenario.sides.items()
        ]
        texts = [(colour, f"{people:.0f}") for colour, people in strengths if people >= 0.5]
        left, bottom, width, height = MAP_BOX
        x = left + width / 2 + plotted.label.center[0]
        y = bottom + height / 2 + plotted.label.box.low
        for number, (colour, people) in enumerate(texts):
            ha, offset = ("center", 0.0) if len(texts) == 1 else (("right", -0.04), ("left", 0.04))[number]
            style = {"size": NUMBER_FONT + 0.5, "color": colour, "weight": "bold", "ha": ha, "va": "bottom"}
            yield self.side_panel.make_frame_text(x + offset, y, people, path_effects=[TEXT_HALO], **style)
