"""Two schedulers, one battle: the compiled event queue ends in the same bits as SimPy, whatever is simulated."""

import ast
import importlib
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st
from support.battles import attack, battle, bind, copy_rules, fires, order
from support.schedulers import in_bulk, one_by_one

from sim import laws, paths, scenario
from sim.battle import code_cache, schedulers
from sim.battle.batch import run_alone
from sim.battle.simulation import Simulation
from sim.battle.state import ObjectStateFactory
from sim.cli.build import build_simulation as asked_for
from sim.cli.groups import list_choices
from sim.cli.settings import compose_settings
from sim.report.diary import format_diary
from sim.runs import replicate as replication
from sim.runs.replicate import Study, choose_engine, run_study
from sim.runs.results_digest import compute_results_digest

SCENARIOS = sorted(path.stem for path in paths.scenario_folder().glob("*.yaml"))
CHOSEN = [f"{group}={name}" for group in ("preset", "question") for name in list_choices(group)]
FEW = {"teaching": 40}  # replications; of any larger scenario, two


def stage_of(*words: str) -> Simulation:
    """The simulation that settings ask for, under SimPy."""
    return asked_for(compose_settings(list(words)))


def differing(stage: Simulation, replications: int, other: Simulation | None = None, seed: int = 5) -> int:
    """How many battles end otherwise under the compiled scheduler, as plain Python unless another one is given."""
    other = other or replace(stage, scheduler="compiled")
    return sum(one_by_one(stage, seed, n) != one_by_one(other, seed, n) for n in range(replications))


@pytest.mark.parametrize(
    ("name", "law"),
    [
        pytest.param(name, law, marks=() if name in ("dec2014", "teaching") or law == "helmbold" else pytest.mark.slow)
        for law in laws.list_names()
        for name in SCENARIOS
    ],
)
def test_both_clocks_end_in_the_same_bits(name, law):
    assert differing(Simulation(scenario.load(name), law=law), FEW.get(name, 2)) == 0


@pytest.mark.slow
@pytest.mark.parametrize("chosen", CHOSEN)
def test_both_clocks_end_in_the_same_bits_in_every_preset_and_question(chosen):
    stage = stage_of(chosen)
    assert differing(stage, FEW.get(stage.scenario.name, 2)) == 0


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in ("dec2014", "teaching") else pytest.mark.slow) for name in SCENARIOS],
)
def test_machine_code_ends_in_the_same_bits(name):
    stage = Simulation(scenario.load(name))
    compiled = replace(stage, execution_mode="compiled", scheduler="compiled")
    for number in range(FEW.get(name, 6)):
        assert in_bulk(compiled, 5, number) == one_by_one(stage, 5, number), number


# Compiling a law takes most of a minute: one of those with parameters here, the others with `make verify`.
SOONER, LATER = pytest.mark.slow, pytest.mark.verify


@pytest.mark.parametrize(
    "law",
    [pytest.param(law, marks=SOONER if law == "power" else LATER) for law in laws.list_names() if law != "square"],
)
def test_machine_code_ends_in_the_same_bits_by_every_law(law):
    stage = Simulation(scenario.load("teaching"), law=law)
    compiled = replace(stage, execution_mode="compiled", scheduler="compiled")
    for number in range(40):
        assert in_bulk(compiled, 5, number) == one_by_one(stage, 5, number), number


@pytest.mark.slow
def test_two_laws_from_their_caches_do_not_mix():
    """Machine code of both laws, loaded into one process that compiles neither, is each its own."""
    code = """
import sys
from dataclasses import replace
from sim.battle.batch import simulate_one
from sim.battle.simulation import Simulation
from sim.scenario import load
scenario = load("teaching")
for law in sys.argv[1:]:
    simulation = Simulation(scenario, law=law)
    compiled = replace(simulation, execution_mode="compiled", scheduler="compiled")
    log, _, _ = simulate_one(compiled, 5, 1)
    print(law, log.tobytes() == simulation.run(5, 1).log.tobytes())
"""
    for laws_in_turn in (["power"], ["square"], ["power", "square"], ["square", "power"]):
        call = [sys.executable, "-c", code, *laws_in_turn]
        done = subprocess.run(call, capture_output=True, text=True, timeout=600)
        assert done.stdout.split() == [word for law in laws_in_turn for word in (law, "True")], done.stderr


SIMULTANEOUS = {
    "raid": attack("amber", "village", "vanguard", hour=5),
    "sally": attack("teal", "camp", "outpost", hour=5),
    "strikes": fires("airstrike", "teal", "village", 3, 1, hour=5),
    "guns": fires("shelling", "amber", "village", 3, 1, hour=5),
    "guard": order("reserve", "teal", "village", "watch", covered_places=["village"]),
}
HARM = {"killing_rate_teal": 0.6, "killing_rate_amber": 0.8, "strike_deaths_mean": 3, "strike_deaths_size": 1}
HARM |= {"shell_deaths_mean": 3, "shell_deaths_size": 1, "advance_km_per_day": 6, "muster_hours": 0}


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.permutations(list(SIMULTANEOUS)), st.integers(0, 10**6))
def test_orders_of_one_moment_play_in_the_same_sequence(names, seed):
    """Every order begins at five, with musters of no length, strikes on the hour and calls of a reserve between."""
    stage = Simulation(battle({name: SIMULTANEOUS[name] for name in names}, **HARM))
    assert differing(stage, 3, seed=seed) == 0


