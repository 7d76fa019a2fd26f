"""Was the real battle likely? Its record, beside what the same sources would have told of battles like it."""

from dataclasses import dataclass

import numpy as np

from sim import dice
from sim.claims.questions import questions
from sim.claims.testimony import Testimony, log_likelihood, told, with_cells
from sim.findings.clustered import Chance, Estimate
from sim.scores.checks import pit


@dataclass(frozen=True)
class Place:
    """Where a claim lies in what its source would have told: 0 is below all of it, 1 above.

    `tail` is the chance of something as far out, on either side.
    """

    claim: str
    term: str
    transform: float
    tail: float
    median: float
    most: tuple[float, float]  # middle 90 per cent


@dataclass(frozen=True)
class Likely:
    """Claim by claim, and as a whole: the chance that a record told of a battle fits it no better than the real one."""

    places: tuple[Place, ...]
    whole: Estimate


def places(record: Testimony, reports: np.ndarray, seed: int) -> tuple[Place, ...]:
    """Where each claim of a record lies in simulated reports of it, shape (n, claims)."""
    names = dice.keys([f"place:{claim}" for claim in record.claims])
    luck = dice.uniforms(names, seed, 0, np.zeros(len(names), dtype=np.uint64))
    found = []
    for number, question in enumerate(questions(record)):
        sample = reports[:, number]
        low, middle, high = np.quantile(sample, [0.05, 0.5, 0.95]).tolist()
        as_low = float((sample <= question.cell.high).mean())
        as_high = float((sample >= question.cell.low).mean())
        found.append(
            Place(
                claim=question.claim,
                term=question.term,
                transform=pit(sample, question, luck[number]),
                tail=min(2 * min(as_low, as_high), 1.0),
                median=middle,
                most=(low, high),
            )
        )
    return tuple(found)


def fits(record: Testimony, values: np.ndarray, reporting: np.ndarray, families: np.ndarray, seed: int) -> Estimate:
    """The chance that what sources tell of a battle has no higher likelihood, given that battle, than the real record.

    Near 0 the record is unlike anything that these battles would leave; near one half it is one of many such. Battles
    of one family count together. Source: Gelman1996, for a discrepancy that depends on the draw.
    """
    real = log_likelihood(record, values, reporting).sum(axis=1)
    cells = told(record, values, reporting, seed, np.arange(len(values), dtype=np.uint64)).cells
    again = np.array(
        [
            log_likelihood(with_cells(record, cells[row]), values[row : row + 1], reporting[row : row + 1]).sum()
            for row in range(len(values))
        ]
    )
    return Chance(again <= real, np.ones(len(values), dtype=bool), families).estimate
