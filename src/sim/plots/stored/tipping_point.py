"""The figure of `sim tipping-point`."""

from collections.abc import Mapping

import numpy as np

from sim.experiment.paired import from_plain
from sim.experiment.provenance import origin
from sim.experiment.stored import Output
from sim.plots import reversal as figure
from sim.plots.stored import Drawing
from sim.reversal.lever import Lever
from sim.reversal.search import Reversal, reversal


def figures(output: Output, asked: Mapping[str, str]) -> dict[str, Drawing]:
    """The curve."""
    lever = Lever.model_validate(output.manifest["settings"]["lever"])
    (measured,) = from_plain(output.manifest["measures"])
    caption = origin(output.manifest["fought"], output.manifest)
    return {"curve": lambda: figure.draw(reversal_of(output, lever), lever, measured, caption)}


def reversal_of(output: Output, lever: Lever) -> Reversal:
    """The search once more, with the battles that were fought: it asks for the same values, and all are there."""
    fought = {row["value"]: (row["events"], row["battles"]) for row in output.table("curve").to_pylist()}

    def events(value: float) -> np.ndarray:
        count, battles = fought[value]
        return np.repeat([1.0, 0.0], [count, battles - count])

    return reversal(output.manifest["base"], lever.low, lever.high, lever.step, events)
