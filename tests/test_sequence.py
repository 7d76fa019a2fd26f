"""Replications one after the other: each is the battle that `Simulation.run` gives, to the bit."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from sim.battle import state
from sim.battle.batch import simulate_one
from sim.battle.intervention import Intervention
from sim.battle.sequence import iterate_battles
from sim.battle.simulation import Simulation
from sim.scenario import load
from sim.types import Edit

NUMBERS = (3, 0, 7)


def make_simulation(is_changed: bool) -> Simulation:
    """The small battle, which becomes another one after a day if it is to."""
    scenario = load("teaching")
    if not is_changed:
        return Simulation(scenario)
    changed = load("teaching", (Edit(path="priors.killing_rate_amber.median", value=1.05),))
    return Simulation(scenario, intervention=Intervention(changed, scenario.begins + timedelta(days=1)))


@pytest.mark.parametrize("is_changed", [False, True])
@pytest.mark.parametrize("form", ["plain", "compiled"])
def test_battles_in_sequence_are_those_of_single_runs(form, is_changed):
    simulation = replace(make_simulation(is_changed), execution_mode=form)
    battles = list(iterate_battles(simulation, 5, NUMBERS))
    for number, fought in zip(NUMBERS, battles, strict=True):
        alone = simulation.run(5, number)
        assert fought.event_log.rows.tobytes() == alone.log.tobytes()
        assert fought.parameters.tolist() == list(alone.parameters.values())
        assert fought.n_phases == alone.n_phases


def test_a_log_that_is_too_short_is_written_again(monkeypatch):
    monkeypatch.setattr(state, "INITIAL_LOG_CAPACITY", 10)
    simulation = replace(make_simulation(False), execution_mode="compiled")
    machine = replace(simulation, scheduler="compiled")
    for number, fought in zip(NUMBERS, iterate_battles(simulation, 5, NUMBERS), strict=True):
        assert len(fought.event_log.rows) > 10
        assert np.array_equal(fought.event_log.rows, simulate_one(machine, 5, number)[0])


def test_battles_of_other_draws_are_caught(monkeypatch):
    simulation = replace(make_simulation(False), execution_mode="compiled")
    honest, filled = state.ArrayStateFactory.fill_workspace, []

    def fill_as_first(factory, workspace, *draws):
        filled.append(draws)
        honest(factory, workspace, *filled[0])

    monkeypatch.setattr(state.ArrayStateFactory, "fill_workspace", fill_as_first)
    first, second = (each.event_log.rows.tobytes() for each in iterate_battles(simulation, 5, NUMBERS[:2]))
    assert first == second
    monkeypatch.undo()
    assert first == simulation.run(5, NUMBERS[0]).log.tobytes() != simulation.run(5, NUMBERS[1]).log.tobytes()
