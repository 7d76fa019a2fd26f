"""The ledger of luck: how likely each documented turn was, and how much the outcome goes with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.claims.wording import day_and_month, last_day
from sim.findings.clustered import Chance, Estimate, difference, more_often
from sim.measures.base import Observable
from sim.measures.control import Measure as Control
from sim.scenario.bounds import Bound
from sim.scenario.hindsight import Turn
from sim.scenario.model import Scenario

Part = tuple[Observable, Bound]


@dataclass(frozen=True)
class Entry:
    """A turn: how often it comes, and in how many more battles the objective is held with it than without it.

    `held` is the share of battles held among those that have it, `otherwise` among those that went the other way, whose
    number is `others`; the two are nothing where the turn is taken away by edits, and battles are paired.
    """

    turn: str
    says: str
    chance: Estimate | None  # None for what no rule leaves open
    held: Estimate
    otherwise: Estimate
    moves: Estimate
    battles: int
    others: int


def asked(scenario: Scenario) -> tuple[Observable, ...]:
    """What is to be observed in each battle for the ledger, each once; the objective comes first."""
    wanted: list[Observable] = [objective(scenario)]
    for turn in scenario.turns.values():
        for observable, _ in (*had(scenario, turn), *instead(turn)):
            if observable not in wanted:
                wanted.append(observable)
    return tuple(wanted)


def objective(scenario: Scenario) -> Observable:
    """The share of the objective's place at the end of the battle."""
    goal = scenario.objective
    return Control(measure="control", side=goal.side, place=goal.place, until=scenario.ends)


def had(scenario: Scenario, turn: Turn) -> list[Part]:
    """What is observed in a battle that has a turn, and the values that it then takes."""
    claims = [scenario.claims[id] for id in turn.happened]
    return [(claim.observable, claim.value) for claim in claims if claim.observable is not None and claim.value]


def instead(turn: Turn) -> list[Part]:
    """The same for a battle in which it went the other way."""
    return [(turn.instead.observable, turn.instead.value)] if turn.instead else []


def ledger(scenario: Scenario, values: np.ndarray, draws: np.ndarray, without: Mapping[str, np.ndarray]) -> list[Entry]:
    """An entry for each turn: from what was observed (`asked`) in battles of some draws, shape (battles, asked), and,
    for turns that are taken away, from the same of the same battles without them.
    """
    columns = {observable: number for number, observable in enumerate(asked(scenario))}
    held = values[:, 0] >= scenario.objective.share
    found = []
    for id, turn in scenario.turns.items():
        if turn.without:
            found.append(taken_away(id, turn.says, held, without[id][:, 0] >= scenario.objective.share, draws))
        else:
            came = holds(values, had(scenario, turn), columns)
            other = holds(values, instead(turn), columns) & ~came if turn.instead else ~came
            found.append(seen(id, dated(scenario, turn), held, came, other, draws))
    return found


def dated(scenario: Scenario, turn: Turn) -> str:
    """What a turn says, with the day by which it had come if that is not said."""
    day = day_and_month(last_day(max(observable.until for observable, _ in had(scenario, turn))))
    return turn.says if day in turn.says else f"{turn.says} ({day})"


def holds(values: np.ndarray, parts: Sequence[Part], columns: Mapping[Observable, int]) -> np.ndarray:
    """The battles in which everything is as said, shape (battles,)."""
    found = np.ones(len(values), dtype=bool)
    for observable, bound in parts:
        column = values[:, columns[observable]]
        found &= (bound.low <= column) & (column <= bound.high)
    return found


def seen(id: str, says: str, held: np.ndarray, came: np.ndarray, other: np.ndarray, draws: np.ndarray) -> Entry:
    """A turn that comes in some battles, and goes the other way in some."""
    everywhere = np.ones(len(held), dtype=bool)
    with_it, without_it = Chance(held, came, draws), Chance(held, other, draws)
    return Entry(
        turn=id,
        says=says,
        chance=Chance(came, everywhere, draws).estimate,
        held=with_it.estimate,
        otherwise=without_it.estimate,
        moves=difference(with_it, without_it),
        battles=with_it.count,
        others=without_it.count,
    )


def taken_away(id: str, says: str, held: np.ndarray, without: np.ndarray, draws: np.ndarray) -> Entry:
    """A turn that every battle has, against the same battles without it."""
    everywhere = np.ones(len(held), dtype=bool)
    return Entry(
        turn=id,
        says=says,
        chance=None,
        held=Chance(held, everywhere, draws).estimate,
        otherwise=Chance(without, everywhere, draws).estimate,
        moves=more_often(held.astype(np.float64) - without.astype(np.float64), draws),
        battles=len(held),
        others=len(held),
    )
