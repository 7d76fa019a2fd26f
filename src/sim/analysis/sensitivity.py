"""Global sensitivity analysis by SALib: Morris screening of the priors, then Sobol indices with chance as a factor.

Sources: Morris1991, Saltelli2010.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.battle.designed_simulation import DesignedSimulation, make_designed_simulation
from sim.battle.simulation import SchedulerName, Simulation
from sim.runs.cached_runner import CachedRunner
from sim.runs.outcome_measures import OutcomeMeasure, list_outcome_measures
from sim.runs.replicate import ProgressWrapper, Study, choose_engine, no_progress
from sim.scenario.priors import UNIFORM_MARGIN

MORRIS_LEVELS = 4  # of each factor in the screening design
MORRIS_BOUNDS = (0.05, 0.95)  # quantiles of a prior between which screening stays: some have infinite ends


@dataclass(frozen=True)
class MorrisEffect:
    """The elementary effects of a factor: mean absolute value (mu*), half its 95% interval, and standard deviation.

    A sigma that is large beside mu* is a sign of interactions, or of chance.
    """

    factor: str
    mu_star: float
    mu_star_conf: float
    sigma: float


@dataclass(frozen=True)
class SobolIndex:
    """A factor's shares of the variance, each with half its 95% interval.

    The first-order share goes when this factor alone is known: Var(E[Y | X_i]) / Var(Y). The total-order share is left
    when all but this factor is known: E[Var(Y | X_not_i)] / Var(Y). Source: Saltelli2010.
    """

    factor: str
    first_order: float
    first_order_conf: float
    total_order: float
    total_order_conf: float


def build_problem(factors: tuple[str, ...], bounds: tuple[float, float]) -> dict[str, Any]:
    """Factors as a problem of SALib."""
    return {"num_vars": len(factors), "names": list(factors), "bounds": [list(bounds)] * len(factors)}


def sample_morris(factors: tuple[str, ...], trajectories: int, seed: int) -> np.ndarray:
    """The design of a screening, shape (trajectories * (factors + 1), factors): in each step one factor changes."""
    from SALib.sample import morris  # here, since it takes a second to import

    rows: np.ndarray = morris.sample(
        build_problem(factors, MORRIS_BOUNDS), trajectories, num_levels=MORRIS_LEVELS, seed=seed
    )
    return rows


def analyse_morris(
    factors: tuple[str, ...], samples: np.ndarray, outcomes: np.ndarray, seed: int
) -> list[MorrisEffect]:
    """The effect of each factor on an outcome, the largest first."""
    from SALib.analyze import morris

    indices = morris.analyze(
        build_problem(factors, MORRIS_BOUNDS), samples, outcomes, num_levels=MORRIS_LEVELS, seed=seed
    )
    columns = zip(factors, *(indices[key] for key in ("mu_star", "mu_star_conf", "sigma")), strict=True)
    effects = [MorrisEffect(name, *(float(number) for number in numbers)) for name, *numbers in columns]
    return sorted(effects, key=lambda effect: -effect.mu_star)


def sample_saltelli(factors: tuple[str, ...], n: int, seed: int) -> np.ndarray:
    """The rows of a Saltelli design, shape (n * (factors + 2), factors); n is a power of two."""
    from SALib.sample import sobol

    rows: np.ndarray = sobol.sample(build_problem(factors, (0.0, 1.0)), n, calc_second_order=False, seed=seed)
    return rows


def analyse_sobol(factors: tuple[str, ...], outcomes: np.ndarray, seed: int) -> list[SobolIndex] | None:
    """The Sobol indices of each factor, the largest total order first; None for an outcome that never varies."""
    from SALib.analyze import sobol

    if float(np.ptp(outcomes)) == 0:
        return None
    indices = sobol.analyze(build_problem(factors, (0.0, 1.0)), outcomes, calc_second_order=False, seed=seed)
    columns = zip(factors, *(indices[key] for key in ("S1", "S1_conf", "ST", "ST_conf")), strict=True)
    results = [SobolIndex(name, *(float(number) for number in numbers)) for name, *numbers in columns]
    design = outcomes.reshape(-1, len(factors) + 2)  # a row: a point, the point with each factor moved, another point
    bound = bound_unseen_share(len(design), outcomes)
    results = [
        SobolIndex(index.factor, 0.0, bound, 0.0, bound) if (design[:, 1 + n] == design[:, 0]).all() else index
        for n, index in enumerate(results)
    ]
    return sorted(results, key=lambda index: -index.total_order)


def bound_unseen_share(n_pairs: int, outcomes: np.ndarray) -> float:
    """The upper end of the 95% interval of the share of a factor that changed the outcome in none of some pairs.

    Up to 1 - 0.05^(1/n) of pairs may still differ (the exact bound of a count of 0 in n), by no more than the range of
    the outcomes: the total order is the mean square of that difference over twice the variance. A bootstrap of zeros
    would have it 0 for certain.
    """
    unseen = 1 - 0.05 ** (1 / n_pairs)
    return min(1.0, float(unseen * np.ptp(outcomes) ** 2 / (2 * outcomes.var())))


CHANCE_FACTOR = "pure chance"  # the random inputs of a battle, the priors being as they are
OTHER_PRIORS_FACTOR = "all other priors"
N_REPLICATION_NUMBERS = 2**40  # replication numbers that the unit interval is divided into


@dataclass(frozen=True)
class SensitivityResult:
    """For each measure the effects of the screening, if there was one, and the Sobol indices; None if it never varies.

    `parameters` and `outcomes` are of the battles behind the indices, a row each.
    """

    measures: tuple[OutcomeMeasure, ...]
    factors: tuple[str, ...]
    morris_effects: dict[str, list[MorrisEffect]]
    sobol_indices: dict[str, list[SobolIndex] | None]
    parameters: dict[str, np.ndarray]
    outcomes: np.ndarray
    n_screening_runs: int  # battles


@dataclass(frozen=True)
class SensitivitySettings:
    """How much to simulate: trajectories of the screening, priors that it selects, and the n of the Saltelli design."""

    n_trajectories: int
    n_selected: int
    saltelli_n: int


def format_factor(factor: str) -> str:
    """The name of a factor as it is printed."""
    return factor.replace("_", " ")


def list_variable_priors(simulation: Simulation) -> tuple[str, ...]:
    """The priors that are not fixed, those of the law's parameters among them."""
    free_priors = {name: prior for name, prior in simulation.priors.items() if name not in simulation.parameters}
    return tuple(name for name, prior in free_priors.items() if getattr(prior, "distribution", None) != "fixed")


