"""Chances of neighbouring whole numbers for many battles at once, scaled so that none of them vanishes."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np


class Limited(Protocol):
    """Up to which number it matters: more are impossible, or, if endless, all alike."""

    @property
    def at(self) -> int: ...

    @property
    def endless(self) -> bool: ...


@dataclass(frozen=True)
class Weights:
    """Chances of `first`, `first` + 1, ..., shape (n, numbers), each row to be multiplied by exp(scale)."""

    first: int
    values: np.ndarray
    scale: np.ndarray

    @property
    def last(self) -> int:
        """The last number."""
        return self.first + int(self.values.shape[1]) - 1

    def plus(self, other: "Weights", limit: Limited) -> "Weights":
        """The chances of the sum of two independent numbers, up to a limit."""
        short, long = sorted((self.values, other.values), key=lambda values: values.shape[1])
        if short.shape[1] == 1:
            total = short * long
        else:
            total = np.zeros((max(len(short), len(long)), short.shape[1] + long.shape[1] - 1))
            for shift in range(short.shape[1]):
                total[:, shift : shift + long.shape[1]] += short[:, [shift]] * long
        return Weights(self.first + other.first, total, self.scale + other.scale).within(limit).scaled()

    def within(self, limit: Limited) -> "Weights":
        """Without the numbers above the limit, or, if it is endless, with all of them at the limit."""
        kept = limit.at - self.first + 1
        if kept >= self.values.shape[1]:
            return self
        if not limit.endless:
            return Weights(self.first, self.values[:, :kept], self.scale)
        if kept < 1:
            return Weights(limit.at, self.values.sum(axis=1, keepdims=True), self.scale)
        rest = self.values[:, kept - 1 :].sum(axis=1, keepdims=True)
        return Weights(self.first, np.concatenate([self.values[:, : kept - 1], rest], axis=1), self.scale)

    def least(self, number: int) -> "Weights":
        """Without the numbers below this one."""
        cut = number - self.first
        return self if cut <= 0 else Weights(number, self.values[:, cut:], self.scale)

    def scaled(self) -> "Weights":
        """The same with the largest of each row near 1; a row of nothing stays as it is."""
        if self.values.shape[1] == 1:
            return self
        most = self.values.max(axis=1)
        by = np.where(most > 0.0, most, 1.0)
        return Weights(self.first, self.values / by[:, None], self.scale + np.log(by))


NOBODY = Weights(0, np.ones((1, 1)), np.zeros(1))
