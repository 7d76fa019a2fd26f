"""Machine code in the cache: sealed, made anew where it is damaged, and never in the way. The kernels are tiny."""

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numba
import numpy as np
import pytest
from numba.core.caching import IndexDataCacheFile

from sim import paths
from sim.battle import code_cache, jit

COMPILING = "Compiling the rules: once, a minute or two.\n"


def triple(number):
    """A rule."""
    return 3 * number


def halve(number):
    """Another."""
    return 0.5 * number


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    """A folder of machine code of its own, and nothing said yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    code_cache.report_once.cache_clear()
    code_cache.find_obstacle.cache_clear()
    opened = code_cache.open_cache_folder()
    assert opened is not None
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(opened))
    return opened


def call(rule: Callable[..., float], folder: Path | None, capfd) -> str:
    """Compile or load a rule as a new process does, call it, and return what is said."""
    code_cache.report_once.cache_clear()
    assert jit.make_kernel(rule, folder)(7) == rule(7)
    return capfd.readouterr().err


def list_code(folder: Path) -> list[Path]:
    """The files of machine code, index and data."""
    return sorted(path for path in folder.rglob("*.nb?"))


def test_the_sentence_appears_when_something_is_compiled_and_never_else(folder, capfd):
    assert call(triple, folder, capfd) == COMPILING
    assert call(triple, folder, capfd) == ""
    assert call(halve, folder, capfd) == COMPILING
    assert call(triple, folder, capfd) == call(halve, folder, capfd) == ""


def test_it_appears_once_in_a_process(folder, capfd):
    for rule in (triple, halve):
        assert jit.make_kernel(rule, folder)(7) == rule(7)
    assert jit.make_kernel(triple, folder)(7.5) == 22.5
    assert capfd.readouterr().err == COMPILING


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def replace_by_pickle(path: Path) -> None:
    path.write_bytes(b"cos\nsystem\n(S'touch unpickled'\ntR.")


def replace_by_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def replace_by_link(path: Path) -> None:
    elsewhere = path.with_name("elsewhere")
    shutil.move(path, elsewhere)
    path.symlink_to(elsewhere)


def flip(share: float) -> Callable[[Path], None]:
    """One bit at a share of the length."""

    def change(path: Path) -> None:
        raw = bytearray(path.read_bytes())
        raw[int(share * (len(raw) - 1))] ^= 1
        path.write_bytes(raw)

    return change


DAMAGES = (cut_short, empty, replace_by_pickle, replace_by_pipe, replace_by_link, Path.unlink,
           *(flip(share) for share in (0, 0.1, 0.5, 0.9, 1)))  # fmt: skip


@pytest.mark.parametrize("number", [0, 1])  # data and index
@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_machine_code_is_made_anew_and_that_is_said(damage, number, folder, capfd):
    call(triple, folder, capfd)
    damage(list_code(folder)[number])
    said = call(triple, folder, capfd)
    assert said == f"The machine code in {folder} was damaged, and is compiled again.\n{COMPILING}"
    assert call(triple, folder, capfd) == ""
    assert not Path("unpickled").exists()


def test_code_of_another_rule_under_this_name_is_not_run(folder, capfd):
    call(triple, folder, capfd)
    call(halve, folder, capfd)
    for suffix in ("nbc", "nbi"):
        halves, triples = sorted(folder.rglob(f"*.{suffix}"))
        shutil.copy(halves, triples)
    assert "damaged" in call(triple, folder, capfd)


@pytest.mark.parametrize("content", [None, "", "[]", "{", '{"a": 5}', "[" * 10_000])
def test_code_without_a_sound_seal_is_made_anew(content, folder, capfd):
    call(triple, folder, capfd)
    (folder / code_cache.SEAL).unlink()
    if content is not None:
        (folder / code_cache.SEAL).write_text(content)
    assert call(triple, folder, capfd) == COMPILING
    assert call(triple, folder, capfd) == ""


def test_sealed_code_that_numba_cannot_load_is_made_anew(folder, capfd):
    call(triple, folder, capfd)
    for path in list_code(folder):
        path.write_bytes(path.read_bytes()[:-7])
    code_cache.seal_code(folder)
    assert call(triple, folder, capfd) == COMPILING


CHILD = """
import sys
sys.path[:0] = {path!r}
import numba
from sim.battle import code_cache, jit
from test_code_cache import triple
folder = code_cache.open_cache_folder()
numba.config.CACHE_DIR = str(folder)
{first}
assert jit.make_kernel(triple, folder)(7) == 21
"""


def start(first: str = "") -> "subprocess.Popen[str]":
    """A process that compiles a rule."""
    path = [str(Path(__file__).parent), *sys.path]
    return subprocess.Popen(
        [sys.executable, "-c", CHILD.format(path=path, first=first)], stderr=subprocess.PIPE, text=True
    )


@pytest.mark.slow
def test_of_two_processes_one_compiles_and_the_other_waits(folder, capfd):
    slow = "before = code_cache.seal_code; code_cache.seal_code = lambda f: (__import__('time').sleep(3), before(f))"
    ended = [process.communicate()[1] for process in [start(slow), start(slow)]]
    assert sorted(said.replace("Waiting for another process, which compiles the rules.\n", "") for said in ended) == [
        "",
        COMPILING,
    ]
    assert call(triple, folder, capfd) == ""


def test_what_a_killed_process_left_is_not_trusted(folder, capfd):
    process = start("import os; code_cache.seal_code = lambda folder: os.kill(os.getpid(), 9)")
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert list_code(folder)
    assert call(triple, folder, capfd) == COMPILING
    assert call(triple, folder, capfd) == ""


def test_on_a_full_disk_code_is_used_and_not_kept(folder, capfd, monkeypatch):
    def fail(*given: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(IndexDataCacheFile, "save", fail)
    said = call(triple, folder, capfd)
    assert said == COMPILING + (
        "The machine code can't be kept (No space left on device): XDG_CACHE_HOME may name another folder for it.\n"
    )


def refuse(*given: object, **more: object) -> None:
    raise PermissionError(errno.EROFS, os.strerror(errno.EROFS))


def have_no_home() -> Path:
    raise RuntimeError("Could not determine home directory.")


def test_without_a_home_code_is_used_and_not_kept(capfd, monkeypatch):
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", have_no_home)
    assert code_cache.open_cache_folder() is None
    assert "can't be kept (Could not determine home directory.)" in capfd.readouterr().err
    assert not code_cache.is_compiled()
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    assert call(triple, None, capfd) == COMPILING


def test_in_a_folder_that_cannot_be_written_code_is_not_kept(capfd, monkeypatch):
    monkeypatch.setattr(paths, "ensure_private_folder", refuse)
    assert code_cache.open_cache_folder() is None
    assert "can't be kept (Read-only file system)" in capfd.readouterr().err


def test_code_is_there_once_it_is_whole(folder):
    assert not code_cache.is_compiled()
    name = folder / "kernels" / f"replications.{code_cache.BATCH_KERNEL}-1.py311.1.nbc"
    name.parent.mkdir()
    name.write_bytes(np.arange(9).tobytes())
    assert not code_cache.is_compiled(), "not sealed"
    code_cache.seal_code(folder)
    assert code_cache.is_compiled()
    name.write_bytes(b"x")
    assert not code_cache.is_compiled()


@pytest.mark.slow
def test_after_a_calibration_battles_are_fought_by_the_code_that_it_compiled(tmp_path):
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path)}
    program = """
