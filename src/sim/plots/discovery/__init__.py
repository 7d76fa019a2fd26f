"""The figure of the conditions under which an outcome turns, from what `sim scenario-discovery` reads."""

import importlib.util
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sim.discovery.asked import check, outcome_of
from sim.discovery.stored import read
from sim.discovery.tree import discover
from sim.experiment.provenance import origin, titled
from sim.experiment.stored import Output, StoredError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAME = "conditions"
ASKED = ("of", "above", "below")  # what it may be about


def conditions_of(output: Output, asked: Mapping[str, str]) -> dict[str, Callable[[], "Figure"]]:
    """The figure, where scikit-learn is installed and the output tells of conditions; if `asked`, it has to."""
    about = {name: value for name, value in asked.items() if name in ASKED}
    if importlib.util.find_spec("sklearn") is None:
        if about:
            raise StoredError(f"{NAME} needs sklearn: pip install 'sim[sensitivity]'")
        return {}
    try:
        stored = read(output.folder)
        outcome, text = outcome_of(stored, about)
        check(output.folder, stored)
    except StoredError:
        if about:
            raise
        return {}

    def draw() -> "Figure":
        from sim.plots.discovery import conditions

        fought = [titled(output.scenario), f"{len(outcome)} battles", f"seed {output.manifest['seed']}"]
        caption = origin([*fought, f"law: {output.manifest['law']}"], output.manifest)
        return conditions.draw(discover(stored.factors, outcome, stored.group), text, caption)

    return {NAME: draw}
