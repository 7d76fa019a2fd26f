"""The same simulation of an edited scenario: what what-ifs without a file of their own are made of."""

from dataclasses import replace

from sim.battle.intervention import Intervention
from sim.battle.simulation import Simulation, share_compiled
from sim.scenario import edits
from sim.scenario.model import Scenario
from sim.types import Edit


def apply_scenario_edits(simulation: Simulation, changes: tuple[Edit, ...]) -> Simulation:
    """The simulation of the scenario with some edits of entries that it has, or of orders that are new to it.

    Parameters
    ----------
    simulation
        The simulation of the scenario as it is; it is not changed.
    changes
        Edits of the scenario's plain data.

    Returns
    -------
    Simulation
        The same law, draws and end for another scenario; this very simulation, if nothing changes.

    Raises
    ------
    ValidationError
        The edited scenario is none.

    Examples
    --------
    >>> import sim
    >>> from sim.types import Edit
    >>> simulation = Simulation(sim.load("teaching"))
    >>> edited = apply_scenario_edits(simulation, (Edit(path="title", value="Another"),))
    >>> edited.scenario.title, simulation.scenario.title == edited.scenario.title
    ('Another', False)
    """
    if not changes:
        return simulation
    data, problems = edits.apply_edits(simulation.scenario.model_dump(mode="json", exclude_unset=True), changes)
    assert not problems
    return replace(simulation, scenario=Scenario.model_validate(data))


def add_intervention(simulation: Simulation, intervention: Intervention) -> Simulation:
    """The simulation with an intervention; what was computed from its scenario is not computed again.

    Parameters
    ----------
    simulation
        The battle as it is without; it is not changed.
    intervention
        The scenario as it is from a moment on.

    Returns
    -------
    Simulation
        The same battle until that moment, to the bit.

    Examples
    --------
    >>> import sim
    >>> from datetime import datetime
    >>> scenario = sim.load("teaching")
    >>> changed = add_intervention(Simulation(scenario), Intervention(scenario, datetime(2001, 6, 2)))
    >>> changed.overrides
    ()
    """
    changed = share_compiled(simulation, replace(simulation, intervention=intervention))
    del changed.__dict__["digest"]  # which tells of the intervention, too
    return changed
