"""Claims as rows of a figure: by source for a comparison, by cutoff for a forecast."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.plots.fan_chart import draw_interval_bar, find_side_colour, format_count_axis
from sim.plots.style import (
    DARK_GREY,
    HEADER_HEIGHT,
    LIGHT_GREY,
    MARGIN,
    SMALL_FONT,
    compute_footer_height,
    make_figure,
    wrap_balanced,
)
from sim.scenario.descriptions import capitalize
from sim.scenario.evidence import Claim
from sim.scenario.model import Scenario
from sim.scoring.claim_comparison import claim_observable
from sim.scoring.evaluate import ClaimForecast, SplitEvaluation

if TYPE_CHECKING:
    from sim.analysis.forecast import SealedForecast


@dataclass(frozen=True)
class RowLayout:
    """Inches of a row, of the axis below, and of the columns of claims, panel and phrases; characters of a line."""

    row_height: float
    axis_height: float
    name_width: float
    panel_width: float
    phrase_width: float
    max_chars: int


@dataclass(frozen=True)
class ClaimRow:
    """A claim and whether it is held out; or, without one, the name of the source of the rows that follow."""

    text: str
    scored_claim: ClaimForecast | None = None
    phrase: str = ""
    is_held_out: bool = False


def build_claim_rows(scenario: Scenario, splits: Sequence[SplitEvaluation], kinds: tuple[str, ...]) -> list[ClaimRow]:
    """The claims of these kinds, those of each source under its name."""
    chosen = [(each, split.name) for split in splits for each in split.claim_forecasts if each.target.kind in kinds]
    order = list(scenario.claims)
    chosen.sort(key=lambda pair: order.index(pair[0].target.claim))
    rows: list[ClaimRow] = []
    for id, source in scenario.sources.items():
        source_claims = [(each, split) for each, split in chosen if scenario.claims[each.target.claim].source == id]
        if source_claims:
            rows.append(ClaimRow(capitalize(source.name)))
        for each, split in source_claims:
            claim = scenario.claims[each.target.claim]
            rows.append(ClaimRow(claim.statement, each, format_phrase(claim), split == "holdout"))
    return rows


def format_phrase(claim: Claim) -> str:
    """What a source says in a word or a number; a share in per cent.

    Examples
    --------
    >>> from sim import load
    >>> claims = load("teaching").claims
    >>> [format_phrase(claims[id]) for id in ("first_day_dead_gazette", "village_taken", "hill_regained")]
    ['exactly 12', 'part', 'most']
    """
    assert claim.value is not None
    phrase, low, high = claim.value.phrase, claim.value.low, claim.value.high
    if claim_observable(claim).quantity != "share" or not any(letter.isdigit() for letter in phrase):
        return phrase
    if high >= 1:
        return f"at least {100 * low:.0f} %"
    return f"at most {100 * high:.0f} %" if low <= 0 else f"{100 * low:.0f} to {100 * high:.0f} %"


def make_claim_figure(
    rows: list[ClaimRow], layout: RowLayout, *, title: str, subtitle: str, note: str, caption: str
) -> tuple[Figure, Axes]:
    """A figure with an empty panel that has a line for each row, the first at the top."""
    width = 2 * MARGIN + layout.name_width + layout.panel_width + layout.phrase_width
    panel_height = layout.row_height * max(len(rows), 1)
    footer_height = compute_footer_height(width, note, caption)
    height = HEADER_HEIGHT + panel_height + layout.axis_height + footer_height
    figure = make_figure(width, height, title=title, subtitle=subtitle, note=note, caption=caption)
    box = (
        (MARGIN + layout.name_width) / width,
        (footer_height + layout.axis_height) / height,
        layout.panel_width / width,
        panel_height / height,
    )
    axes = figure.add_axes(box)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    return figure, axes


def draw_row_labels(axes: Axes, position: int, row: ClaimRow, layout: RowLayout) -> None:
    """Write beside the panel: a claim and the phrase of its source, or the name of a source."""
    transform = axes.get_yaxis_transform()
    if row.scored_claim is None:
        axes.text(
            -0.02,
            position + 0.1,
            row.text,
            transform=transform,
            ha="right",
            va="center",
            weight="bold",
            size=SMALL_FONT,
        )
        axes.axhline(position + 0.5, color=LIGHT_GREY, linewidth=0.5)
        return
    axes.text(
        -0.02,
        position,
        wrap_balanced(row.text, layout.max_chars),
        transform=transform,
        ha="right",
        va="center",
        size=SMALL_FONT,
    )
    axes.text(1.02, position, row.phrase, transform=transform, ha="left", va="center", size=SMALL_FONT)


ROW_HEIGHT, AXIS_HEIGHT, PANEL_GAP = 0.32, 0.55, 0.45  # inches
NAME_WIDTH, PANEL_WIDTH, PHRASE_WIDTH = 4.1, 5.2, 1.2
MAX_ROWS = 120  # of each panel
FORECAST_NOTE = (
    "Counts: the middle 50 and 90 per cent of what the source was forecast to report, the tick is the median; symbol: "
    "what it reported later, a black line goes as far as its words do. Events and who holds what: the chance that it "
    "would be reported, with its 95% interval; all of them were reported, so that further right is better. The axis of "
    "counts is a square root."
)


def draw_forecasts(
    scenario: Scenario, forecasts: "Sequence[SealedForecast]", title: str, caption: str
) -> Figure | None:
    """Counts above, events below, cutoff by cutoff; None if there is no claim."""
    count_rows = build_forecast_rows(forecasts, ("count",))
    event_rows = build_forecast_rows(forecasts, ("event", "share"))
    panels = [
        (rows[:MAX_ROWS], draw_rows)
        for rows, draw_rows in ((count_rows, draw_counts), (event_rows, draw_events))
        if rows
    ]
    n_omitted = sum(max(0, len(rows) - MAX_ROWS) for rows in (count_rows, event_rows))
    note = f"{FORECAST_NOTE} {n_omitted:,} more rows are in the tables of the output." if n_omitted else FORECAST_NOTE
    width = 2 * MARGIN + NAME_WIDTH + PANEL_WIDTH + PHRASE_WIDTH
    footer_height = compute_footer_height(width, note, caption)
    if not panels:
        return None
    height = (
        HEADER_HEIGHT
        + sum(ROW_HEIGHT * len(rows) + AXIS_HEIGHT + PANEL_GAP for rows, _ in panels)
        - PANEL_GAP
        + footer_height
    )
    figure = make_figure(
        width,
        height,
        title=title,
        subtitle=format_forecast_subtitle(forecasts),
        note=note,
        caption=caption,
    )
    top = height - HEADER_HEIGHT
    for rows, draw_rows in panels:
        panel_height = ROW_HEIGHT * len(rows)
        bottom = top - panel_height
        box = ((MARGIN + NAME_WIDTH) / width, bottom / height, PANEL_WIDTH / width, panel_height / height)
        axes = figure.add_axes(box)
        draw_rows(axes, rows, scenario)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        top = bottom - AXIS_HEIGHT - PANEL_GAP
    return figure


def format_forecast_subtitle(forecasts: "Sequence[SealedForecast]") -> str:
    """Forecasts or hindcasts, by what was known of later orders."""
    kinds = {"free": "Forecasts", "given_orders": "Hindcasts with the recorded orders"}
    return f"{kinds[forecasts[0].mode]} from posterior battles that are fought on after each cut"


ForecastRow = str | ClaimForecast


def build_forecast_rows(forecasts: "Sequence[SealedForecast]", kinds: tuple[str, ...]) -> list[ForecastRow]:
    """The claims of these kinds, those of each cutoff under its label."""
    rows: list[ForecastRow] = []
    for each in forecasts:
        cutoff_claims = (
            [] if each.score is None else [claim for claim in each.score.claim_forecasts if claim.target.kind in kinds]
        )
        rows += [each.cutoff.label, *cutoff_claims] if cutoff_claims else []
    return rows


def draw_forecast_labels(axes: Axes, position: int, row: ForecastRow, scenario: Scenario) -> bool:
    """Write the text beside a row; return whether it is a claim."""
    transform = axes.get_yaxis_transform()
    if isinstance(row, str):
        text = wrap_balanced(row, 120)
        axes.text(
            -0.76, position + 0.1, text, transform=transform, ha="left", va="center", weight="bold", size=SMALL_FONT
        )
        axes.axhline(position + 0.5, color=LIGHT_GREY, linewidth=0.5)
        return False
    claim = scenario.claims[row.target.claim]
    source = scenario.sources[claim.source].name
    text = wrap_balanced(f"{claim.statement} ({source})", 72)
    axes.text(-0.02, position, text, transform=transform, ha="right", va="center", size=SMALL_FONT, linespacing=0.95)
    axes.text(1.02, position, format_phrase(claim), transform=transform, ha="left", va="center", size=SMALL_FONT)
    return True


def draw_counts(axes: Axes, rows: list[ForecastRow], scenario: Scenario) -> None:
    """Draw counts on a square-root axis."""
    ends = [1.0]
    for number, row in enumerate(rows):
        if not draw_forecast_labels(axes, number, row, scenario):
            continue
        assert not isinstance(row, str)
        draw_interval_bar(axes, number, row.quantiles, find_side_colour(scenario, row.target.claim))
        cell = row.target.observed_bin
        high = cell.high if math.isfinite(cell.high) else 2.0 * cell.low + 2.0
        axes.plot([cell.low, high], [number, number], color=DARK_GREY, linewidth=1.4, solid_capstyle="butt", zorder=4)
        axes.plot(cell.low, number, "o", markersize=4.5, color=DARK_GREY, zorder=5, clip_on=False)
        ends += [row.quantiles[4], high]
    format_count_axis(axes, 1.08 * max(ends), "people or pieces, as reported")


def draw_events(axes: Axes, rows: list[ForecastRow], scenario: Scenario) -> None:
    """Draw the forecast probabilities of what was reported."""
    axes.axvline(50, color=LIGHT_GREY, linewidth=0.8)
    for number, row in enumerate(rows):
        if not draw_forecast_labels(axes, number, row, scenario):
            continue
        assert not isinstance(row, str)
        low, high = (100 * end for end in row.probability_interval)
        axes.plot([0, 100 * row.probability], [number, number], color=LIGHT_GREY, linewidth=3, solid_capstyle="butt")
        axes.plot([low, high], [number, number], color=DARK_GREY, linewidth=1.4, solid_capstyle="butt")
        axes.plot(100 * row.probability, number, "o", markersize=4.5, color=DARK_GREY, zorder=5, clip_on=False)
    axes.set_xlim(0, 100)
    axes.set_xlabel("chance that it would be reported, in 100")
