"""The figures of `sim run`."""

from collections.abc import Mapping
from functools import cache, partial

from sim import plots
from sim.experiment.store import Results, results_of
from sim.experiment.stored import Output
from sim.plots.discovery import conditions_of
from sim.plots.stored import Drawing


def figures(output: Output, asked: Mapping[str, str]) -> dict[str, Drawing]:
    """One for each file of plots, and the conditions under which the outcome turns."""

    @cache
    def results() -> Results:
        return results_of(output)

    found: dict[str, Drawing] = {
        name: partial(lambda name: plots.draw(name, output.scenario, results()), name) for name in plots.names()
    }
    return found | conditions_of(output, asked)