def with_rules(stage: Simulation, **damaged) -> Simulation:
    """The simulation with other rules under its own scheduler."""
    namespace = copy_rules()
    namespace |= {name: make(namespace[name]) for name, make in damaged.items()}
    changed = replace(stage)
    changed.__dict__["rules"] = bind(namespace)
    return changed


DAMAGE = {
    "is_earlier": lambda honest: lambda at, sequence, event: at < event.at,
    "deliver_interrupts": lambda honest: lambda battle, queue, playing: None,
    "apply_suppression": lambda honest: (
        lambda battle, p, side, share, hours, now: honest(battle, p, side, share, 1.5 * hours, now)
    ),
    "compute_break_point": lambda honest: lambda median, sigma, normal: honest(median, sigma, normal) * 0.8,
    "rates": lambda honest: lambda *arguments: tuple(loss * 1.01 for loss in honest(*arguments)),
}


@pytest.mark.parametrize("rule", DAMAGE)
@pytest.mark.parametrize("clock", ["simpy", "compiled"])
def test_a_rule_that_is_damaged_under_one_clock_is_caught(rule, clock):
    of_the_calendar = rule in ("is_earlier", "deliver_interrupts")
    stage = Simulation(battle(SIMULTANEOUS, **HARM) if of_the_calendar else scenario.load("teaching"))
    both = {name: replace(stage, scheduler=name) for name in ("simpy", "compiled")}
    both[clock] = with_rules(both[clock], **{rule: DAMAGE[rule]})
    found = differing(both["simpy"], 10, both["compiled"])
    assert found == 0 if of_the_calendar and clock == "simpy" else found > 0


class Counting(simpy.Environment):
    """An environment that counts what is put into its calendar."""

    last: "Counting"

    def __init__(self, initial_time: float = 0.0):
        super().__init__(initial_time)
        self.scheduled = 0
        Counting.last = self

    def schedule(self, *arguments, **more):
        self.scheduled += 1
        super().schedule(*arguments, **more)


@pytest.mark.slow
@pytest.mark.parametrize("name", SCENARIOS)
def test_simpy_schedules_an_event_for_each_phase_and_the_calendar_none(name, monkeypatch):
    """The identity is between two event queues: SimPy has its own, and the compiled scheduler never asks it."""
    monkeypatch.setattr(schedulers.simpy, "Environment", Counting)
    stage = Simulation(scenario.load(name))
    run = stage.run(5, 1)
    assert Counting.last.scheduled >= run.n_phases > len(stage.compiled_scenario.rows["orders"])
    before = Counting.last
    assert replace(stage, scheduler="compiled").run(5, 1).n_phases == run.n_phases
    assert Counting.last is before


def test_a_diary_is_the_same_under_both_clocks():
    stage = Simulation(scenario.load("teaching"))
    diaries = [
        "\n".join(format_diary(each.scenario, each.run(7, 2))) for each in (stage, replace(stage, scheduler="compiled"))
    ]
    assert diaries[0] == diaries[1]
    assert len(diaries[0]) > 500


# Mass experiments


@pytest.mark.slow
def test_a_study_comes_to_the_same_digest_whatever_clock_form_workers_and_batches(monkeypatch):
    """Parameters, drivers, claims, sentences, days and logs of a study that machine code fights in bulk."""
    stage = Simulation(scenario.load("teaching"))
    study = Study(stage, seed=3, runs=60)
    wanted = compute_results_digest(run_study(study, workers=1))
    bulk = replace(stage, execution_mode="compiled", scheduler="compiled")
    for longest, workers in ((100, 1), (7, 2), (1, 3)):
        monkeypatch.setattr(replication, "VECTOR_BATCH", longest)
        assert compute_results_digest(run_study(replace(study, simulation=bulk), workers)) == wanted
    assert (
        compute_results_digest(run_study(replace(study, simulation=replace(bulk, parameters={"march_kmh": 4.5})), 2))
        != wanted
    )


def test_a_replication_alone_is_that_of_plain_rules():
    """The battles of the playback, which are simulated once more by the machine code of batches."""
    stage = Simulation(scenario.load("teaching"))
    bulk = replace(stage, execution_mode="compiled", scheduler="compiled")
    for number in (0, 5):
        wanted, found = stage.run(3, number), run_alone(bulk, 3, number)
        assert found.log.tobytes() == wanted.log.tobytes()
        assert found.forces.tolist() == wanted.forces.tolist()
        plain = [(each.scenario, each.law, each.seed, each.replication, each.n_phases) for each in (found, wanted)]
        assert plain[0] == plain[1]
        assert found.parameters == wanted.parameters
        assert found.normal_inputs == wanted.normal_inputs


