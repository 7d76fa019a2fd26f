"""Forecasts as tables."""

from collections.abc import Sequence

import pyarrow as pa

from sim.experiment.score_tables import scores_table, skill_table, told_table
from sim.experiment.scoring import Split
from sim.findings.foreseen import Foreseen
from sim.scenario.model import Scenario


def forecast_tables(scenario: Scenario, found: Sequence[Foreseen]) -> dict[str, pa.Table]:
    """What was told beside its forecast, scores, skill, and what could not be asked; `split` is the name of the cut."""
    splits: list[Split] = [each.split for each in found if each.split is not None]
    unasked = [
        {"split": each.cut.name, "claim": claim}
        for each in found
        if each.ahead is not None
        for claim in each.ahead.unasked
    ]
    return {
        "told": told_table(scenario, splits),
        "scores": scores_table(splits),
        "skill": skill_table(splits),
        "unasked": pa.Table.from_pylist(unasked, schema=pa.schema([("split", pa.string()), ("claim", pa.string())])),
    }
