"""What a validation is given and what it finds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.scenario.model import Scenario

Watch = Callable[[Iterable[Any], int, str], Iterable[Any]]  # work, how much of it, and what it is called


def unwatched(work: Iterable[Any], total: int, label: str) -> Iterable[Any]:
    """No progress shown."""
    return work


@dataclass(frozen=True)
class Plan:
    """How to go about it: the seed, how many processes, and the scenario whose priors and law are tried.

    `effort` scales the number of draws and replications; 1 is what is published.
    """

    scenario: Scenario
    law: str = "square"
    seed: int = 7
    workers: int = 1
    effort: float = 1.0
    watch: Watch = unwatched

    def times(self, number: int) -> int:
        """A number of draws or replications, scaled."""
        return max(2, round(number * self.effort))


@dataclass(frozen=True)
class Verdict:
    """One thing that was to be reproduced."""

    what: str
    wanted: str
    found: str
    reproduced: bool


@dataclass(frozen=True)
class Table:
    """Rows to be printed and written."""

    name: str
    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[object]]


@dataclass(frozen=True)
class Finding:
    """What came out for one set of data; `curves` is what its figure is drawn from."""

    name: str
    title: str
    verdicts: tuple[Verdict, ...]
    tables: tuple[Table, ...]
    curves: Mapping[str, np.ndarray]
