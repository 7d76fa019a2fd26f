"""Digests of whole runs, written down: every simulated number, to the last bit, on this kind of machine.

A change of them is a change of results; `python tests/test_digests.py` writes them anew, and the reason goes into
CHANGELOG.md under Results. Where the machine's mathematics may round otherwise they are left out, in plain sight.
"""

import importlib.metadata
import json
import platform
import sys
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.interruptions import cluster_of

from sim import laws
from sim.battle.simulation import Simulation
from sim.runs import backends
from sim.runs.backends import WorkerPool
from sim.runs.parallel import restore_order, split_range
from sim.runs.replicate import Batch, Study, concatenate_batches, make_batch_task
from sim.runs.results_digest import compute_results_digest
from sim.scenario import load

FILE = Path(__file__).parent / "golden" / "digests.json"
STUDIES = {f"teaching by the {law} law": ("teaching", law, 40) for law in laws.list_names()}
STUDIES |= {"dec2014 by the square law": ("dec2014", "square", 8)}
LIBRARIES = ("numpy", "scipy", "numba", "simpy", "astral")


def describe_machine() -> dict[str, str]:
    """What the last bit depends on beside the code."""
    cpu = Path("/proc/cpuinfo")
    fma = "fma" in cpu.read_text(encoding="utf-8").split() if cpu.exists() else "unknown"
    versions = {name: importlib.metadata.version(name) for name in LIBRARIES}
    machine = {"machine": platform.machine(), "libc": " ".join(platform.libc_ver()), "fused multiply-add": str(fma)}
    return {"python": ".".join(platform.python_version_tuple()[:2])} | machine | versions


def study_of(name: str) -> Study:
    """One of the studies."""
    scenario, law, runs = STUDIES[name]
    return Study(Simulation(load(scenario), law=law), seed=7, runs=runs)


def simulate_study(
    study: Study, backend: str = "serial", workers: int = 1, longest: int = 50, address: str | None = None
) -> Batch:
    """A study fought somewhere, in chunks of some length."""
    chunks = split_range(study.runs, longest)
    results = backends.load_backend(backend).map_chunks(make_batch_task(study), chunks, WorkerPool(workers, address))
    return concatenate_batches(list(restore_order(results, range(len(chunks)))))


def sum_by_day(batch: Batch) -> Batch:
    """The same battles with whole days as steps of time, which is how digests are written down."""
    days = sorted(set(batch.steps.dates))
    step_days = np.array([days.index(each) for each in batch.steps.dates])
    last = np.array([np.flatnonzero(step_days == day)[-1] for day in range(len(days))])
    first = np.array([np.flatnonzero(step_days == day)[0] for day in range(len(days))])
    daily = {
        name: series[:, last] if name in ("strength", "control") else np.add.reduceat(series, first, axis=1)
        for name, series in batch.daily.items()
    }
    return replace(batch, daily=daily, steps=replace(batch.steps, hours=24))


def golden() -> dict[str, dict[str, str]]:
    """What is written down."""
    found: dict[str, dict[str, str]] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", STUDIES)
def test_the_digest_is_the_one_written_down(name):
    if golden()["where"] != describe_machine():
        pytest.skip(f"digests were written down on {golden()['where']}")
    assert compute_results_digest(sum_by_day(simulate_study(study_of(name)))) == golden()["digests"][name]


def test_the_digests_are_those_of_the_pinned_versions():
    """Otherwise they would be left out unseen after the next update."""
    from tools.locks import read_locks  # not there when this file is run as a program

    pinned = {(pin.name, str(pin.version)) for pin in read_locks()["run"]}
    for name in LIBRARIES:
        assert (name, golden()["where"][name]) in pinned, "run `python tests/test_digests.py`"


def test_one_bit_more_is_another_digest():
    study = study_of("teaching by the square law")
    batch = simulate_study(replace(study, runs=5))
    before = compute_results_digest(batch)
    batch.daily["killed"].view("u8").flat[3] ^= 1
    assert compute_results_digest(batch) != before


