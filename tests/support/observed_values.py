"""Values that could have been observed in battles, made up for an observation model without any battle."""

import numpy as np

from sim.likelihood.count_tree import CountTree
from sim.likelihood.observation_model import select_scorable_claims
from sim.scoring.forecast import build_claim_model


def draw_values(model, rows, seed=5):
    """Nested counts, shares in tenths, events and ranks: shape (rows, observables)."""
    generator = np.random.default_rng(seed)  # noqa: TID251 (a test's own random numbers)
    values = np.empty((rows, len(model.observables)))
    for column, observable in enumerate(model.observables):
        if observable.quantity == "share":
            values[:, column] = generator.integers(0, 11, rows) / 10
        else:
            values[:, column] = generator.integers(0, 3, rows)
    nodes = [(term, node) for term in model.terms if isinstance(term, CountTree) for node in term.nodes]
    for _ in range(3):  # a column may stand in the trees of two sources
        for term, node in nodes:
            total = sum(values[:, term.nodes[part].column] for part in node.parts)
            values[:, node.column] = np.maximum(values[:, node.column], total + generator.integers(0, 20, rows))
    return values


def draw_values_by_claim(scenario, ends, rows):
    """The same for every scored claim that can be observed by then, by its name."""
    scored = [id for id, claim in scenario.claims.items() if claim.role != "context"]
    model = build_claim_model(scenario, ends, select_scorable_claims(scenario, ends, scored))
    values = draw_values(model, rows)
    return {id: values[:, number] for number, id in enumerate(model.claims)}
