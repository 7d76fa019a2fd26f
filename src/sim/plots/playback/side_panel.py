"""The panel beside the map of a playback: title, time, losses so far, legend, caption."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from textwrap import fill
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import IdentityTransform

from sim.likelihood.control import ControlState
from sim.plots.playback.frames import LOSS_EVENTS, FrameState, Timeline
from sim.plots.playback.symbols import (
    ACTIVITY_LABELS,
    ASSAULT_COLOUR,
    FIRE_MARKERS,
    NUMBER_FONT,
    SIDE_MARKERS,
    shorten_place_name,
)
from sim.plots.style import (
    BODY_FONT,
    DARK_GREY,
    GREY,
    NEUTRAL,
    SMALL_FONT,
    TITLE_FONT,
    make_control_colours,
    wrap_balanced,
)

PANEL_LEFT = 7.05  # inches
MAX_BAR_WIDTH = 2.7  # inches, and the width of the chart
EPOCH = datetime(2000, 1, 1)

MAX_TITLE_LINES = 4  # so that the chart below has room


class SidePanel:
    """The panel of a playback: what stays is drawn at once, `draw_frame` gives what changes."""

    def __init__(self, figure: Figure, timeline: Timeline, caption: str):
        self.figure = figure
        self.timeline = timeline
        self.width, self.height = (float(inches) for inches in figure.get_size_inches())
        lines = wrap_balanced(timeline.scenario.title, 30).split("\n")
        more = "…" if len(lines) > MAX_TITLE_LINES else ""  # the caption has all of it
        title = "\n".join(lines[:MAX_TITLE_LINES]) + more
        title_bottom = self.height - 0.2 - 0.21 * (title.count("\n") + 1)
        self.add_text(PANEL_LEFT, self.height - 0.2, title, size=TITLE_FONT, weight="bold", linespacing=1.05)
        subtitle = f"One simulated battle (replication {timeline.replication}), not a record"
        self.add_text(PANEL_LEFT, title_bottom - 0.04, subtitle, size=SMALL_FONT, color=GREY)
        self.time_y = title_bottom - 0.42  # inches from the bottom, as all heights here
        self.losses_y = self.time_y - 1.5
        self.add_text(PANEL_LEFT, self.losses_y + 0.2, "Losses so far", size=BODY_FONT, weight="bold")
        self.add_text(
            0.15,
            0.12,
            fill(caption, int(self.width * 72 / (NUMBER_FONT * 0.56))),
            size=NUMBER_FONT,
            color=GREY,
            va="bottom",
        )
        self.loss_chart = self.draw_loss_chart()
        handles = self.make_legend_handles()
        figure.legend(
            handles=handles,
            ncols=-(-len(handles) // 2),
            loc="upper left",
            bbox_to_anchor=(0.1 / self.width, 0.94 / self.height),
            fontsize=NUMBER_FONT + 0.5,
            columnspacing=1.6,
            handletextpad=0.5,
            borderaxespad=0,
        )

    def draw_loss_chart(self) -> Axes:
        """Draw the deaths of both sides over the days; a frame adds a line at its time."""
        box = (
            (PANEL_LEFT + 0.25) / self.width,
            1.3 / self.height,
            (MAX_BAR_WIDTH - 0.25) / self.width,
            (self.losses_y - 2.85) / self.height,
        )
        axes = self.figure.add_axes(box)
        for id, side in self.timeline.scenario.sides.items():
            times, deaths = zip(*self.timeline.list_deaths(id), strict=True)
            axes.plot(
                [to_days(each) for each in times], deaths, color=side.colour, linewidth=1.2, drawstyle="steps-post"
            )
        axes.set_xlim(to_days(self.timeline.scenario.begins), to_days(self.timeline.end_time))
        axes.set_ylim(bottom=0)
        midnights = [each for each in self.timeline.frame_times if each.hour == 0 and each.minute == 0]
        tick_times = midnights[:: -(-len(midnights) // 7)]
        axes.set_xticks([to_days(each) for each in tick_times], [f"{each.day}" for each in tick_times])
        axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
        axes.tick_params(labelsize=NUMBER_FONT)
        axes.set_xlabel("day of the month (ticks: midnight)", size=NUMBER_FONT)
        axes.set_title("killed since the beginning", size=NUMBER_FONT + 0.5, loc="left", color=GREY, pad=3)
        return axes

    def make_legend_handles(self) -> list[Line2D]:
        """The symbols of the legend."""
        scenario = self.timeline.scenario
        first, second = scenario.sides.values()
        colours = make_control_colours(scenario)
        event_kinds = {event["event"] for event in self.timeline.events}
        symbols = [
            make_legend_symbol("o", 9, f"{first.short_name} holds it", face_colour=colours[ControlState.FIRST]),
            make_legend_symbol(
                "o",
                9,
                "shares of it",
                face_colour=colours[ControlState.FIRST],
                second_colour=colours[ControlState.SECOND],
            ),
            make_legend_symbol("o", 9, f"{second.short_name} holds it", face_colour=colours[ControlState.SECOND]),
            make_legend_symbol("o", 9, "dotted: position estimated", face_colour="none", edge_colour=GREY),
            make_legend_symbol(
                SIDE_MARKERS[0],
                6,
                f"{first.short_name} on the march",
                face_colour=first.colour,
                edge_colour=first.colour,
            ),
            make_legend_symbol(
                SIDE_MARKERS[1],
                5,
                f"{second.short_name} on the march",
                face_colour=second.colour,
                edge_colour=second.colour,
            ),
            make_legend_symbol("*", 10, "assault", face_colour=ASSAULT_COLOUR),
        ]
        labels = {"sortie": "strikes", "bomb": "vehicle bomb (hollow: failed)", "ambush": "ambush"}
        return symbols + [
            make_legend_symbol(FIRE_MARKERS[kind], 6, labels[kind], face_colour=DARK_GREY)
            for kind in FIRE_MARKERS
            if kind in event_kinds
        ]

    def draw_frame(self, state: FrameState) -> Iterator[Artist]:
        """The time, light and weather, current events, losses so far, and the line in the chart."""
        date_text = f"{state.time:%A}, {state.time.day} {state.time:%B %Y}"
        yield self.make_frame_text(PANEL_LEFT, self.time_y, date_text, size=BODY_FONT)
        yield self.make_frame_text(PANEL_LEFT, self.time_y - 0.2, f"{state.time:%H:%M}", size=20, weight="bold")
        yield self.make_frame_text(
            PANEL_LEFT + 1.05, self.time_y - 0.3, format_environment(state), size=SMALL_FONT, color=GREY
        )
        yield self.make_frame_text(
            PANEL_LEFT, self.time_y - 0.64, self.format_activities(state), size=SMALL_FONT, linespacing=1.3
        )
        max_losses = max(
            1.0,
            *(
                sum(self.timeline.total_losses[kind, side] for kind in LOSS_EVENTS)
                for side in self.timeline.scenario.sides
            ),
        )
        for number, (id, side) in enumerate(self.timeline.scenario.sides.items()):
            y = self.losses_y - 0.05 - 0.47 * number
            side_losses = [state.losses[kind, id] for kind in LOSS_EVENTS]
            losses_text = ", ".join(
                f"{amount:.0f} {kind}" for kind, amount in zip(LOSS_EVENTS, side_losses, strict=True)
            )
            yield self.make_frame_text(PANEL_LEFT, y, f"{side.short_name}: {losses_text}", size=SMALL_FONT)
            for amount, colour in ((sum(side_losses), NEUTRAL), (side_losses[0], side.colour)):
                yield self.make_bar(PANEL_LEFT, y - 0.3, MAX_BAR_WIDTH * amount / max_losses, colour)
        x = self.loss_chart.transData.transform((to_days(state.time), 0))[0]
        low, high = (self.loss_chart.transAxes.transform((0, end))[1] for end in (0, 1))
        line = Line2D([x, x], [low, high], color=DARK_GREY, linewidth=0.9)
        line.set_transform(IdentityTransform())
        line.set_figure(self.figure)
        yield line

    def format_activities(self, state: FrameState) -> str:
        """Current events, in a line for each kind."""
        places_by_activity = {"Assault": dict.fromkeys(state.assaults)}
        for kind, label in ACTIVITY_LABELS.items():
            places_by_activity[label] = dict.fromkeys(place for each, place, _, _ in state.fire_events if each == kind)
        places = self.timeline.scenario.places
        lines = [
            f"{label}: {', '.join(shorten_place_name(places[id].name) for id in ids)}"
            for label, ids in places_by_activity.items()
            if ids
        ]
        return "\n".join(fill(line, 46, max_lines=2, placeholder=" ...") for line in lines)

    def make_bar(self, x: float, y: float, width: float, colour: str) -> Artist:
        """A bar; all numbers in inches."""
        patch = Rectangle(
            (x / self.width, y / self.height), width / self.width, 0.11 / self.height, color=colour, linewidth=0
        )
        patch.set_transform(self.figure.transFigure)
        patch.set_figure(self.figure)
        return patch

    def add_text(self, x: float, y: float, text: str, **style: Any) -> Artist:
        """Text that stays; its position in inches."""
        return self.figure.text(x / self.width, y / self.height, text, **{"va": "top"} | style)

    def make_frame_text(self, x: float, y: float, text: str, **style: Any) -> Artist:
        """Text of one frame, which does not stay in the figure; its position in inches."""
        artist = self.add_text(x, y, text, **style)
        artist.remove()
        artist.set_figure(self.figure)
        return artist


def make_legend_symbol(
    marker: str, size: float, label: str, *, face_colour: Any, edge_colour: str = DARK_GREY, second_colour: Any = None
) -> Line2D:
    """A symbol of the legend, in two halves if there is a second colour."""
    symbol = Line2D([], [], linewidth=0, marker=marker, markersize=size, markeredgewidth=0.5, label=label)
    symbol.set(markerfacecolor=face_colour, markeredgecolor=edge_colour)
    if second_colour is not None:
        symbol.set(fillstyle="left", markerfacecoloralt=second_colour)
    return symbol


def format_environment(state: FrameState) -> str:
    """Light and weather in words."""
    conditions = ["night" if state.night else "day", *(["fog"] if state.fog else []), *(["rain"] if state.rain else [])]
    return ", ".join(conditions)


def to_days(time: datetime) -> float:
    """A time as days, for an axis."""
    return (time - EPOCH) / timedelta(days=1)
