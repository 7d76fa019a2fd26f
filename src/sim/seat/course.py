"""A course of decisions as a battle: each is a perturbation that concerns only what is still to come."""

from collections.abc import Sequence
from dataclasses import dataclass

from sim.battle.edited_simulation import apply_scenario_edits
from sim.battle.run_result import RunResult
from sim.battle.simulation import Simulation
from sim.events.log import NONE
from sim.perturbations.base import Perturbation
from sim.types import Edit


@dataclass(frozen=True)
class Decision:
    """What a side decided at a moment: `subject` is the order that it changes or gives, by its id.

    Of several decisions on one order the last holds.
    """

    hours: float  # since the beginning of the battle
    side: str
    choice: str  # the id of the choice
    description: str  # as half a sentence
    subject: str
    perturbation: Perturbation


class TooLateError(Exception):
    """A decision on something that has begun: the battle before it would be another one."""


def select_effective(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """The decisions that hold, in their sequence: of those on one order the last."""
    last = {each.subject: each for each in decisions}
    return tuple(each for each in decisions if last[each.subject] is each)


def build_edits(simulation: Simulation, perturbations: Sequence[Perturbation]) -> tuple[Edit, ...]:
    """The edits of some perturbations of the scenario of a simulation, one after the other."""
    return tuple(edit for each in perturbations for edit in each.edits(simulation.scenario))


def build_course(simulation: Simulation, opening: Sequence[Perturbation], decisions: Sequence[Decision]) -> Simulation:
    """The simulation of the battle with what is otherwise from the beginning, and with some decisions.

    Parameters
    ----------
    simulation
        The battle as it was recorded.
    opening
        What holds from the beginning: the other side's commander, if he follows the rule.
    decisions
        The decisions of one side or of both; of those on one order the last holds.

    Returns
    -------
    Simulation
        The same draws for the changed scenario.
    """
    perturbations = [*opening, *(each.perturbation for each in select_effective(decisions))]
    return apply_scenario_edits(simulation, build_edits(simulation, perturbations))


@dataclass(frozen=True)
class PastEvent:
    """An event of a log with its order by id: each scenario numbers its orders otherwise."""

    hours: float
    order: str
    values: tuple[float | int, ...]


def check_past(before: RunResult, after: RunResult, decision: Decision) -> None:
    """Raise TooLateError if a decision changes what came before it, or at its moment of other orders than its own."""
    past, new_past = (
        [
            each
            for each in list_past_events(run, decision.hours)
            if each.hours < decision.hours or each.order != decision.subject
        ]
        for run in (before, after)
    )
    if past != new_past:
        raise TooLateError(decision.subject)


def list_past_events(run: RunResult, hours: float) -> list[PastEvent]:
    """What has happened by a moment."""
    log, orders = run.log, run.event_log.labels.orders
    names = [name for name in log.dtype.names or () if name != "order"]
    return [
        PastEvent(
            float(row["time"]),
            "" if row["order"] == NONE else orders[int(row["order"])],
            tuple(row[name].item() for name in names),
        )
        for row in log[log["time"] <= hours]
    ]
