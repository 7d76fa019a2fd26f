"""The chance of a yes to each question, by simulation: from the pool of the other battles, and from its own priors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.analysis.cross_validation.battle_questions import BattleQuestion, enumerate_battle_questions
from sim.battle.simulation import SchedulerName, Simulation
from sim.battle.supplied_draws import SuppliedDraws
from sim.inference.battle_target import simulate_observables
from sim.inference.pooled_battles import BattlePool, supply_pooled_draws
from sim.runs.replicate import choose_engine
from sim.scenario.model import Scenario
from sim.scenario.prior_pools import find_left_out

Engine = SchedulerName | Literal["auto"]
POOLED, PRIOR = "pooled", "prior"


@dataclass(frozen=True)
class BattleForecast:
    """The questions of a battle, and the chances of a yes by forecaster; none has read a claim of this battle.

    Parameters
    ----------
    scenario
        The battle.
    questions
        All that are asked of it.
    probabilities
        By forecaster, shape (questions,).
    """

    scenario: Scenario
    questions: tuple[BattleQuestion, ...]
    probabilities: dict[str, np.ndarray]


def forecast_left_out_battle(
    pool: BattlePool, scenario: Scenario, law: str, engine: Engine, runs: int, seed: int
) -> BattleForecast:
    """Forecast a battle from what the others of a pool taught, and from its own priors, by the same random numbers."""
    questions = enumerate_battle_questions(scenario)
    simulation = Simulation(scenario, law=law)
    pooled = simulation.with_draws(make_left_out_draws(pool, scenario))
    return BattleForecast(
        scenario,
        questions,
        {
            POOLED: compute_chances(choose_engine(pooled, engine, runs), questions, runs, seed),
            PRIOR: compute_chances(choose_engine(simulation, engine, runs), questions, runs, seed),
        },
    )


def make_left_out_draws(pool: BattlePool, scenario: Scenario) -> SuppliedDraws:
    """The draws of what battles share, from all but this one, in the units of its own priors.

    A battle that is not in the pool is forecast from all of it.
    """
    draws = pool.draws[find_left_out(scenario.name, pool.battles)]
    return supply_pooled_draws(scenario, dict(zip(pool.parameters, draws.T, strict=True)))


def compute_chances(simulation: Simulation, questions: Sequence[BattleQuestion], runs: int, seed: int) -> np.ndarray:
    """The share of battles in which the answer is yes, with half a battle more of each, shape (questions,)."""
    values = simulate_observables(simulation, seed, runs, [each.question.observable for each in questions])
    thresholds = np.array([each.question.threshold for each in questions])
    chances: np.ndarray = ((values >= thresholds).sum(axis=0) + 0.5) / (runs + 1.0)
    return chances
