"""Replications one after the other, as a study counts them: with machine code drawn all at once, in one memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from sim.battle.intervention import apply_overrides
from sim.battle.records import BattleState
from sim.battle.simulation import Simulation
from sim.battle.state import ArrayStateFactory
from sim.battle.supplied_draws import RandomOverrides
from sim.events.log import EventLog


@dataclass(frozen=True)
class FoughtBattle:
    """What a study counts of one replication.

    Parameters
    ----------
    parameters
        The parameter vector, in the order of the simulation's names.
    event_log
        Every event in order of time.
    n_phases
        Steps of orders that the scheduler made.
    """

    parameters: np.ndarray
    event_log: EventLog
    n_phases: int


def iterate_battles(simulation: Simulation, seed: int, replications: Sequence[int]) -> Iterator[FoughtBattle]:
    """Simulate some replications, each to the same bits as `Simulation.run`.

    Parameters
    ----------
    simulation
        What to simulate; with plain rules each replication draws for itself.
    seed
        With the number of a replication it determines all its random inputs.
    replications
        Their numbers.

    Yields
    ------
    FoughtBattle
        One for each number, in their order.

    Examples
    --------
    >>> import sim
    >>> simulation = Simulation(sim.load("teaching"))
    >>> [len(each.event_log.rows) == len(simulation.run(1, n).log)
    ...  for n, each in enumerate(iterate_battles(simulation, 1, range(2)))]
    [True, True]
    """
    if isinstance(simulation.state_factory, ArrayStateFactory):
        yield from iterate_in_one_memory(simulation, simulation.state_factory, seed, replications)
        return
    for number in replications:
        run = simulation.run(seed, number, RandomOverrides())
        yield FoughtBattle(np.array(list(run.parameters.values())), run.event_log, run.n_phases)


def iterate_in_one_memory(
    simulation: Simulation, state: ArrayStateFactory, seed: int, replications: Sequence[int]
) -> Iterator[FoughtBattle]:
    """The same with machine code, under the scheduler of the simulation."""
    from sim.battle.batch import draw_batch  # here, since it is for machine code alone

    draws = draw_batch(simulation, seed, replications)
    parameters_after = draw_parameters_after(simulation, seed, replications)
    workspace = state.make_workspace()
    battle = state.view_battle(workspace)
    for row in range(len(replications)):
        while True:
            state.fill_workspace(workspace, *(each[row] for each in draws))
            state.open_log(battle)
            n_phases = run_scheduler(simulation, battle, parameters_after[row])
            if not state.check_overflow(battle):
                break
            battle = state.view_battle(workspace)
        log = EventLog(state.extract_log(battle), simulation.compiled_scenario.labels, simulation.end_hours)
        yield FoughtBattle(draws.parameters[row], log, n_phases)


def draw_parameters_after(simulation: Simulation, seed: int, replications: Sequence[int]) -> np.ndarray:
    """The parameters of the scenario that an intervention makes, a row for each replication; none without one."""
    if simulation.intervention is None:
        return np.zeros((len(replications), 0))
    return simulation.after_intervention.draw_parameter_matrix(seed, np.array(replications, dtype=np.uint64))


def run_scheduler(simulation: Simulation, battle: BattleState, parameters_after: np.ndarray) -> int:
    """Run a battle from its initial state; the steps of orders that its scheduler made."""
    scheduler = simulation.make_scheduler(battle)
    if simulation.intervention is not None:
        names = simulation.after_intervention.parameter_names
        values = dict(zip(names, parameters_after.tolist(), strict=True))
        scheduler.schedule_intervention(
            simulation.intervention.at_hours,
            partial(apply_overrides, overrides=simulation.overrides, parameters=values),
            simulation.affected_orders,
        )
    scheduler.run()
    return scheduler.n_phases
