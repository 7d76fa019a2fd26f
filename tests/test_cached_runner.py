"""Sweeps and sensitivity analyses that are killed, interrupted or damaged are resumed to the same bits."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from sim import paths
from sim.cli.main import main
from sim.plots import registry
from sim.runs.cached_runner import CachedRunner

SWEEP = ["sweep", "scenario=teaching", "factors={killing_rate_teal: [0.2, 0.3, 0.4, 0.5]}", "runs=40", "workers=1"]
SENSITIVITY = [
    "sensitivity",
    "scenario=teaching",
    "priors=[killing_rate_teal]",
    "saltelli_n=32",
    "trajectories=2",
    "workers=1",
]
JOBS = {
    "sweep": (SWEEP, ("points", "outcomes")),
    "sensitivity": (SENSITIVITY, ("sobol_indices", "morris_effects", "sensitivity_runs")),
}
KILLED_AT = """
import os, signal, sys
from sim.plots import registry
registry.save_figures = lambda *given: []
left = {moment}
def replaced(partial, path, replace=os.replace):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    replace(partial, path)
os.replace = replaced
from sim.cli.main import main
main(sys.argv[1:])
"""


@pytest.fixture(autouse=True, scope="module")
def quick():
    """No figures, which are drawn from what is compared here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "save_figures", lambda *given: [])
        yield


@pytest.fixture(scope="module", params=list(JOBS))
def whole(request, tmp_path_factory) -> tuple[str, Path]:
    """A job without an interruption."""
    outputs = tmp_path_factory.mktemp("whole")
    with pytest.raises(SystemExit):
        main([*JOBS[request.param][0], f"outputs={outputs}"])
    return request.param, next((outputs / request.param).iterdir())


def interrupt_at(number: int, monkeypatch) -> None:
    """Ctrl-C when so many pieces are cached."""
    cached = []

    def write_piece(runner, *given, write_piece=CachedRunner.write_piece):
        if len(cached) == number:
            raise KeyboardInterrupt
        cached.append(write_piece(runner, *given))

    monkeypatch.setattr(CachedRunner, "write_piece", write_piece)


def interrupt_job(job: str, outputs: Path, call, monkeypatch) -> Path:
    """The folder of a job that was interrupted when two pieces were cached."""
    interrupt_at(2, monkeypatch)
    code, _, err = call(*JOBS[job][0], f"outputs={outputs}")
    monkeypatch.undo()
    assert code == 130
    folder = next((outputs / job).iterdir())
    assert err.endswith(f"sim resume {folder}\n")
    assert len(list_pieces(folder)) == 2
    return folder


def list_pieces(folder: Path) -> list[Path]:
    """The pieces of a folder."""
    return sorted(folder.glob("shards/*.npy"))


def assert_same(folder: Path, whole: tuple[str, Path]) -> None:
    """Both hold the same bits, and no files of unfinished work."""
    job, other = whole
    for table in JOBS[job][1]:
        assert pq.read_table(folder / f"{table}.parquet").equals(pq.read_table(other / f"{table}.parquet")), table
    digests = [json.loads((each / "run.json").read_text())["results_digest"] for each in (folder, other)]
    assert digests[0] == digests[1]
    assert sorted(path.name for path in folder.rglob("*")) == sorted(path.name for path in other.rglob("*"))


@pytest.mark.slow
def test_an_interrupted_job_goes_on_to_the_same_bits(whole, call, tmp_path, monkeypatch):
    folder = interrupt_job(whole[0], tmp_path, call, monkeypatch)
    code, out, _ = call("resume", str(folder), "workers=2", "backend=threads")
    assert code == 0
    assert " were there." in out
    assert_same(folder, whole)
    assert call("resume", str(folder))[1] == f"{folder} is finished: there is nothing to resume.\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    "damage", [lambda content: content[:100], lambda content: content[:-1] + b"!", lambda content: b""]
)
def test_a_damaged_piece_is_simulated_again(damage, whole, call, tmp_path, monkeypatch):
    folder = interrupt_job(whole[0], tmp_path, call, monkeypatch)
    piece = list_pieces(folder)[0]
    piece.write_bytes(damage(piece.read_bytes()))
    assert call("resume", str(folder))[0] == 0
    assert_same(folder, whole)


@pytest.mark.slow
@pytest.mark.parametrize(("moment", "there"), [(1, 0), (3, 2), (5, 4)])
@pytest.mark.parametrize("whole", ["sweep"], indirect=True)
def test_a_sweep_killed_at_any_write_ends_with_the_same_bits(moment, there, whole, call, tmp_path):
    script = KILLED_AT.format(moment=moment)
    ended = subprocess.run([sys.executable, "-c", script, *SWEEP, f"outputs={tmp_path}"], check=False)
    assert ended.returncode == -signal.SIGKILL
    folder = next((tmp_path / "sweep").iterdir())
    assert len(list_pieces(folder)) == there
    assert call("resume", str(folder))[0] == 0
    assert_same(folder, whole)


@pytest.mark.slow
def test_a_sweep_of_other_levels_is_refused(call, tmp_path, monkeypatch):
    conf = tmp_path / "conf"
    shutil.copytree(paths.conf_folder(), conf)
    ready = conf / "sweep" / "rates.yaml"
    text = "# @package _global_\nscenario: teaching\nfactors: {killing_rate_teal: [0.2, 0.3, 0.4]}\nruns: 40\n"
    ready.write_text(text)
    monkeypatch.setattr(paths, "conf_folder", lambda: conf)
    with monkeypatch.context() as patch:
        interrupt_at(2, patch)
        assert call("sweep", "sweep=rates", "workers=1", f"outputs={tmp_path}/out")[0] == 130
    folder = next((tmp_path / "out" / "sweep").iterdir())
    ready.write_text(text.replace("0.4", "0.5"))
    code, _, err = call("resume", str(folder))
    assert code == 2
    assert "setting factors was" in err
    assert len(list_pieces(folder)) == 2