def test_a_study_of_the_larger_scenario_comes_to_the_same_digest():
    stage = Simulation(scenario.load("dec2014"))
    study = Study(stage, seed=3, runs=4, n_saved_logs=1)
    for draw in ("prior", "median"):
        drawn = replace(study, simulation=replace(stage, draw=draw))
        bulk = replace(drawn, simulation=replace(drawn.simulation, execution_mode="compiled", scheduler="compiled"))
        assert compute_results_digest(run_study(bulk, 1)) == compute_results_digest(run_study(drawn, 1))


@pytest.mark.parametrize("form", ["plain", "compiled"])
def test_a_stage_goes_to_another_process_without_its_rules(form):
    """Machine code would be compiled anew there; the tables, which cost time too, go along."""
    stage = Simulation(scenario.load("teaching"), execution_mode=form, scheduler="compiled")
    assert stage.rules
    assert stage.compiled_scenario
    sent = pickle.loads(pickle.dumps(stage))
    assert "rules" not in vars(sent)
    assert "compiled_scenario" in vars(sent)
    assert (sent.execution_mode, sent.scheduler, sent.digest) == (stage.execution_mode, stage.scheduler, stage.digest)


def test_a_log_that_outgrows_its_room_goes_on_with_more(monkeypatch):
    stage = Simulation(scenario.load("teaching"), execution_mode="compiled", scheduler="compiled")
    wanted = compute_results_digest(run_study(Study(stage, seed=3, runs=20), 1))
    cramped = replace(stage)
    cramped.state_factory.log_capacity = 16
    assert compute_results_digest(run_study(Study(cramped, seed=3, runs=20), 1)) == wanted
    assert cramped.state_factory.log_capacity > 16


@pytest.mark.parametrize(
    ("clock", "runs", "ready", "wanted"),
    [
        ("auto", 1, True, ("plain", "simpy")),
        ("auto", 200, True, ("plain", "simpy")),
        ("auto", 400, True, ("compiled", "compiled")),
        ("auto", 400, False, ("plain", "simpy")),
        ("auto", 5000, False, ("compiled", "compiled")),
        ("simpy", 5000, True, ("compiled", "simpy")),
        ("simpy", 100, True, ("plain", "simpy")),
        ("compiled", 100, False, ("compiled", "compiled")),
        ("compiled", 1, True, ("plain", "compiled")),
    ],
)
def test_the_clock_that_is_done_first_is_taken(clock, runs, ready, wanted, monkeypatch):
    monkeypatch.setattr(code_cache, "is_compiled", lambda: ready)
    stage = choose_engine(Simulation(scenario.load("teaching")), clock, runs)
    assert (stage.execution_mode, stage.scheduler) == wanted


@pytest.mark.slow
def test_one_battle_under_either_clock_needs_no_machine_code(tmp_path):
    code = """
import sys
from sim.cli.main import main
try:
    main(sys.argv[1:])
finally:
    print("LOADED", [name for name in ("numba", "llvmlite", "joblib") if name in sys.modules], file=sys.stderr)
"""
    for clock in ("simpy", "compiled", "auto"):
        for words in (["diary"], ["run", "runs=1", f"outputs={tmp_path}"]):
            call = [sys.executable, "-c", code, *words, "scenario=teaching", f"engine={clock}"]
            done = subprocess.run(call, capture_output=True, text=True, timeout=120)
            assert done.returncode == 0, done.stderr
            assert "LOADED []" in done.stderr


# The cache of machine code


def test_every_source_that_machine_code_depends_on_is_in_the_digest(monkeypatch):
    """A rule, a law, the kernels, records, enums, events, days and statistics; an edit of a callee is seen."""
    honest = code_cache.compute_source_digest()
    read = Path.read_bytes
    rules = ("square.py", "rates.py", "event_queue.py", "log_statistics.py", "records.py", "workspace.py")
    for name in (
        *rules,
        "enums.py",
        "state.py",
        "log.py",
        "daily.py",
        "statistics.py",
        "rulebook.py",
        "jit.py",
        "code_cache.py",
    ):
        monkeypatch.setattr(Path, "read_bytes", lambda path, name=name: read(path) + b"#" * (path.name == name))
        assert code_cache.compute_source_digest() != honest, name
    monkeypatch.setattr(Path, "read_bytes", read)
    assert code_cache.compute_source_digest() == honest


def test_whatever_rules_stand_on_is_in_the_digest():
    """Each module of the project that a rule, a kernel or a law takes anything from."""
    sources = {path.resolve() for path in code_cache.list_sources()}
    taken = {
        importlib.import_module(node.module)
        for path in sources
        if path.parent.name in ("rules", "kernels", "laws")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sim.battle")
    }
    assert {Path(module.__file__).resolve() for module in taken if module.__file__} <= sources
    assert len(taken) > 10


def test_plain_rules_play_from_the_calendar_too():
    stage = Simulation(scenario.load("teaching"), scheduler="compiled")
    assert isinstance(stage.state_factory, ObjectStateFactory)
    assert isinstance(stage.run(1).log, np.ndarray)
