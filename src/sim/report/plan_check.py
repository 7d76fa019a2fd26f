"""What `sim check --simulate` says of a plan: orders dropped, claims that never or always hold, chains of orders."""

from collections.abc import Iterator

from sim.analysis.plan_check import PlanCheck, list_order_chains
from sim.report.diary import REASON_PHRASES
from sim.scenario.descriptions import describe_kind_and_target
from sim.scenario.model import Scenario
from sim.scenario.orders import ScheduledOrder
from sim.scenario.problems import Problem
from sim.scenario.yaml_parser import ScenarioDocument


def format_plan_check(document: ScenarioDocument, scenario: Scenario, plan: PlanCheck, law_name: str) -> Iterator[str]:
    """The lines about a plan: a heading, then one for each order and claim that is amiss, with its place."""
    n_amiss = len(plan.dropped_orders) + len(plan.impossible_claims) + len(plan.certain_claims)
    verdict = "the plan works: no order is dropped in most of them, no claim never or always holds"
    if n_amiss:
        verdict = f"{n_amiss} {'thing is' if n_amiss == 1 else 'things are'} amiss"
    yield f"In {plan.n_battles:,} battles from the priors, under {law_name}, {verdict}."
    for dropped in plan.dropped_orders:
        message = f"dropped in {dropped.n_dropped} of {plan.n_battles}, mostly since {REASON_PHRASES[dropped.reason]}"
        yield f"DROPPED {document.locate_problem(Problem(('orders', dropped.order), message))}"
    limit = f"so in none of them: with 97.5% confidence in fewer than {100 * plan.rare_share:.0f} of 100"
    for claim in plan.impossible_claims:
        yield f"NEVER {document.locate_problem(Problem(('claims', claim), limit))}"
    for claim in plan.certain_claims:
        message = "so in all of them: it can teach next to nothing"
        yield f"ALWAYS {document.locate_problem(Problem(('claims', claim), message))}"
    yield from format_order_chains(scenario)


def format_order_chains(scenario: Scenario) -> Iterator[str]:
    """The orders that follow one another, each below the one that it waits for."""
    chains = list_order_chains(scenario)
    if chains:
        yield "Orders that follow one another:"
    for depth, id in chains:
        order = scenario.orders[id]
        condition = ""
        if isinstance(order, ScheduledOrder) and order.after is not None:
            delay = order.after.delay_hours
            hours = "" if delay is None or delay.value is None else f", {delay.value:g} h later"
            condition = f" once that is {order.after.event}{hours}"
        yield f"{'  ' * (depth + 1)}{id}: {describe_kind_and_target(scenario, order)}{condition}"
