"""Many numbers of chance at once, by name and number: the same for any order of asking."""

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtri

from sim import dice


def uniforms(name: str, seed: int, draws: Sequence[int] | np.ndarray, count: int) -> np.ndarray:
    """Rows of numbers in (0, 1): a stream of that name for each of the draws."""
    salts = np.asarray(draws, dtype=np.uint64)
    words = dice.words(np.full(len(salts), dice.key(name), dtype=np.uint64), seed, 0, salts, count)
    found: np.ndarray = ((words >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
    return found


def normals(name: str, seed: int, draws: Sequence[int] | np.ndarray, count: int) -> np.ndarray:
    """Rows of standard normal numbers, likewise."""
    found: np.ndarray = ndtri(uniforms(name, seed, draws, count))
    return found
