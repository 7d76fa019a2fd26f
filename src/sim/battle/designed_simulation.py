"""Simulating the rows of a design: each replication has parameters and indices of random inputs of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from sim.battle.simulation import Simulation
from sim.battle.supplied_draws import RandomOverrides


@dataclass(frozen=True, eq=False)
class DesignedSimulation(Simulation):
    """Replication k is row k of a design: some parameters set to `levels`, the others drawn with `prior_indices[k]`,
    the random inputs with `rng_indices[k]`. Rows with equal indices share their draws. Only the parameter vector
    changes from row to row, so nothing is checked again.
    """

    levels: Mapping[str, np.ndarray] = field(default_factory=dict)
    prior_indices: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    rng_indices: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))

    def rng_index(self, replications: Any) -> Any:
        return self.rng_indices[replications]

    def draw_parameters(self, seed: int, replication: int, random_overrides: RandomOverrides) -> dict[str, float]:
        values = super().draw_parameters(seed, int(self.prior_indices[replication]), random_overrides)
        return values | {name: float(column[replication]) for name, column in self.levels.items()}

    def draw_parameter_matrix(self, seed: int, replications: np.ndarray) -> np.ndarray:
        values = super().draw_parameter_matrix(seed, self.prior_indices[replications])
        for name, column in self.levels.items():
            values[:, self.parameter_names.index(name)] = column[replications]
        return values


def make_designed_simulation(
    simulation: Simulation, levels: Mapping[str, np.ndarray], prior_indices: np.ndarray, rng_indices: np.ndarray
) -> DesignedSimulation:
    """A simulation with a row of a design for each replication; raise KeyError for a parameter that does not exist."""
    if unknown := set(levels) - set(simulation.parameter_names):
        raise KeyError(f"no such prior: {', '.join(sorted(unknown))}")
    priors_array, rng_array = (np.asarray(each, dtype=np.uint64) for each in (prior_indices, rng_indices))
    return DesignedSimulation(
        **collect_fields(simulation), levels=dict(levels), prior_indices=priors_array, rng_indices=rng_array
    )


def collect_fields(simulation: Simulation) -> dict[str, Any]:
    """The fields of a simulation by name, for one of a kind that has more."""
    return {each.name: getattr(simulation, each.name) for each in fields(Simulation)}
