"""Files that are no files: nothing waits for a pipe, and nothing is read that is larger than any such file may be."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.analysis.validation.csv_tables import DataError, read_rows
from sim.regular_files import read_regular_file
from sim.runs.job_file import JobFileError, read_job_file
from sim.runs.shards import DamagedShardError, ShardLabel, check_label
from sim.scenario import ScenarioError, load
from sim.scenario.basemap import read_basemap
from sim.scenario.bibliography import read_keys
from sim.scenario.traceability import read_index
from sim.scenario.yaml_parser import read_document
from sim.storage import atomic, tables
from sim.storage.atomic import read_checksummed, read_checksummed_arrays, write_checksummed_arrays
from sim.storage.seal import StoredError, read_sealed_manifest
from sim.storage.tables import TableSizeError, open_table


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_file_of_holes(path: Path) -> None:
    path.touch()
    os.truncate(path, 10**12)


def link_to_zeros(path: Path) -> None:
    path.symlink_to("/dev/zero")


IRREGULAR = (make_pipe, make_file_of_holes, link_to_zeros, os.mkdir)


def read_manifest_file(path: Path) -> object:
    return read_sealed_manifest(path.parent)


# What reads a file by a name of its own, and what it raises; None: it takes the file for damaged.
READERS: dict[str, tuple[str, Callable[[Path], object], type[Exception] | None]] = {
    "a regular file": ("x", lambda path: read_regular_file(path, 10**6), OSError),
    "a checksummed file": ("x.npz", read_checksummed, None),
    "checksummed arrays": ("x.npz", read_checksummed_arrays, None),
    "a manifest": ("run.json", read_manifest_file, StoredError),
    "a table": ("x.parquet", open_table, OSError),
    "a job file": ("job.json", lambda path: read_job_file(path.parent), JobFileError),
    "a shard": ("x.parquet", lambda path: check_label(path, ShardLabel("", "", 0, 1)), DamagedShardError),
    "a scenario": ("x.yaml", read_document, ScenarioError),
    "a basemap": ("x.geojson", lambda path: read_basemap(path, load("teaching")), ScenarioError),
    "a bibliography": ("x.bib", read_keys, ScenarioError),
    "an index of a text": ("x.csv", read_index, ScenarioError),
    "a table of other battles": ("x.csv", lambda path: read_rows(path, ["a"]), DataError),
}


@pytest.fixture
def impatient():
    """Whoever waits is woken, and fails."""
    signal.alarm(30)
    yield
    signal.alarm(0)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("make", IRREGULAR)
@pytest.mark.parametrize("kind", READERS)
def test_what_is_no_ordinary_file_is_refused_at_once(kind, make, tmp_path):
    name, read, error = READERS[kind]
    make(tmp_path / name)
    if error is None:
        assert read(tmp_path / name) is None
        return
    with pytest.raises(error) as refused:
        read(tmp_path / name)
    assert isinstance(refused.value, OSError | DamagedShardError | JobFileError) or str(tmp_path) in str(refused.value)


def test_a_regular_file_is_read_up_to_its_limit(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"12345")
    assert read_regular_file(path, 5) == b"12345"
    with pytest.raises(OSError, match="too large") as refused:
        read_regular_file(path, 4)
    assert refused.value.strerror == "too large (got 5 bytes; allowed: 4)"


def test_a_small_table_of_very_many_rows_is_refused_before_it_is_read(tmp_path, monkeypatch):
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"a": np.zeros(200_000), "b": pa.array(["x"] * 200_000).dictionary_encode()}), path)
    assert path.stat().st_size < 10_000
    monkeypatch.setattr(tables, "MAX_TABLE_BYTES", 3_300_000)
    assert open_table(path).metadata.num_rows == 200_000
    monkeypatch.setattr(tables, "MAX_TABLE_BYTES", 3_000_000)
    with pytest.raises(TableSizeError, match=r"got 200,000 rows, 0\.0 GB in memory"):
        open_table(path)


def test_arrays_that_unpack_to_more_than_there_is_room_for_are_damaged(tmp_path, monkeypatch):
    path = tmp_path / "x.npz"
    write_checksummed_arrays(path, {"a": np.zeros(1_000)})
    arrays = read_checksummed_arrays(path)
    assert arrays is not None
    assert arrays["a"].shape == (1_000,)
    monkeypatch.setattr(atomic, "MAX_CHECKSUMMED_BYTES", path.stat().st_size - 600)
    assert read_checksummed_arrays(path) is None
