"""Where battles are fought changes no bit of them; workers that die are made up for."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.cluster import cluster_of

from sim import files, scenario
from sim.battle.fight import Stage
from sim.experiment import backends, losses, parcel
from sim.experiment.backends import BackendError, Place
from sim.experiment.batches import split
from sim.experiment.parcel import Parcel
from sim.experiment.provenance import results_digest
from sim.experiment.replicate import Study, joined, suitable_length, with_clock, work_of
from sim.experiment.window import AHEAD, as_ready, ordered

CHUNKS = split(44, 4)


@pytest.fixture(scope="module")
def study() -> Study:
    return Study(Stage(scenario.load("teaching")), seed=3, runs=44)


@pytest.fixture(scope="module")
def wanted(study) -> str:
    return digest_by("serial", study)


def digest_by(name: str, study: Study, workers: int = 2) -> str:
    """The digest of a study fought by a backend."""
    results = backends.load(name).map_chunks(work_of(study), CHUNKS, Place(workers))
    return results_digest(joined(list(ordered(results, range(len(CHUNKS))))))


@pytest.mark.parametrize("name", sorted({*backends.names()} - {"dask", "serial"}))
def test_every_backend_finds_the_same_bits(name, study, wanted):
    backends.load(name).check(Place(2))
    assert digest_by(name, study) == wanted


def test_a_stage_that_was_used_in_machine_code_can_be_sent(study, wanted):
    bulk = replace(study, stage=with_clock(study.stage, "compiled", 2_000))
    assert digest_by("threads", bulk) == wanted
    assert Parcel.of(work_of(bulk)).packed


def test_every_backend_can_be_chosen_by_its_name():
    chosen = {path.stem for path in (files.conf_folder() / "backend").glob("*.yaml")}
    assert chosen == {"auto", *backends.names()}
    with pytest.raises(KeyError):
        backends.load("nosuch")


def test_a_chunk_is_some_half_a_second_and_no_longer_than_the_study(study):
    assert 5 <= suitable_length(replace(study, runs=10_000)) <= 5_000
    assert suitable_length(replace(study, runs=3)) == 3


# Workers that die


def test_a_process_that_is_killed_is_made_up_for(tmp_path):
    def work(number):
        flag = tmp_path / "killed"
        if number == 3 and not flag.exists():
            flag.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return -number

    results = dict(backends.load("loky").map_chunks(work, range(9), Place(2)))
    assert results == {number: -number for number in range(9)}
    assert (tmp_path / "killed").exists()


def test_work_that_always_kills_is_given_up():
    def work(number):
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(BackendError, match="workers are lost again and again"):
        list(backends.load("loky").map_chunks(work, range(2), Place(2)))


def test_processes_are_found_again_by_the_next_call_but_not_after_one_that_was_given_up():
    def work(number):
        time.sleep(0.05)
        return os.getpid()

    def processes():
        results = backends.load("loky").map_chunks(work, range(6), Place(2))
        return {next(results)[1] for _ in range(6)}

    first = processes()
    assert processes() & first
    given_up = backends.load("loky").map_chunks(lambda number: number, range(6), Place(2))
    next(given_up)
    given_up.close()
    assert not processes() & first


def test_losses_with_results_between_them_are_made_up_for_and_nothing_is_done_twice():
    """Each attempt gives one result and then loses its workers."""

    def attempt(numbers):
        yield numbers[0], -numbers[0]
        raise ConnectionError

    assert list(losses.again(attempt, 5, ConnectionError)) == [(number, -number) for number in range(5)]


def test_an_error_of_the_work_itself_is_told():
    def work(number):
        raise RuntimeError("three")

    for name in ("serial", "threads", "loky"):
        with pytest.raises(RuntimeError, match="three"):
            list(backends.load(name).map_chunks(work, range(4), Place(2)))


def test_a_worker_with_other_code_is_refused(monkeypatch):
    sent = Parcel.of(abs)
    assert sent(-3) == 3
    monkeypatch.setattr(parcel, "code_digest", lambda: "another")
    with pytest.raises(BackendError, match="another version"):
        sent(-3)


# The window


def test_work_never_runs_far_ahead_of_what_is_missing():
    begun = []

    def submit(number):
        begun.append(number)
        return number

    def all_but_the_first(under_way):
        return [each for each in under_way if each != FakeFuture(0)] or under_way

    class FakeFuture(int):
        def result(self):
            return -self

    stream = as_ready(range(100), lambda n: FakeFuture(submit(n)), all_but_the_first, lambda: 2)
    found = [next(stream) for _ in range(2 * AHEAD)]
    assert sorted(found) == [(number, -number) for number in range(2 * AHEAD)]
    assert max(begun) < 2 * AHEAD
    assert sorted([*found, *stream]) == [(number, -number) for number in range(100)]


# A cluster


@pytest.fixture
def cluster(tmp_path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers."""
    with cluster_of(2, tmp_path) as found:
        yield found


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_in_the_middle_finds_the_same_bits(cluster, study, wanted):
    address, workers = cluster
    assert address.startswith("tcp://127.0.0.1:")
    place = Place(address=address)
    backends.load("dask").check(place)
    found = {}
    for number, batch in backends.load("dask").map_chunks(work_of(study), CHUNKS, place):
        found[number] = batch
        if len(found) == 2:
            workers[0].kill()
    assert workers[0].wait() != 0
    assert workers[1].poll() is None
    assert sorted(found) == list(range(len(CHUNKS)))
    assert results_digest(joined([found[number] for number in range(len(CHUNKS))])) == wanted


@pytest.mark.parametrize(
    ("address", "said"), [(None, "is missing"), ("nonsense", "no dask"), ("tcp://127.0.0.1:1", "no dask")]
)
def test_a_scheduler_that_is_not_there_is_told(address, said, monkeypatch):
    dask = backends.load("dask")
    monkeypatch.setattr(dask, "PATIENCE", 1)
    with pytest.raises(BackendError, match=f"backend.address: .*{said}"):
        dask.check(Place(address=address))


def test_no_file_but_its_own_knows_dask():
    package = Path(backends.__file__).parent.parent.parent
    knows = [path.name for path in package.rglob("*.py") if "import distributed" in path.read_text(encoding="utf-8")]
    assert knows == ["dask.py"]
