"""Figures laid out for paper: type that can be read, nothing outside, no panel over another."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from sim.plots.paper_layout import MIN_PRINT_SIZE, find_layout_width, fit_to_paper
from sim.plots.style import SMALL_FONT, make_figure, use_style

NAMES = st.lists(st.text("abcdefgh ", min_size=1, max_size=60).map(str.strip).filter(bool), min_size=1, max_size=5)


def draw_panels(names: list[str], n_panels: int) -> Figure:
    """Panels beside one another, only the first of which has the names of the rows, as in a forest of effects."""
    figure = make_figure(12.0, 4.0, title="A title " * 6, subtitle="of it", note="A note. " * 30, caption="where from")
    for number in range(n_panels):
        axes = figure.add_axes((0.25 + 0.7 * number / n_panels, 0.3, 0.6 / n_panels, 0.45))
        axes.plot([1.0] * len(names), range(len(names)), "o")
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.set_yticks(range(len(names)), names if number == 0 else [""] * len(names))
        axes.set_xlabel(f"what panel {number} shows")
    return figure


@pytest.mark.slow
@pytest.mark.parametrize("millimetres", [90, 180])
@given(names=NAMES, n_panels=st.integers(1, 4))
@settings(max_examples=6, deadline=None)
def test_panels_stay_apart_inside_the_figure_with_their_names(millimetres, names, n_panels):
    with use_style():
        figure = draw_panels(names, n_panels)
        fit_to_paper(figure, millimetres / 25.4)
    width, height = figure.get_size_inches()
    assert width == pytest.approx(find_layout_width(millimetres / 25.4))
    assert SMALL_FONT * millimetres / 25.4 / width >= MIN_PRINT_SIZE - 1e-9
    boxes = [axes.get_tightbbox() for axes in figure.axes]
    for box in boxes:
        assert box.x0 >= 0
        assert box.y0 >= 0
        assert box.x1 <= width * figure.dpi + 1
        assert box.y1 <= height * figure.dpi + 1
    assert not [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])]
    labelled = [axes for axes in figure.axes if any(label.get_text() for label in axes.get_yticklabels())]
    assert {axes.get_position().y0 for axes in labelled} == {axes.get_position().y0 for axes in figure.axes}


def test_a_figure_that_is_narrow_enough_stays_as_it_is():
    with use_style():
        figure = make_figure(4.0, 3.0, title="A title", subtitle="of it", note="a note", caption="where from")
        axes = figure.add_axes((0.2, 0.3, 0.7, 0.4))
        fit_to_paper(figure, 90 / 25.4)
    assert figure.get_size_inches().tolist() == [4.0, 3.0]
    assert axes.get_position().bounds == pytest.approx((0.2, 0.3, 0.7, 0.4))