def simulate_at_design(
    simulation: Simulation,
    priors: tuple[str, ...],
    points: np.ndarray,
    other_numbers: np.ndarray,
    chance_numbers: np.ndarray,
) -> DesignedSimulation:
    """A simulation whose rows are points of the unit cube; the other priors and the random inputs go by replication
    numbers of their own.
    """
    clipped = np.clip(points, UNIFORM_MARGIN, 1 - UNIFORM_MARGIN)
    parameters = {name: simulation.priors[name].quantiles(clipped[:, n]) for n, name in enumerate(priors)}
    return make_designed_simulation(simulation, parameters, other_numbers, chance_numbers)


def to_replication_numbers(uniforms: np.ndarray) -> np.ndarray:
    """Points of the unit interval as replication numbers."""
    numbers: np.ndarray = (np.clip(uniforms, 0, 1 - UNIFORM_MARGIN) * N_REPLICATION_NUMBERS).astype(np.uint64)
    return numbers


def run_sensitivity(
    simulation: Simulation,
    priors: tuple[str, ...],
    measure_ids: list[str],
    settings: SensitivitySettings,
    seed: int,
    runner: CachedRunner,
    engine: SchedulerName | str,
    progress: Callable[[str], ProgressWrapper] = lambda name: no_progress,
) -> SensitivityResult:
    """Screen the priors if there are more than are selected, then estimate Sobol indices; the same for any workers."""
    all_measures = list_outcome_measures(simulation.scenario, simulation.end_hours)
    columns = {each.id: n for n, each in enumerate(all_measures)}

    def simulate_design(name: str, points: DesignedSimulation) -> np.ndarray:
        count = len(points.rng_indices)
        study = Study(choose_engine(points, engine, count), seed, count, n_saved_logs=0)  # type: ignore[arg-type]
        return np.concatenate(list(runner.iterate_outcomes([study], progress(name))))

    morris_effects: dict[str, list[MorrisEffect]] = {}
    n_screening_runs = 0
    if len(priors) > settings.n_selected:
        factors = (*priors, CHANCE_FACTOR)
        rows = sample_morris(factors, settings.n_trajectories, seed)
        outcomes = simulate_design("Screening", build_screening_design(simulation, priors, rows))
        n_screening_runs = len(rows)
        morris_effects = {id: analyse_morris(factors, rows, outcomes[:, columns[id]], seed) for id in measure_ids}
        spread = {id: float(outcomes[:, columns[id]].std()) for id in measure_ids}
        priors = select_priors(priors, morris_effects, spread, settings.n_selected)
    factors = (
        (*priors, OTHER_PRIORS_FACTOR, CHANCE_FACTOR)
        if set(list_variable_priors(simulation)) - set(priors)
        else (*priors, CHANCE_FACTOR)
    )
    rows = sample_saltelli(factors, settings.saltelli_n, seed)
    chance_numbers = to_replication_numbers(rows[:, -1])
    other_numbers = to_replication_numbers(rows[:, -2]) if OTHER_PRIORS_FACTOR in factors else chance_numbers
    design = simulate_at_design(simulation, priors, rows[:, : len(priors)], other_numbers, chance_numbers)
    outcomes = simulate_design("Shares", design)
    sobol_indices = {id: analyse_sobol(factors, outcomes[:, columns[id]], seed) for id in measure_ids}
    parameters = {name: design.levels[name] for name in priors}
    return SensitivityResult(
        all_measures, factors, morris_effects, sobol_indices, parameters, outcomes, n_screening_runs
    )


def build_screening_design(simulation: Simulation, priors: tuple[str, ...], points: np.ndarray) -> DesignedSimulation:
    """The simulations of a screening: each trajectory has random inputs of its own, as many as chance has levels."""
    trajectory = np.arange(len(points)) // (len(priors) + 2)
    level = np.round(
        (points[:, -1] - points[:, -1].min()) / max(float(np.ptp(points[:, -1])), UNIFORM_MARGIN) * (MORRIS_LEVELS - 1)
    )
    numbers = (trajectory * MORRIS_LEVELS + level).astype(np.uint64)
    return simulate_at_design(simulation, priors, points[:, :-1], trajectory, numbers)


def select_priors(
    priors: tuple[str, ...], morris_effects: dict[str, list[MorrisEffect]], spread: dict[str, float], n_selected: int
) -> tuple[str, ...]:
    """The priors with the largest mu* on any measure, in its standard deviations; in the order of the scenario."""
    largest_effect = dict.fromkeys(priors, 0.0)
    for id, effects_of_measure in morris_effects.items():
        for effect in effects_of_measure:
            if effect.factor in largest_effect and spread[id] > 0:
                largest_effect[effect.factor] = max(largest_effect[effect.factor], effect.mu_star / spread[id])
    selected = sorted(priors, key=lambda name: -largest_effect[name])[:n_selected]
    return tuple(name for name in priors if name in selected)
