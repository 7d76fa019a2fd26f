"""What every validation shares: its settings, and the checks, tables and curves that it gives."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim import laws
from sim.scenario.model import Scenario

LabelledProgress = Callable[[Iterable[Any], int, str], Iterable[Any]]  # items, their number, and what they are called


def show_no_progress(items: Iterable[Any], total: int, label: str) -> Iterable[Any]:
    """The items as they are, with no progress shown."""
    return items


@dataclass(frozen=True)
class ValidationSettings:
    """The scenario whose priors are used, the law, the seed, and how many processes work.

    `effort` scales the number of draws and replications; 1 is what is published.
    """

    scenario: Scenario
    law: str = laws.DEFAULT_LAW
    seed: int = 7
    workers: int = 1
    effort: float = 1.0
    progress: LabelledProgress = show_no_progress

    def scale_count(self, count: int) -> int:
        """A number of draws or replications, scaled by the effort."""
        return max(2, round(count * self.effort))


@dataclass(frozen=True)
class ReproductionCheck:
    """One quantity that the model was to reproduce, as expected and as obtained.

    A golden one was worked out from the same table by another program: it checks the arithmetic, and no model of battle
    could miss it. The others are checks of the model, and counted apart.
    """

    quantity: str
    expected: str
    obtained: str
    is_reproduced: bool
    is_golden: bool = False


def sort_misses_first(checks: Iterable[ReproductionCheck]) -> list[ReproductionCheck]:
    """Checks of the model before golden ones, and of each kind those that were missed before the others."""
    return sorted(checks, key=lambda check: (check.is_golden, check.is_reproduced))


def describe_counts(checks: Sequence[ReproductionCheck]) -> str:
    """How many checks were reproduced, golden ones counted apart."""
    model, golden = (
        [check.is_reproduced for check in checks if check.is_golden is is_golden] for is_golden in (False, True)
    )
    return (
        f"{sum(model)} of {len(model)} checks of the model reproduced, {len(model) - sum(model)} not. Apart from "
        f"these, {sum(golden)} of {len(golden)} golden numbers, which check the arithmetic alone."
    )


@dataclass(frozen=True)
class ResultTable:
    """Rows to be printed and written."""

    name: str
    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[object]]


@dataclass(frozen=True)
class ValidationResult:
    """The result for one data set; its figure is drawn from `curves`."""

    name: str
    title: str
    checks: tuple[ReproductionCheck, ...]
    tables: tuple[ResultTable, ...]
    curves: Mapping[str, np.ndarray]
