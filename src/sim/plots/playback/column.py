"""What stands beside and below the map of a playback: title, hour, losses so far, the meaning of signs, the caption."""

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

from sim.claims.control import State
from sim.plots.control import tones
from sim.plots.playback.signs import ASSAULT, FIRES, MARCH, NOW, NUMBERS, named
from sim.plots.playback.track import LOSSES, Moment, Track
from sim.plots.style import FADED, INK, LARGE, SAND, SMALL, USUAL, balanced

LEFT = 7.05  # inches: where the column begins
BAR = 2.7  # inches: the longest bar, and the chart
EPOCH = datetime(2000, 1, 1)


class Column:
    """The column on a sheet: what stands still is drawn at once, `frame` gives what moves."""

    def __init__(self, figure: Figure, track: Track, caption: str):
        self.figure = figure
        self.track = track
        self.wide, self.tall = (float(inches) for inches in figure.get_size_inches())
        head = balanced(track.scenario.title, 30)
        below = self.tall - 0.2 - 0.21 * (head.count("\n") + 1)
        self.still(LEFT, self.tall - 0.2, head, size=LARGE, weight="bold", linespacing=1.05)
        said = f"One simulated battle (replication {track.replication}), not a record"
        self.still(LEFT, below - 0.04, said, size=SMALL, color=FADED)
        self.hour = below - 0.42  # inches from the foot, as all heights here
        self.losses = self.hour - 1.5
        self.still(LEFT, self.losses + 0.2, "Losses so far", size=USUAL, weight="bold")
        self.still(
            0.15, 0.12, fill(caption, int(self.wide * 72 / (NUMBERS * 0.56))), size=NUMBERS, color=FADED, va="bottom"
        )
        self.chart = self.chart_of()
        handles = self.handles()
        figure.legend(
            handles=handles,
            ncols=-(-len(handles) // 2),
            loc="upper left",
            bbox_to_anchor=(0.1 / self.wide, 0.94 / self.tall),
            fontsize=NUMBERS + 0.5,
            columnspacing=1.6,
            handletextpad=0.5,
            borderaxespad=0,
        )

    def chart_of(self) -> Axes:
        """Deaths of both sides over the days, with room for a line at the hour."""
        box = ((LEFT + 0.25) / self.wide, 1.3 / self.tall, (BAR - 0.25) / self.wide, (self.losses - 2.85) / self.tall)
        axes = self.figure.add_axes(box)
        for id, side in self.track.scenario.sides.items():
            when, dead = zip(*self.track.killed(id), strict=True)
            axes.plot([days(each) for each in when], dead, color=side.colour, linewidth=1.2, drawstyle="steps-post")
        axes.set_xlim(days(self.track.scenario.begins), days(self.track.ends))
        axes.set_ylim(bottom=0)
        midnights = [each for each in self.track.frames if each.hour == 0 and each.minute == 0]
        shown = midnights[:: -(-len(midnights) // 7)]
        axes.set_xticks([days(each) for each in shown], [f"{each.day}" for each in shown])
        axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
        axes.tick_params(labelsize=NUMBERS)
        axes.set_xlabel("day of the month (ticks: midnight)", size=NUMBERS)
        axes.set_title("killed since the beginning", size=NUMBERS + 0.5, loc="left", color=FADED, pad=3)
        return axes

    def handles(self) -> list[Line2D]:
        """What the signs mean."""
        scenario = self.track.scenario
        first, second = scenario.sides.values()
        colours = tones(scenario)
        there = {event["what"] for event in self.track.events}
        found = [
            sign("o", 9, f"{first.short} holds it", face=colours[State.FIRST]),
            sign("o", 9, "shares of it", face=colours[State.FIRST], other=colours[State.SECOND]),
            sign("o", 9, f"{second.short} holds it", face=colours[State.SECOND]),
            sign("o", 9, "dotted: position estimated", face="none", edge=FADED),
            sign(MARCH[0], 6, f"{first.short} on the march", face=first.colour, edge=first.colour),
            sign(MARCH[1], 5, f"{second.short} on the march", face=second.colour, edge=second.colour),
            sign("*", 10, "assault", face=ASSAULT),
        ]
        says = {"sortie": "strikes", "bomb": "vehicle bomb (hollow: failed)", "ambush": "ambush"}
        return found + [sign(FIRES[kind], 6, says[kind], face=INK) for kind in FIRES if kind in there]

    def frame(self, moment: Moment) -> Iterator[Artist]:
        """Hour, sky, what is going on, losses so far, the line in the chart."""
        when = f"{moment.when:%A}, {moment.when.day} {moment.when:%B %Y}"
        yield self.text(LEFT, self.hour, when, size=USUAL)
        yield self.text(LEFT, self.hour - 0.2, f"{moment.when:%H:%M}", size=20, weight="bold")
        yield self.text(LEFT + 1.05, self.hour - 0.3, sky_of(moment), size=SMALL, color=FADED)
        yield self.text(LEFT, self.hour - 0.64, self.now(moment), size=SMALL, linespacing=1.3)
        most = max(1.0, *(sum(self.track.lost[kind, side] for kind in LOSSES) for side in self.track.scenario.sides))
        for number, (id, side) in enumerate(self.track.scenario.sides.items()):
            y = self.losses - 0.05 - 0.47 * number
            lost = [moment.lost[kind, id] for kind in LOSSES]
            said = ", ".join(f"{amount:.0f} {kind}" for kind, amount in zip(LOSSES, lost, strict=True))
            yield self.text(LEFT, y, f"{side.short}: {said}", size=SMALL)
            for amount, tone in ((sum(lost), SAND), (lost[0], side.colour)):
                yield self.bar(LEFT, y - 0.3, BAR * amount / most, tone)
        x = self.chart.transData.transform((days(moment.when), 0))[0]
        low, high = (self.chart.transAxes.transform((0, end))[1] for end in (0, 1))
        line = Line2D([x, x], [low, high], color=INK, linewidth=0.9)
        line.set_transform(IdentityTransform())
        line.set_figure(self.figure)
        yield line

    def now(self, moment: Moment) -> str:
        """What is going on, in a line for each kind of thing."""
        found = {"Assault": dict.fromkeys(moment.fights)}
        for kind, says in NOW.items():
            found[says] = dict.fromkeys(place for each, place, _, _ in moment.fires if each == kind)
        places = self.track.scenario.places
        lines = [f"{says}: {', '.join(named(places[id].name) for id in ids)}" for says, ids in found.items() if ids]
        return "\n".join(fill(line, 46, max_lines=2, placeholder=" ...") for line in lines)

    def bar(self, x: float, y: float, wide: float, colour: str) -> Artist:
        """A bar, in inches."""
        patch = Rectangle((x / self.wide, y / self.tall), wide / self.wide, 0.11 / self.tall, color=colour, linewidth=0)
        patch.set_transform(self.figure.transFigure)
        patch.set_figure(self.figure)
        return patch

    def still(self, x: float, y: float, text: str, **style: Any) -> Artist:
        """Text that stays on the sheet, in inches."""
        return self.figure.text(x / self.wide, y / self.tall, text, **{"va": "top"} | style)

    def text(self, x: float, y: float, text: str, **style: Any) -> Artist:
        """Text for one frame, in inches: it is drawn by hand and does not stay."""
        artist = self.still(x, y, text, **style)
        artist.remove()
        artist.set_figure(self.figure)
        return artist


def sign(shape: str, size: float, label: str, *, face: Any, edge: str = INK, other: Any = None) -> Line2D:
    """A sign in the legend, in two halves if there is another colour."""
    found = Line2D([], [], linewidth=0, marker=shape, markersize=size, markeredgewidth=0.5, label=label)
    found.set(markerfacecolor=face, markeredgecolor=edge)
    if other is not None:
        found.set(fillstyle="left", markerfacecoloralt=other)
    return found


def sky_of(moment: Moment) -> str:
    """Light and weather in words."""
    words = ["night" if moment.night else "day", *(["fog"] if moment.fog else []), *(["rain"] if moment.rain else [])]
    return ", ".join(words)


def days(when: datetime) -> float:
    """A moment as days, for an axis."""
    return (when - EPOCH) / timedelta(days=1)
