"""What the scenario's author chose of the orders, and what each choice does to the prior chance of claims nearby.

Chosen is an order with a rationale, and where an attack goes instead if its target needs none or can't be reached: no
text says that.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np

from sim.battle.edited_simulation import apply_scenario_edits
from sim.battle.simulation import Simulation
from sim.events.observable import list_places
from sim.runs.replicate import Study, choose_engine, run_study
from sim.scenario.evidence import Claim
from sim.scenario.model import Scenario
from sim.scenario.orders import Attack, Order
from sim.scoring.claim_comparison import select_observable_claims
from sim.types import Edit

MAX_LOWERED = 0.1  # by how much a choice of ours may lower the chance of a claim without a mark


@dataclass(frozen=True)
class OrderChoice:
    """A choice of the author's: its order, what is chosen, the edits that undo it, and the claims it may press on."""

    order: str
    description: str
    edits: tuple[Edit, ...]
    claims: tuple[str, ...]


@dataclass(frozen=True)
class OrderEffect:
    """The chance of a claim with a choice and without it; `low` and `high` hold for all effects at once, 95% in all."""

    order: str
    description: str
    claim: str
    with_choice: float
    without_choice: float
    low: float  # of the difference that the choice makes
    high: float

    @property
    def difference(self) -> float:
        """What the choice adds to the chance of the claim."""
        return self.with_choice - self.without_choice

    @property
    def is_marked(self) -> bool:
        """Whether it lowers the chance by more than a tenth, and by more than luck explains."""
        return round(self.difference, 9) < -MAX_LOWERED and self.high < 0.0  # 0.3 - 0.4 is a tenth, and no more


def list_choices(scenario: Scenario, ends: float) -> list[OrderChoice]:
    """What was chosen of each order, as far as there are scored claims nearby that the order is not based on."""
    claims = {id: claim for id, claim in select_observable_claims(scenario, ends).items() if claim.role != "context"}
    choices = []
    for id, order in scenario.active_orders.items():
        if order.rationale is not None:
            cancellation = Edit(path=f"orders.{id}.cancelled", value=True)
            choices.append(OrderChoice(id, "given", (cancellation,), find_claims(claims, order, (order.target,))))
        if isinstance(order, Attack) and order.axis and (edits := list_redirections(id, order)):
            description = f"going on to {', '.join(order.axis)}"
            choices.append(OrderChoice(id, description, edits, find_claims(claims, order, order.axis)))
    return [choice for choice in choices if choice.claims]


def list_redirections(id: str, order: Attack) -> tuple[Edit, ...]:
    """The edits by which an attack goes nowhere else."""
    fields = ("on_already_held", "on_unreachable")
    return tuple(
        Edit(path=f"orders.{id}.{field}", value="cancel") for field in fields if getattr(order, field) == "redirect"
    )


def find_claims(claims: Mapping[str, Claim], order: Order, places: Sequence[str]) -> tuple[str, ...]:
    """The claims about some places that an order is not based on."""
    return tuple(
        id
        for id, claim in claims.items()
        if set(places) & set(list_places(claim.observable)) and id not in order.based_on
    )


def estimate_order_effects(simulation: Simulation, runs: int, seed: int) -> Iterator[OrderEffect]:
    """Simulate the scenario with and without each such choice, with the same random inputs for both.

    Parameters
    ----------
    simulation
        The battle, with all its orders.
    runs
        How many pairs of battles for each choice: 2 or more.
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

    choices = list_choices(simulation.scenario, simulation.end_hours)
    n_effects = sum(len(choice.claims) for choice in choices)
    if not n_effects:
        return
    quantile = NormalDist().inv_cdf(1 - 0.025 / n_effects)  # Bonferroni: dozens of effects are looked at together
    agreement = simulate_agreement(simulation)
    for choice in choices:
        without = simulate_agreement(apply_scenario_edits(simulation, choice.edits))
        for claim in choice.claims:
            yield make_order_effect(choice, claim, agreement[claim], without[claim], quantile)


def make_order_effect(
    choice: OrderChoice, claim: str, with_choice: np.ndarray, without_choice: np.ndarray, quantile: float
) -> OrderEffect:
    """The effect of a choice on a claim from paired battles, shape (n,) each."""
    differences = with_choice.astype(np.float64) - without_choice
    mean = float(differences.mean())
    half_width = quantile * sqrt(float(differences.var(ddof=1)) / len(differences))
    return OrderEffect(
        choice.order,
        choice.description,
        claim,
        float(with_choice.mean()),
        float(without_choice.mean()),
        mean - half_width,
        mean + half_width,
    )
