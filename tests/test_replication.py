"""Replications in batches on several processes: the same numbers, whoever computes them."""

import doctest
from dataclasses import replace

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from sim import scenario
from sim.battle.simulation import Simulation
from sim.likelihood.control import ControlState, compute_control_probabilities
from sim.outputs import run_results, tables
from sim.outputs.run_results import RunTableWriter
from sim.runs import replicate as replicate_module
from sim.runs.backends import WorkerPool
from sim.runs.parallel import map_in_order, map_with_workers, split_range
from sim.runs.replicate import Study, replicate, run_batch, run_study
from sim.runs.results_digest import compute_results_digest

RUNS = 120


@pytest.fixture(scope="module")
def simulation() -> Simulation:
    return Simulation(scenario.load("teaching"))


@pytest.fixture(scope="module")
def batch(simulation):
    return run_study(Study(simulation, seed=3, runs=RUNS), workers=1)


@pytest.fixture(scope="module")
def digest(batch) -> str:
    return compute_results_digest(batch)


@pytest.mark.slow
def test_two_workers_compute_what_one_computes(simulation, digest, monkeypatch):
    """Nine batches for two workers, from a simulation that is used already and from a new one."""
    monkeypatch.setattr(replicate_module, "SEQUENTIAL_BATCH", 14)
    simulation.run(3, 0)
    for given in (simulation, Simulation(simulation.scenario)):
        assert compute_results_digest(run_study(Study(given, seed=3, runs=RUNS), workers=2)) == digest


@pytest.mark.slow
@pytest.mark.parametrize("longest", [1, 7, 50, 1000])
def test_the_length_of_a_batch_changes_nothing(simulation, digest, monkeypatch, longest):
    monkeypatch.setattr(replicate_module, "SEQUENTIAL_BATCH", longest)
    assert compute_results_digest(run_study(Study(simulation, seed=3, runs=RUNS), workers=1)) == digest


def test_the_example_of_replicate_is_true():
    failed, attempted = doctest.testmod(replicate_module)
    assert failed == 0
    assert attempted >= 3


@pytest.mark.slow
def test_the_short_way_gives_the_same(simulation, digest):
    assert compute_results_digest(replicate(simulation.scenario, runs=RUNS, seed=3)) == digest


def test_one_replication_alone_is_its_row(simulation, batch):
    for number in (0, 49, 50, 77, RUNS - 1):
        (alone,) = [run_batch(Study(simulation, seed=3, runs=RUNS), range(number, number + 1))]
        row = slice(number, number + 1)
        assert alone.replications.tolist() == [number]
        for name in ("parameters", "claims", "headline_outputs", "phases"):
            assert getattr(alone, name).tobytes() == getattr(batch, name)[row].tobytes(), name
        for name, series in alone.daily.items():
            assert series.tobytes() == batch.daily[name][row].tobytes(), name
        run = Simulation(simulation.scenario).run(3, number)
        assert list(run.parameters.values()) == batch.parameters[number].tolist()
        assert run.n_phases == batch.phases[number]


def test_the_logs_that_are_saved_are_the_first_ones(simulation, batch):
    assert [run.replication for run in batch.saved_logs] == [0, 1, 2]
    for run in batch.saved_logs:
        assert run.log.tobytes() == simulation.run(3, run.replication).log.tobytes()


def test_more_runs_begin_with_the_same_ones(simulation, batch):
    fewer = run_study(Study(simulation, seed=3, runs=30), workers=1)
    assert fewer.claims.tobytes() == batch.claims[:30].tobytes()
    assert fewer.parameters.tobytes() == batch.parameters[:30].tobytes()


@pytest.mark.slow
def test_another_seed_gives_other_numbers(simulation, digest):
    assert compute_results_digest(run_study(Study(simulation, seed=4, runs=RUNS), workers=1)) != digest


@pytest.mark.parametrize("name", ["claims", "headline_outputs", "parameters"])
def test_the_digest_sees_a_single_bit(batch, digest, name):
    numbers = getattr(batch, name).copy()
    numbers[17, 0] = np.nextafter(numbers[17, 0], np.inf)
    assert compute_results_digest(replace(batch, **{name: numbers})) != digest
    assert compute_results_digest(replace(batch, saved_logs=batch.saved_logs[:2])) != digest


def test_a_worker_that_depends_on_its_batch_is_seen(batch, digest, monkeypatch, simulation):
    """Numbered within their batches, replications come out otherwise for another length of batch."""
    honest = replicate_module.run_batch
    monkeypatch.setattr(replicate_module, "run_batch", lambda study, numbers: honest(study, range(len(numbers))))
    monkeypatch.setattr(replicate_module, "SEQUENTIAL_BATCH", 14)
    assert compute_results_digest(run_study(Study(simulation, seed=3, runs=RUNS), workers=1)) != digest


