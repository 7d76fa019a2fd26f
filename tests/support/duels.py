"""The duels of the verification: for each law one with an exact answer, and the answer by a wrong law."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from support import closed_forms
from support.exact import (
    Answer,
    Losses,
    Sample,
    distribute_break_points,
    linear,
    logarithmic,
    make_duel,
    mixed,
    mixture,
    power,
    simulate_duel,
    solve_duel,
    square,
)

MOST_LOST = 0.95  # where the rules cut a drawn break point


def identity(hours):
    """Hours as they are."""
    return hours


@dataclass(frozen=True)
class Duel:
    """A duel that X attacks and its exact answer; `a` and `b` are the rates of the equations, an hour.

    `rates` gives the losses of Y and of X, `wrong` another law's; `clock` turns hours into the time scale of the law.
    """

    law: str
    x: int
    y: int
    a: float
    b: float
    rates: Callable
    wrong: Callable
    reference: float = 1.0
    x_share: float = 1.0  # of a and b, what an hour's harm is at the reference strength
    y_share: float = 1.0
    own: Mapping[str, float] = field(default_factory=dict)
    more: Mapping[str, float] = field(default_factory=dict)
    breaks: tuple[int, int] = (0, 0)
    drawn: tuple[float, float, float] = (0.0, 0.0, 0.0)  # medians of both sides and the deviation of their logarithm
    clock: Callable = identity

    def simulate(self, runs: int, damage: float = 1.0, seed: int = 1, form: str = "plain", scale: int = 1) -> Sample:
        """Simulate it so many times, with X's rate damaged by a factor and `scale` times as many people."""
        median_x, median_y, sigma = self.drawn
        if not sigma:
            median_x, median_y = (1 - left / start for left, start in zip(self.breaks, (self.x, self.y), strict=True))
        scenario = make_duel(
            self.x * scale,
            self.y * scale,
            self.a * self.y_share * damage,
            self.b * self.x_share,
            reference=self.reference,
            attack_breaks=median_x - 1e-9,
            defence_breaks=median_y - 1e-9,
            break_attack_sigma=sigma,
            break_defend_sigma=sigma,
            days=1,
            **self.more,
        )
        return simulate_duel(scenario, runs, self.law, seed, form, **self.own)

    def answer(self, wrong: bool = False) -> Answer:
        """The exact answer, in the time scale of the law."""
        rates = (self.wrong if wrong else self.rates)(self.a, self.b)
        median_x, median_y, sigma = self.drawn
        if not sigma:
            return solve_duel(self.x, self.y, rates, *self.breaks)
        of_x = distribute_break_points(self.x, median_x, sigma, MOST_LOST)
        of_y = distribute_break_points(self.y, median_y, sigma, MOST_LOST)
        return mixture(self.x, self.y, rates, {(x, y): p * q for x, p in of_x.items() for y, q in of_y.items()})

    def losses(self) -> Losses:
        """The rates for arrays of strengths, X first."""
        rates = self.rates(self.a, self.b)

        def of_both(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            of_y, of_x = rates(x.astype(float), y.astype(float))
            return of_x, of_y

        return of_both


def bracken(a, b):
    return power(a, b, 0.3, 0.7)


def helmbold(a, b):
    return power(a, b, 0.6, 0.4)


TIRING = 0.5  # h
RATIO = {"ratio_exponent": 0.8}
# Combat power e^v = 4 gives the attackers' fire twice and the defenders' half its effect; a fight of a quarter of the
# reference size is twice as quick by an exponent of a half; average cover is .2.
ENGAGEMENT = {"combat_power_mean": math.log(4), "size_exponent": 0.5, "size_reference": 4 * math.sqrt(80),
    "reference_cover": 0.2}  # fmt: skip

DUELS = {
    "square": Duel("square", 10, 12, 2.0, 1.0, square, linear),
    "square, break points": Duel("square", 10, 12, 2.0, 1.0, square, linear, breaks=(6, 7)),
    "square, drawn break points": Duel("square", 10, 12, 2.0, 1.0, square, linear, drawn=(0.2, 0.3, 0.8)),
    "linear": Duel("linear", 10, 14, 0.4, 0.2, linear, square, 5.0, 5.0, 5.0),
    "logarithmic": Duel("logarithmic", 5, 7, 2.0, 1.0, logarithmic, square),
    "deitchman": Duel("deitchman", 10, 14, 0.2, 1.0, mixed, square, 5.0, 1.0, 5.0),
    "power": Duel("power", 8, 10, 2.0, 1.0, bracken, square, 5.0, own={"target_exponent": 0.3, "firer_exponent": 0.7}),
    "helmbold": Duel("helmbold", 8, 10, 2.0, 1.0, helmbold, square, own=RATIO),
    "helmbold, combat power and size": Duel(
        "helmbold", 8, 10, 2.0, 1.0, helmbold, square, x_share=1.0, y_share=0.8 / 4, own=RATIO, more=ENGAGEMENT
    ),
    "fatigue": Duel(
        "fatigue",
        5,
        7,
        2.0,
        1.0,
        logarithmic,
        square,
        own={"tiring_hours": TIRING},
        clock=lambda hours: closed_forms.fatigue_time(hours, TIRING),
    ),
}
