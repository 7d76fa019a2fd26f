"""Signals end a run as Ctrl-C does, closed streams are no traceback, a scheduler that dies leaves what is done."""

import copy
import ctypes
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.interruptions import (
    AT_CALL,
    BARE,
    SMALL,
    Jobs,
    digest,
    only_folder,
    started,
)

import sim
from sim.interruption import (
    ENDING_SIGNALS,
    REPEAT_AFTER,
    EndedBySignal,
    check_signals,
    find_received_signal,
    handle_signals,
)
from sim.runs.backends import BackendError, WorkerPool, dask
from sim.runs.parallel import restore_order

PACKAGE = str(Path(sim.__file__).parent)
SIGNALS = {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 129}
SWALLOWED = """
import os, signal
from sim.battle.simulation import Simulation
from sim.runs import replicate
former = replicate.run_batch
def run_batch(*given):
    try:  # as a callback within the compiler does
        os.kill(os.getpid(), signal.{how})
    except KeyboardInterrupt:
        pass
    return former(*given)
replicate.run_batch = run_batch
"""
FAILING = """
from sim.runs import replicate
former, calls = replicate.run_batch, []
def run_batch(*given):
    calls.append(0)
    if len(calls) > {after}:
        raise {error}
    return former(*given)
replicate.run_batch = run_batch
"""


@pytest.fixture(scope="module")
def jobs(tmp_path_factory, nursery) -> Jobs:
    return Jobs(nursery, tmp_path_factory.mktemp("jobs"))


def assert_goes_on(jobs: Jobs, outputs: Path, ended, code: int) -> None:
    """A run ended by a signal said how to go on, and goes on to the same bits."""
    assert ended.code == code, (ended.code, ended.err)
    folder = only_folder(outputs)
    (line,) = ended.complaints
    reason = "interrupted" if code == 130 else f"ended by {signal.Signals(code - 128).name}"
    assert line == f"sim: {reason}; what is finished is kept, and goes on with: sim resume {folder}"
    again = jobs.call("resume", str(folder), first=SMALL + BARE)
    assert again.code == 0, again.err
    assert digest(folder) == jobs.digest("run")


@pytest.mark.slow
@pytest.mark.parametrize("how", ["SIGTERM", "SIGHUP"])
def test_a_signal_ends_a_run_as_ctrl_c_does(how, jobs, tmp_path):
    first = SMALL + BARE + AT_CALL.format(package=PACKAGE, function="run_sequential", number=3, how=how)
    ended = jobs.call(*jobs.words("run", tmp_path), first=first)
    assert_goes_on(jobs, tmp_path, ended, SIGNALS[how])


@pytest.mark.parametrize("how", SIGNALS)
def test_a_signal_that_is_swallowed_ends_a_run_between_two_batches(how, jobs, tmp_path):
    ended = jobs.call(*jobs.words("run", tmp_path), first=SMALL + BARE + SWALLOWED.format(how=how))
    assert_goes_on(jobs, tmp_path, ended, SIGNALS[how])


@pytest.mark.parametrize("how", SIGNALS)
def test_a_signal_before_a_run_has_begun_is_said_in_a_line(how, jobs, tmp_path):
    first = AT_CALL.format(package=PACKAGE, function="compose_config", number=0, how=how)
    ended = jobs.call(*jobs.words("run", tmp_path), first=first)
    assert ended.code == SIGNALS[how], ended.err
    assert ended.err == ("sim: interrupted\n" if how == "SIGINT" else f"sim: ended by {how}\n")


@pytest.mark.slow
def test_what_is_ignored_stays_ignored(jobs, tmp_path):
    first = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)" + SMALL + BARE
    first += AT_CALL.format(package=PACKAGE, function="run_sequential", number=3, how="SIGHUP")
    ended = jobs.call(*jobs.words("run", tmp_path), first=first)
    assert ended.code == 0, ended.err
    assert digest(only_folder(tmp_path)) == jobs.digest("run")


@pytest.mark.parametrize("name", SIGNALS)
def test_a_second_signal_is_handled_like_the_first_and_handlers_are_put_back(name):
    number = getattr(signal, name)
    before = signal.getsignal(number)
    with handle_signals():
        assert find_received_signal() is None
        check_signals()
        for _ in range(2):
            with pytest.raises(EndedBySignal) as caught:
                os.kill(os.getpid(), number)
            assert caught.value.signal_number == number
        assert find_received_signal() == number
        with pytest.raises(EndedBySignal):
            list(restore_order(iter([(0, "a")]), [0]))
        others = []
        thread = threading.Thread(target=lambda: others.append(list(restore_order(iter([(0, "a")]), [0]))))
        thread.start()
        thread.join()
        assert others == [["a"]]
    assert signal.getsignal(number) is before
    assert find_received_signal() is None


def close_generator(end) -> None:
    """End within a generator that is thrown away half read."""

    def generate():
        try:
            yield
        finally:
            end()

    next(iterator := generate())
    del iterator


def delete(end) -> None:
    """End within a `__del__`."""
    type("Thing", (), {"__del__": lambda thing: end()})()


def call_back(end) -> None:
    """End within a callback from C, as the compiler has them."""
    ctypes.CFUNCTYPE(None)(end)()


