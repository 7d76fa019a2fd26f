"""After a game: the player's course beside the record and the rule, what each decision did, and what was luck.

Battles are ranked as everywhere in this program: by the share of the objective's place that the side holds at the end,
then by its own dead, fewer first. The same random inputs under other orders say what orders did in this battle; the
same orders under other random inputs say what they do on the whole, and how much luck there was.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np

from sim.battle.edited_simulation import apply_scenario_edits
from sim.battle.run_result import RunResult
from sim.battle.simulation import Simulation
from sim.events.log import EventKind
from sim.perturbations.base import PerturbationError
from sim.runs.replicate import Batch
from sim.scenario.model import Scenario
from sim.scoring.intervals import IntervalEstimate
from sim.seat.battle_reports import BattleReport
from sim.seat.course import Decision, build_course, build_edits, select_effective
from sim.seat.game import Game, GameSetup, make_rule

CONFIDENCE = 0.95  # that all intervals of one table hold, by Bonferroni: decisions are looked at together
PLAYED, RECORDED, RULE = "your orders", "the recorded orders", "the fixed rule"
MAX_COURSES = 3  # these, beside those without a decision each


@dataclass(frozen=True)
class Outcome:
    """How a battle ended for a side: its share of the objective's place, whether its aim is reached, and the dead."""

    share: float
    is_reached: bool
    own_dead: float
    enemy_dead: float

    @property
    def rank_key(self) -> tuple[float, float]:
        """Larger is better."""
        return self.share, -self.own_dead


@dataclass(frozen=True)
class Outcomes:
    """The same of many battles, shape (battles,) each."""

    share: np.ndarray
    is_reached: np.ndarray
    own_dead: np.ndarray
    enemy_dead: np.ndarray

    def count_better(self, outcome: Outcome) -> tuple[int, int]:
        """How many of the battles ended better than one, and how many worse."""
        above = (self.share > outcome.share) | ((self.share == outcome.share) & (self.own_dead < outcome.own_dead))
        equal = (self.share == outcome.share) & (self.own_dead == outcome.own_dead)
        return int(above.sum()), int((~above & ~equal).sum())


ObserveMany = Callable[[str, Simulation], Outcomes]  # from a name and a simulation to how its battles end


@dataclass(frozen=True)
class CourseResult:
    """A course of orders: how it ended with the random inputs that were played, and in many battles."""

    name: str
    outcome: Outcome
    outcomes: Outcomes


@dataclass(frozen=True)
class DecisionEffect:
    """What a decision did: in this battle, against the same battle without it, and on average of many."""

    decision: Decision
    without: Outcome  # the same random inputs
    reached: IntervalEstimate  # battles in which the aim is reached, with the decision minus without
    own_dead: IntervalEstimate

    @property
    def rank_key(self) -> tuple[int, float, float]:
        """Smaller is first: clear effects on the aim, then those on the own dead alone, each the largest first."""
        reached, own_dead = abs(self.reached.value), abs(self.own_dead.value)
        if self.reached.is_significant:
            return 0, -reached, -own_dead
        if self.own_dead.is_significant:
            return 1, -own_dead, -reached
        return 2, -reached, -own_dead


@dataclass(frozen=True)
class AfterAction:
    """All that is told after a game."""

    scenario: Scenario
    side: str
    courses: tuple[CourseResult, ...]  # the player's first, then the record's and the rule's, if there is one
    reached: IntervalEstimate  # battles in which the aim is reached, the player's orders minus the recorded ones
    own_dead: IntervalEstimate
    effects: tuple[DecisionEffect, ...]  # the clear ones first, the larger on average the earlier
    reports: tuple[BattleReport, ...]  # that were wrong, the most misleading first

    @property
    def played_course(self) -> CourseResult:
        """The player's own."""
        return self.courses[0]

    @property
    def recorded_course(self) -> CourseResult:
        """That of the recorded orders."""
        return self.courses[1]


def observe_outcome(scenario: Scenario, run: RunResult, side: str) -> Outcome:
    """How one battle ended for a side."""
    log = run.event_log
    shares = log.control_series(side, scenario.objective.place)[1]
    killed = [
        log.sum_values(EventKind.KILLED, log.columns["side"] == log.labels.sides.index(each)) for each in scenario.sides
    ]
    own = list(scenario.sides).index(side)
    share = float(shares[-1])
    return Outcome(share, bool(is_reached(scenario, side, np.array(share))), killed[own], killed[1 - own])


def is_reached(scenario: Scenario, side: str, share: np.ndarray) -> np.ndarray:
    """Whether a side that holds such shares of the objective's place has reached its aim: to hold it, or to take it."""
    objective = scenario.objective
    if side == objective.side:
        return share >= objective.share
    return share > 1.0 - objective.share


