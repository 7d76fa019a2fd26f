"""Skill against baselines: which share of each baseline's score the simulation saves, with its interval."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.plots.figure_data import ScoreData, load_score_data
from sim.plots.registry import FigureSpec
from sim.plots.style import (
    DARK_GREY,
    GREY,
    HEADER_HEIGHT,
    LIGHT_GREY,
    MARGIN,
    NEUTRAL,
    SMALL_FONT,
    compute_footer_height,
    make_figure,
    wrap_balanced,
)
from sim.scenario.descriptions import capitalize
from sim.scoring.baselines import find_display_name
from sim.scoring.evaluate import LOG_SCORE, BaselineScore

ROW_HEIGHT, TITLE_HEIGHT, AXIS_HEIGHT, SPLIT_GAP = 0.3, 0.42, 0.5, 0.25  # inches
NAME_WIDTH, PANEL_WIDTH, PANEL_GAP = 1.9, 2.55, 0.3  # inches: baselines, a panel, the gap beside it
NAME_LENGTH = 24  # letters in a line of a name
MIN_SKILL_PERCENT = -150.0  # per cent: what lies further left is drawn at the edge
PANEL_TITLES = {
    "log_crps": "counts, on a log scale",
    "brier": "events and who holds what, yes or no",
    "rps": "who holds a place, in three states",
    LOG_SCORE: "all of it, by likelihood",
}
SPLIT_LABELS = {"calibration": "may teach the model", "holdout": "held out"}
NOTE = (
    "Right of the line the simulation does better, left of it (shaded) the baseline. Points: the share of the "
    "baseline's score that is saved; for the likelihood, nats for each term. Bars: 95% interval over terms by "
    "Student's t; none where there are fewer than five, or where it has no end. "
    "Hollow: the interval holds no difference. In brackets: on how many claims "
    "or terms. Baselines that copy the record know what was reported before each claim's day. "
    "A triangle: further left than the axis goes."
)


FIGURE = FigureSpec("skill", ("score",), load_score_data)


def draw(data: ScoreData) -> Figure:
    """Baselines as rows, scores as panels, splits one below the other."""
    splits = data.splits
    names = {split.name: list(dict.fromkeys(rival.baseline for rival in split.baseline_scores)) for split in splits}
    width = 2 * MARGIN + NAME_WIDTH + len(PANEL_TITLES) * (PANEL_WIDTH + PANEL_GAP)
    footer_height = compute_footer_height(width, NOTE, data.caption)
    height = (
        HEADER_HEIGHT
        + footer_height
        + sum(TITLE_HEIGHT + ROW_HEIGHT * len(names[split.name]) + AXIS_HEIGHT + SPLIT_GAP for split in splits)
    )
    figure = make_figure(
        width,
        height,
        title="The simulation against baselines that need none",
        subtitle="Skill by kind of score; claims that may teach the model and claims held out, each for itself",
        note=NOTE,
        caption=data.caption,
    )
    bottom = height - HEADER_HEIGHT
    for split in splits:
        panel_height = ROW_HEIGHT * len(names[split.name])
        bottom -= TITLE_HEIGHT + panel_height
        for panel_index, (score, title) in enumerate(PANEL_TITLES.items()):
            left = MARGIN + NAME_WIDTH + panel_index * (PANEL_WIDTH + PANEL_GAP)
            axes = figure.add_axes(
                (left / width, bottom / height, PANEL_WIDTH / width, max(panel_height, 0.1) / height)
            )
            baseline_scores = {rival.baseline: rival for rival in split.baseline_scores if rival.score == score}
            draw_panel(axes, names[split.name], baseline_scores, score)
            axes.set_title(
                f"{wrap_balanced(title, 44)}\n{SPLIT_LABELS[split.name]}", loc="left", size=SMALL_FONT, weight="bold"
            )
            if panel_index == 0:
                for row, name in enumerate(names[split.name]):
                    text = wrap_balanced(capitalize(find_display_name(name)), NAME_LENGTH)
                    axes.text(-0.04, row, text, transform=axes.get_yaxis_transform(), ha="right", va="center")
        bottom -= AXIS_HEIGHT + SPLIT_GAP
    return figure


def draw_panel(axes: Axes, names: list[str], baseline_scores: dict[str, BaselineScore], score: str) -> None:
    """One score of one split."""
    scale = 1.0 if score == LOG_SCORE else 100.0
    floor = MIN_SKILL_PERCENT if score != LOG_SCORE else None
    ends = [0.0]
    for row, name in enumerate(names):
        if name not in baseline_scores:
            transform = axes.get_yaxis_transform()
            axes.text(
                0.98, row, "says nothing", transform=transform, size=SMALL_FONT, color=GREY, ha="right", va="center"
            )
            continue
        axes.axhline(row, color=LIGHT_GREY, linewidth=0.4, zorder=1)
        ends += draw_skill(axes, row, baseline_scores[name], scale, floor)
    low, high = min(ends), max(ends)
    padding = 0.08 * max(high - low, 1.0 if score == LOG_SCORE else 20.0)
    axes.set_xlim(low - padding, max(high + padding, 105.0 if score != LOG_SCORE else 0.5))
    axes.axvspan(axes.get_xlim()[0], 0, color=NEUTRAL, alpha=0.6, linewidth=0, zorder=0)
    axes.axvline(0, color=DARK_GREY, linewidth=0.8, zorder=2)
    axes.set_ylim(len(names) - 0.5, -0.7)  # a row's number stands above its point
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("nats for each term" if score == LOG_SCORE else "per cent of the baseline's score saved")


def draw_skill(axes: Axes, row: int, baseline_score: BaselineScore, scale: float, floor: float | None) -> list[float]:
    """Draw the skill against one baseline by one score; return the ends of what was drawn."""
    value = scale * baseline_score.skill.value
    interval = [
        scale * end for end in baseline_score.skill.interval or (baseline_score.skill.value, baseline_score.skill.value)
    ]
    drawn_values = [value, *interval] if floor is None else [max(each, floor) for each in (value, *interval)]
    axes.plot(drawn_values[1:], [row, row], color=DARK_GREY, linewidth=1.6, solid_capstyle="butt", zorder=3)
    face_colour = DARK_GREY if baseline_score.skill.sign else "white"
    is_off_axis = floor is not None and value < floor
    axes.plot(
        drawn_values[0],
        row,
        "<" if is_off_axis else "o",
        markersize=5,
        markerfacecolor=face_colour,
        markeredgecolor=DARK_GREY,
        zorder=4,
    )
    axes.annotate(
        f"({baseline_score.skill.n_claims})",
        (drawn_values[0], row),
        (0, 5),
        textcoords="offset points",
        size=SMALL_FONT,
        color=GREY,
        ha="center",
        va="bottom",
    )
    return drawn_values