def test_batches_cover_every_replication_once():
    for total, longest in ((0, 5), (1, 5), (5, 5), (11, 5)):
        batches = split_range(total, longest)
        assert [number for batch in batches for number in batch] == list(range(total))
        assert all(0 < len(batch) <= longest for batch in batches)


def test_results_come_in_the_order_of_the_batches():
    assert list(map_with_workers(abs, [-3, -1, -2], workers=2)) == [3, 1, 2]


def test_threads_give_results_in_the_order_of_the_batches_and_never_run_far_ahead():
    begun = []

    def work(number):
        begun.append(number)
        return -number

    results = map_in_order(work, list(range(40)), "threads", WorkerPool(2))
    assert next(results) == 0
    assert len(begun) <= 5
    assert [*results] == [-number for number in range(1, 40)]


def test_an_error_of_a_worker_is_raised_by_threads_too():
    def work(number):
        if number == 3:
            raise RuntimeError("three")
        return number

    results = map_in_order(work, list(range(40)), "threads", WorkerPool(2))
    with pytest.raises(RuntimeError, match="three"):
        list(results)


# Studies of any size


@pytest.fixture(scope="module")
def stored_study(simulation, tmp_path_factory):
    """A study that counts as a large one: tables written in pieces, days of the first replications only."""
    folder = tmp_path_factory.mktemp("large")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_results, "COUNT_CHUNK", 11)
        patch.setattr(run_results, "WRITE_CHUNK", 33)
        patch.setattr(run_results, "MAX_DAILY_RUNS", 40)
        patch.setattr(replicate_module, "SEQUENTIAL_BATCH", 14)
        writer = RunTableWriter(Study(simulation, seed=3, runs=RUNS), folder)
        for finished in replicate_module.iterate_batches(writer.study, 1):
            writer.add(finished)
        first, summary = writer.close()
    return folder, first, summary, writer.digest.hexdigest()


@pytest.mark.slow
def test_a_study_in_pieces_writes_what_one_in_one_piece_would(stored_study, simulation, batch, digest):
    folder, first, _, stored_digest = stored_study
    study = Study(simulation, seed=3, runs=RUNS)
    assert stored_digest == digest
    assert pq.read_table(folder / "runs.parquet").equals(tables.make_runs_table(study, batch))
    whole = tables.make_claims_table(study, batch)
    assert pq.read_table(folder / "claims.parquet").to_pydict() == whole.to_pydict()
    assert pq.ParquetFile(folder / "runs.parquet").num_row_groups > 1
    assert pq.read_table(folder / "daily.parquet").num_rows == tables.make_daily_table(study, first).num_rows
    assert first.replications.tolist() == list(range(40))
    assert first.daily["killed"].tobytes() == batch.daily["killed"][:40].tobytes()
    assert [run.replication for run in first.saved_logs] == [0, 1, 2]
    assert not list(folder.glob("*.partial"))


def test_a_summary_is_over_all_replications(stored_study, simulation, batch):
    folder, _, summary, _ = stored_study
    assert summary.runs == RUNS
    for number, distribution in enumerate(summary.claims):
        assert sorted(distribution.counts.elements()) == sorted(batch.claims[:, number].tolist())
    probabilities = compute_control_probabilities(
        batch.daily["control"][..., 1], simulation.scenario.contested_share_range
    )
    assert (summary.control_counts / RUNS).tolist() == probabilities.tolist()
    days = pq.read_table(folder / "days.parquet")
    assert days["killed"].to_numpy() == pytest.approx(batch.daily["killed"].mean(axis=0).ravel())
    holds = np.stack([probabilities[..., ControlState.FIRST], probabilities[..., ControlState.SECOND]], axis=-1)
    assert days["holds"].to_numpy().tolist() == holds.ravel().tolist()
    assert pc.sum(days["replications"]).as_py() == RUNS * days.num_rows


def test_progress_is_given_the_number_of_batches(simulation, monkeypatch):
    monkeypatch.setattr(replicate_module, "SEQUENTIAL_BATCH", 4)
    reported = []

    def progress(batches, total):
        reported.append(total)
        for finished in batches:
            reported.append(len(finished.replications))
            yield finished

    run_study(Study(simulation, seed=3, runs=10), workers=1, progress=progress)
    assert reported == [3, 4, 4, 2]
