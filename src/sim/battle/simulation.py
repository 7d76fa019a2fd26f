"""Simulating a battle: a scenario, a law, a seed and a replication number to the result of one run."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial
from typing import Any, Literal, TypeVar

import numpy as np

from sim import laws, random_streams
from sim.battle import rulebook
from sim.battle.compile_scenario import CompiledScenario, compile_scenario
from sim.battle.intervention import Intervention, StateOverride, apply_overrides, find_affected_orders, find_overrides
from sim.battle.records import BattleState
from sim.battle.run_result import RunResult
from sim.battle.schedulers import CompiledScheduler, SimpyScheduler
from sim.battle.state import ArrayStateFactory, ObjectStateFactory
from sim.battle.supplied_draws import RandomOverrides, SuppliedDraws
from sim.events.log import EventLog
from sim.scenario.model import Scenario
from sim.scenario.priors import PriorDistribution
from sim.scenario.rule_parameters import LAW_PREFIX

ExecutionMode = Literal["plain", "compiled"]
SchedulerName = Literal["simpy", "compiled"]
DrawMode = Literal["prior", "median"]
AnySimulation = TypeVar("AnySimulation", bound="Simulation")
CACHED_FIELDS = ("compiled_scenario", "end_hours", "parameter_names", "priors", "stream_keys", "digest")
RULE_FIELDS = ("rules", "state_factory")  # what the form of the rules changes; the others nothing does but the scenario


def share_compiled(simulation: "Simulation", other: AnySimulation) -> AnySimulation:
    """Another simulation of the same scenario, with what this one has computed from the scenario."""
    names = CACHED_FIELDS + RULE_FIELDS * (simulation.execution_mode == other.execution_mode)
    other.__dict__.update((name, getattr(simulation, name)) for name in names)
    return other


@dataclass(frozen=True)
class Simulation:
    """A scenario ready to be simulated many times: with one law, until a local time, by plain or compiled rules.

    Either scheduler runs either form of the rules; with plain rules the compiled one is ordinary Python.
    `draw` says whether parameters are drawn for each replication or stand at their medians; `parameters` fixes
    some by name. What is `supplied` is not drawn. With an `intervention` the scenario is another one from a moment on.
    Nothing changes here between runs, so replications can be simulated in any order and place.

    Parameters
    ----------
    scenario
        What to simulate, as `sim.load` returns it.
    law
        Name of the law of attrition: a module of `sim.laws`.
    until
        Local time at which a run ends; the end of the scenario if None.
    execution_mode, scheduler
        The form of the rules, and what plays them.
    draw
        "prior" draws the parameters, "median" sets them to the medians of their priors.
    parameters
        Fixed parameters by name, in the units of their priors.
    intervention
        The scenario that this one becomes at a moment, if any.
    supplied
        Draws to be used instead of new ones, if any.

    Examples
    --------
    >>> import sim
    >>> simulation = Simulation(sim.load("teaching"), draw="median", parameters={"killing_rate_teal": 0.5})
    >>> simulation.end_hours, simulation.run().parameters["killing_rate_teal"]
    (72.0, 0.5)
    """

    scenario: Scenario
    law: str = laws.DEFAULT_LAW
    until: datetime | None = None
    execution_mode: ExecutionMode = "plain"
    scheduler: SchedulerName = "simpy"
    draw: DrawMode = "prior"
    parameters: Mapping[str, float] = field(default_factory=dict)
    intervention: Intervention | None = None
    supplied: SuppliedDraws | None = None

    def __getstate__(self) -> dict[str, object]:
        """What another process gets: all but the rules, which it loads from the cache of machine code itself."""
        return {name: value for name, value in self.__dict__.items() if name != "rules"}

    def with_draws(self, supplied: SuppliedDraws) -> "Simulation":
        """The same simulation with supplied draws; what was computed from the scenario is not computed again.

        Parameters
        ----------
        supplied
            The draws; replication k takes row k, modulo the number of rows.

        Returns
        -------
        Simulation
            A new one; this one is not changed.
        """
        return share_compiled(self, replace(self, supplied=supplied))

    @cached_property
    def compiled_scenario(self) -> CompiledScenario:
        """The scenario's flat tables."""
        return compile_scenario(self.scenario, self.law)

    @cached_property
    def rules(self) -> rulebook.RuleBook:
        """The rule book in this form."""
        if self.execution_mode == "plain":
            return rulebook.PLAIN
        from sim.battle import jit

        return jit.compile_rules()

    @cached_property
    def state_factory(self) -> ObjectStateFactory | ArrayStateFactory:
        """The maker of initial states for this form of the rules."""
        return (
            ObjectStateFactory(self.compiled_scenario)
            if self.execution_mode == "plain"
            else ArrayStateFactory(self.compiled_scenario)
        )

    @cached_property
    def end_hours(self) -> float:
        """Hours from the beginning to the end of the run."""
        return self.scenario.hours_since_start(self.until or self.scenario.ends)

    @cached_property
    def priors(self) -> dict[str, PriorDistribution]:
        """The priors by parameter: the scenario's, and the law's own for parameters that the scenario does not give."""
        law_priors = {LAW_PREFIX + name: prior for name, prior in laws.load_priors(self.law).items()}
        return {name: self.scenario.priors.get(name) or law_priors[name] for name in self.parameter_names}

    @cached_property
    def parameter_names(self) -> tuple[str, ...]:
        """The names of the parameter vector."""
        return self.compiled_scenario.parameter_names

    @cached_property
    def stream_keys(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The keys of priors, normal inputs and streams."""
        return (
            random_streams.stream_keys([f"prior:{name}" for name in self.parameter_names]),
            random_streams.stream_keys(self.compiled_scenario.input_names),
            random_streams.stream_keys(self.compiled_scenario.stream_names),
        )

    def draw_parameters(self, seed: int, replication: int, random_overrides: RandomOverrides) -> dict[str, float]:
        """The parameter vector of a replication by name; raise KeyError for a fixed parameter that does not exist."""
        self.check_parameters()
        if self.draw == "median":
            quantiles = [0.5] * len(self.parameter_names)
        else:
            uniforms = random_streams.draw_uniforms(
                self.stream_keys[0], seed, replication, self.make_salts(random_overrides, 0)
            )
            quantiles = self.scenario.correlate_uniforms(self.parameter_names, np.array([uniforms]))[0].tolist()
        values = {
            name: prior.quantile(share) for (name, prior), share in zip(self.priors.items(), quantiles, strict=True)
        }
        for name in self.supplied_parameters:
            values[name] = float(self.supplied_column(name, replication)[0])
        return values | dict(self.parameters)

    def draw_parameter_matrix(self, seed: int, replications: np.ndarray) -> np.ndarray:
        """The parameter vectors of several replications, shape (replications, parameters), each row as in
        `draw_parameters`."""
        self.check_parameters()
        if self.draw == "median":
            quantiles = np.full((len(replications), len(self.parameter_names)), 0.5)
        else:
            bits = random_streams.random_bits(
                self.stream_keys[0], seed, replications, self.make_salts(RandomOverrides(), 0), 1
            )
            uniforms = random_streams.uniforms_from_bits(bits[..., 0])
            quantiles = self.scenario.correlate_uniforms(self.parameter_names, uniforms)
        columns = [
            np.full(len(replications), self.parameters[name])
            if name in self.parameters
            else self.supplied_column(name, replications)
            if name in self.supplied_parameters
            else prior.quantiles(quantiles[:, n])
            for n, (name, prior) in enumerate(self.priors.items())
        ]
        return np.stack(columns, axis=1)

    @cached_property
    def supplied_parameters(self) -> frozenset[str]:
        """The names of the parameters that are supplied."""
        return (
            frozenset() if self.supplied is None else frozenset(self.supplied.priors).intersection(self.parameter_names)
        )

    def supplied_column(self, parameter: str, replications: Any) -> np.ndarray:
        """A parameter that is supplied, in some replications."""
        assert self.supplied is not None
        return self.supplied.compute_column(parameter, self.priors[parameter], replications)

    def rng_index(self, replications: Any) -> Any:
        """The numbers that key the random inputs of some replications: their own."""
        return replications

    def draw_stream_bits(self, seed: int, replications: np.ndarray, random_overrides: RandomOverrides) -> np.ndarray:
        """The beginnings of all streams of some replications, shape (replications, streams, 4)."""
        indices, salts = self.rng_index(replications), self.make_salts(random_overrides, 2)
        inputs = None if self.supplied is None else self.supplied.randomness
        if inputs is None:
            return random_streams.random_bits(self.stream_keys[2], seed, indices, salts, 4)
        rows = inputs.row_indices(indices)
        salts = np.where(salts != 0, salts, inputs.select_salts(self.compiled_scenario.stream_names, rows))
        return random_streams.random_bits(
            self.stream_keys[2], inputs.seeds[rows][:, None], inputs.replication_numbers[rows], salts, 4
        )

    def draw_input_bits(self, seed: int, replications: np.ndarray, random_overrides: RandomOverrides) -> np.ndarray:
        """A 64-bit word for each normal input, as if none were supplied, shape (replications, inputs)."""
        indices, salts = self.rng_index(replications), self.make_salts(random_overrides, 1)
        inputs = None if self.supplied is None else self.supplied.randomness
        if inputs is None:
            return random_streams.random_bits(self.stream_keys[1], seed, indices, salts, 1)[..., 0]
        rows = inputs.row_indices(indices)
        return random_streams.random_bits(
            self.stream_keys[1], inputs.seeds[rows][:, None], inputs.replication_numbers[rows], salts, 1
        )[..., 0]

    def check_parameters(self) -> None:
        """Raise KeyError for a fixed parameter that does not exist."""
        if unknown := set(self.parameters) - set(self.parameter_names):
            raise KeyError(f"no such prior: {', '.join(sorted(unknown))}")

    def make_salts(self, random_overrides: RandomOverrides, group: int) -> np.ndarray:
        """The salts of priors (0), normal inputs (1) or streams (2); raise KeyError for a salt of none of them."""
        groups = (
            [f"prior:{name}" for name in self.parameter_names],
            self.compiled_scenario.input_names,
            self.compiled_scenario.stream_names,
        )
        names = groups[group]
        if not random_overrides.salts:
            return np.zeros(len(names), dtype=np.uint64)
        if unknown := set(random_overrides.salts).difference(*groups):
            raise KeyError(f"nothing to salt: {', '.join(sorted(unknown))}")
        return random_streams.make_salt_array(
            names, {name: salt for name, salt in random_overrides.salts.items() if name in set(names)}
        )

    def run(self, seed: int = 1, replication: int = 0, random_overrides: RandomOverrides | None = None) -> RunResult:
        """Simulate one replication; the same arguments give the same bits, alone or among thousands.

        Parameters
        ----------
        seed, replication
            Both together determine all random inputs.
        random_overrides
            Random inputs to be set or changed, if any.

        Returns
        -------
        RunResult
            The event log, the drawn parameters and the final rows of the forces.

        Raises
        ------
        KeyError
            A fixed parameter, a normal input or a salt has a name that does not exist.
        """
        random_overrides = random_overrides or RandomOverrides()
        parameters = self.draw_parameters(seed, replication, random_overrides)
        normal_inputs = self.draw_normal_inputs(seed, replication, random_overrides)
        stream_bits = self.draw_stream_bits(seed, np.array([replication], dtype=np.uint64), random_overrides)[0]
        parameters_after = (
            {}
            if self.intervention is None
            else self.after_intervention.draw_parameters(seed, replication, random_overrides)
        )
        while True:
            battle = self.state_factory.make_battle(
                list(parameters.values()), list(normal_inputs.values()), stream_bits
            )
            scheduler = self.make_scheduler(battle)
            if self.intervention is not None:
                scheduler.schedule_intervention(
                    self.intervention.at_hours,
                    partial(apply_overrides, overrides=self.overrides, parameters=parameters_after),
                    self.affected_orders,
                )
            scheduler.run()
            if not self.state_factory.check_overflow(battle):
                break
        return RunResult(
            scenario=self.digest,
            law=self.law,
            seed=seed,
            replication=replication,
            parameters=parameters,
            normal_inputs=normal_inputs,
            event_log=EventLog(self.state_factory.extract_log(battle), self.compiled_scenario.labels, self.end_hours),
            forces=self.state_factory.extract_forces(battle),
            n_phases=scheduler.n_phases,
        )

    @cached_property
    def after_intervention(self) -> "Simulation":
        """The simulation of the changed scenario alone, for its parameters."""
        assert self.intervention is not None
        return replace(self, scenario=self.intervention.scenario, intervention=None)

    @cached_property
    def overrides(self) -> tuple[StateOverride, ...]:
        """What the intervention sets."""
        if self.intervention is None:
            return ()
        before, after = self.priors, self.after_intervention.priors
        changed_priors = frozenset(name for name, prior in after.items() if before.get(name) != prior)
        return find_overrides(self.compiled_scenario, self.after_intervention.compiled_scenario, changed_priors)

    @cached_property
    def affected_orders(self) -> tuple[int, ...]:
        """The orders that the intervention reschedules."""
        return (
            ()
            if self.intervention is None
            else find_affected_orders(self.after_intervention.compiled_scenario, self.overrides)
        )

    def make_scheduler(self, battle: BattleState) -> SimpyScheduler | CompiledScheduler:
        """The scheduler that runs a battle from its initial state."""
        if self.scheduler == "simpy":
            return SimpyScheduler(self.rules, battle, self.end_hours)
        return CompiledScheduler(self.rules, battle, self.state_factory.make_queue(), self.end_hours)

    def draw_normal_inputs(self, seed: int, replication: int, random_overrides: RandomOverrides) -> dict[str, float]:
        """The normal inputs of a replication by name; raise KeyError for an override that does not exist."""
        if unknown := set(random_overrides.normal_inputs) - set(self.compiled_scenario.input_names):
            raise KeyError(f"no such normal input: {', '.join(sorted(unknown))}")
        alone = np.array([replication], dtype=np.uint64)
        quantiles = random_streams.uniforms_from_bits(self.draw_input_bits(seed, alone, random_overrides))
        values = np.array([[random_streams.STANDARD_NORMAL.inv_cdf(share) for share in quantiles[0].tolist()]])
        if self.supplied is not None and self.supplied.randomness is not None:
            inputs = self.supplied.randomness
            values = inputs.select_normal_inputs(
                self.compiled_scenario.input_names, inputs.row_indices(self.rng_index(alone)), values
            )
        return dict(zip(self.compiled_scenario.input_names, self.shift_inputs(values)[0].tolist(), strict=True)) | dict(
            random_overrides.normal_inputs
        )

    def shift_inputs(self, normal_inputs: np.ndarray) -> np.ndarray:
        """The normal inputs that battles take, of those that were drawn, shape (replications, inputs): these."""
        return normal_inputs

    @cached_property
    def digest(self) -> str:
        """The digest of the scenario, and of the one that it becomes."""
        own = self.scenario.compute_digest()
        if self.intervention is None:
            return own
        text = f"{own} {self.intervention.since.isoformat()} {self.intervention.scenario.compute_digest()}"
        return hashlib.sha256(text.encode()).hexdigest()


def fight(
    scenario: Scenario,
    *,
    seed: int = 1,
    replication: int = 0,
    law: str = laws.DEFAULT_LAW,
    random_overrides: RandomOverrides | None = None,
) -> RunResult:
    """Fight one battle of a scenario with plain rules and parameters drawn from their priors.

    Parameters
    ----------
    scenario
        What to simulate, as `sim.load` returns it.
    seed, replication
        Both together determine all random inputs.
    law
        Name of the law of attrition: a module of `sim.laws`.
    random_overrides
        Random inputs to be set or changed, if any.

    Returns
    -------
    RunResult
        The event log, the drawn parameters and the final rows of the forces.

    Examples
    --------
    >>> import sim
    >>> sim.fight(sim.load("teaching"), seed=1).event_log.end_hours
    72.0
    """
    return Simulation(scenario, law=law).run(seed, replication, random_overrides)
