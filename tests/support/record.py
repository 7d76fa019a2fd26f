"""Values that could have been observed in battles, made up for a record: nobody has to fight for them."""

import numpy as np

from sim.claims.terms.counted import Counted
from sim.claims.testimony import scorable
from sim.scores.forecast import record_of


def observed(record, rows, seed=5):
    """Nested counts, shares in tenths, events and turns: shape (rows, asked)."""
    dice = np.random.default_rng(seed)  # noqa: TID251 (a test's own dice)
    values = np.empty((rows, len(record.asked)))
    for column, seen in enumerate(record.asked):
        if seen.sort == "share":
            values[:, column] = dice.integers(0, 11, rows) / 10
        else:
            values[:, column] = dice.integers(0, 3, rows)
    nodes = [(each, node) for each in record.terms if isinstance(each, Counted) for node in each.nodes]
    for _ in range(3):  # a column may stand in the trees of two sources
        for each, node in nodes:
            inside = sum(values[:, each.nodes[part].column] for part in node.parts)
            values[:, node.column] = np.maximum(values[:, node.column], inside + dice.integers(0, 20, rows))
    return values


def observed_by_claim(scenario, ends, rows):
    """The same for every scored claim that can be observed by then, by its name."""
    chosen = [id for id, claim in scenario.claims.items() if claim.scored != "carried"]
    record = record_of(scenario, ends, scorable(scenario, ends, chosen))
    values = observed(record, rows)
    return {id: values[:, number] for number, id in enumerate(record.claims)}
