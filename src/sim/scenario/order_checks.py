"""Checks of orders against one another and against claims: what can follow what, and what can become of each kind."""

from collections.abc import Iterator

from sim.events.observable import Observable
from sim.events.observables import OrderOutcome
from sim.scenario.claim_kinds import CLAIM_KINDS
from sim.scenario.model import Scenario
from sim.scenario.orders import OUTCOMES_BY_ORDER_KIND, ScheduledOrder
from sim.scenario.problems import DataPath, Problem

ASSAULT_KINDS = ("attack", "counterattack", "reserve", "command")  # kinds of order that may open an assault


def check_timed_claims(scenario: Scenario) -> Iterator[Problem]:
    """A time lies in the battle; who arrives was not there before; only an order that attacks has an assault."""
    for id, claim in scenario.claims.items():
        observable, path = claim.observable, ("claims", id, "observable")
        if observable is None or claim.value is None:
            continue
        if CLAIM_KINDS[claim.value.kind].has_time and claim.value.high < 0.0:
            yield Problem(("claims", id, "value"), "before the battle begins", claim.value.phrase)
        force = scenario.forces.get(getattr(observable, "force", ""))
        order = scenario.orders.get(getattr(observable, "order", ""))
        if force is not None and force.initially_present and observable.place in (None, force.location):
            allowed = f"another place, where {observable.force} arrives"
            yield Problem((*path, "force"), f"is at {force.location} from the beginning", observable.force, allowed)
        if order is not None and order.kind not in ASSAULT_KINDS:
            yield Problem((*path, "order"), f"opens no assault: it is of kind {order.kind}", observable.order)


def check_order_outcomes(scenario: Scenario) -> Iterator[Problem]:
    """Every order can end as a claim, a headline output or a turning point says that it did."""
    observables: list[tuple[DataPath, Observable | None]] = [
        (("claims", id, "observable"), claim.observable) for id, claim in scenario.claims.items()
    ]
    observables += [
        (("headline_outputs", n, "observable"), each.observable) for n, each in enumerate(scenario.headline_outputs)
    ]
    observables += [
        (("turning_points", id, "alternative", "observable"), each.alternative.observable)
        for id, each in scenario.turning_points.items()
        if each.alternative is not None
    ]
    for path, observable in observables:
        if not isinstance(observable, OrderOutcome):
            continue
        for name in observable.orders:
            kind = scenario.orders[name].kind if name in scenario.orders else None
            if kind is not None and observable.outcome not in OUTCOMES_BY_ORDER_KIND[kind]:
                message = f"can never be so: {name} is an order of kind {kind}"
                allowed = ", ".join(OUTCOMES_BY_ORDER_KIND[kind])
                yield Problem((*path, "outcome"), message, observable.outcome, allowed)


def check_followed_orders(scenario: Scenario) -> Iterator[Problem]:
    """An order follows one that has an end, and that can come to what is waited for; no order waits for itself."""
    for id, order in scenario.orders.items():
        if not isinstance(order, ScheduledOrder) or order.after is None or order.after.order not in scenario.orders:
            continue  # an unknown id is reported already
        path = ("orders", id, "after")
        followed = scenario.orders[order.after.order]
        if not isinstance(followed, ScheduledOrder) or followed.kind == "command":
            yield Problem((*path, "order"), "an order without an end", order.after.order, "an order with one end")
        elif order.after.event in ("taken", "repelled") and followed.kind not in ("attack", "counterattack"):
            got = f"{order.after.event} of a {followed.kind}"
            yield Problem((*path, "event"), "nothing that such an order comes to", got, "ended or dropped")
        elif id in list_followed_orders(scenario, order.after.order):
            yield Problem((*path, "order"), "the two wait for each other", order.after.order)


def list_followed_orders(scenario: Scenario, id: str) -> list[str]:
    """The orders that an order waits for, and those that these wait for, itself the first."""
    chain: list[str] = []
    while id in scenario.orders and id not in chain:
        chain.append(id)
        order = scenario.orders[id]
        if not isinstance(order, ScheduledOrder) or order.after is None:
            break
        id = order.after.order
    return chain
