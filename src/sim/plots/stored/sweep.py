"""The figures of `sim sweep`."""

from collections.abc import Mapping
from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np

from sim.experiment.paired import from_plain
from sim.experiment.provenance import origin
from sim.experiment.stored import Output
from sim.experiment.sweep import Swept
from sim.plots import sweep
from sim.plots.discovery import conditions_of
from sim.plots.stored import Drawing

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def figures(output: Output, asked: Mapping[str, str]) -> dict[str, Drawing]:
    """The figures of sweeps that are for such a one, and the conditions under which the outcome turns."""
    caption = origin(output.manifest["fought"], output.manifest)

    @cache
    def swept() -> Swept:
        return swept_of(output)

    def draw(name: str) -> "Figure":
        figure = sweep.draw(name, swept(), output.manifest["of"], caption)
        assert figure is not None  # those that are not for such a sweep are not offered
        return figure

    found: dict[str, Drawing] = {name: partial(draw, name) for name in sweep.names() if sweep.applies(name, swept())}
    return found | conditions_of(output, asked)


def swept_of(output: Output) -> Swept:
    """Points and battles as they were fought; a level that stands in a column of mixed kinds is text."""
    factors = tuple(output.manifest["factors"])
    measures = from_plain(output.manifest["measures"])
    points = output.table("points").select(factors).to_pylist()
    outcomes = output.table("outcomes")
    values = np.column_stack([outcomes[each.id].to_numpy() for each in measures])
    return Swept(factors, points, measures, outcomes["point"].to_numpy(), outcomes["replication"].to_numpy(), values)
