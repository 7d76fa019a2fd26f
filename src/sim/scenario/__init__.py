"""The scenario: a documented battle as data, in three layers (record, choices, priors), read and checked."""

from sim.scenario.loading import find_scenario_file, load
from sim.scenario.model import Scenario
from sim.scenario.problems import ScenarioError
from sim.types import Edit

__all__ = ["Edit", "Scenario", "ScenarioError", "find_scenario_file", "load"]
