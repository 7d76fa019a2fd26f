"""Sampling from a random stream: uniform, exponential and count variates by inversion, and normal quantiles."""

import math

from sim.battle.records import StreamState

MASK_64 = 0xFFFFFFFFFFFFFFFF
HALF_STEP_53_BITS = 1.1102230246251565e-16  # 2**-53
SQRT_2 = 1.4142135623730951
MAX_COUNT = 10_000  # where a count's tail is cut, far beyond any force


def draw_uniform(stream: StreamState) -> float:
    """A number in (0, 1): xoshiro256++. Source: Blackman2021."""
    s0, s1, s2, s3 = stream.s0, stream.s1, stream.s2, stream.s3
    total = (s0 + s3) & MASK_64
    result = ((((total << 23) & MASK_64) | (total >> 41)) + s0) & MASK_64
    s2 = s2 ^ s0
    s3 = s3 ^ s1
    stream.s0 = s0 ^ s3
    stream.s1 = s1 ^ s2
    stream.s2 = s2 ^ ((s1 << 17) & MASK_64)
    stream.s3 = ((s3 << 45) & MASK_64) | (s3 >> 19)
    return ((result >> 11) + 0.5) * HALF_STEP_53_BITS


def draw_exponential(stream: StreamState) -> float:
    """A waiting time with mean 1."""
    return -math.log(draw_uniform(stream))


def normal_cdf(z: float) -> float:
    """The share of the standard normal distribution that lies below a number: its cumulative distribution function."""
    return 0.5 * math.erfc(-z / SQRT_2)


def draw_negative_binomial(stream: StreamState, mean: float, size: float) -> float:
    """A count with variance mean + mean**2 / size."""
    if mean <= 0.0:
        return 0.0
    remaining = draw_uniform(stream)
    odds = mean / (mean + size)
    probability = math.exp(size * math.log(1.0 - odds))
    count = 0.0
    while remaining > probability and count < MAX_COUNT:
        remaining -= probability
        probability *= odds * (count + size) / (count + 1.0)
        count += 1.0
    return count


def draw_poisson(stream: StreamState, mean: float) -> float:
    """A count with variance mean."""
    remaining = draw_uniform(stream)
    probability = math.exp(-mean)
    count = 0.0
    while remaining > probability and count < MAX_COUNT:
        remaining -= probability
        count += 1.0
        probability *= mean / count
    return count


def draw_binomial(stream: StreamState, trials: float, probability: float) -> float:
    """How many of so many trials succeed."""
    count = 0.0
    n_tried = 0.0
    while n_tried < trials:
        if draw_uniform(stream) < probability:
            count += 1.0
        n_tried += 1.0
    return count


CENTRAL_HALF_WIDTH = 0.425  # the middle of the distribution, in shares from its median
NEAR_TAIL_END = 5.0
CENTRAL_NUMERATOR = (
    2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
    1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0,
)  # fmt: skip
CENTRAL_DENOMINATOR = (
    5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
    5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0,
)  # fmt: skip
NEAR_TAIL_NUMERATOR = (
    7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0,
    3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0, 1.42343711074968357734e0,
)  # fmt: skip
NEAR_TAIL_DENOMINATOR = (
    1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
    6.89767334985100004550e-1, 1.67638483018380384940e0, 2.05319162663775882187e0, 1.0,
)  # fmt: skip
FAR_TAIL_NUMERATOR = (
    2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
    2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0, 6.65790464350110377720e0,
)  # fmt: skip
FAR_TAIL_DENOMINATOR = (
    2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
    1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0,
)  # fmt: skip


def normal_quantile(u: float) -> float:
    """The number below which a share `u` of the standard normal distribution lies, u in (0, 1)."""
    q = u - 0.5
    if abs(q) <= CENTRAL_HALF_WIDTH:
        r = 0.180625 - q * q
        return evaluate_polynomial(CENTRAL_NUMERATOR, r) * q / evaluate_polynomial(CENTRAL_DENOMINATOR, r)
    r = math.sqrt(-math.log(u if q <= 0.0 else 1.0 - u))
    if r <= NEAR_TAIL_END:
        x = evaluate_polynomial(NEAR_TAIL_NUMERATOR, r - 1.6) / evaluate_polynomial(NEAR_TAIL_DENOMINATOR, r - 1.6)
    else:
        x = evaluate_polynomial(FAR_TAIL_NUMERATOR, r - 5.0) / evaluate_polynomial(FAR_TAIL_DENOMINATOR, r - 5.0)
    return -x if q < 0.0 else x


def evaluate_polynomial(coefficients: tuple[float, ...], x: float) -> float:
    """A polynomial, the factor of its highest power first."""
    total = 0.0
    for coefficient in coefficients:
        total = total * x + coefficient
    return total
