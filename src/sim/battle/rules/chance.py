"""Drawing from a stream: uniform, exponential, and the counts that the rules need, by inversion."""

import math

from sim.battle.rows import Stream

MASK = 0xFFFFFFFFFFFFFFFF
HALF_STEP = 1.1102230246251565e-16  # 2**-53
ROOT_2 = 1.4142135623730951
MOST = 10_000  # where a count's tail is cut, far beyond any force


def uniform(stream: Stream) -> float:
    """A number in (0, 1): xoshiro256++. Source: Blackman2021."""
    s0, s1, s2, s3 = stream.s0, stream.s1, stream.s2, stream.s3
    total = (s0 + s3) & MASK
    result = ((((total << 23) & MASK) | (total >> 41)) + s0) & MASK
    s2 = s2 ^ s0
    s3 = s3 ^ s1
    stream.s0 = s0 ^ s3
    stream.s1 = s1 ^ s2
    stream.s2 = s2 ^ ((s1 << 17) & MASK)
    stream.s3 = ((s3 << 45) & MASK) | (s3 >> 19)
    return ((result >> 11) + 0.5) * HALF_STEP


def exponential(stream: Stream) -> float:
    """A waiting time with mean 1."""
    return -math.log(uniform(stream))


def share_below(normal: float) -> float:
    """The share of the standard normal distribution that lies below a driver: a uniform number."""
    return 0.5 * math.erfc(-normal / ROOT_2)


def negative_binomial(stream: Stream, mean: float, size: float) -> float:
    """A count with variance mean + mean**2 / size."""
    if mean <= 0.0:
        return 0.0
    left = uniform(stream)
    odds = mean / (mean + size)
    chance = math.exp(size * math.log(1.0 - odds))
    count = 0.0
    while left > chance and count < MOST:
        left -= chance
        chance *= odds * (count + size) / (count + 1.0)
        count += 1.0
    return count


def poisson(stream: Stream, mean: float) -> float:
    """A count with variance mean."""
    left = uniform(stream)
    chance = math.exp(-mean)
    count = 0.0
    while left > chance and count < MOST:
        left -= chance
        count += 1.0
        chance *= mean / count
    return count


def binomial(stream: Stream, trials: float, chance: float) -> float:
    """How many of so many trials succeed."""
    count = 0.0
    tried = 0.0
    while tried < trials:
        if uniform(stream) < chance:
            count += 1.0
        tried += 1.0
    return count
