"""The explorer: base cases and changes of them, fought as far as somebody has asked, and their odds."""

import os
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from pydantic import TypeAdapter

from sim.battle.edited_simulation import add_intervention
from sim.battle.intervention import Intervention, InterventionError
from sim.battle.simulation import Simulation
from sim.perturbations import AnyPerturbation
from sim.perturbations.base import Perturbation, PerturbationError
from sim.runs.replicate import choose_engine
from sim.scenario import Scenario
from sim.scenario.descriptions import join_words
from sim.scenario.problems import ScenarioError
from sim.serve.battle_values import MAX_PAIRS, MAX_STEP, FoughtCase, fight_on
from sim.serve.edited_scenarios import EditedScenarios
from sim.serve.levers import (
    Lever,
    PositionError,
    Positions,
    check_positions,
    find_moment,
    format_clock,
    list_levers,
    make_perturbation_settings,
)
from sim.serve.odds import OddsTable
from sim.types import Edit

FIRST_STEPS = (20, 200)  # pairs after which odds are shown first; then after each further step
MAX_BASES = 4  # base cases that are kept
MAX_CASES = 24  # changed cases that are kept of each: some six megabytes, with all their battles
READY_PAIRS = 1_000  # battles of the first base case that are fought before the page is opened
PERTURBATIONS: TypeAdapter[dict[str, Perturbation]] = TypeAdapter(dict[str, AnyPerturbation])


@dataclass(frozen=True)
class BaseSettings:
    """What base case and change have in common: the law, whether draws are a posterior's, and readings."""

    law: str
    is_calibrated: bool
    readings: tuple[tuple[str, str], ...]


@dataclass
class BaseCase:
    """A base case with its levers, its battles, and the changes of it that somebody has asked for.

    Parameters
    ----------
    simulation
        The base case.
    scenarios
        Its scenario's file, to which edits are added.
    seed
        The seed of all battles.
    """

    simulation: Simulation
    scenarios: EditedScenarios
    seed: int
    cases: OrderedDict[str, FoughtCase] = field(default_factory=OrderedDict)

    @property
    def scenario(self) -> Scenario:
        """The scenario of the base case."""
        return self.simulation.scenario

    @cached_property
    def levers(self) -> dict[str, Lever]:
        """What can be moved."""
        return list_levers(self.scenario, self.simulation.until)

    @cached_property
    def table(self) -> OddsTable:
        """What the odds are about."""
        return OddsTable(self.simulation)

    @cached_property
    def case(self) -> FoughtCase:
        """The battles of the base case itself."""
        return FoughtCase(self.simulation, self.seed)

    def build_edits(self, positions: Positions) -> tuple[Edit, ...]:
        """The edits of some positions; raise PositionError if the scenario can't have one of them."""
        perturbations = PERTURBATIONS.validate_python(make_perturbation_settings(self.levers, positions))
        try:
            return tuple(edit for each in perturbations.values() for edit in each.edits(self.scenario))
        except PerturbationError as error:
            raise PositionError(f"levers: {error}") from error

    def describe(self, positions: Positions) -> str:
        """The change as half a sentence; empty if nothing is moved."""
        settings = make_perturbation_settings(self.levers, positions)
        words = join_words([str(each["description"]) for each in settings.values()])
        since = find_moment(self.scenario, positions)
        return words if since is None or not words else f"{words}, from {format_clock(since)} on"

    def build_simulation(self, positions: Positions) -> Simulation:
        """The simulation of a change, from the beginning or from a moment on; raise PositionError or ScenarioError."""
        changed = self.scenarios.build(self.build_edits(positions))
        since = find_moment(self.scenario, positions)
        if since is None:
            return replace(self.simulation, scenario=changed)
        simulation = add_intervention(self.simulation, Intervention(changed, since))
        try:
            simulation.overrides  # noqa: B018 (computed now, so that faults are told before anything is fought)
        except InterventionError as error:
            initial = [self.levers[id].label for id in positions if self.levers[id].is_initial]
            what = join_words(initial) or "one of the changes"
            raise PositionError(
                f"{what}: how the battle begins can't change from {format_clock(since)} on "
                "(put it back, or let all changes hold from the beginning)"
            ) from error
        return simulation

    def find_case(self, positions: Positions) -> FoughtCase:
        """The battles of a change, begun if there are none; raise PositionError or ScenarioError."""
        if not make_perturbation_settings(self.levers, positions):
            return self.case
        key = repr(positions)
        if key not in self.cases:
            self.cases[key] = FoughtCase(self.build_simulation(positions), self.seed)
            while len(self.cases) > MAX_CASES:
                self.cases.popitem(last=False)
        self.cases.move_to_end(key)
        return self.cases[key]


