"""Whether a plan works in battles from the priors: orders that are dropped, and claims that never or always hold.

A scenario may be sound word by word and its plan still come to nothing: forces that are needed elsewhere, places that
nobody can reach in time. Only battles show that.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sim.battle.run_result import RunResult
from sim.battle.simulation import Simulation
from sim.events.log import CancelReason, EventKind
from sim.scenario.model import Scenario
from sim.scenario.orders import ScheduledOrder
from sim.scoring.claim_comparison import select_observable_claims
from sim.scoring.intervals import wilson_interval

MAX_DROPPED_SHARE = 0.5  # an order that is dropped in more of the battles is named


@dataclass(frozen=True)
class DroppedOrder:
    """In how many battles an order was dropped, and for which reason most often."""

    order: str
    n_dropped: int
    reason: CancelReason


@dataclass(frozen=True)
class PlanCheck:
    """What some battles from the priors say of a plan.

    Parameters
    ----------
    n_battles
        How many battles were simulated.
    dropped_orders
        The orders that were dropped in more than half of them, those most often dropped first.
    impossible_claims, certain_claims
        The claims that were so in none of them, and in all.
    rare_share
        A claim that was so in none of them is so in a smaller share of battles than this, with 97.5 % confidence.
    """

    n_battles: int
    dropped_orders: tuple[DroppedOrder, ...]
    impossible_claims: tuple[str, ...]
    certain_claims: tuple[str, ...]
    rare_share: float


def check_plan(simulation: Simulation, n_battles: int, seed: int) -> PlanCheck:
    """Simulate battles from the priors and look at each order and each claim.

    Parameters
    ----------
    simulation
        The battle, with all its orders.
    n_battles
        How many battles to simulate.
    seed
        With the number of a replication it determines all its random inputs.

    Returns
    -------
    PlanCheck
        What was dropped, and which claims never or always held.

    Examples
    --------
    >>> import sim
    >>> plan = check_plan(Simulation(sim.load("teaching")), 4, seed=1)
    >>> plan.n_battles, len(plan.dropped_orders)
    (4, 3)
    """
    runs = [simulation.run(seed, number) for number in range(n_battles)]
    n_agreeing = {
        id: sum(claim.value.contains(claim.observable.observe(run.event_log)) for run in runs)
        for id, claim in select_observable_claims(simulation.scenario, simulation.end_hours).items()
        if claim.role != "context" and claim.observable is not None and claim.value is not None
    }
    return PlanCheck(
        n_battles=n_battles,
        dropped_orders=tuple(list_dropped_orders(simulation.scenario, runs)),
        impossible_claims=tuple(id for id, count in n_agreeing.items() if count == 0),
        certain_claims=tuple(id for id, count in n_agreeing.items() if count == n_battles),
        rare_share=wilson_interval(0, n_battles)[1],
    )


def list_dropped_orders(scenario: Scenario, runs: Sequence[RunResult]) -> list[DroppedOrder]:
    """The orders that are dropped in more than half of some battles, those most often dropped first."""
    reasons: dict[str, Counter[CancelReason]] = {id: Counter() for id in scenario.active_orders}
    for run in runs:
        cancelled = run.log[run.event_log.select_kinds(EventKind.ORDER_CANCELLED)]
        labels = run.event_log.labels.orders
        first_reasons = {labels[row["order"]]: CancelReason(row["code"]) for row in cancelled[::-1]}
        for id, reason in first_reasons.items():
            if id in reasons:
                reasons[id][reason] += 1
    dropped = [
        DroppedOrder(id, counter.total(), counter.most_common(1)[0][0])
        for id, counter in reasons.items()
        if counter.total() > MAX_DROPPED_SHARE * len(runs)
    ]
    return sorted(dropped, key=lambda each: -each.n_dropped)


def list_order_chains(scenario: Scenario) -> list[tuple[int, str]]:
    """The orders that follow one another, each after the one that it waits for: its depth in the chain, and its id."""
    followers: dict[str, list[str]] = {}
    for id, order in scenario.active_orders.items():
        if isinstance(order, ScheduledOrder) and order.after is not None:
            followers.setdefault(order.after.order, []).append(id)
    follower_ids = {id for ids in followers.values() for id in ids}
    chains: list[tuple[int, str]] = []

    def add_chain(id: str, depth: int) -> None:
        chains.append((depth, id))
        for follower in followers.get(id, ()):
            add_chain(follower, depth + 1)

    for id in followers:
        if id not in follower_ids:
            add_chain(id, 0)
    return chains
