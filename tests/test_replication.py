"""Replications in batches on several processes: the same numbers, whoever works them out."""

from dataclasses import replace

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from sim import scenario
from sim.battle.fight import Stage
from sim.claims.control import State, chances
from sim.experiment import collect, tables
from sim.experiment import replicate as replication
from sim.experiment.backends import Place
from sim.experiment.batches import in_order, split, spread
from sim.experiment.collect import Collector
from sim.experiment.provenance import results_digest
from sim.experiment.replicate import Study, carry_out, fight_batch, replicate

RUNS = 120


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage(scenario.load("teaching"))


@pytest.fixture(scope="module")
def batch(stage):
    return carry_out(Study(stage, seed=3, runs=RUNS), workers=1)


@pytest.fixture(scope="module")
def digest(batch) -> str:
    return results_digest(batch)


def test_two_workers_find_what_one_finds(stage, digest, monkeypatch):
    """Nine batches for two workers, from a stage that is used already and from a new one."""
    monkeypatch.setattr(replication, "BATCH", 14)
    stage.fight(3, 0)
    for given in (stage, Stage(stage.scenario)):
        assert results_digest(carry_out(Study(given, seed=3, runs=RUNS), workers=2)) == digest


@pytest.mark.parametrize("longest", [1, 7, 50, 1000])
def test_the_length_of_a_batch_changes_nothing(stage, digest, monkeypatch, longest):
    monkeypatch.setattr(replication, "BATCH", longest)
    assert results_digest(carry_out(Study(stage, seed=3, runs=RUNS), workers=1)) == digest


def test_the_short_way_gives_the_same(stage, digest):
    assert results_digest(replicate(stage.scenario, runs=RUNS, seed=3)) == digest


def test_one_replication_alone_is_its_row(stage, batch):
    for number in (0, 49, 50, 77, RUNS - 1):
        (alone,) = [fight_batch(Study(stage, seed=3, runs=RUNS), range(number, number + 1))]
        row = slice(number, number + 1)
        assert alone.replications.tolist() == [number]
        for name in ("parameters", "claims", "sentences", "phases"):
            assert getattr(alone, name).tobytes() == getattr(batch, name)[row].tobytes(), name
        for name, series in alone.daily.items():
            assert series.tobytes() == batch.daily[name][row].tobytes(), name
        run = Stage(stage.scenario).fight(3, number)
        assert list(run.parameters.values()) == batch.parameters[number].tolist()
        assert run.phases == batch.phases[number]


def test_the_runs_that_are_kept_are_the_first_ones(stage, batch):
    assert [run.replication for run in batch.kept] == [0, 1, 2]
    for run in batch.kept:
        assert run.log.tobytes() == stage.fight(3, run.replication).log.tobytes()


def test_more_runs_begin_with_the_same_ones(stage, batch):
    fewer = carry_out(Study(stage, seed=3, runs=30), workers=1)
    assert fewer.claims.tobytes() == batch.claims[:30].tobytes()
    assert fewer.parameters.tobytes() == batch.parameters[:30].tobytes()


def test_another_seed_gives_other_numbers(stage, digest):
    assert results_digest(carry_out(Study(stage, seed=4, runs=RUNS), workers=1)) != digest


@pytest.mark.parametrize("name", ["claims", "sentences", "parameters"])
def test_the_digest_sees_a_single_bit(batch, digest, name):
    numbers = getattr(batch, name).copy()
    numbers[17, 0] = np.nextafter(numbers[17, 0], np.inf)
    assert results_digest(replace(batch, **{name: numbers})) != digest
    assert results_digest(replace(batch, kept=batch.kept[:2])) != digest


def test_a_worker_that_depends_on_its_batch_is_seen(batch, digest, monkeypatch, stage):
    """Numbered within their batches, replications come out otherwise for another length of batch."""
    honest = replication.fight_batch
    monkeypatch.setattr(replication, "fight_batch", lambda study, numbers: honest(study, range(len(numbers))))
    monkeypatch.setattr(replication, "BATCH", 14)
    assert results_digest(carry_out(Study(stage, seed=3, runs=RUNS), workers=1)) != digest


