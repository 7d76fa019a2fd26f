"""Forecast questions on a fixed grid: each place at the end of each day, each outcome of each order, from the scenario
alone.

No claim is read, so that what was reported decides neither what is asked nor in which order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from sim.analysis.cluster_intervals import ClusteredProportion
from sim.analysis.posterior_predictive import number_lineages
from sim.battle.simulation import Simulation
from sim.events.observable import Observable
from sim.events.observables import ControlShare, OrderOutcome
from sim.inference.battle_target import simulate_observables
from sim.inference.posterior import Posterior
from sim.scenario.model import Scenario
from sim.scenario.orders import ScheduledOrder
from sim.scoring.intervals import IntervalEstimate
from sim.storage.fingerprint import compute_digest

PLACE_DAY = "place_day"
HELD_SHARE = 0.5  # from which a place counts as held
# The outcomes that the model has for each kind of order. A reserve waits for no moment and has none.
ORDER_OUTCOMES = {
    "attack": ("launched", "taken"),
    "counterattack": ("launched", "taken"),
    "vehicle_bomb": ("on_target",),
    "ambush": ("sprung",),
    "airstrike": ("void",),
    "shelling": ("void",),
    "reinforce": ("void",),
    "withdraw": ("void",),
    "leave": ("void",),
    "detach": ("void",),
    "infiltrate": ("infiltrated", "found"),
    "surrender_demand": ("surrendered",),
}


@dataclass(frozen=True)
class ForecastQuestion:
    """A question whose answer is yes or no: `threshold` or more of an observable, of a place-day or of an order."""

    id: str
    kind: str  # PLACE_DAY, or `order_` and the outcome
    place: str
    order: str | None
    outcome: str | None
    day: date  # of the place; of an order that on which its window opens
    observable: Observable
    threshold: float

    def serialise(self) -> dict[str, Any]:
        """Plain data that says all of the question."""
        observable = self.observable.model_dump(mode="json")
        return {"id": self.id, "kind": self.kind, "observable": observable, "threshold": self.threshold}


def find_attacker(scenario: Scenario) -> str:
    """The side that is to take the scenario's objective."""
    return next(side for side in scenario.sides if side != scenario.objective.side)


def enumerate_questions(scenario: Scenario, since: datetime, until: datetime) -> tuple[ForecastQuestion, ...]:
    """Every question about a period, in the order of the scenario: first places by day, then orders.

    A place-day is asked at each midnight after `since` up to `until`: does the attacker hold at least half of the
    place. An order is asked about if its window reaches into the period: does its outcome come about within it.

    Parameters
    ----------
    scenario
        The whole scenario; none of its claims is read.
    since, until
        The period, for a forecast from the cut-off to the end.

    Returns
    -------
    tuple of ForecastQuestion
        The questions; negatives are among them, since nobody knows yet which they are.

    Examples
    --------
    >>> import sim
    >>> scenario = sim.load("teaching")
    >>> [each.id for each in enumerate_questions(scenario, datetime(2001, 6, 3), datetime(2001, 6, 4))][-2:]
    ['hill_counterattack:launched', 'hill_counterattack:taken']
    """
    return (*enumerate_place_days(scenario, since, until), *enumerate_order_outcomes(scenario, since, until))


def enumerate_place_days(scenario: Scenario, since: datetime, until: datetime) -> Iterator[ForecastQuestion]:
    """Does the attacker hold at least half of a place at the end of a day, for each place and day."""
    side = find_attacker(scenario)
    first_midnight = datetime(since.year, since.month, since.day) + timedelta(days=1)
    midnights = [first_midnight + timedelta(days=n) for n in range(max((until - first_midnight).days + 1, 0))]
    for place in scenario.places:
        for midnight in midnights:
            day = midnight.date() - timedelta(days=1)
            observable = ControlShare(measure="control", side=side, place=place, until=midnight)
            yield ForecastQuestion(f"{place}:{day}", PLACE_DAY, place, None, None, day, observable, HELD_SHARE)


def enumerate_order_outcomes(scenario: Scenario, since: datetime, until: datetime) -> Iterator[ForecastQuestion]:
    """Does an outcome of an order come about within a period, for each recorded order that reaches into it."""
    for id, order in scenario.active_orders.items():
        if not isinstance(order, ScheduledOrder) or order.simulated_commander:
            continue
        if not (order.window.earliest < until and since < order.window.latest):
            continue
        day = order.window.earliest.date()
        for outcome in ORDER_OUTCOMES.get(order.kind, ()):
            observable = OrderOutcome.model_validate(
                {"measure": "outcome", "orders": (id,), "outcome": outcome, "since": since, "until": until}
            )
            yield ForecastQuestion(f"{id}:{outcome}", f"order_{outcome}", order.target, id, outcome, day, observable, 1)


def compute_question_digest(questions: Sequence[ForecastQuestion]) -> str:
    """SHA-256 of the questions in their order."""
    return compute_digest([each.serialise() for each in questions])


@dataclass(frozen=True)
class QuestionForecast:
    """The chance of a yes to each question, with its interval; None where nobody could ask at the cut-off."""

    questions: tuple[ForecastQuestion, ...]
    probabilities: tuple[IntervalEstimate | None, ...]

    @property
    def n_asked(self) -> int:
        """How many questions have a forecast."""
        return sum(each is not None for each in self.probabilities)

    def count_unasked_orders(self) -> int:
        """How many orders of the period are unknown, or not given, in the battles that are forecast."""
        pairs = zip(self.questions, self.probabilities, strict=True)
        return len({question.order for question, probability in pairs if probability is None and question.order})

    def build_statement(self) -> dict[str, Any]:
        """What is sealed of it: the questions, and the chances given."""
        chances = [None if each is None else [each.value, each.low, each.high] for each in self.probabilities]
        return {
            "questions": compute_question_digest(self.questions),
            "n_questions": len(self.questions),
            "n_asked": self.n_asked,
            "question_forecasts": compute_digest(chances),
        }


def can_ask(question: ForecastQuestion, known: Scenario) -> bool:
    """Whether the scenario that is simulated has the place, and gives the order."""
    return question.place in known.places and (question.order is None or question.order in known.active_orders)


def forecast_questions(
    questions: Sequence[ForecastQuestion], simulation: Simulation, posterior: Posterior, until: datetime, seed: int
) -> QuestionForecast:
    """The share of continued battles in which the answer is yes; draws of one lineage are a cluster."""
    asked = [each for each in questions if can_ask(each, simulation.scenario)]
    forecast_simulation = replace(simulation, until=until).with_draws(posterior.matched_draws)
    values = simulate_observables(forecast_simulation, seed, len(posterior), [each.observable for each in asked])
    lineages, is_counted = number_lineages(posterior), np.ones(len(posterior), dtype=bool)
    by_id = {
        each.id: ClusteredProportion(values[:, n] >= each.threshold, is_counted, lineages).interval_estimate
        for n, each in enumerate(asked)
    }
    return QuestionForecast(tuple(questions), tuple(by_id.get(each.id) for each in questions))
