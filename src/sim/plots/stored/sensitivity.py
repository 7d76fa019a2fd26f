"""The figures of `sim sensitivity`."""

from collections.abc import Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiment.paired import from_plain
from sim.experiment.provenance import origin
from sim.experiment.stored import Output
from sim.plots import sensitivity
from sim.plots.discovery import conditions_of
from sim.plots.stored import Drawing
from sim.sensitivity.battles import Decisive
from sim.sensitivity.indices import Effect, Share

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def figures(output: Output, asked: Mapping[str, str]) -> dict[str, Drawing]:
    """One for each file of figures of sensitivity, and the conditions under which the outcome turns."""
    caption = origin(output.manifest["fought"], output.manifest)

    @cache
    def found() -> Decisive:
        return decisive_of(output)

    def draw(name: str) -> "Figure":
        return sensitivity.draw(name, found(), output.manifest["of"], caption)

    own: dict[str, Drawing] = {name: partial(draw, name) for name in sensitivity.names()}
    return own | conditions_of(output, asked)


def decisive_of(output: Output) -> Decisive:
    """Shares and effects as they were found, with the battles behind them."""
    battles = output.table("battles")
    measures = from_plain(output.manifest["measures"])
    shares: dict[str, list[Share] | None] = dict.fromkeys(output.manifest["of"])
    for row in output.table("shares").to_pylist():
        numbers = (row["alone"], row["alone_half"], row["in_all"], row["in_all_half"])
        shares[row["measure"]] = [*(shares[row["measure"]] or []), Share(row["factor"], *numbers)]
    effects: dict[str, list[Effect]] = {}
    for row in output.table("effects").to_pylist():
        effects.setdefault(row["measure"], []).append(effect_of(row))
    parameters = {name[2:]: battles[name].to_numpy() for name in battles.column_names if name.startswith("p_")}
    return Decisive(
        measures,
        tuple(output.manifest["factors"]),
        effects,
        shares,
        parameters,
        np.column_stack([battles[each.id].to_numpy() for each in measures]),
        output.manifest["screened"],
    )


def effect_of(row: dict[str, Any]) -> Effect:
    """A row of the table of effects."""
    return Effect(row["factor"], row["size"], row["size_half"], row["spread"])
