"""What was told of earlier days, cut into periods that do not overlap: so many a day, for so many days."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from sim.baselines.base import Asked, Guess
from sim.scenario.extent import Extent, extents
from sim.scenario.record import Claim

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Piece:
    """A part of the past: how many were told of it, over how many days, and when it ended."""

    number: float
    days: float
    since: datetime
    until: datetime

    @property
    def a_day(self) -> float:
        """How many on a day."""
        return self.number / self.days


def from_the_past(asked: Asked, left: Callable[[str, list[Piece], float], np.ndarray]) -> Guess:
    """What was told before, and what comes of the days that are left: of a claim, its past and so many days."""
    told, known, silent = {}, {}, {}
    for id in asked.claims:
        past = pieces(asked, id)
        if not past:
            silent[id] = "nothing of its kind had been told"
            continue
        known[id], days = known_of(asked, id)
        told[id] = left(id, past, days)
    return Guess(told=told, known=known, silent=silent)


def told_number(claim: Claim) -> float | None:
    """The number that a claim gives, for a bound the bound itself; None if it gives none."""
    return None if claim.value is None else claim.value.middle


def pieces(asked: Asked, id: str) -> list[Piece]:
    """What the source of a claim had told of the same kind before its day; if nothing, what anybody had."""
    covered = extents(asked.scenario)
    if id not in covered:
        return []
    past = {name: claim for name, claim in asked.before(id).items() if name in covered}
    alike = {name: claim for name, claim in past.items() if covered[name].kind == covered[id].kind}
    own = {name: claim for name, claim in alike.items() if claim.source == asked.scenario.claims[id].source}
    return cut(own, covered) or cut(alike, covered)


def cut(claims: Mapping[str, Claim], covered: Mapping[str, Extent]) -> list[Piece]:
    """Periods from the shortest to the longest; of a longer one only what is left after those within it."""
    found: list[Piece] = []
    lasting = sorted(claims, key=lambda name: (covered[name].until - covered[name].since, covered[name].until))
    for name in lasting:
        number, span = told_number(claims[name]), covered[name]
        if number is None:
            continue
        inside = [piece for piece in found if span.since <= piece.since and piece.until <= span.until]
        if any(piece not in inside and span.since < piece.until and piece.since < span.until for piece in found):
            continue
        days = (span.until - span.since) / DAY - sum(piece.days for piece in inside)
        if days > 0.0:
            left = max(number - sum(piece.number for piece in inside), 0.0)
            found.append(Piece(left, days, span.since, span.until))
    return sorted(found, key=lambda piece: (piece.until, piece.since))


def known_of(asked: Asked, id: str) -> tuple[float, float]:
    """What the source itself had told before of what is within a claim, and how many days of its period are left."""
    covered = extents(asked.scenario)
    span = covered[id]
    source = asked.scenario.claims[id].source
    within = {
        name: claim
        for name, claim in asked.before(id).items()
        if claim.source == source and name in covered and span.covers(covered[name])
    }
    parts = cut(within, covered)
    days = (span.until - span.since) / DAY - sum(piece.days for piece in parts)
    return sum(piece.number for piece in parts), max(days, 0.0)
