"""Forecasts of a battle that need no simulation: persistence, and what the record of the other battles says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, inf, log, sqrt

import numpy as np

from sim.analysis.cross_validation.battle_forecasts import BattleForecast
from sim.analysis.cross_validation.battle_questions import (
    ATTACKER,
    DEFENDER,
    HELD,
    LOSS_OBSERVABLES,
    BattleQuestion,
    count_people,
    find_side_of_role,
)
from sim.analysis.question_answers import QuestionAnswer, select_answer_claims
from sim.analysis.question_scores import PERSISTENCE_PROBABILITY, is_held_at_first
from sim.random_streams import make_generator
from sim.scenario.model import Scenario
from sim.scoring.baseline_inputs import ForecastTask, draw_prior
from sim.scoring.baselines import square_law_survivors

DRAWS = 1000
SEED = 7  # of the draws of baselines: the same for all
NOT_HELD_YET = 1.0 - PERSISTENCE_PROBABILITY


@dataclass(frozen=True)
class AnsweredBattle:
    """A battle with its forecasts, and the record's answer to each question."""

    forecast: BattleForecast
    answers: tuple[QuestionAnswer, ...]

    @property
    def scenario(self) -> Scenario:
        """The battle."""
        return self.forecast.scenario

    def iterate_decided(self) -> list[tuple[int, BattleQuestion, bool]]:
        """The questions with an answer: their numbers, and whether it is yes."""
        return [
            (n, question, answer.answer)
            for n, (question, answer) in enumerate(zip(self.forecast.questions, self.answers, strict=True))
            if answer.answer is not None
        ]


Chances = dict[int, float]  # by the number of the question; a baseline may have nothing to say of some


def predict_climatology(battle: AnsweredBattle, others: Sequence[AnsweredBattle]) -> Chances:
    """The share of yes among the other battles' questions of the same category, with one more of each.

    Each battle counts as one: the mean of its shares, so that none outweighs the others by its number of questions.
    """
    shares: dict[object, list[float]] = {}
    for other in others:
        answers: dict[object, list[bool]] = {}
        for _, question, is_yes in other.iterate_decided():
            answers.setdefault(question.category, []).append(is_yes)
        for category, values in answers.items():
            shares.setdefault(category, []).append(sum(values) / len(values))
    return {
        n: (sum(shares.get(question.category, [])) + 1.0) / (len(shares.get(question.category, [])) + 2.0)
        for n, question in enumerate(battle.forecast.questions)
    }


def predict_persistence(battle: AnsweredBattle, others: Sequence[AnsweredBattle]) -> Chances:
    """Places stay with who holds them at the beginning, in 19 of 20 cases, and nobody is lost."""
    chances = {}
    for n, question in enumerate(battle.forecast.questions):
        if question.kind == HELD:
            is_held = is_held_at_first(battle.scenario, question.question.place)
            chances[n] = PERSISTENCE_PROBABILITY if is_held else NOT_HELD_YET
        elif question.kind in LOSS_OBSERVABLES:
            chances[n] = NOT_HELD_YET
    return chances


def predict_day_bootstrap(battle: AnsweredBattle, others: Sequence[AnsweredBattle]) -> Chances:
    """Losses: each day costs a side the share of its people that a day of another battle cost its like.

    A day of another battle is the mean day of it; a wide claim counts with the geometric middle of its bounds.
    Source: Fagan2020.
    """
    rng = make_generator(f"day bootstrap of {battle.scenario.name}", SEED)
    rates = {
        (kind, role): [rate for other in others if (rate := compute_daily_loss(other.scenario, kind, role)) is not None]
        for kind in LOSS_OBSERVABLES
        for role in (ATTACKER, DEFENDER)
    }
    chances = {}
    for n, question in enumerate(battle.forecast.questions):
        known = rates.get((question.kind, question.role), [])
        if question.loss_share is None or not known:
            continue
        days = (question.moment - battle.scenario.begins).total_seconds() / 86400
        count = max(ceil(days), 1)
        totals = rng.choice(known, size=(DRAWS, count)).sum(axis=1) * days / count
        chances[n] = (float((totals >= question.loss_share).sum()) + 0.5) / (DRAWS + 1.0)
    return chances


