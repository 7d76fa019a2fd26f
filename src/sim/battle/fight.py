"""Fighting one battle: a scenario, a law, a seed and a replication number to a run."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial
from typing import Any, Literal

import numpy as np

from sim import dice, laws
from sim.battle import rulebook
from sim.battle.branch import Branch, Setting, set_in, settings_of, waking
from sim.battle.compiled_clock import CompiledClock
from sim.battle.given import Given
from sim.battle.rows import Battle
from sim.battle.simpy_clock import SimpyClock
from sim.battle.state import ArrayState, PlainState
from sim.battle.tables import Tables, compile_tables
from sim.history import History
from sim.scenario.model import Scenario
from sim.scenario.priors import Distribution

Form = Literal["plain", "compiled"]
Clock = Literal["simpy", "compiled"]
Draw = Literal["prior", "median"]
WORKED_OUT = ("tables", "rules", "state", "ends", "slots", "priors", "keys", "digest")  # what no draw changes


@dataclass(frozen=True)
class Luck:
    """What a caller may set of a battle's dice: drivers by name, and salts of streams, drivers and priors."""

    drivers: Mapping[str, float] = field(default_factory=dict)
    salts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """The record of one battle; `forces` are their final rows, `parameters` the vector by slot."""

    scenario: str  # digest
    law: str
    seed: int
    replication: int
    parameters: dict[str, float]
    drivers: dict[str, float]
    history: History
    forces: np.ndarray
    phases: int  # that the clock played

    @property
    def log(self) -> np.ndarray:
        """Every event in order of time: rows of `events.ROW`."""
        return self.history.log


