"""Claims as rows of a figure, source by source, as the scenario has them."""

from dataclasses import dataclass

from sim.experiment.scoring import Split, Told
from sim.scenario.model import Scenario


@dataclass(frozen=True)
class Row:
    """A claim and whether it is held out; or, without one, the name of the source of those that follow."""

    text: str
    told: Told | None = None
    said: str = ""
    held_out: bool = False


def rows_of(scenario: Scenario, splits: list[Split], sorts: tuple[str, ...]) -> list[Row]:
    """The claims of these sorts, each source's under its name."""
    chosen = [(each, split.name) for split in splits for each in split.told if each.question.sort in sorts]
    order = list(scenario.claims)
    chosen.sort(key=lambda pair: order.index(pair[0].question.claim))
    rows: list[Row] = []
    for id, source in scenario.sources.items():
        own = [(each, split) for each, split in chosen if scenario.claims[each.question.claim].source == id]
        if own:
            rows.append(Row(source.name[0].upper() + source.name[1:]))
        for each, split in own:
            claim = scenario.claims[each.question.claim]
            assert claim.value is not None
            rows.append(Row(claim.says, each, claim.value.said, split == "holdout"))
    return rows
