"""The figures of `sim score`, from the run that it compares: that is scored once more, and nothing is fought."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiment.observed import claims_of
from sim.experiment.provenance import origin
from sim.experiment.scoring import Battles, Split, score
from sim.experiment.store import Results, results_of
from sim.experiment.stored import Output, StoredError, opened
from sim.plots import compare
from sim.plots.stored import Drawing

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def figures(output: Output, asked: Mapping[str, str]) -> dict[str, Drawing]:
    """One for each file of figures of comparisons."""
    caption = origin(output.manifest["fought"], output.manifest)

    @cache
    def compared() -> tuple[Results, list[Split]]:
        source = source_of(output)
        return results_of(source), splits_of(output, source)

    def draw(name: str) -> "Figure":
        return compare.draw(name, output.scenario, *compared(), caption)

    return {name: partial(draw, name) for name in compare.names()}


def source_of(output: Output) -> Output:
    """The run that is compared; raise StoredError if it is not there any more, or another one is."""
    folder = Path(output.manifest["compared"])
    try:
        source = opened(folder)
    except StoredError as error:
        raise StoredError(f"{output.folder}: the run that it compares can't be read: {error}") from error
    if source.manifest["results_digest"] != output.manifest["compared_digest"]:
        raise StoredError(f"{output.folder}: {folder} is not the run that it compares")
    return source


def splits_of(output: Output, source: Output) -> list[Split]:
    """What the comparison found."""
    settings = source.manifest["settings"]
    scenario = source.scenario
    until = scenario.ends if settings["until"] is None else datetime.fromisoformat(settings["until"])
    replications, values = claims_of(source.folder, output.manifest["battles"])
    return score(Battles(scenario, scenario.hours(until), values, settings["seed"], replications))
