"""The figures of `sim whatif`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from sim.experiment.paired import BASE, Comparison, from_plain
from sim.experiment.provenance import origin
from sim.experiment.stored import Output
from sim.plots import whatif
from sim.plots.stored import Drawing

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Told:
    """A change as it was told of."""

    name: str
    says: str


def figures(output: Output, asked: Mapping[str, str]) -> dict[str, Drawing]:
    """One for each file of figures of what-ifs."""
    caption = origin(output.manifest["fought"], output.manifest)

    @cache
    def compared() -> tuple[list[Told], Comparison]:
        return changes_of(output), comparison_of(output)

    def draw(name: str) -> "Figure":
        changes, comparison = compared()
        return whatif.draw(name, output.scenario, changes, comparison, caption)

    return {name: partial(draw, name) for name in whatif.names()}


def changes_of(output: Output) -> list[Told]:
    """The changes in the order in which they were asked."""
    rows = output.table("differences").select(["change", "says"]).to_pylist()
    return [Told(*pair) for pair in dict.fromkeys((row["change"], row["says"]) for row in rows)]


def comparison_of(output: Output) -> Comparison:
    """Every measure of every battle."""
    table = output.table("pairs")
    measures = from_plain(output.manifest["measures"])
    cases = {}
    for case in [BASE, *output.manifest["changes"]]:
        rows = table.filter(pc.equal(table["case"].cast("string"), case))
        cases[case] = np.column_stack([rows[each.id].to_numpy() for each in measures])
    return Comparison(measures, cases.pop(BASE), cases, output.manifest["results_digest"])
