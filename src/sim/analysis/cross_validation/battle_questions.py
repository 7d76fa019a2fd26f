"""Questions about a whole battle on a fixed grid: places by time, orders, losses of each side, from the scenario alone.

No claim is read, so that what was reported decides neither what is asked nor in which order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sim.analysis.forecast_questions import (
    HELD_SHARE,
    ForecastQuestion,
    enumerate_order_outcomes,
    find_attacker,
)
from sim.events.observables import Captured, ControlShare, Killed, Wounded
from sim.events.time_steps import make_time_steps
from sim.scenario.assault_size import compute_median
from sim.scenario.model import Scenario
from sim.storage.fingerprint import compute_digest

HELD = "held"
LOSS_OBSERVABLES: dict[str, Any] = {"killed": Killed, "wounded": Wounded, "captured": Captured}
LOSS_SHARES = (0.003, 0.01, 0.03, 0.1, 0.3)  # of the people of a side: the thresholds that are asked of its losses
ATTACKER, DEFENDER = "attacker", "defender"


@dataclass(frozen=True)
class BattleQuestion:
    """A question of one battle whose answer is yes or no.

    Parameters
    ----------
    battle
        The name of the scenario.
    question
        What is asked: `threshold` or more of an observable.
    role
        Of whom losses are asked: attacker or defender; of places and orders, attacker or the side of the order.
    loss_share
        The threshold of losses as a share of the people of the side; None for places and orders.
    """

    battle: str
    question: ForecastQuestion
    role: str
    loss_share: float | None = None

    @property
    def id(self) -> str:
        """A name that no other question of any battle has."""
        return f"{self.battle}:{self.question.id}"

    @property
    def kind(self) -> str:
        """What is asked: held, an outcome of an order, or a kind of loss."""
        return self.question.kind

    @property
    def category(self) -> tuple[str, str, float | None]:
        """The questions of other battles that are as this one."""
        return self.kind, self.role, self.loss_share

    @property
    def row(self) -> dict[str, Any]:
        """What is asked, as the cells of a table."""
        return {
            "id": self.question.id,
            "kind": self.kind,
            "role": self.role,
            "loss_share": self.loss_share,
            "moment": self.moment,
            "threshold": self.question.threshold,
        }

    @property
    def moment(self) -> datetime:
        """When the answer is due."""
        until: datetime = self.question.observable.until
        return until


def find_side_of_role(scenario: Scenario, role: str) -> str:
    """The side that attacks, or that defends, the scenario's objective."""
    return find_attacker(scenario) if role == ATTACKER else scenario.objective.side


def count_people(scenario: Scenario, side: str) -> float:
    """The people of a side in all of the battle, later arrivals among them: the median of what the scenario knows."""
    return sum(compute_median(scenario, each.strength) for each in scenario.forces.values() if each.side == side)


def enumerate_battle_questions(scenario: Scenario) -> tuple[BattleQuestion, ...]:
    """Every question of a battle: who holds each place at each step, what becomes of each order, who loses what.

    Parameters
    ----------
    scenario
        The whole scenario; none of its claims is read.

    Returns
    -------
    tuple of BattleQuestion
        Places by step, then orders, then losses; negatives are among them, since nobody knows yet which they are.

    Examples
    --------
    >>> import sim
    >>> questions = enumerate_battle_questions(sim.load("teaching"))
    >>> sorted({each.kind for each in questions})[:3]
    ['captured', 'held', 'killed']
    """
    questions = (
        *enumerate_held_places(scenario),
        *enumerate_orders(scenario),
        *enumerate_losses(scenario),
    )
    return tuple(questions)


def enumerate_held_places(scenario: Scenario) -> Iterator[BattleQuestion]:
    """Does the attacker hold at least half of a place at the end of a step, for each place and step."""
    side = find_attacker(scenario)
    for place in scenario.places:
        for moment in list_step_ends(scenario):
            observable = ControlShare(measure="control", side=side, place=place, until=moment)
            id = f"{place}:{moment:%Y-%m-%dT%H:%M}"
            yield BattleQuestion(
                scenario.name,
                ForecastQuestion(id, HELD, place, None, None, moment.date(), observable, HELD_SHARE),
                ATTACKER,
            )


def list_step_ends(scenario: Scenario) -> tuple[datetime, ...]:
    """The ends of the steps in which the battle is told: hours, six hours or days."""
    hours = scenario.hours_since_start(scenario.ends)
    return make_time_steps(scenario.begins, hours, hours, scenario.astronomy.time_zone).ends


def enumerate_orders(scenario: Scenario) -> Iterator[BattleQuestion]:
    """Does an outcome of an order come about, for each recorded order."""
    attacker = find_attacker(scenario)
    for question in enumerate_order_outcomes(scenario, scenario.begins, scenario.ends):
        assert question.order is not None
        role = ATTACKER if scenario.orders[question.order].side == attacker else DEFENDER
        yield BattleQuestion(scenario.name, question, role)


def enumerate_losses(scenario: Scenario) -> Iterator[BattleQuestion]:
    """Has a side lost so large a share of its people by the end of each day, and of the battle."""
    for role in (ATTACKER, DEFENDER):
        side = find_side_of_role(scenario, role)
        people = count_people(scenario, side)
        for kind, observable_class in LOSS_OBSERVABLES.items():
            for moment in list_days_ends(scenario):
                observable = observable_class(measure=kind, side=side, until=moment)
                for share in LOSS_SHARES:
                    id = f"{kind}:{side}:{share:g}:{moment:%Y-%m-%dT%H:%M}"
                    threshold = float(max(round(share * people), 1))
                    yield BattleQuestion(
                        scenario.name,
                        ForecastQuestion(id, kind, "", None, None, moment.date(), observable, threshold),
                        role,
                        share,
                    )


def list_days_ends(scenario: Scenario) -> list[datetime]:
    """The midnights within the battle, and its end."""
    midnight = datetime(scenario.begins.year, scenario.begins.month, scenario.begins.day) + timedelta(days=1)
    ends = []
    while midnight < scenario.ends:
        ends.append(midnight)
        midnight += timedelta(days=1)
    return [*ends, scenario.ends]


def compute_questions_digest(questions: Sequence[BattleQuestion]) -> str:
    """SHA-256 of the questions in their order."""
    return compute_digest([[each.battle, each.role, each.loss_share, each.question.serialise()] for each in questions])
