"""Orders that the scenario's author chose, and what each does to the prior chance of claims about the same place."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np

from sim.analysis.posterior_predictive import apply_scenario_edits
from sim.battle.simulation import Simulation
from sim.runs.replicate import Study, choose_engine, run_study
from sim.scenario.evidence import Claim
from sim.scenario.model import Scenario
from sim.scoring.claim_comparison import select_observable_claims
from sim.types import Edit

MAX_LOWERED = 0.1  # by how much a choice of ours may lower the chance of a claim without a mark


@dataclass(frozen=True)
class OrderEffect:
    """The chance of a claim with an order and without it; `low` and `high` hold for all effects at once, 95% in all."""

    order: str
    claim: str
    with_order: float
    without_order: float
    low: float  # of the difference that the order makes
    high: float

    @property
    def difference(self) -> float:
        """What the order adds to the chance of the claim."""
        return self.with_order - self.without_order

    @property
    def is_marked(self) -> bool:
        """Whether it lowers the chance by more than a tenth, and by more than luck explains."""
        return round(self.difference, 9) < -MAX_LOWERED and self.high < 0.0  # 0.3 - 0.4 is a tenth, and no more


def list_order_claims(scenario: Scenario, ends: float) -> dict[str, list[str]]:
    """For each order that has a rationale of ours: the scored claims about its target that it is not based on."""
    claims = {id: claim for id, claim in select_observable_claims(scenario, ends).items() if claim.role != "context"}
    found = {
        id: [
            name for name, claim in claims.items() if order.target in list_places(claim) and name not in order.based_on
        ]
        for id, order in scenario.active_orders.items()
        if order.rationale is not None
    }
    return {id: names for id, names in found.items() if names}


def list_places(claim: Claim) -> tuple[str, ...]:
    """The places that a claim's observable is about; none if it is about all."""
    place = getattr(claim.observable, "place", None)
    return (*getattr(claim.observable, "places", ()), *([] if place is None else [place]))


def estimate_order_effects(simulation: Simulation, runs: int, seed: int) -> Iterator[OrderEffect]:
    """Simulate the scenario with and without each such order, with the same random inputs for both.

    Parameters
    ----------
    simulation
        The battle, with all its orders.
    runs
        How many pairs of battles for each order: 2 or more.
    seed
        With the number of a replication it determines all its random inputs.
    """

    def simulate_agreement(simulation: Simulation) -> dict[str, np.ndarray]:
        study = Study(choose_engine(simulation, "auto", runs), seed, runs, n_saved_logs=0)
        values = run_study(study, 1).claims
        claims = select_observable_claims(simulation.scenario, simulation.end_hours)
        return {
            id: np.array([claim.value is not None and claim.value.contains(value) for value in values[:, n]])
            for n, (id, claim) in enumerate(claims.items())
        }

    claims_by_order = list_order_claims(simulation.scenario, simulation.end_hours)
    n_effects = sum(map(len, claims_by_order.values()))
    if not n_effects:
        return
    quantile = NormalDist().inv_cdf(1 - 0.025 / n_effects)  # Bonferroni: dozens of effects are looked at together
    agreement = simulate_agreement(simulation)
    for order, claims in claims_by_order.items():
        cancellation = Edit(path=f"orders.{order}.cancelled", value=True)
        without = simulate_agreement(apply_scenario_edits(simulation, (cancellation,)))
        for claim in claims:
            yield make_order_effect(order, claim, agreement[claim], without[claim], quantile)


def make_order_effect(
    order: str, claim: str, with_order: np.ndarray, without_order: np.ndarray, quantile: float
) -> OrderEffect:
    """The effect of an order on a claim from paired battles, shape (n,) each."""
    differences = with_order.astype(np.float64) - without_order
    mean = float(differences.mean())
    half_width = quantile * sqrt(float(differences.var(ddof=1)) / len(differences))
    return OrderEffect(
        order, claim, float(with_order.mean()), float(without_order.mean()), mean - half_width, mean + half_width
    )