def collect_outcomes(scenario: Scenario, side: str, batches: Iterable[Batch]) -> Outcomes:
    """How many battles ended for a side."""
    own, place = list(scenario.sides).index(side), list(scenario.places).index(scenario.objective.place)
    shares, killed = [], []
    for batch in batches:
        shares.append(batch.daily["control"][:, -1, place, own])
        killed.append(batch.daily["killed"].sum(axis=(1, 2)))
    share, dead = np.concatenate(shares), np.concatenate(killed)
    return Outcomes(share, is_reached(scenario, side, share), dead[:, own], dead[:, 1 - own])


def compare_pairs(with_it: np.ndarray, without: np.ndarray, n_comparisons: int) -> IntervalEstimate:
    """The mean difference of paired battles; its interval is normal, one of so many that hold together."""
    differences = with_it.astype(np.float64) - without
    quantile = NormalDist().inv_cdf(1.0 - (1.0 - CONFIDENCE) / (2 * n_comparisons))
    half_width = quantile * sqrt(float(differences.var(ddof=1)) / len(differences)) if len(differences) > 1 else 0.0
    mean = float(differences.mean())
    return IntervalEstimate(mean, mean - half_width, mean + half_width)


def list_own_decisions(game: Game) -> tuple[Decision, ...]:
    """The decisions of the player that hold at the end."""
    return tuple(each for each in select_effective(game.decisions) if each.side == game.setup.side)


def build_rule_course(setup: GameSetup, decisions: tuple[Decision, ...]) -> Simulation | None:
    """The battle with the player's side under the fixed rule, against the same enemy; None if it has no rule."""
    other = build_course(setup.simulation, setup.opening, [each for each in decisions if each.side != setup.side])
    try:
        return apply_scenario_edits(other, build_edits(other, [make_rule(setup.side)]))
    except PerturbationError:
        return None


def review_game(game: Game, observe_many: ObserveMany) -> AfterAction:
    """Look back on a game that is over.

    Parameters
    ----------
    game
        The game; its battle is taken to its end.
    observe_many
        From a name and a simulation to how many battles end, the same numbers for each.

    Returns
    -------
    AfterAction
        Courses, effects of decisions, and reports that were wrong.

    Examples
    --------
    >>> import sim
    >>> from sim.runs.replicate import Study, iterate_batches
    >>> from sim.seat.game import begin_game
    >>> game = begin_game(GameSetup(Simulation(sim.load("teaching")), seed=1, replication=0, side="teal"))
    >>> def observe_many(name, simulation):
    ...     batches = iterate_batches(Study(simulation, 1, 4, 0), workers=1)
    ...     return collect_outcomes(simulation.scenario, "teal", batches)
    >>> after = review_game(game, observe_many)
    >>> [course.name for course in after.courses], after.reached.value, after.effects
    (['your orders', 'the recorded orders', 'the fixed rule'], 0.0, ())
    """
    setup, side = game.setup, game.setup.side
    scenario = setup.simulation.scenario
    others = tuple(each for each in game.decisions if each.side != side)

    def make_result(name: str, simulation: Simulation) -> CourseResult:
        run = simulation.run(setup.seed, setup.replication)
        return CourseResult(name, observe_outcome(scenario, run, side), observe_many(name, simulation))

    played = make_result(PLAYED, build_course(setup.simulation, setup.opening, game.decisions))
    recorded = make_result(RECORDED, build_course(setup.simulation, setup.opening, others))
    rule = build_rule_course(setup, game.decisions)
    courses = (played, recorded) if rule is None else (played, recorded, make_result(RULE, rule))
    effects = []
    own = list_own_decisions(game)
    for number, decision in enumerate(own, start=1):
        kept = [each for each in game.decisions if each.subject != decision.subject]
        without = make_result(f"without decision {number}", build_course(setup.simulation, setup.opening, kept))
        effects.append(
            DecisionEffect(
                decision,
                without.outcome,
                compare_pairs(played.outcomes.is_reached, without.outcomes.is_reached, 2 * len(own)),
                compare_pairs(played.outcomes.own_dead, without.outcomes.own_dead, 2 * len(own)),
            )
        )
    return AfterAction(
        scenario,
        side,
        courses,
        compare_pairs(played.outcomes.is_reached, recorded.outcomes.is_reached, 2),
        compare_pairs(played.outcomes.own_dead, recorded.outcomes.own_dead, 2),
        tuple(sorted(effects, key=lambda each: each.rank_key)),
        tuple(sorted((each for each in game.battle.reports if each.is_wrong), key=lambda each: -each.error)),
    )
