"""What one run of a simulation gives."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.events.event_text import list_events
from sim.events.log import EventLog


@dataclass(frozen=True)
class RunResult:
    """The result of one run; `forces` are their final rows, `parameters` the vector by name.

    Parameters
    ----------
    scenario
        Digest of the scenario, and of the one that it becomes by an intervention.
    law
        Name of the law of attrition.
    seed, replication
        What determined the random inputs.
    parameters
        The parameters by name, in the units of their priors.
    normal_inputs
        The normal inputs by name, in standard deviations.
    event_log
        Every event in order of time.
    forces
        The final rows of the forces, shape (forces,), a structured array.
    n_phases
        Steps of orders that the scheduler made.

    Examples
    --------
    >>> import sim
    >>> result = sim.fight(sim.load("teaching"), seed=1)
    >>> result.forces.shape, bool((result.forces["killed"] >= 0).all())
    ((7,), True)
    """

    scenario: str
    law: str
    seed: int
    replication: int
    parameters: dict[str, float]
    normal_inputs: dict[str, float]
    event_log: EventLog
    forces: np.ndarray
    n_phases: int

    def __repr__(self) -> str:
        return (
            f"<RunResult: scenario {self.scenario[:8]}, law {self.law}, seed {self.seed}, replication "
            f"{self.replication}, {len(self.log):,} events>"
        )

    @property
    def log(self) -> np.ndarray:
        """Every event in order of time: rows of `LOG_DTYPE`."""
        return self.event_log.rows

    @property
    def events(self) -> list[dict[str, Any]]:
        """Every event in words, a dictionary each: rows for a data frame."""
        return list_events(self.event_log)
