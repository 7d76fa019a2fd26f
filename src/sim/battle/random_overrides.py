"""Random inputs that a caller sets instead of having them drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field


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
