"""Skill against baselines: which share of each baseline's score the simulation saves, with its interval."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.experiment.scoring import LOG, Rival, Split
from sim.experiment.store import Results
from sim.plots.style import FADED, HAIR, HEAD, INK, MARGIN, SAND, SMALL, balanced, foot, sheet
from sim.scenario.model import Scenario

ROW, TITLE, AXIS, APART = 0.3, 0.42, 0.5, 0.25  # inches
NAMES, PANEL, BETWEEN = 1.9, 2.55, 0.3  # inches: baselines, a panel, the gap beside it
FLOOR = -150.0  # per cent: what lies further left is drawn at the edge
PANELS = {
    "log_crps": "counts, on a log scale",
    "brier": "events and who holds what, yes or no",
    "ranked": "who holds a place, in three states",
    LOG: "all of it, by likelihood",
}
WORDS = {"calibration": "may teach the model", "holdout": "held out"}
NOTE = (
    "Right of the line the simulation does better, left of it (shaded) the baseline. Points: the share of the "
    "baseline's score that is saved; for the likelihood, nats for each term. Bars: 95% interval by resampling terms; "
    "none where there are fewer than five. Hollow: the interval holds no difference. In brackets: on how many claims "
    "or terms. Baselines that copy the record see what was told before each claim's day. "
    "A triangle: further left than the axis goes."
)


def draw(scenario: Scenario, results: Results, splits: list[Split], caption: str) -> Figure:
    """Baselines as rows, scores as panels, splits one below the other."""
    names = {split.name: list(dict.fromkeys(rival.baseline for rival in split.rivals)) for split in splits}
    width = 2 * MARGIN + NAMES + len(PANELS) * (PANEL + BETWEEN)
    below = foot(width, NOTE, caption)
    height = HEAD + below + sum(TITLE + ROW * len(names[split.name]) + AXIS + APART for split in splits)
    figure = sheet(
        width,
        height,
        title="The simulation against baselines that need none",
        subtitle="Skill by kind of score; claims that may teach the model and claims held out, each for itself",
        note=NOTE,
        caption=caption,
    )
    bottom = height - HEAD
    for split in splits:
        tall = ROW * len(names[split.name])
        bottom -= TITLE + tall
        for place, (score, title) in enumerate(PANELS.items()):
            left = MARGIN + NAMES + place * (PANEL + BETWEEN)
            axes = figure.add_axes((left / width, bottom / height, PANEL / width, max(tall, 0.1) / height))
            rivals = {rival.baseline: rival for rival in split.rivals if rival.score == score}
            panel(axes, names[split.name], rivals, score)
            axes.set_title(f"{balanced(title, 44)}\n{WORDS[split.name]}", loc="left", size=SMALL, weight="bold")
            if place == 0:
                for row, name in enumerate(names[split.name]):
                    text = name.replace("_", " ")
                    axes.text(-0.04, row, text, transform=axes.get_yaxis_transform(), ha="right", va="center")
        bottom -= AXIS + APART
    return figure


def panel(axes: Axes, names: list[str], rivals: dict[str, Rival], score: str) -> None:
    """One score of one split."""
    scale = 1.0 if score == LOG else 100.0
    floor = FLOOR if score != LOG else None
    ends = [0.0]
    for row, name in enumerate(names):
        if name not in rivals:
            across = axes.get_yaxis_transform()
            axes.text(0.98, row, "says nothing", transform=across, size=SMALL, color=FADED, ha="right", va="center")
            continue
        axes.axhline(row, color=HAIR, linewidth=0.4, zorder=1)
        ends += mark(axes, row, rivals[name], scale, floor)
    low, high = min(ends), max(ends)
    room = 0.08 * max(high - low, 1.0 if score == LOG else 20.0)
    axes.set_xlim(low - room, max(high + room, 105.0 if score != LOG else 0.5))
    axes.axvspan(axes.get_xlim()[0], 0, color=SAND, alpha=0.6, linewidth=0, zorder=0)
    axes.axvline(0, color=INK, linewidth=0.8, zorder=2)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("nats for each term" if score == LOG else "per cent of the baseline's score saved")


def mark(axes: Axes, row: int, rival: Rival, scale: float, floor: float | None) -> list[float]:
    """One baseline by one score; the ends of what was drawn."""
    value = scale * rival.skill.value
    interval = [scale * end for end in rival.skill.interval or (rival.skill.value, rival.skill.value)]
    shown = [value, *interval] if floor is None else [max(each, floor) for each in (value, *interval)]
    axes.plot(shown[1:], [row, row], color=INK, linewidth=1.6, solid_capstyle="butt", zorder=3)
    face = INK if rival.skill.sign else "white"
    beyond = floor is not None and value < floor
    axes.plot(shown[0], row, "<" if beyond else "o", markersize=5, markerfacecolor=face, markeredgecolor=INK, zorder=4)
    axes.annotate(
        f"({rival.skill.claims})",
        (shown[0], row),
        (0, 5),
        textcoords="offset points",
        size=6,
        color=FADED,
        ha="center",
        va="bottom",
    )
    return shown
