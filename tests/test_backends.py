"""Backends: where work is done changes no bit of it, and the work of workers that die is done again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, repeat
from pathlib import Path

import pytest
from support.interruptions import cluster_of

from sim import paths, scenario
from sim.battle.simulation import Simulation
from sim.cli.main import main
from sim.runs import backends, parallel, pickled_task
from sim.runs.backends import BackendError, WorkerPool
from sim.runs.parallel import MAX_AHEAD, iterate_as_ready, restore_order, split_range
from sim.runs.pickled_task import PickledTask
from sim.runs.replicate import (
    Study,
    choose_engine,
    concatenate_batches,
    make_batch_task,
    measure_batch_length,
)
from sim.runs.results_digest import compute_results_digest

CHUNKS = split_range(44, 4)


@pytest.fixture(scope="module")
def study() -> Study:
    return Study(Simulation(scenario.load("teaching")), seed=3, runs=44)


@pytest.fixture(scope="module")
def expected_digest(study) -> str:
    return digest_by("serial", study)


def digest_by(name: str, study: Study, workers: int = 2) -> str:
    """The digest of a study run by a backend."""
    results = backends.load_backend(name).map_chunks(make_batch_task(study), CHUNKS, WorkerPool(workers))
    return compute_results_digest(concatenate_batches(list(restore_order(results, range(len(CHUNKS))))))


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({*backends.list_backends()} - {"dask", "serial"}))
def test_every_backend_computes_the_same_bits(name, study, expected_digest):
    backends.load_backend(name).check(WorkerPool(2))
    assert digest_by(name, study) == expected_digest


def test_a_simulation_that_was_used_in_machine_code_can_be_sent(study, expected_digest):
    vectorised = replace(study, simulation=choose_engine(study.simulation, "compiled", 2_000))
    assert digest_by("threads", vectorised) == expected_digest
    assert PickledTask.pack(make_batch_task(vectorised)).pickled


def test_every_backend_can_be_chosen_by_its_name():
    chosen = {path.stem for path in (paths.conf_folder() / "backend").glob("*.yaml")}
    assert chosen == {"auto", *backends.list_backends()}
    with pytest.raises(KeyError):
        backends.load_backend("nosuch")


def test_a_chunk_is_some_half_a_second_and_no_longer_than_the_study(study):
    assert 5 <= measure_batch_length(replace(study, runs=10_000), 1) <= 5_000
    assert measure_batch_length(replace(study, runs=3), 2) == 3


# Workers that die


def test_a_process_that_is_killed_is_done_again(tmp_path):
    def work(number):
        flag = tmp_path / "killed"
        if number == 3 and not flag.exists():
            flag.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return -number

    results = dict(backends.load_backend("loky").map_chunks(work, range(9), WorkerPool(2)))
    assert results == {number: -number for number in range(9)}
    assert (tmp_path / "killed").exists()


def test_work_that_always_kills_is_given_up():
    def work(number):
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(BackendError, match="workers are lost again and again"):
        list(backends.load_backend("loky").map_chunks(work, range(2), WorkerPool(2)))


def test_processes_are_found_again_by_the_next_call_but_not_after_one_that_was_given_up():
    def work(number):
        time.sleep(0.05)
        return os.getpid()

    def processes():
        results = backends.load_backend("loky").map_chunks(work, range(6), WorkerPool(2))
        return {next(results)[1] for _ in range(6)}

    first = processes()
    assert processes() & first
    given_up = backends.load_backend("loky").map_chunks(lambda number: number, range(6), WorkerPool(2))
    next(given_up)
    given_up.close()
    assert not processes() & first


def test_losses_with_results_between_them_are_done_again_and_nothing_is_done_twice():
    """Each attempt gives one result and then loses its workers."""

    def attempt(numbers):
        yield numbers[0], -numbers[0]
        raise ConnectionError

    assert list(parallel.retry_lost(attempt, 5, ConnectionError)) == [(number, -number) for number in range(5)]


def test_an_error_of_the_work_itself_is_raised():
    def work(number):
        raise RuntimeError("three")

    for name in ("serial", "threads", "loky"):
        with pytest.raises(RuntimeError, match="three"):
            list(backends.load_backend(name).map_chunks(work, range(4), WorkerPool(2)))


def test_a_worker_with_other_code_is_refused(monkeypatch):
    sent = PickledTask.pack(abs)
    assert sent(-3) == 3
    monkeypatch.setattr(pickled_task, "compute_code_digest", lambda: "another")
    with pytest.raises(BackendError, match="another version"):
        sent(-3)


# Work in flight


def test_work_never_runs_far_ahead_of_what_is_missing():
    submitted = []

    def submit(number):
        submitted.append(number)
        return number

    def all_but_the_first(in_flight):
        return [each for each in in_flight if each != FakeFuture(0)] or in_flight

    class FakeFuture(int):
        def result(self):
            return -self

    stream = iterate_as_ready(range(100), lambda n: FakeFuture(submit(n)), all_but_the_first, lambda: 2)
    found = [next(stream) for _ in range(2 * MAX_AHEAD)]
    assert sorted(found) == [(number, -number) for number in range(2 * MAX_AHEAD)]
    assert max(submitted) < 2 * MAX_AHEAD
    assert sorted([*found, *stream]) == [(number, -number) for number in range(100)]


# A cluster


@pytest.mark.slow
@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("tls://127.0.0.1:1", "names no certificates"),
        ("wss://127.0.0.1:1", "names no certificates"),
        ("tcp://127.0.0.1:1", "no dask scheduler answers"),
        ("nosuch://127.0.0.1:1", "no dask scheduler answers"),
        ("inproc://1.2.3.4/5/6", "no dask scheduler answers"),
        ("tcp://", "no dask scheduler answers"),
    ],
)
def test_a_scheduler_that_can_not_be_reached_is_one_line(address, message):
    code = "from sim.runs.backends import dask; dask.CONNECT_TIMEOUT = 1; from sim.cli.main import main; "
    code += f"main(['run', 'preset=teaching', 'runs=2', 'backend=dask', 'backend.address={address}'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("sim: backend.address: ")
    assert message in line


def test_two_versions_on_one_cluster_are_refused_in_one_line(monkeypatch, capfd, tmp_path):
    """The scheduler and its worker are threads of this process; their digest of the code is another than ours."""
    from distributed import LocalCluster

    digests = chain(["ours"], repeat("theirs"))
    monkeypatch.setattr(pickled_task, "compute_code_digest", lambda: next(digests))
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as cluster:
        words = ["run", "preset=teaching", "runs=2", "backend=dask", f"backend.address={cluster.scheduler_address}"]
        with pytest.raises(SystemExit) as ended:
            main([*words, f"outputs={tmp_path}", "engine=simpy"])
    assert ended.value.code == 2
    lines = [line for line in capfd.readouterr().err.splitlines() if line.startswith("sim: ")]
    (folder,) = (tmp_path / "teaching").iterdir()
    assert lines == [
        "sim: a worker has another version of sim, of Python or of a library: its bits could differ",
        f"sim: what is finished is kept: sim resume {folder}",
    ]


@pytest.fixture
def cluster(tmp_path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers."""
    with cluster_of(2, tmp_path) as found:
        yield found


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_in_the_middle_computes_the_same_bits(cluster, study, expected_digest):
    address, workers = cluster
    assert address.startswith("tcp://127.0.0.1:")
    pool = WorkerPool(address=address)
    backends.load_backend("dask").check(pool)
    batches = {}
    for number, batch in backends.load_backend("dask").map_chunks(make_batch_task(study), CHUNKS, pool):
        batches[number] = batch
        if len(batches) == 2:
            workers[0].kill()
    assert workers[0].wait() != 0
    assert workers[1].poll() is None
    assert sorted(batches) == list(range(len(CHUNKS)))
    assert (
        compute_results_digest(concatenate_batches([batches[number] for number in range(len(CHUNKS))]))
        == expected_digest
    )


@pytest.mark.parametrize(
    ("address", "message"), [(None, "is missing"), ("nonsense", "no dask"), ("tcp://127.0.0.1:1", "no dask")]
)
def test_a_scheduler_that_is_not_there_is_reported(address, message, monkeypatch):
    dask = backends.load_backend("dask")
    monkeypatch.setattr(dask, "CONNECT_TIMEOUT", 1)
    with pytest.raises(BackendError, match=f"backend.address: .*{message}"):
        dask.check(WorkerPool(address=address))


def test_no_file_but_its_own_knows_dask():
    package = Path(backends.__file__).parent.parent.parent
    knows = [path.name for path in package.rglob("*.py") if "import distributed" in path.read_text(encoding="utf-8")]
    assert knows == ["dask.py"]