import numpy as np

from sim.battle import code_cache
from sim.battle.simulation import Simulation
from sim.inference.battle_target import make_battle_target
from sim.inference.particles import sample_prior
from sim.likelihood.observation_model import build_observation_model
from sim.scenario import load

battle = Simulation(load("teaching"), execution_mode="compiled", scheduler="compiled")
target = make_battle_target(battle, build_observation_model(battle.scenario, battle.end_hours))
target.simulate_outcomes(sample_prior(target.space, 1, np.arange(3, dtype=np.uint64)))
print(code_cache.is_compiled())
"""
    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert run.stdout == "True\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variable", "file", "reason"),
    [
        ({"NUMBA_DISABLE_JIT": "1"}, None, "NUMBA_DISABLE_JIT switches machine code off"),
        ({}, "disable_jit: 1", "NUMBA_DISABLE_JIT switches machine code off"),
        ({"NUMBA_NUM_THREADS": "0"}, None, "numba can't be loaded: "),
    ],
)
def test_where_numba_is_switched_off_plain_rules_are_used_and_that_is_said(variable, file, reason, tmp_path):
    if file is not None:
        pytest.importorskip("yaml")  # without it numba does not read the file
        (tmp_path / ".numba_config.yaml").write_text(file)
    words = ["run", "scenario=teaching", "runs=3", "engine=compiled", "workers=1", "outputs=out"]
    code = f"import sys; sys.path[:0] = {sys.path!r}; from sim.cli.main import main; main({words!r})"
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | variable, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("Plain rules are used, which are slower: ") == 1
    assert reason in done.stderr
    assert "Compiling" not in done.stderr
