"""What the sources told, as a likelihood: the chance of the record, given what was so in each simulated battle.

The unifying idea: a claim is one cell of a partition of all that its source could have said.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim import dice
from sim.claims.cells import Cell
from sim.claims.record import Recorder
from sim.claims.terms.base import Term
from sim.measures.base import Observable
from sim.scenario.model import Scenario


@dataclass(frozen=True)
class Testimony:
    """The record in terms: each is a factor of the likelihood, and no claim is in two of them."""

    terms: tuple[Term, ...]
    asked: tuple[Observable, ...]  # what is to be observed in each battle
    slots: tuple[str, ...]  # the priors of reporting that the terms read

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims, term by term."""
        return tuple(claim for term in self.terms for claim in term.claims)

    @property
    def cells(self) -> np.ndarray:
        """What was told, shape (claims, 2): low and high."""
        cells = [(cell.low, cell.high) for term in self.terms for cell in term.cells]
        return np.array(cells, dtype=np.float64).reshape(-1, 2)


@dataclass(frozen=True)
class Told:
    """Simulated reports, in the order of `Testimony.claims`."""

    counts: np.ndarray  # (n, claims): the number that each source came by
    cells: np.ndarray  # (n, claims, 2): what it then said, as low and high


def recorded(scenario: Scenario, ends: float, claims: Collection[str] | None = None) -> Testimony:
    """The record of a battle that ends after so many hours: of these claims, or of those that may teach the model.

    Claims that can't be observed by then are left out. Raise ScenarioError if a claim can't be scored, or not together
    with the others.
    """
    if claims is None:
        claims = [id for id, claim in scenario.claims.items() if claim.scored == "calibration"]
    recorder = Recorder(scenario)
    terms = recorder.terms(scorable(scenario, ends, claims))
    return Testimony(terms, tuple(recorder.asked), tuple(recorder.slots))


def scorable(scenario: Scenario, ends: float, claims: Collection[str]) -> list[str]:
    """Those of the claims that can be observed in a battle of so many hours, in the order of the scenario."""
    if unknown := set(claims) - set(scenario.claims):
        raise KeyError(f"no such claim: {', '.join(sorted(unknown))}")
    observable = {id: claim.observable for id, claim in scenario.claims.items() if id in set(claims)}
    return [id for id, seen in observable.items() if seen is not None and scenario.hours(seen.until) <= ends]


def log_likelihood(record: Testimony, values: np.ndarray, reports: np.ndarray) -> np.ndarray:
    """Logarithm of the chance of each term, shape (n, terms), finite: given what was observed in n battles, shape
    (n, asked), and how the sources report, shape (n, slots).
    """
    found = np.empty((len(values), len(record.terms)))
    for number, term in enumerate(record.terms):
        found[:, number] = term.log_likelihood(values, reports)
    return found


def told(
    record: Testimony, values: np.ndarray, reports: np.ndarray, seed: int, replications: Sequence[int] | np.ndarray
) -> Told:
    """What the sources would have told of these battles; the dice are those of the replications' numbers."""
    names = [f"report:{claim}" for claim in record.claims]
    nothing = np.zeros(len(names), dtype=np.uint64)
    shares = dice.shares(dice.words(dice.keys(names), seed, np.asarray(replications), nothing, 2))
    counts, cells, first = [], [], 0
    for term in record.terms:
        own = term.told(values, reports, shares[:, first : first + len(term.claims)])
        counts.append(own)
        cells += [among.cells(own[:, number]) for number, among in enumerate(term.partitions)]
        first += len(term.claims)
    if not counts:
        return Told(np.empty((len(values), 0)), np.empty((len(values), 0, 2)))
    return Told(np.concatenate(counts, axis=1), np.stack(cells, axis=1))


def by_claim(record: Testimony) -> Testimony:
    """The same record over values with a column for each claim: what is so may differ from source to source."""
    terms, first = [], 0
    for term in record.terms:
        terms.append(term.by_claim(first))
        first += len(term.claims)
    asked = tuple(record.asked[column] for term in record.terms for column in term.columns)
    return replace(record, terms=tuple(terms), asked=asked)


def with_cells(record: Testimony, cells: np.ndarray) -> Testimony:
    """The same record with other things told, shape (claims, 2) as in `Told.cells`."""
    given = [Cell(int(low), float(high)) for low, high in cells.tolist()]
    if len(given) != len(record.claims):
        raise ValueError(f"{len(given)} cells for {len(record.claims)} claims")
    terms, first = [], 0
    for term in record.terms:
        terms.append(term.with_cells(given[first : first + len(term.claims)]))
        first += len(term.claims)
    return replace(record, terms=tuple(terms))
