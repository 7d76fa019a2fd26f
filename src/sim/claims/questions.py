"""What a claim asks of a forecast: a whole number, and which of its cells was told.

A forecast, whosever it is, is a sample of such numbers, shape (n, questions). For counts and shares the number is the
one that the source would come by (a share in steps of five per cent); for events and bounds 1 if it would tell that it
was so; for who holds a place a state, in order: the first side, contested, the second side.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.claims.cells import EACH, Cell, Partition
from sim.claims.control import State, report_of
from sim.claims.terms.counted import Counted
from sim.claims.terms.graded import Graded
from sim.claims.testimony import Testimony
from sim.scenario.model import Scenario

Sort = Literal["count", "share", "event", "state"]


@dataclass(frozen=True)
class Question:
    """One claim, and the cell that was told among all that could have been; `term` is what it depends on."""

    claim: str
    sort: Sort
    term: str
    partition: Partition
    cell: Cell


def questions(record: Testimony) -> tuple[Question, ...]:
    """A question for each claim, in the order of `Testimony.claims`."""
    found = []
    for term in record.terms:
        sort: Sort = "count" if isinstance(term, Counted) else "share" if isinstance(term, Graded) else "event"
        for claim, cell, partition in zip(term.claims, term.cells, term.partitions, strict=True):
            found.append(Question(claim, sort, term.name, partition, cell))
    return tuple(found)


@dataclass(frozen=True)
class Standing:
    """A claim of who holds a place: the state that was told, and who is in whose hands if a share is held."""

    question: Question
    side: int  # whose share is observed
    misreport: int  # slot
    column: int  # of the values


def standings(scenario: Scenario, record: Testimony) -> tuple[Standing, ...]:
    """The claims that give a state of a place, one each, as questions in three ordered states."""
    found = []
    for term in record.terms:
        for claim in term.claims:
            said = report_of(scenario, claim, scenario.claims[claim])
            slot, column = getattr(term, "misreport", None), getattr(term, "column", None)
            if said is None or slot is None or column is None:
                continue
            side = list(scenario.sides).index(getattr(scenario.claims[claim].observable, "side"))  # noqa: B009
            cell = Cell(int(said.state), float(said.state))
            found.append(Standing(Question(claim, "state", term.name, EACH, cell), side, slot, column))
    return tuple(found)


def states_told(
    scenario: Scenario, standing: Standing, values: np.ndarray, reports: np.ndarray, luck: np.ndarray
) -> np.ndarray:
    """The states that the source would tell of a place, shape (n,); `luck` are its dice, shape (n, 2).

    If it errs, it tells one of the two other states, either alike.
    """
    held = values[:, standing.column]
    second = held if standing.side == 1 else 1.0 - held
    low, high = scenario.contested_between
    state = np.where(second < low, State.FIRST, np.where(second > high, State.SECOND, State.CONTESTED))
    wrong = (state + np.where(luck[:, 1] < 0.5, 1, 2)) % len(State)
    return np.where(luck[:, 0] < reports[:, standing.misreport], wrong, state).astype(np.float64)
