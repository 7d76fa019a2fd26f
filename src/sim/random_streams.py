"""Counter-based random streams: every draw comes from a stream named by seed, replication, entity, purpose and salt."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from statistics import NormalDist
from typing import Any

import numpy as np

GOLDEN_GAMMA = np.uint64(0x9E3779B97F4A7C15)
STANDARD_NORMAL = NormalDist()

Generator = np.random.Generator
Salts = Mapping[str, int]
NO_SALT: Salts = {}


@lru_cache(maxsize=65_536)
def stream_key(name: str) -> int:
    """64 bits that stand for a name, the same on every machine."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")


def stream_keys(names: Sequence[str]) -> np.ndarray:
    """The keys of several names, shape (n,), uint64."""
    return np.array([stream_key(name) for name in names], dtype=np.uint64)


def make_salt_array(names: Sequence[str], salts: Salts) -> np.ndarray:
    """The salt of each name, 0 where none is given; raise KeyError for a salt of an unknown name."""
    if unknown := set(salts) - set(names):
        raise KeyError(f"no such stream: {', '.join(sorted(unknown))}")
    return np.array([salts.get(name, 0) for name in names], dtype=np.uint64)


def random_bits(
    keys: np.ndarray, seed: int | np.ndarray, replication: int | np.ndarray, salts: np.ndarray, count: int
) -> np.ndarray:
    """The first `count` 64-bit words of each stream, shape (n, count): a keyed hash, SplitMix64 rounds.

    For several replications at once, shape (replications, n, count); each may have a seed of its own, shape
    (replications, 1), and salts of its own, shape (replications, n). Source: Steele2014.
    """
    with np.errstate(over="ignore"):
        state = mix_bits(mix_bits(keys + GOLDEN_GAMMA) ^ mix_bits(np.asarray(seed, dtype=np.uint64) + GOLDEN_GAMMA))
        state = mix_bits(state ^ mix_bits(np.asarray(replication, dtype=np.uint64) + GOLDEN_GAMMA)[..., None])
        state = mix_bits(state ^ mix_bits(salts + GOLDEN_GAMMA))
        steps = np.arange(1, count + 1, dtype=np.uint64) * GOLDEN_GAMMA
        bits: np.ndarray = mix_bits(state[..., None] + steps)
        return bits


def mix_bits(x: Any) -> Any:
    """SplitMix64's finalizer: a bijection of 64 bits in which every input bit reaches every output bit."""
    x = x ^ (x >> np.uint64(30))  # a new array, which the next lines change
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(27)
    x *= np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return x


def draw_uniforms(keys: np.ndarray, seed: int, replication: int, salts: np.ndarray) -> list[float]:
    """One number in (0, 1) for each name."""
    numbers: list[float] = uniforms_from_bits(random_bits(keys, seed, replication, salts, 1)[:, 0]).tolist()
    return numbers


def uniforms_from_bits(bits: np.ndarray) -> np.ndarray:
    """64-bit words as numbers in (0, 1)."""
    numbers: np.ndarray = ((bits >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
    return numbers


def draw_normals(keys: np.ndarray, seed: int, replication: int, salts: np.ndarray) -> list[float]:
    """One standard normal number for each name."""
    return [STANDARD_NORMAL.inv_cdf(u) for u in draw_uniforms(keys, seed, replication, salts)]


def make_generator(name: str, seed: int, number: int = 0) -> Generator:
    """A generator of its own for each name, seed and number, where many numbers are drawn at once: for inference, never
    for a battle. Source: Salmon2011.
    """
    philox_key = random_bits(stream_keys([name]), seed, number, np.zeros(1, dtype=np.uint64), 2)[0]
    return np.random.Generator(np.random.Philox(key=philox_key))
