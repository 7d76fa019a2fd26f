"""Replications in batches on several processes: the same numbers, whoever works them out."""

from dataclasses import replace

import numpy as np
import pytest

from sim import scenario
from sim.battle.fight import Stage
from sim.experiment import replicate as replication
from sim.experiment.batches import in_order, split
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
