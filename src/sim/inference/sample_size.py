"""How large a sample the population of one chain is: by its lineages, and by its negative controls."""

from dataclasses import dataclass

import numpy as np

from sim.inference.ess import LineageSample, compute_ess, compute_typical_ess
from sim.inference.negative_controls import compute_control_ess, select_controls
from sim.inference.particles import EvaluatedParticles, ParameterSpace


@dataclass(frozen=True)
class SampleSize:
    """Effective sample sizes of one chain: the one that half of the parameters, and half of the outcomes, have at least
    by lineages, and the one by negative controls, infinite where there are none.
    """

    lineage_ess: float
    control_ess: float

    def is_sufficient(self, target_ess: float, target_control_ess: float) -> bool:
        """Whether each is as large as it should be."""
        return self.lineage_ess >= target_ess and self.control_ess >= target_control_ess


def estimate_sample_size(space: ParameterSpace, population: EvaluatedParticles, ancestors: np.ndarray) -> SampleSize:
    """The effective sample sizes of a population and its ancestors, shape (particles, resamplings).

    Copies of one particle have one lineage, so that they are no sample; and where nothing is a control, only lineages
    tell:

    >>> from sim.inference.particles import Particles
    >>> numbers = np.zeros(60, dtype=np.uint64)
    >>> copies = Particles(1, numbers, np.ones((60, 1)), np.ones((60, 0)), np.zeros((60, 0), dtype=np.uint64))
    >>> population = EvaluatedParticles(copies, np.ones((60, 1)), np.zeros(60), np.zeros(60))
    >>> estimate_sample_size(ParameterSpace(("a",), (False,)), population, np.zeros((60, 1), dtype=np.int64))
    SampleSize(lineage_ess=0.0, control_ess=inf)
    """
    kinds = (population.particles.parameter_normals, population.outcomes)
    parameter_ess, outcome_ess = (compute_ess([LineageSample(values, ancestors)]) for values in kinds)
    return SampleSize(compute_typical_ess(parameter_ess, outcome_ess), measure_controls(space, population))


def measure_controls(space: ParameterSpace, population: EvaluatedParticles) -> float:
    """The effective sample size of a population by its negative controls."""
    return compute_control_ess(select_controls(population.particles.normal_inputs, space.input_names))