@dataclass
class Explorer:
    """Answers what-ifs about one battle, step by step.

    Parameters
    ----------
    make_base
        From settings to their base case; raises what can't be built.
    settings
        Those that the explorer begins with.
    workers
        How many threads fight.
    """

    make_base: Callable[[BaseSettings], BaseCase]
    settings: BaseSettings
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    bases: OrderedDict[BaseSettings, BaseCase] = field(default_factory=OrderedDict)

    @cached_property
    def executor(self) -> ThreadPoolExecutor:
        """The threads that fight."""
        return ThreadPoolExecutor(self.workers, "battles")

    def find_base(self, settings: BaseSettings) -> BaseCase:
        """The base case of some settings."""
        if settings not in self.bases:
            self.bases[settings] = self.make_base(settings)
            while len(self.bases) > MAX_BASES:
                self.bases.popitem(last=False)
        self.bases.move_to_end(settings)
        return self.bases[settings]

    def prepare(self) -> Iterator[int]:
        """Load machine code and fight the first base case; how many battles there are after each step."""
        base = self.find_base(self.settings)
        _ = base.scenarios.data, base.levers, base.table.shown_measures  # or the first move would wait for them
        for count in list_steps(READY_PAIRS):
            fight_on([base.case], count, self.executor, self.workers)
            yield count

    def parse_positions(self, base: BaseCase, values: object) -> Positions:
        """Positions as they came from outside; raise PositionError."""
        return check_positions(base.levers, values)

    def compute_odds(self, base: BaseCase, positions: Positions, count: int) -> dict[str, Any]:
        """The odds of so many pairs, of which those that are missing are fought now."""
        changed = base.find_case(positions)
        cases = [base.case] if changed is base.case else [base.case, changed]
        fight_on(cases, count, self.executor, self.workers)
        description = base.describe(positions)
        return base.table.make_odds(base.case.get_values(count), changed.get_values(count), description)

    def check(self, base: BaseCase, positions: Positions) -> None:
        """Check the changed scenario as a whole; raise PositionError if it can't be, and forget its battles."""
        try:
            base.scenarios.check(base.build_edits(positions))
        except ScenarioError as error:
            base.cases.pop(repr(positions), None)
            raise PositionError(f"this battle can't be: {str(error).splitlines()[0]}") from error


def list_steps(count: int) -> list[int]:
    """After how many pairs odds are shown, up to so many.

    Examples
    --------
    >>> list_steps(600)
    [20, 200, 400, 600]
    """
    count = min(count, MAX_PAIRS)
    return sorted({*(step for step in FIRST_STEPS if step < count), *range(2 * MAX_STEP, count, MAX_STEP), count})


def compile_rules(simulation: Simulation) -> Simulation:
    """The simulation by machine code, where there can be some."""
    return choose_engine(simulation, "compiled", MAX_PAIRS)


def settings_as_mapping(settings: BaseSettings) -> Mapping[str, Any]:
    """Settings as plain data for a page."""
    return {"law": settings.law, "calibrated": settings.is_calibrated, "readings": dict(settings.readings)}