WAYS = [("serial", 1, 1), ("serial", 1, 7), ("threads", 2, 3), ("threads", 4, 50), ("loky", 2, 9)]
OTHER_WAYS = [("loky", 1, 40), ("loky", 4, 11), ("dask", 1, 40), ("dask", 2, 9), ("dask", 4, 3)]


@pytest.fixture(scope="module")
def expected_digest() -> str:
    return compute_results_digest(simulate_study(study_of("teaching by the square law")))


@pytest.mark.slow
@pytest.mark.parametrize(("backend", "workers", "longest"), WAYS)
def test_the_bits_are_the_same_whoever_fights_and_in_what_pieces(backend, workers, longest, expected_digest):
    assert (
        compute_results_digest(simulate_study(study_of("teaching by the square law"), backend, workers, longest))
        == expected_digest
    )


@pytest.mark.hard
@pytest.mark.parametrize(("backend", "workers", "longest"), OTHER_WAYS)
def test_the_bits_are_the_same_by_every_backend_under_either_clock(
    backend, workers, longest, expected_digest, tmp_path, tried
):
    study = study_of("teaching by the square law")
    with cluster_of(workers, tmp_path) if backend == "dask" else nullcontext((None, [])) as (address, _):
        for clock, form in (("simpy", "plain"), ("compiled", "plain"), ("compiled", "compiled")):
            under = replace(study, simulation=replace(study.simulation, scheduler=clock, execution_mode=form))
            assert compute_results_digest(simulate_study(under, backend, workers, longest, address)) == expected_digest
    how = f"{backend}, {workers} worker{'s' * (workers > 1)}, chunks of {longest}; both clocks; plain, compiled"
    tried.note("digests", "teaching by the square law", how, 3, 0)


@pytest.mark.parametrize("clock", ["simpy", "compiled"])
@pytest.mark.parametrize("form", ["plain", "compiled"])
@pytest.mark.parametrize(("workers", "longest"), [(1, 13), (4, 3)])
def test_the_bits_are_the_same_by_either_clock_and_form(clock, form, workers, longest, expected_digest):
    study = study_of("teaching by the square law")
    study = replace(study, simulation=replace(study.simulation, scheduler=clock, execution_mode=form))
    assert compute_results_digest(simulate_study(study, "threads", workers, longest)) == expected_digest


@pytest.mark.hard
def test_the_bits_are_the_same_in_very_many_ways(tried):
    """Every way of fighting, with chunks of every length, of all scenarios and laws."""
    for name in STUDIES:
        study = study_of(name)
        expected_digest = compute_results_digest(simulate_study(study))
        found = []
        for clock in ("simpy", "compiled"):
            stage = replace(study.simulation, scheduler=clock)
            for backend, workers in (("serial", 1), ("threads", 2), ("threads", 4), ("loky", 2), ("loky", 4)):
                for longest in (1, 3, 16):
                    found.append(
                        compute_results_digest(
                            simulate_study(replace(study, simulation=stage), backend, workers, longest)
                        )
                    )
        bulk = replace(study, simulation=replace(study.simulation, scheduler="compiled", execution_mode="compiled"))
        for workers in (1, 2, 4):
            for longest in (1, 5, 40):
                found.append(compute_results_digest(simulate_study(bulk, "threads", workers, longest)))
        assert set(found) == {expected_digest}
        ways = "serial, threads, loky; 1, 2, 4 workers; both clocks; plain, compiled; chunks of 1 to 40"
        tried.note("digests", name, ways, len(found), 0)


def write() -> None:
    """Write the digests of this state down."""
    digests = {name: compute_results_digest(sum_by_day(simulate_study(study_of(name)))) for name in STUDIES}
    FILE.write_text(json.dumps({"where": describe_machine(), "digests": digests}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
    sys.exit(0)
