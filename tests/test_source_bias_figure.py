"""The figure of what each source reports: its rows can be read, whatever the sources are called."""

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib import pyplot

from sim.battle.simulation import Simulation
from sim.likelihood.observation_model import build_observation_model
from sim.plots.calibration.source_bias import draw, find_biased_counts
from sim.plots.style import use_style
from sim.random_streams import make_generator
from sim.scenario import load
from sim.scenario.unknown_names import describe_unknown


def make_calibration(scenario):
    """What the figure needs of a calibration, with draws that nobody fitted."""
    simulation = Simulation(scenario)
    claims = [id for id, claim in scenario.claims.items() if claim.role == "calibration"]
    model = build_observation_model(scenario, simulation.end_hours, claims)
    names = list(find_biased_counts(model))
    prior, posterior = np.exp(make_generator("factors", 7).standard_normal((2, 200, len(names))))
    accepted = SimpleNamespace(parameter_names=names, prior_values=prior, parameter_values=posterior)
    target = SimpleNamespace(simulation=simulation, observation_model=model)
    return SimpleNamespace(accepted_posterior=accepted, target=target)


@pytest.mark.parametrize("longer", [1, 3])
@pytest.mark.parametrize("name", ["dec2014", "teaching", "shaer", "shiloh"])
def test_names_of_rows_do_not_overlap_and_stand_inside(name, longer):
    scenario = load(name)
    sources = {
        id: source.model_copy(update={"name": " of the ".join([source.name] * longer)})
        for id, source in scenario.sources.items()
    }
    scenario = scenario.model_copy(update={"sources": sources})
    with use_style():
        figure = draw(SimpleNamespace(calibration=make_calibration(scenario), caption="a caption"))
        assert figure is not None
        figure.canvas.draw()
        labels = [label for label in figure.axes[0].get_yticklabels() if label.get_text()]
        boxes = sorted((label.get_window_extent() for label in labels), key=lambda box: -box.y1)
        pyplot.close(figure)
    assert len(labels) >= 2
    for upper, lower in pairwise(boxes):
        assert lower.y1 <= upper.y0 + 1.0
    assert min(box.x0 for box in boxes) >= 0.0


@pytest.mark.parametrize("name", ["dec2014", "teaching", "khafji", "shaer"])
def test_factors_are_named_by_their_sources(name):
    scenario = load(name)
    assert scenario.source_model is not None
    for source, errors in scenario.source_model.sources.items():
        counts = [*errors.sides.values(), *([] if errors.equipment is None else [errors.equipment])]
        for each in counts:
            words = describe_unknown(scenario, each.bias)
            assert scenario.sources[source].name in words or "reporting factor" not in words
            assert "_" not in words
