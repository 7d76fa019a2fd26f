"""How likely what happened was: who held the objective by the last report of it, and all that the record answers.

Where no report decides who held the objective, the place is meant of which most reports decide it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from sim.analysis.cross_validation.baselines import AnsweredBattle
from sim.analysis.cross_validation.battle_forecasts import POOLED, PRIOR, Engine, compute_chances, make_left_out_draws
from sim.analysis.cross_validation.battle_questions import ATTACKER, HELD, BattleQuestion
from sim.analysis.cross_validation.record_answers import collect_holder_reports
from sim.analysis.forecast_questions import HELD_SHARE, ForecastQuestion, find_attacker
from sim.analysis.question_answers import select_answer_claims
from sim.analysis.question_scores import score_probability
from sim.battle.simulation import Simulation
from sim.events.observables import ControlShare
from sim.inference.pooled_battles import BattlePool
from sim.inference.posterior import Posterior
from sim.runs.replicate import choose_engine
from sim.scenario.evidence import Claim
from sim.scenario.model import Scenario

CALIBRATED = "calibrated"  # on the battle's own reports: no forecast
VIEWS = (PRIOR, POOLED, CALIBRATED)


@dataclass(frozen=True)
class LastHolder:
    """The side that held a place by the last claim that decides it, when, and of how many claims it is the last."""

    place: str
    holder: str
    moment: datetime
    n_reports: int


@dataclass(frozen=True)
class RecordedFate:
    """What became of a battle, and the chance that was given to it.

    Parameters
    ----------
    battle
        The name of the scenario.
    n_decided
        How many questions the record answers.
    last_holder
        Who held the objective in the end, or the place that is meant instead; None if no report decides it of any.
    fate_chances
        The chance that this side held it then, by view; empty where nothing is reported.
    mean_chances
        The geometric mean of the chances given to the recorded answers, by view. A battle that is not calibrated has no
        `CALIBRATED` view.
    """

    battle: str
    n_decided: int
    last_holder: LastHolder | None
    fate_chances: dict[str, float]
    mean_chances: dict[str, float]


def find_recorded_fate(
    battle: AnsweredBattle,
    posterior: Posterior | None,
    pool: BattlePool,
    law: str,
    runs: int,
    engine: Engine,
    seed: int,
) -> RecordedFate:
    """The recorded fate of a battle by its prior, by the other battles, and after its own reports if there is that.

    The last report of a place is no question of the grid: it is looked up in the record, and not scored.
    """
    scenario = battle.scenario
    simulation = Simulation(scenario, law=law)
    fate = find_last_holder(scenario)
    asked = [] if fate is None else [make_fate_question(scenario, fate)]
    chances, held = dict(battle.forecast.probabilities), {}
    if posterior is not None:
        # Draws that have read the reports were asked nothing yet: one pass answers the grid, and the fate at its end.
        n_draws = len(posterior)
        after = choose_engine(simulation.with_draws(posterior.matched_draws), engine, n_draws)
        chances[CALIBRATED] = compute_chances(after, [*battle.forecast.questions, *asked], n_draws, seed)
        held[CALIBRATED] = float(chances[CALIBRATED][-1])
    fate_chances = {}
    if fate is not None:
        pooled = simulation.with_draws(make_left_out_draws(pool, scenario))
        for view, before in {PRIOR: simulation, POOLED: pooled}.items():
            held[view] = float(compute_chances(choose_engine(before, engine, runs), asked, runs, seed)[0])
        is_attacker = fate.holder == find_attacker(scenario)
        fate_chances = {view: held[view] if is_attacker else 1.0 - held[view] for view in VIEWS if view in held}
    decided = battle.iterate_decided()
    return RecordedFate(
        scenario.name,
        len(decided),
        fate,
        fate_chances,
        {view: compute_mean_chance(chances[view], decided) for view in VIEWS if decided and view in chances},
    )


def compute_mean_chance(chances: np.ndarray, decided: Sequence[tuple[int, BattleQuestion, bool]]) -> float:
    """The geometric mean of the chances that were given to the recorded answers."""
    losses = [score_probability("log_score", float(chances[n]), is_yes) for n, _, is_yes in decided]
    return float(np.exp(-np.mean(losses)))


def find_last_holder(scenario: Scenario) -> LastHolder | None:
    """Who held the objective in the end; where no claim decides that, the place of which most claims decide it.

    Of two places with as many claims it is that of the later one, then the first of the scenario.
    """
    claims = select_answer_claims(scenario)
    found = {place: find_last_holder_of_place(scenario, place, claims) for place in scenario.places}
    if (objective := found[scenario.objective.place]) is not None:
        return objective
    others = [each for each in found.values() if each is not None]
    return max(others, key=lambda each: (each.n_reports, each.moment), default=None)


def find_last_holder_of_place(scenario: Scenario, place: str, claims: Mapping[str, Claim]) -> LastHolder | None:
    """The side that held a place by the last claim that decides it within the battle; None if two contradict."""
    reports = collect_holder_reports(scenario, place, claims)
    decided = [each for each in reports if each.claim and each.is_attacker is not None and each.until <= scenario.ends]
    last = [each for each in decided if each.until == decided[-1].until]
    if len({each.is_attacker for each in last}) != 1:
        return None
    holder = find_attacker(scenario) if last[0].is_attacker else scenario.objective.side
    return LastHolder(place, holder, last[0].until, len(decided))


def make_fate_question(scenario: Scenario, fate: LastHolder) -> BattleQuestion:
    """Does the attacker hold at least half of a place at the moment of its last report."""
    observable = ControlShare(measure="control", side=find_attacker(scenario), place=fate.place, until=fate.moment)
    question = ForecastQuestion("fate", HELD, fate.place, None, None, fate.moment.date(), observable, HELD_SHARE)
    return BattleQuestion(scenario.name, question, ATTACKER)
