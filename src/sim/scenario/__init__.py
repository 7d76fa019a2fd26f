"""The scenario: a documented battle as data, in three layers (record, choices, priors), read and checked."""

from sim.scenario.loading import find, load
from sim.scenario.model import Scenario
from sim.scenario.problems import ScenarioError
from sim.schema import Edit

__all__ = ["Edit", "Scenario", "ScenarioError", "find", "load"]