def test_batches_cover_every_replication_once():
    for total, longest in ((0, 5), (1, 5), (5, 5), (11, 5)):
        batches = split(total, longest)
        assert [number for batch in batches for number in batch] == list(range(total))
        assert all(0 < len(batch) <= longest for batch in batches)


def test_results_come_in_the_order_of_the_batches():
    assert list(in_order(abs, [-3, -1, -2], workers=2)) == [3, 1, 2]


def test_threads_give_results_in_the_order_of_the_batches_and_never_run_far_ahead():
    begun = []

    def work(number):
        begun.append(number)
        return -number

    results = spread(work, list(range(40)), "threads", Place(2))
    assert next(results) == 0
    assert len(begun) <= 5
    assert [*results] == [-number for number in range(1, 40)]


def test_a_worker_that_fails_is_told_by_threads_too():
    def work(number):
        if number == 3:
            raise RuntimeError("three")
        return number

    results = spread(work, list(range(40)), "threads", Place(2))
    with pytest.raises(RuntimeError, match="three"):
        list(results)


# Studies of any size


@pytest.fixture(scope="module")
def collected(stage, tmp_path_factory):
    """A study that counts as a large one: tables written in pieces, days of the first replications only."""
    folder = tmp_path_factory.mktemp("large")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collect, "PIECE", 11)
        patch.setattr(collect, "CHUNK", 33)
        patch.setattr(collect, "WITH_DAYS", 40)
        patch.setattr(replication, "BATCH", 14)
        collector = Collector(Study(stage, seed=3, runs=RUNS), folder)
        for finished in replication.finished(collector.study, 1):
            collector.add(finished)
        first, summary = collector.close()
    return folder, first, summary, collector.digest.hexdigest()


def test_a_study_in_pieces_writes_what_one_in_one_piece_would(collected, stage, batch, digest):
    folder, first, _, found = collected
    study = Study(stage, seed=3, runs=RUNS)
    assert found == digest
    assert pq.read_table(folder / "runs.parquet").equals(tables.runs_table(study, batch))
    whole = tables.claims_table(study, batch)
    assert pq.read_table(folder / "claims.parquet").to_pydict() == whole.to_pydict()
    assert pq.ParquetFile(folder / "runs.parquet").num_row_groups > 1
    assert pq.read_table(folder / "daily.parquet").num_rows == tables.daily_table(study, first).num_rows
    assert first.replications.tolist() == list(range(40))
    assert first.daily["killed"].tobytes() == batch.daily["killed"][:40].tobytes()
    assert [run.replication for run in first.kept] == [0, 1, 2]
    assert not list(folder.glob("*.partial"))


def test_a_summary_is_over_all_replications(collected, stage, batch):
    folder, _, summary, _ = collected
    assert summary.runs == RUNS
    for number, found in enumerate(summary.claims):
        assert sorted(found.counts.elements()) == sorted(batch.claims[:, number].tolist())
    likely = chances(batch.daily["control"][..., 1], stage.scenario.contested_between)
    assert (summary.control / RUNS).tolist() == likely.tolist()
    days = pq.read_table(folder / "days.parquet")
    assert days["killed"].to_numpy() == pytest.approx(batch.daily["killed"].mean(axis=0).ravel())
    holds = np.stack([likely[..., State.FIRST], likely[..., State.SECOND]], axis=-1)
    assert days["holds"].to_numpy().tolist() == holds.ravel().tolist()
    assert pc.sum(days["replications"]).as_py() == RUNS * days.num_rows


def test_progress_is_told_how_many_batches_there_are(stage, monkeypatch):
    monkeypatch.setattr(replication, "BATCH", 4)
    told = []

    def watch(batches, total):
        told.append(total)
        for finished in batches:
            told.append(len(finished.replications))
            yield finished

    carry_out(Study(stage, seed=3, runs=10), workers=1, watch=watch)
    assert told == [3, 4, 4, 2]