def compute_daily_loss(scenario: Scenario, kind: str, role: str) -> float | None:
    """The share of its people that a side lost in a day, by the middle of what was reported of the longest period."""
    side = find_side_of_role(scenario, role)
    middles: dict[float, list[float]] = {}
    for claim in select_answer_claims(scenario).values():
        observable = claim.observable
        if getattr(observable, "measure", "") != kind or getattr(observable, "side", None) != side:
            continue
        assert observable is not None
        assert claim.value is not None
        low, high = claim.value.low, claim.value.high
        if getattr(observable, "places", ()) or high == inf:
            continue
        since = getattr(observable, "since", None) or scenario.begins
        days = (min(observable.until, scenario.ends) - since).total_seconds() / 86400
        if days > 0:
            middles.setdefault(days, []).append(sqrt(max(low, 0.5) * max(high, 0.5)))
    people = count_people(scenario, side)
    if not middles or people <= 0:
        return None
    longest = max(middles)
    return float(np.exp(np.mean(np.log(middles[longest])))) / longest / people


def predict_lanchester(battle: AnsweredBattle, others: Sequence[AnsweredBattle]) -> Chances:
    """The plain square law with the scenario's priors, both sides whole and in one place. Source: Lanchester1916.

    The attacker holds what he did not hold at first once no defender is left. Nobody is captured.
    """
    scenario = battle.scenario
    task = ForecastTask(scenario, (), SEED, np.arange(DRAWS))
    sides = {role: find_side_of_role(scenario, role) for role in (ATTACKER, DEFENDER)}
    starts = {role: square_law_survivors(task, side, 0.0) for role, side in sides.items()}
    ratios = {role: draw_prior(task, "wounded_per_killed", side) for role, side in sides.items()}
    chances = {}
    for n, question in enumerate(battle.forecast.questions):
        days = (question.moment - scenario.begins).total_seconds() / 86400
        if question.kind == HELD:
            is_held = is_held_at_first(scenario, question.question.place)
            role = DEFENDER if not is_held else ATTACKER
            is_gone = square_law_survivors(task, sides[role], days) < 1.0
            share = float(is_gone.mean())
            value = 1.0 - share if is_held else share
        elif question.kind in ("killed", "wounded"):
            lost = starts[question.role] - square_law_survivors(task, sides[question.role], days)
            killed = lost / (1.0 + ratios[question.role])
            losses = killed if question.kind == "killed" else lost - killed
            value = float((losses >= question.question.threshold).mean())
        elif question.kind == "captured":
            value = 0.0
        else:
            continue
        chances[n] = (value * DRAWS + 0.5) / (DRAWS + 1.0)
    return chances


def predict_logistic_regression(battle: AnsweredBattle, others: Sequence[AnsweredBattle]) -> Chances:
    """Logistic regression on the other battles' answers: what is asked, when, the odds, who held it, whether attacked.

    With the ridge that scikit-learn has by default. Source: Pedregosa2011.
    """
    training = [
        (describe_features(other.scenario, question), is_yes)
        for other in others
        for _, question, is_yes in other.iterate_decided()
    ]
    if len({is_yes for _, is_yes in training}) < 2:
        return {}
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    features, answers = zip(*training, strict=True)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1.0, max_iter=1000))
    model.fit(np.array(features), np.array(answers))
    asked = np.array([describe_features(battle.scenario, each) for each in battle.forecast.questions])
    return dict(enumerate(model.predict_proba(asked)[:, 1].tolist()))


def describe_features(scenario: Scenario, question: BattleQuestion) -> list[float]:
    """Numbers that stand for a question, from the scenario without its claims."""
    attackers, defenders = (
        max(count_people(scenario, find_side_of_role(scenario, role)), 1.0) for role in (ATTACKER, DEFENDER)
    )
    elapsed = (question.moment - scenario.begins) / (scenario.ends - scenario.begins)
    is_place, is_loss = question.kind == HELD, question.kind in LOSS_OBSERVABLES
    place = question.question.place
    attack_windows = [
        order.window.earliest
        for order in scenario.active_orders.values()
        if order.kind in ("attack", "counterattack") and order.target == place
    ]
    return [
        float(is_place),
        float(is_loss),
        *(float(question.kind == kind) for kind in LOSS_OBSERVABLES),
        float(question.role == ATTACKER) if is_loss else 0.0,
        log(question.loss_share / 0.03) if question.loss_share is not None else 0.0,
        log(attackers / defenders),
        elapsed,
        elapsed * float(is_loss),
        float(is_place and is_held_at_first(scenario, place)),
        float(is_place and any(each <= question.moment for each in attack_windows)),
    ]


BASELINES: Mapping[str, Callable[[AnsweredBattle, Sequence[AnsweredBattle]], Chances]] = {
    "climatology": predict_climatology,
    "persistence": predict_persistence,
    "day_bootstrap": predict_day_bootstrap,
    "lanchester": predict_lanchester,
    "logistic_regression": predict_logistic_regression,
}
