"""Two outputs beside each other: each outcome of both with its interval."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis.output_differences import ALL_BATTLES, OutcomeDifference
from sim.outputs.formatting import find_display_scale, find_display_unit, format_measure_title
from sim.outputs.provenance import format_origin
from sim.plots.interval_rows import make_interval_figure
from sim.plots.registry import FigureSpec
from sim.plots.style import DARK_GREY, GREY, SMALL_FONT
from sim.scoring.intervals import IntervalEstimate
from sim.storage.manifest import DiffManifest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.storage.reader import StoredOutput

MAX_ROWS = 40
OFFSET = 0.16  # of a row: A above its middle, B below
NOTE = (
    "Points: means; bars: their 95% intervals, of each output by itself. Filled: the interval of the difference of "
    "the two, paired where the battles are, excludes 0; hollow: it does not."
)


@dataclass(frozen=True)
class DiffData:
    """Outcomes of two outputs, and the names of both."""

    outcomes: Sequence[OutcomeDifference]
    labels: tuple[str, str]
    caption: str


def load_diff_data(output: "StoredOutput", options: "Mapping[str, str]") -> DiffData:
    """Read the outcomes of both."""
    from sim.analysis.diff_tables import parse_outcome_differences

    manifest = output.require(DiffManifest)
    outcomes = parse_outcome_differences(output.read_table("outcome_differences"))
    labels = manifest.first.label, manifest.second.label
    return DiffData(outcomes, labels, format_origin(manifest.caption_parts, manifest))


FIGURE = FigureSpec("outcome_differences", ("diff",), load_diff_data)


def draw(data: DiffData) -> Figure:
    """Outcomes as rows, events and losses; a panel for each unit, so that no axis has two."""
    rows = select_rows(data.outcomes)
    units = list(dict.fromkeys(find_unit(each) for each in rows))
    left_out = "" if len(rows) == len(data.outcomes) else f"; {len(rows)} of {len(data.outcomes)} outcomes"
    figure, panels = make_interval_figure(
        [name_row(each) for each in rows],
        units,
        title="Two outputs beside each other",
        subtitle=f"A: {data.labels[0]}; B: {data.labels[1]}{left_out}",
        note=NOTE,
        caption=data.caption,
    )
    for unit, axes in zip(units, panels, strict=True):
        axes.set_xlabel(unit)
        for row, each in enumerate(rows):
            if find_unit(each) == unit:
                draw_pair(axes, row, each)
    panels[-1].legend(loc="lower right", bbox_to_anchor=(1.02, 0.98), ncols=2, frameon=False, fontsize=SMALL_FONT)
    return figure


def select_rows(outcomes: Sequence[OutcomeDifference]) -> list[OutcomeDifference]:
    """Events and losses first, then what clearly differs, as many as can be read; at most three units."""
    ordered = sorted(outcomes, key=lambda each: (not each.measure.is_event, not each.is_significant))
    units = list(dict.fromkeys(find_unit(each) for each in ordered))[:3]
    return [each for each in ordered if find_unit(each) in units][:MAX_ROWS]


def find_unit(each: OutcomeDifference) -> str:
    """The unit of a row's axis."""
    return "battles in 100" if each.measure.is_event else find_display_unit(each.measure)


def name_row(each: OutcomeDifference) -> str:
    """What a row is about."""
    title = format_measure_title(each.measure)
    return title if each.case == ALL_BATTLES else f"{each.case}: {title}"


def draw_pair(axes: Axes, row: int, each: OutcomeDifference) -> None:
    """A above B, each with its interval."""
    scale = find_display_scale(each.measure)
    pairs: tuple[tuple[str, float, IntervalEstimate, str], ...] = (
        ("A", -OFFSET, each.first, GREY),
        ("B", OFFSET, each.second, DARK_GREY),
    )
    labelled = axes.get_legend_handles_labels()[1]
    for name, offset, mean, colour in pairs:
        y = row + offset
        axes.plot([scale * mean.low, scale * mean.high], [y, y], color=colour, linewidth=1.6, solid_capstyle="butt")
        axes.plot(
            scale * mean.value,
            y,
            "o" if name == "A" else "s",
            markersize=4.5,
            markerfacecolor=colour if each.is_significant else "white",
            markeredgecolor=colour,
            zorder=3,
            label=None if name in labelled else name,
        )