@pytest.mark.parametrize("swallow", [close_generator, delete, call_back])
@settings(max_examples=5, deadline=None)
@given(name=st.sampled_from(sorted(SIGNALS)), times=st.integers(1, 3))
def test_a_signal_whose_exception_is_swallowed_comes_again(swallow, name, times):
    number = getattr(signal, name)

    def be_busy() -> None:
        for _ in range(times):
            swallow(lambda: os.kill(os.getpid(), number))
        time.sleep(300)

    with redirect_stderr(StringIO()) as err, handle_signals(), pytest.raises(EndedBySignal) as caught:
        be_busy()
    assert (caught.value.signal_number, err.getvalue()) == (number, "")
    before = signal.getsignal(number)
    time.sleep(2 * REPEAT_AFTER)  # nothing comes of it any more
    assert signal.getsignal(number) is before


def test_other_exceptions_that_are_swallowed_are_reported_as_ever():
    heard = []
    before, sys.unraisablehook = sys.unraisablehook, heard.append
    try:
        with handle_signals():
            delete(lambda: 1 / 0)
        assert sys.unraisablehook == heard.append
    finally:
        sys.unraisablehook = before
    (report,) = heard
    assert report.exc_type is ZeroDivisionError


@given(number=st.sampled_from(ENDING_SIGNALS))
def test_the_exception_of_a_signal_can_be_made_anew_from_its_arguments(number):
    """SimPy does so with what a process of its raises, and pickle with what comes from another process."""
    error = EndedBySignal(number)
    for again in (type(error)(*error.args), pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert (again.signal_number, str(again)) == (number, signal.Signals(number).name)


# --- streams

COMMANDS = ("list laws", "diary scenario=teaching", "check teaching", "nosuch", "run runs=0")


def call_in_shell(line: str) -> subprocess.CompletedProcess[str]:
    """A line of a shell in which $SIM is the program."""
    env = os.environ | {"SIM": f"{sys.executable} -m sim"}
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"], capture_output=True, text=True, timeout=300, env=env, check=False
    )


@pytest.mark.slow
@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_closed_is_no_traceback(words, closed):
    if closed != ">&-" and words not in COMMANDS[1::2]:
        pytest.skip("the same as the others")
    usual = call_in_shell(f"$SIM {words} > /dev/null 2>&1")
    ended = call_in_shell(f"$SIM {words} {closed}")
    assert ended.returncode == usual.returncode
    assert "Traceback" not in ended.stderr
    assert "Error" not in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("reader", ["| true", "2>&1 | true"])
def test_a_run_whose_output_nobody_reads_goes_on_to_its_end(reader, tmp_path):
    words = f"run preset=teaching runs=3 workers=1 engine=simpy outputs={tmp_path}"
    ended = call_in_shell(f"$SIM {words} {reader}")
    assert (ended.returncode, ended.stderr) == (0, "")
    folder = only_folder(tmp_path)
    assert folder is not None
    assert (folder / "run.json").exists()
    assert (folder / "report.html").exists()
    assert not (folder / "job.json").exists()


@pytest.mark.slow
@pytest.mark.parametrize("words", ["schema", "diary scenario=dec2014", "list", "check dec2014", "--help", "nosuch"])
def test_a_long_text_that_nobody_reads_ends_quietly(words):
    usual = call_in_shell(f"$SIM {words} > /dev/null 2>&1")
    ended = call_in_shell(f"(sleep 0.2; $SIM {words}) | true")  # the reader is gone before the first letter
    assert ended.returncode == usual.returncode
    assert "Traceback" not in ended.stderr
    assert "Broken" not in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("error", ["RuntimeError('of a library')", "MemoryError()", "OSError(5, 'of a disk')"])
def test_a_run_that_failed_and_whose_resume_failed_too_goes_on(error, jobs, tmp_path):
    jobs.call(*jobs.words("run", tmp_path), first=SMALL + BARE + FAILING.format(error=error, after=2))
    folder = only_folder(tmp_path)
    assert folder is not None
    for after in (1, 0):  # what the first attempts finished is kept
        assert jobs.call("resume", str(folder), first=SMALL + BARE + FAILING.format(error=error, after=after)).code != 0
    again = jobs.call("resume", str(folder), first=SMALL + BARE)
    assert again.code == 0, again.err
    assert digest(folder) == jobs.digest("run")


# --- a cluster


@pytest.mark.slow
def test_a_scheduler_that_dies_leaves_what_is_finished(tmp_path):
    told = tmp_path / "scheduler.json"
    from distributed import Client

    common = ["--scheduler-file", str(told), "--no-dashboard"]
    scheduler = started("scheduler", *common, "--host", "127.0.0.1", "--port", "0")
    worker = started("worker", *common, "--host", "127.0.0.1", "--no-nanny", "--nthreads", "1",
                     "--local-directory", str(tmp_path))  # fmt: skip
    try:
        with Client(scheduler_file=str(told), set_as_default=False, timeout=60) as client:
            client.wait_for_workers(1, timeout=120)
            address = client.scheduler.address
        results = dask.map_chunks(abs, range(1000), WorkerPool(address=address))
        assert sorted(next(results) for _ in range(3)) == [(0, 0), (1, 1), (2, 2)]
        scheduler.kill()
        scheduler.wait()
        with pytest.raises(BackendError, match=f"the dask scheduler at {address} is gone"):
            list(results)
    finally:
        for process in (worker, scheduler):
            process.kill()
            process.wait()
