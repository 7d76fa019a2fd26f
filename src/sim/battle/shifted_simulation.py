"""Simulating the same battles with some luck moved: normal inputs shifted by name, and everything else kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from sim.battle.designed_simulation import collect_fields
from sim.battle.simulation import Simulation, share_compiled


@dataclass(frozen=True, eq=False)
class ShiftedSimulation(Simulation):
    """Each replication is that of the plain simulation, but for a number that is added to some of its normal inputs.

    Parameters
    ----------
    input_shifts
        What is added to normal inputs, by name, in standard deviations; parameters and streams stay.

    Examples
    --------
    >>> import sim
    >>> simulation = Simulation(sim.load("teaching"))
    >>> name = "order:village_assault:combat_power"
    >>> lucky = make_shifted_simulation(simulation, {name: 2.0})
    >>> round(lucky.run(seed=1).normal_inputs[name] - simulation.run(seed=1).normal_inputs[name], 6)
    2.0
    """

    input_shifts: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def shift_vector(self) -> np.ndarray:
        """What is added to each normal input, shape (inputs,)."""
        return np.array([self.input_shifts.get(name, 0.0) for name in self.compiled_scenario.input_names])

    def shift_inputs(self, normal_inputs: np.ndarray) -> np.ndarray:
        shifted: np.ndarray = normal_inputs + self.shift_vector
        return shifted


def make_shifted_simulation(simulation: Simulation, input_shifts: Mapping[str, float]) -> ShiftedSimulation:
    """A simulation with some normal inputs shifted; raise KeyError for one that does not exist."""
    if unknown := set(input_shifts) - set(simulation.compiled_scenario.input_names):
        raise KeyError(f"no such normal input: {', '.join(sorted(unknown))}")
    shifted = ShiftedSimulation(**collect_fields(simulation), input_shifts=dict(input_shifts))
    return share_compiled(simulation, shifted)