@dataclass(frozen=True)
class Stage:
    """A scenario made ready to be fought many times by one law and clock, until a local time, in one form of the rules.

    Either clock plays either form of the rules: the compiled one is ordinary Python with plain rules, for a debugger.
    `draw` says whether parameters are drawn for each replication or stand at their medians; `parameters` fixes
    slots by name. What is `given` is not drawn. With a `branch` the scenario is another one from a moment on. Nothing
    changes here between fights, so replications can be fought in any order and place.
    """

    scenario: Scenario
    law: str = "square"
    until: datetime | None = None
    form: Form = "plain"
    clock: Clock = "simpy"
    draw: Draw = "prior"
    parameters: Mapping[str, float] = field(default_factory=dict)
    branch: Branch | None = None
    given: Given | None = None

    def __getstate__(self) -> dict[str, object]:
        """What another process gets: all but the rules, which it loads from the cache of machine code itself."""
        return {name: value for name, value in self.__dict__.items() if name != "rules"}

    def dealt(self, given: Given) -> "Stage":
        """The same stage with battles that are given; what was worked out of the scenario is not worked out again."""
        stage = replace(self, given=given)
        stage.__dict__.update({name: getattr(self, name) for name in WORKED_OUT})
        return stage

    @cached_property
    def tables(self) -> Tables:
        """The scenario's flat rows."""
        return compile_tables(self.scenario, self.law)

    @cached_property
    def rules(self) -> rulebook.RuleBook:
        """The rule book in this form."""
        if self.form == "plain":
            return rulebook.PLAIN
        from sim.battle import jit

        return jit.compile_rules()

    @cached_property
    def state(self) -> PlainState | ArrayState:
        """The maker of fresh battles in this form."""
        return PlainState(self.tables) if self.form == "plain" else ArrayState(self.tables)

    @cached_property
    def ends(self) -> float:
        """Hours from the beginning to the end of the fight."""
        return self.scenario.hours(self.until or self.scenario.ends)

    @cached_property
    def priors(self) -> dict[str, Distribution]:
        """The priors by slot: the scenario's, and those of the law's own parameters that the scenario does not give."""
        of_law = {laws.SLOT + name: prior for name, prior in laws.parameters(self.law).items()}
        return {slot: self.scenario.priors.get(slot) or of_law[slot] for slot in self.slots}

    @cached_property
    def slots(self) -> tuple[str, ...]:
        """The names of the parameter vector."""
        return self.tables.slots

    @cached_property
    def keys(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The keys of priors, drivers and streams."""
        return (
            dice.keys([f"prior:{slot}" for slot in self.slots]),
            dice.keys(self.tables.drivers),
            dice.keys(self.tables.streams),
        )

    def vector(self, seed: int, replication: int, luck: Luck) -> dict[str, float]:
        """The parameter vector of a replication by slot; raise KeyError for a fixed slot that does not exist."""
        self.check_parameters()
        if self.draw == "median":
            shares = [0.5] * len(self.slots)
        else:
            shares = dice.uniforms(self.keys[0], seed, replication, self.salts(luck, 0))
        drawn = {slot: prior.quantile(share) for (slot, prior), share in zip(self.priors.items(), shares, strict=True)}
        for slot in self.slots_given:
            drawn[slot] = float(self.given_column(slot, replication)[0])
        return drawn | dict(self.parameters)

    def vectors(self, seed: int, replications: np.ndarray) -> np.ndarray:
        """The parameter vectors of several replications, shape (replications, slots), each as `vector` has it."""
        self.check_parameters()
        if self.draw == "median":
            shares = np.full((len(replications), len(self.slots)), 0.5)
        else:
            drawn = dice.words(self.keys[0], seed, replications, self.salts(Luck(), 0), 1)
            shares = dice.shares(drawn[..., 0])
        columns = [
            np.full(len(replications), self.parameters[slot])
            if slot in self.parameters
            else self.given_column(slot, replications)
            if slot in self.slots_given
            else prior.quantiles(shares[:, n])
            for n, (slot, prior) in enumerate(self.priors.items())
        ]
        return np.stack(columns, axis=1)

    @cached_property
    def slots_given(self) -> frozenset[str]:
        """The slots of the parameter vector that are given."""
        return frozenset() if self.given is None else frozenset(self.given.priors).intersection(self.slots)

    def given_column(self, slot: str, replications: Any) -> np.ndarray:
        """A slot that is given, in some replications."""
        assert self.given is not None
        return self.given.column(slot, self.priors[slot], replications)

    def cast(self, replications: Any) -> Any:
        """The numbers that the dice of some replications are cast by: their own."""
        return replications

    def words(self, seed: int, replications: np.ndarray, luck: Luck) -> np.ndarray:
        """The beginnings of all streams of some replications, shape (replications, streams, 4)."""
        cast, salts = self.cast(replications), self.salts(luck, 2)
        own = None if self.given is None else self.given.dice
        if own is None:
            return dice.words(self.keys[2], seed, cast, salts, 4)
        rows = own.rows(cast)
        given = own.salts_of(self.tables.streams, rows)
        salts = np.where(salts != 0, salts, given)
        return dice.words(self.keys[2], own.seeds[rows][:, None], own.numbers[rows], salts, 4)

    def driver_words(self, seed: int, replications: np.ndarray, luck: Luck) -> np.ndarray:
        """A word for each driver, as if none were given, shape (replications, drivers)."""
        cast, salts = self.cast(replications), self.salts(luck, 1)
        own = None if self.given is None else self.given.dice
        if own is None:
            return dice.words(self.keys[1], seed, cast, salts, 1)[..., 0]
        rows = own.rows(cast)
        return dice.words(self.keys[1], own.seeds[rows][:, None], own.numbers[rows], salts, 1)[..., 0]

    def check_parameters(self) -> None:
        """Raise KeyError for a fixed slot that does not exist."""
        if unknown := set(self.parameters) - set(self.slots):
            raise KeyError(f"no such prior: {', '.join(sorted(unknown))}")

    def salts(self, luck: Luck, group: int) -> np.ndarray:
        """The salts of priors (0), drivers (1) or streams (2); raise KeyError for a salt of none of them."""
        groups = ([f"prior:{slot}" for slot in self.slots], self.tables.drivers, self.tables.streams)
        names = groups[group]
        if not luck.salts:
            return np.zeros(len(names), dtype=np.uint64)
        if unknown := set(luck.salts).difference(*groups):
            raise KeyError(f"nothing to salt: {', '.join(sorted(unknown))}")
        return dice.salts_of(names, {name: salt for name, salt in luck.salts.items() if name in set(names)})

    def fight(self, seed: int = 1, replication: int = 0, luck: Luck | None = None) -> Run:
        """Fight one replication; the same arguments give the same bits, alone or among thousands."""
        luck = luck or Luck()
        parameters = self.vector(seed, replication, luck)
        drivers = self.drivers(seed, replication, luck)
        words = self.words(seed, np.array([replication], dtype=np.uint64), luck)[0]
        after = {} if self.branch is None else self.later.vector(seed, replication, luck)
        while True:
            battle = self.state.fresh(list(parameters.values()), list(drivers.values()), words)
            clock = self.wound_up(battle)
            if self.branch is not None:
                clock.change(self.branch.at, partial(set_in, settings=self.settings, parameters=after), self.waking)
            clock.play()
            if not self.state.full(battle):
                break
        return Run(
            scenario=self.digest,
            law=self.law,
            seed=seed,
            replication=replication,
            parameters=parameters,
            drivers=drivers,
            history=History(self.state.log(battle), self.tables.names, self.ends),
            forces=self.state.forces(battle),
            phases=clock.played,
        )

    @cached_property
    def later(self) -> "Stage":
        """The stage of the changed scenario alone, for its parameters."""
        assert self.branch is not None
        return replace(self, scenario=self.branch.scenario, branch=None)

    @cached_property
    def settings(self) -> tuple[Setting, ...]:
        """What the branch sets when it sets in."""
        if self.branch is None:
            return ()
        before, after = self.priors, self.later.priors
        unlike = frozenset(slot for slot, prior in after.items() if before.get(slot) != prior)
        return settings_of(self.tables, self.later.tables, unlike)

    @cached_property
    def waking(self) -> tuple[int, ...]:
        """The orders that look at their moment anew when it sets in."""
        return () if self.branch is None else waking(self.later.tables, self.settings)

    def wound_up(self, battle: Battle) -> SimpyClock | CompiledClock:
        """The clock that plays a fresh battle."""
        if self.clock == "simpy":
            return SimpyClock(self.rules, battle, self.ends)
        return CompiledClock(self.rules, battle, self.state.calendar(), self.ends)

    def drivers(self, seed: int, replication: int, luck: Luck) -> dict[str, float]:
        """The drivers of a replication by name; raise KeyError for a given one that does not exist."""
        if unknown := set(luck.drivers) - set(self.tables.drivers):
            raise KeyError(f"no such driver: {', '.join(sorted(unknown))}")
        alone = np.array([replication], dtype=np.uint64)
        shares = dice.shares(self.driver_words(seed, alone, luck))
        drawn = np.array([[dice.STANDARD.inv_cdf(share) for share in shares[0].tolist()]])
        if self.given is not None and self.given.dice is not None:
            own = self.given.dice
            drawn = own.drivers_of(self.tables.drivers, own.rows(self.cast(alone)), drawn)
        return dict(zip(self.tables.drivers, drawn[0].tolist(), strict=True)) | dict(luck.drivers)

    @cached_property
    def digest(self) -> str:
        """The digest of the scenario, and of the one that it becomes."""
        own = self.scenario.digest()
        if self.branch is None:
            return own
        text = f"{own} {self.branch.since.isoformat()} {self.branch.scenario.digest()}"
        return hashlib.sha256(text.encode()).hexdigest()


def fight(
    scenario: Scenario, *, seed: int = 1, replication: int = 0, law: str = "square", luck: Luck | None = None
) -> Run:
    """Fight one battle of a scenario with plain rules and parameters drawn from their priors."""
    return Stage(scenario, law=law).fight(seed, replication, luck)
