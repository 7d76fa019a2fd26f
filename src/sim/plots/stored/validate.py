"""The figures of `sim validate`."""

from collections.abc import Mapping
from functools import cache, partial
from typing import TYPE_CHECKING

from sim.experiment.stored import Output
from sim.plots import validation
from sim.plots.stored import Drawing
from sim.validation.curves import Curves, curves_of, finding_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def figures(output: Output, asked: Mapping[str, str]) -> dict[str, Drawing]:
    """One for each set of data."""

    @cache
    def curves() -> Curves:
        return curves_of(output.table("curves"))

    def draw(name: str, title: str) -> "Figure":
        return validation.draw(finding_of(name, title, curves()[name]), output.manifest["made"])

    return {name: partial(draw, name, title) for name, title in output.manifest["findings"].items()}
