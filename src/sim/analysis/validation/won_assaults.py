"""What an attack that took its place by force cost both sides, read from the event log of a battle.

An assault counts as won if it opened against a garrison and ended with the place taken or the defence broken; a place
that was walked into does not count. The losses are those of both sides at the place from the opening of the order's
first try to the end of its last, with the rout that follows at once: what earlier orders cost there is not among them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

import numpy as np

from sim.events.log import ARRIVAL_KINDS, DEPARTURE_KINDS, NONE, AssaultEnding, EventKind, EventLog

WINNING_ENDINGS = (AssaultEnding.TAKEN, AssaultEnding.DEFENCE_BROKE)
LOSS_KINDS = (EventKind.KILLED, EventKind.WOUNDED, EventKind.CAPTURED)
OVER_KINDS = (EventKind.ORDER_STARTED, EventKind.ORDER_CANCELLED, EventKind.DONE)


@dataclass(frozen=True)
class WonAssault:
    """An assault that took its place: who fought, in people, and what both sides lost."""

    order: int
    place: int
    opened_at: float  # hours since the battle began
    ended_at: float
    attackers: float  # most of them in one try, with those who joined
    defenders: float  # at the opening, and who came to their help
    attackers_killed: float
    attackers_wounded: float
    attackers_taken: float
    defenders_killed: float
    defenders_wounded: float
    defenders_taken: float


@dataclass
class OpenAssault:
    """An order's assault on a place, over all its tries so far."""

    place: int
    side: int
    opened_at: float
    losses_before: np.ndarray  # (sides, kinds of loss): at the place until the opening
    garrison: float
    attackers: float = 0.0  # in this try
    most_attackers: float = 0.0
    is_under_way: bool = True


@dataclass
class PlaceTotals:
    """People at each place and their losses there so far, by side."""

    strength: np.ndarray  # (places, sides)
    losses: np.ndarray  # (places, sides, kinds of loss)

    def add(self, event: int, side: int, place: int, people: float) -> None:
        """Count a row of the log."""
        if event in ARRIVAL_KINDS:
            self.strength[place, side] += people
        elif event in DEPARTURE_KINDS:
            self.strength[place, side] -= people
        if event in LOSS_KINDS:
            self.losses[place, side, LOSS_KINDS.index(EventKind(event))] += people


@dataclass
class AssaultReader:
    """The assaults of one battle that are under way or wait for their next try, and those that were won."""

    totals: PlaceTotals
    orders: frozenset[int]  # whose assaults are wanted
    open_assaults: dict[int, OpenAssault] = field(default_factory=dict)  # by order
    closing: list[tuple[int, float]] = field(default_factory=list)  # won at this moment: the rout is still to come
    won: list[WonAssault] = field(default_factory=list)

    def read(self, row: tuple[float, int, int, int, int, int, float, int]) -> None:
        """Take account of a row of the log."""
        now, event, order, side, place, _, value, code = row
        if self.closing and now > self.closing[0][1]:
            self.close()
        if place != NONE and side != NONE:
            self.totals.add(event, side, place, value)
        if event in ARRIVAL_KINDS and place != NONE:
            for each in self.open_assaults.values():
                if each.place == place and each.side != side:
                    each.garrison += value
        elif event == EventKind.ASSAULT and order in self.orders:
            self.open(order, side, place, value, now)
        elif event == EventKind.SUPPORTED:
            for each in self.open_assaults.values():
                if each.place == place and each.side == side and each.is_under_way:
                    each.attackers += value
                    each.most_attackers = max(each.most_attackers, each.attackers)
        elif event == EventKind.ENDED and order in self.open_assaults:
            if self.open_assaults[order].is_under_way and code in WINNING_ENDINGS:
                self.closing.append((order, now))
            self.open_assaults[order].is_under_way = False
        elif event in OVER_KINDS and order in self.open_assaults and order not in dict(self.closing):
            del self.open_assaults[order]

    def open(self, order: int, side: int, place: int, people: float, now: float) -> None:
        """An order opens an assault, or tries again."""
        known = self.open_assaults.get(order)
        if known is None or known.place != place:
            known = OpenAssault(
                place, side, now, self.totals.losses[place].copy(), float(self.totals.strength[place, 1 - side])
            )
            self.open_assaults[order] = known
        known.attackers = people
        known.most_attackers = max(known.most_attackers, people)
        known.is_under_way = True

    def close(self) -> None:
        """Everything that belongs to the assaults just won has been read."""
        for order, ended_at in self.closing:
            each = self.open_assaults.pop(order)
            losses = self.totals.losses[each.place] - each.losses_before
            self.won.append(
                WonAssault(
                    order,
                    each.place,
                    each.opened_at,
                    ended_at,
                    each.most_attackers,
                    each.garrison,
                    *losses[each.side].tolist(),
                    *losses[1 - each.side].tolist(),
                )
            )
        self.closing.clear()


def find_won_assaults(log: EventLog, orders: Sequence[str]) -> list[WonAssault]:
    """The assaults of some orders that took their place by force, in order of their end.

    Parameters
    ----------
    log : EventLog
        Of one battle.
    orders : Sequence[str]
        Ids of the orders whose assaults are wanted.

    Returns
    -------
    list of WonAssault
    """
    n_places, n_sides = len(log.labels.places), len(log.labels.sides)
    totals = PlaceTotals(np.zeros((n_places, n_sides)), np.zeros((n_places, n_sides, len(LOSS_KINDS))))
    reader = AssaultReader(totals, frozenset(log.labels.orders.index(order) for order in orders))
    for row in log.rows.tolist():
        reader.read(row)
    reader.close()
    return reader.won


def tabulate_assaults(assaults: Sequence[WonAssault]) -> dict[str, np.ndarray]:
    """Won assaults as columns of numbers, by the names of the fields of `WonAssault`."""
    return {
        each.name: np.array([getattr(assault, each.name) for assault in assaults], dtype=float)
        for each in fields(WonAssault)
    }
