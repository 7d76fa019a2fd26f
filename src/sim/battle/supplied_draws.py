"""Random inputs that a caller sets instead of having them drawn: some by name, or a table with a row a replication."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.scenario.priors import PriorDistribution


@dataclass(frozen=True)
class RandomOverrides:
    """Random inputs that a caller sets: normal inputs by name, and salts of streams, normal inputs and priors.

    Parameters
    ----------
    normal_inputs
        Values of normal inputs by name, in standard deviations.
    salts
        Whole numbers by the name of a stream, a normal input or a prior ("prior:" and its name); another salt gives
        other draws of that one alone, and 0 is the same as none.

    Examples
    --------
    >>> import sim
    >>> overrides = RandomOverrides(normal_inputs={"order:village_assault:intensity": 0.25})
    >>> result = sim.fight(sim.load("teaching"), random_overrides=overrides)
    >>> result.normal_inputs["order:village_assault:intensity"]
    0.25
    """

    normal_inputs: Mapping[str, float] = field(default_factory=dict)
    salts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class SuppliedRandomness:
    """The random inputs of each row: normal inputs, the salts of its streams, and the seed and number that key them."""

    input_names: tuple[str, ...]
    normal_inputs: np.ndarray  # (rows, inputs)
    stream_names: tuple[str, ...]
    salts: np.ndarray  # (rows, streams), uint64
    seeds: np.ndarray  # (rows,), uint64
    replication_numbers: np.ndarray  # (rows,), uint64

    def row_indices(self, replications: Any) -> np.ndarray:
        """The rows that some replications take."""
        return np.atleast_1d(replications).astype(np.int64) % len(self.seeds)

    def select_salts(self, names: tuple[str, ...], rows: np.ndarray) -> np.ndarray:
        """The salts of streams by name, shape (rows, names); 0 for one that the table does not know."""
        if names == self.stream_names:
            salts: np.ndarray = self.salts[rows]
            return salts
        return scatter_columns(
            np.zeros((len(rows), len(names)), dtype=np.uint64), names, self.stream_names, self.salts[rows]
        )

    def select_normal_inputs(self, names: tuple[str, ...], rows: np.ndarray, defaults: np.ndarray) -> np.ndarray:
        """The normal inputs by name, shape (rows, names); the default for one that the table does not know."""
        return scatter_columns(defaults, names, self.input_names, self.normal_inputs[rows])


@dataclass(frozen=True, eq=False)
class SuppliedDraws:
    """The parameters of each row, as values and as standard normal numbers, and the priors that relate the two.

    A parameter whose prior is another one in the simulated scenario takes the value at the same quantile of that prior.

    Parameters
    ----------
    priors
        The priors by parameter, in the order of the columns.
    values
        Shape (rows, parameters), in the units of the priors.
    normal_values
        The same as standard normal numbers, shape (rows, parameters).
    randomness
        The random inputs of each row; None if each replication has random inputs of its own.
    digest, description
        Digest of what the rows come from, and what they were calibrated on.
    ess
        How many independent draws they are worth.
    teachers
        The titles of the battles that they were learnt from, if these are others.

    Examples
    --------
    >>> import sim
    >>> prior = sim.load("teaching").priors["teal_garrison"]
    >>> draws = SuppliedDraws({"teal_garrison": prior}, np.array([[250.0], [350.0]]), np.array([[-0.6], [0.5]]))
    >>> draws.compute_column("teal_garrison", prior, [0, 1, 2]).tolist()
    [250.0, 350.0, 250.0]
    """

    priors: Mapping[str, PriorDistribution]
    values: np.ndarray
    normal_values: np.ndarray
    randomness: SuppliedRandomness | None = None
    digest: str = ""
    description: str = ""
    ess: float = 0.0
    teachers: tuple[str, ...] = ()

    def compute_column(self, parameter: str, prior: PriorDistribution, replications: Any) -> np.ndarray:
        """A parameter in the rows that some replications take."""
        rows = np.atleast_1d(replications).astype(np.int64) % len(self.values)
        column = tuple(self.priors).index(parameter)
        if prior == self.priors[parameter]:
            column_values: np.ndarray = self.values[rows, column]
            return column_values
        from scipy.special import ndtr  # here, since it takes long to import

        return prior.quantiles(ndtr(self.normal_values[rows, column]))


def scatter_columns(
    target: np.ndarray, names: tuple[str, ...], known: tuple[str, ...], columns: np.ndarray
) -> np.ndarray:
    """Columns put where their names stand among others."""
    positions = {name: n for n, name in enumerate(names)}
    pairs = [(positions[name], n) for n, name in enumerate(known) if name in positions]
    target[:, [to for to, _ in pairs]] = columns[:, [n for _, n in pairs]]
    return target
