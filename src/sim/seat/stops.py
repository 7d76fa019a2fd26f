"""Where a battle stops for a decision: an own order's moment, a report, a place attacked, lost or gained."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

import numpy as np

from sim.battle.run_result import RunResult
from sim.battle.simulation import Simulation
from sim.scenario.model import Scenario
from sim.scenario.orders import ScheduledOrder
from sim.seat.battle_reports import BattleReport, simulate_battle_reports
from sim.seat.knowledge import Sighting, list_sightings

CauseKind = Literal["opening", "order", "report", "attack", "lost", "gained"]
Pace = Literal["decisions", "every_report"]  # at which stops a game waits: at those that ask, or at each
PACES: dict[str, Pace] = {each: each for each in get_args(Pace)}
DEFAULT_PACE: Pace = "decisions"
MUSTER_NOTICE = 0.25  # h before an order's first step, if that comes before its window: it is still to be decided then
NOTICE_SHARE = 0.125  # of a step of time (a day, six hours, an hour): orders due within it are decided at one stop


@dataclass(frozen=True)
class Cause:
    """Why a battle stops: the order, claim or place that it stops for, by its id."""

    kind: CauseKind
    id: str = ""


@dataclass(frozen=True)
class Stop:
    """A moment at which a side decides, why, and which of its orders are due: given, if nothing else is decided."""

    hours: float
    side: str
    causes: tuple[Cause, ...]
    due_orders: tuple[str, ...]


@dataclass(frozen=True)
class FollowedBattle:
    """A battle as it goes on if nothing more is decided, and what each commander will learn of it."""

    simulation: Simulation
    run: RunResult
    seed: int
    sides: tuple[str, ...]  # that are commanded, the one to decide first first
    recorded_orders: frozenset[str]  # those of the record, and not of the game

    @property
    def scenario(self) -> Scenario:
        """The scenario with all decisions so far."""
        return self.simulation.scenario

    @cached_property
    def reports(self) -> tuple[BattleReport, ...]:
        """All reports, in the order in which they arrive."""
        return simulate_battle_reports(self.scenario, self.run, self.seed, self.simulation.supplied)

    @cached_property
    def sightings(self) -> dict[str, list[Sighting]]:
        """What each side will see happen to places."""
        return {side: list_sightings(self.scenario, self.run.event_log, side) for side in self.sides}

    @cached_property
    def first_steps(self) -> dict[str, float]:
        """When each order that is ever carried out begins, in hours."""
        log, ids = self.run.log, self.run.event_log.labels.orders
        orders, first_rows = np.unique(log["order"], return_index=True)
        return {
            ids[order]: float(log["time"][row])
            for order, row in zip(orders.tolist(), first_rows.tolist(), strict=True)
            if order >= 0
        }

    @cached_property
    def notice_hours(self) -> float:
        """How long before its moment an order is decided at the latest, if the battle stops then."""
        return NOTICE_SHARE * self.scenario.make_time_steps(self.run.event_log.end_hours).hours

    def list_own_orders(self, side: str) -> dict[str, float]:
        """The orders of a side that are its to give, with the hours of the moment at which each has to be decided."""
        return {
            id: self.find_moment(id, order)
            for id, order in self.scenario.active_orders.items()
            if id in self.recorded_orders
            and order.side == side
            and isinstance(order, ScheduledOrder)
            and is_commanded(self.scenario, order)
        }

    def find_moment(self, id: str, order: ScheduledOrder) -> float:
        """When an order has to be decided: when its window opens or, if its forces muster earlier, before that."""
        opens = self.scenario.hours_since_start(order.window.earliest)
        return max(min(opens, self.first_steps.get(id, opens) - MUSTER_NOTICE), 0.0)


def is_commanded(scenario: Scenario, order: ScheduledOrder) -> bool:
    """Whether an order is the commander's to give: not a rule's, and not that of forces that come from outside."""
    members = getattr(order, "forces", ())
    return not order.simulated_commander and all(scenario.forces[force].initially_present for force in members)


def find_next_stop(
    battle: FollowedBattle, after: float, decided_side: str | None, asked: frozenset[tuple[str, float]]
) -> Stop | None:
    """The next moment at which somebody decides; None if the battle goes on to its end.

    Parameters
    ----------
    battle
        The battle as it goes on if nothing more is decided.
    after
        Hours from the beginning to the last stop; below 0 before the first.
    decided_side
        The side that decided then: at the same moment only the sides after it decide.
    asked
        The orders that were decided on, with the moment for which they were.

    Returns
    -------
    Stop or None
        The first stop after that.
    """
    stops = [
        stop
        for number, side in enumerate(battle.sides)
        if (stop := find_stop_of_side(battle, side, after, is_open(battle, number, decided_side), asked)) is not None
    ]
    return min(stops, key=lambda stop: (stop.hours, battle.sides.index(stop.side)), default=None)


def find_next_wait(
    battle: FollowedBattle, after: float, decided_side: str | None, asked: frozenset[tuple[str, float]], pace: Pace
) -> Stop | None:
    """The next stop at which a game of such a pace waits; arguments else as in `find_next_stop`.

    What waits is a stop of `every_report` in either pace, so that each decision can be made in both, and a stop that is
    passed has no order due, so that nothing has been asked there.
    """
    stop = find_next_stop(battle, after, decided_side, asked)
    while stop is not None and pace == "decisions" and not asks_for_decision(battle, stop):
        stop = find_next_stop(battle, stop.hours, stop.side, asked)
    return stop


def asks_for_decision(battle: FollowedBattle, stop: Stop) -> bool:
    """Whether a stop asks for a decision: it is the first, an own order is due, or a place changes hands.

    An attack that begins and a report that comes in ask for none, although forces could be sent then, too.
    """
    is_first = any(cause.kind == "opening" for cause in stop.causes)
    sightings = battle.sightings[stop.side]
    return (
        is_first or bool(stop.due_orders) or any(each.changes_hands and each.hours == stop.hours for each in sightings)
    )


def is_open(battle: FollowedBattle, number: int, decided_side: str | None) -> bool:
    """Whether a side may still decide at the moment of the last stop."""
    return decided_side is not None and number > battle.sides.index(decided_side)


def find_stop_of_side(
    battle: FollowedBattle, side: str, after: float, may_stop_again: bool, asked: frozenset[tuple[str, float]]
) -> Stop | None:
    """The next stop of one side."""
    orders = {
        id: hours for id, hours in battle.list_own_orders(side).items() if (id, hours) not in asked and hours >= after
    }
    causes = [(0.0, Cause("opening"))] if after < 0.0 or (may_stop_again and after == 0.0) else []
    causes += [(hours, Cause("order", id)) for id, hours in orders.items()]
    causes += list_passive_causes(battle, side)
    open_causes = [
        (hours, cause)
        for hours, cause in causes
        if (hours > after or (may_stop_again and hours == after)) and hours < battle.run.event_log.end_hours
    ]
    if not open_causes:
        return None
    now = min(hours for hours, _ in open_causes)
    due = tuple(id for id, hours in orders.items() if now <= hours <= now + battle.notice_hours)
    return Stop(now, side, tuple(unique(cause for hours, cause in open_causes if hours == now)), due)


def list_passive_causes(battle: FollowedBattle, side: str) -> list[tuple[float, Cause]]:
    """What comes to a side, whatever it decides: reports, and what its people see."""
    reports = [(each.hours, Cause("report", each.claim)) for each in battle.reports if each.is_published]
    return reports + [(each.hours, Cause(each.kind, each.place)) for each in battle.sightings[side]]


def unique(causes: Iterable[Cause]) -> list[Cause]:
    """Each cause once, in its sequence."""
    return list(dict.fromkeys(causes))
