"""The figure from prior to posterior: unknowns with few effective draws are drawn as the others are, and marked."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim import random_streams
from sim.inference.diagnostics import MIN_ESS, ParameterSummary
from sim.plots.calibration import prior_to_posterior
from sim.scenario import load

N_PARAMETERS = 30
FEW = {"unknown_3", "unknown_20"}  # of which the first is among the most contracted, the second is not


def make_summary(n):
    name = f"unknown_{n}"
    quantiles = (1.0, 0.5, 2.0)
    ess = MIN_ESS / 2 if name in FEW else 2.0 * MIN_ESS
    return ParameterSummary(name, "1", quantiles, quantiles, 0.9 - 0.03 * n, 0.01, 0.1, ess)


@pytest.fixture
def figure(monkeypatch):
    """Those with few draws come last, as `summarize_parameters` has them."""
    summaries = sorted(map(make_summary, range(N_PARAMETERS)), key=lambda each: not each.is_ess_sufficient)
    monkeypatch.setattr(prior_to_posterior, "summarize_parameters", lambda posterior: summaries)
    names = tuple(f"unknown_{n}" for n in range(N_PARAMETERS))
    normals = random_streams.make_generator("figure", 1).standard_normal((100, N_PARAMETERS))
    posterior = SimpleNamespace(parameter_names=names, parameter_normals=normals)
    target = SimpleNamespace(simulation=SimpleNamespace(scenario=load("teaching")))
    calibration = SimpleNamespace(accepted_posterior=posterior, smc=SimpleNamespace(ess=700.0), target=target)
    return prior_to_posterior.draw(SimpleNamespace(calibration=calibration, caption="drawn for a test"))


def find_hollow_rows(figure):
    """The rows of markers whose face is white."""
    (axes,) = figure.axes
    lines = [line for line in axes.lines if line.get_marker() == "o" and line.get_markerfacecolor() == "white"]
    return {round(float(np.ravel(line.get_ydata())[0])) for line in lines}


def test_unknowns_with_few_draws_are_drawn_where_their_contraction_puts_them_and_are_hollow(figure):
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == [f"unknown {n}" for n in range(prior_to_posterior.MAX_PARAMETERS)]
    assert find_hollow_rows(figure) == {3, 20}


def test_the_words_stand_beside_them_and_in_the_note(figure):
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert [n for n, text in enumerate(texts) if "few draws" in text] == [3, 20]
    assert f"fewer than {MIN_ESS} effective draws" in prior_to_posterior.NOTE


def test_no_text_leaves_the_sheet(figure):
    figure.canvas.draw()
    for text in figure.axes[0].texts:
        extent = text.get_window_extent()
        assert extent.x1 <= figure.bbox.x1
        assert extent.x0 >= figure.bbox.x0
