"""Figures drawn beside the command: the same bytes, or none and no word, so that the command draws them itself."""

import os
import signal
import sys
import time
import warnings
from contextlib import closing
from pathlib import Path

import pytest

from sim.cli.main import run_safely
from sim.plots import figure_process
from sim.plots.figure_process import FigureProcess, can_draw_beside
from sim.plots.run import losses

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are divided off on Linux only")
FILES = ["control.svg", "losses.svg", "outcomes.svg"]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A run whose figures were drawn by the command itself, and these figures."""
    outputs = tmp_path_factory.mktemp("outputs")
    assert run_safely(["run", "scenario=teaching", "runs=20", "workers=1", "engine=simpy", f"outputs={outputs}"]) == 0
    (folder,) = (outputs / "base").iterdir()
    figures = {path.name: path.read_bytes() for path in sorted((folder / "figures").iterdir())}
    assert list(figures) == FILES
    return folder, figures


@pytest.fixture
def output(drawn):
    """The same run, its figures not drawn yet."""
    folder, _ = drawn
    for path in (folder / "figures").iterdir():
        path.unlink()
    return folder


def list_drawn(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "figures").iterdir())


@pytest.mark.slow
def test_figures_have_the_same_bytes(drawn, output, capfd):
    with closing(FigureProcess("run", "outcomes")) as process:
        process.begin(output)
        assert process.wait_for("outcomes")
        assert process.wait_for_all()
        assert process.drawn == {"control", "losses", "outcomes", figure_process.ALL_DRAWN}
    assert {name: (output / "figures" / name).read_bytes() for name in FILES} == drawn[1]
    assert capfd.readouterr() == ("", "")


def fail(data):
    raise ValueError("can't be drawn")


def warn(data):
    warnings.warn("a character is missing", UserWarning, stacklevel=1)


@pytest.mark.parametrize("draw", [fail, warn])
def test_what_is_unusual_is_left_to_the_command(draw, output, monkeypatch, capfd):
    monkeypatch.setattr(losses, "draw", draw)
    with closing(FigureProcess("run", "losses")) as process:
        process.begin(output)
        assert not process.wait_for("losses")
        assert not process.wait_for_all()
    assert "losses.svg" not in list_drawn(output)
    assert capfd.readouterr() == ("", "")


def test_an_output_that_can_t_be_read_has_no_figures(tmp_path, capfd):
    with closing(FigureProcess("run", "losses")) as process:
        process.begin(tmp_path)
        assert not process.wait_for_all()
    assert capfd.readouterr() == ("", "")


def test_a_process_that_is_killed_draws_nothing(output):
    with closing(FigureProcess("run", "losses")) as process:
        os.kill(process.process, signal.SIGKILL)
        process.begin(output)
        assert not process.wait_for("losses")


def test_a_process_that_does_not_answer_is_not_waited_for(output, monkeypatch):
    monkeypatch.setattr(figure_process, "draw_one", lambda *given: time.sleep(100))
    monkeypatch.setattr(figure_process, "PATIENCE", 0.0)
    with closing(FigureProcess("run", "losses")) as process:
        process.begin(output)
        assert not process.wait_for("losses")


def test_no_process_is_left_when_figures_are_not_wanted_any_more():
    with closing(FigureProcess("run", "losses")) as process:
        pass
    with pytest.raises(ProcessLookupError):
        os.kill(process.process, 0)


def test_a_process_holds_no_lock_of_its_parent(tmp_path):
    with open(tmp_path / "lock", "w") as lock, closing(FigureProcess("run", "losses")) as process:
        until = time.monotonic() + 30
        while lock.name in (opened := list_opened(process.process)) and time.monotonic() < until:
            time.sleep(0.01)
        assert opened
        assert lock.name not in opened


def list_opened(process: int) -> list[str]:
    return [os.readlink(path) for path in Path(f"/proc/{process}/fd").iterdir() if path.is_symlink()]


def test_one_worker_draws_by_itself():
    assert not can_draw_beside(1)
