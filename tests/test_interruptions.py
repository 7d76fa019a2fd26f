"""Stopped at any moment, by Ctrl-C, a kill or a full disk: what was finished is kept, half a file is never a whole one.

The quick suite stops a few commands at chosen stages; `make faults` stops every one at very many moments.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from support.corruption import Chooser
from support.interruptions import (
    AT_CALL,
    BARE,
    CLOCK_SET_BACK,
    JOBS,
    NO_ROOM,
    SIGNAL_NAMES,
    SMALL,
    Ended,
    Jobs,
    Nursery,
    count_calls,
    digest,
    only_folder,
)
from support.moments import PACKAGE, make_stops, read_stopped

from sim.storage.reader import open_output

MOMENTS = 100  # at which the long trial stops each job, by each of two signals
# Functions at whose first call a run is stopped: composing, reading, preparing, fighting, writing, drawing, finishing.
STAGES = ("compose_config", "read_document", "compile_scenario", "make_output_folder", "write_job_file", "lock_folder",
          "run_sequential", "write_shard", "RunTableWriter.close", "save_figures", "collect_study_facts",
          "write_manifest", "remove_job_files")  # fmt: skip
BEFORE_IT_BEGAN = STAGES[:6]
QUICK = ("compose_config", "run_sequential", "collect_study_facts", "remove_job_files")
FINISHED, GOES_ON, NOT_BEGUN = "finished", "goes on", "not begun"


@pytest.fixture(scope="module")
def jobs(tmp_path_factory, nursery) -> Jobs:
    return Jobs(nursery, tmp_path_factory.mktemp("jobs"))


def check_aftermath(jobs: Jobs, outputs: Path, err: str, wanted: str) -> str:
    """What a stopped job left: complete results, or what `sim resume` completes, or nothing; never a traceback."""
    assert "Traceback" not in err, err
    folder = only_folder(outputs)
    if folder is not None and (folder / "run.json").exists() and not (folder / "job.json").exists():
        assert digest(folder) == wanted
        assert not list(folder.rglob("*.partial"))
        assert jobs.call("resume", str(folder)).code == 0
        left = {path.name for path in folder.iterdir()} - {"figures", "report.html"}
        assert left - list_sealed_forecasts(folder) == {*open_output(folder).files, "run.json"}
        return FINISHED
    if folder is None or not (folder / "job.json").exists():
        if folder is not None:
            assert jobs.call("resume", str(folder)).was_refused
        return NOT_BEGUN
    if (folder / "run.json").exists():  # the results are complete, and figures or page were being made
        assert digest(folder) == wanted
    again = jobs.call("resume", str(folder), first=SMALL + BARE)
    assert again.code == 0, again.err
    assert digest(folder) == wanted
    assert not list(folder.rglob("*.partial"))
    return GOES_ON


def list_sealed_forecasts(folder: Path) -> set[str]:
    """The frozen forecasts, which `sim forecast` writes before it reads later claims; the manifest holds them too."""
    return {path.name for path in folder.glob("sealed-*.json")}


def stop_job(jobs: Jobs, job: str, outputs: Path, function: str, number: int, how: str, figures: str) -> Ended:
    """A job that is stopped at one moment."""
    first = SMALL + figures + AT_CALL.format(package=PACKAGE, function=function, number=number, how=how)
    return jobs.call(*jobs.words(job, outputs), first=first)


@pytest.mark.slow
@pytest.mark.parametrize("stage", QUICK)
def test_a_run_interrupted_at_any_stage_keeps_what_is_finished(stage, jobs, tmp_path):
    interrupt_run(stage, jobs, tmp_path)


@pytest.mark.hard
@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage not in QUICK])
def test_a_run_interrupted_at_every_other_stage_keeps_what_is_finished(stage, jobs, tmp_path):
    interrupt_run(stage, jobs, tmp_path)


def interrupt_run(stage: str, jobs: Jobs, outputs: Path) -> None:
    """Stop a run where a stage begins; what was finished by then is kept."""
    number = 3 if stage == "run_sequential" else 0  # the first ones are timed
    ended = stop_job(jobs, "run", outputs, stage, number, "SIGINT", "" if stage == "save_figures" else BARE)
    assert ended.code == 130, (ended.code, ended.err)
    (line,) = ended.err.splitlines()
    assert line.startswith("sim: interrupted")
    outcome = check_aftermath(jobs, outputs, ended.err, jobs.digest("run"))
    assert outcome == (NOT_BEGUN if stage in BEFORE_IT_BEGAN else GOES_ON)


@pytest.mark.slow
@pytest.mark.parametrize("job", ["sweep", pytest.param("analyse", marks=pytest.mark.hard)])
def test_a_job_that_is_interrupted_goes_on(job, jobs, tmp_path):
    assert_resumed(job, jobs, tmp_path)


@pytest.mark.hard
@pytest.mark.parametrize("job", JOBS)
def test_every_job_that_is_interrupted_goes_on(job, jobs, tmp_path):
    assert_resumed(job, jobs, tmp_path)


def assert_resumed(job: str, jobs: Jobs, outputs: Path) -> None:
    """Stop a job when its job file and one piece of it are written."""
    ended = stop_job(jobs, job, outputs, "atomic.write_atomic", 2, "SIGINT", BARE)
    assert ended.code == 130, ended.err
    assert check_aftermath(jobs, outputs, ended.err, jobs.digest(job)) == GOES_ON


@pytest.fixture(scope="module")
def totals(jobs, tmp_path_factory) -> Callable[[str], int]:
    """How many calls of our functions a whole job makes, counted once."""
    return cache(lambda job: count_calls(jobs.nursery, jobs.words(job, tmp_path_factory.mktemp("counted")), SMALL))


@pytest.mark.hard
@pytest.mark.parametrize("how", ["SIGINT", "SIGKILL"])
@pytest.mark.parametrize("job", JOBS)
def test_a_job_stopped_at_very_many_moments(job, how, jobs, totals, tmp_path, tried, share):
    """At calls drawn evenly from all that a job makes, of whatever function of ours."""
    total = totals(job)
    chooser = Chooser(f"moments of {job} by {how}", 1)
    moments = {chooser.below(total) for _ in range(share(MOMENTS))}
    outputs, place = tmp_path / "outputs", tmp_path / "stopped"
    whole = jobs.call(*jobs.words(job, outputs), first=SMALL + make_stops(sorted(moments), how, outputs, place))
    assert whole.code == 0, whole.err
    assert digest(only_folder(outputs)) == jobs.digest(job)  # the job itself noticed nothing of it
    found = dict.fromkeys((GOES_ON, FINISHED, NOT_BEGUN), 0)
    stopped = read_stopped(place)
    assert len(stopped) >= 0.98 * len(moments)  # one run has some calls more than another, and a moment may lie there
    for each in stopped:
        aftermath = check_aftermath(jobs, each.outputs, each.err, jobs.digest(job))
        is_late = aftermath == FINISHED and (each.code, each.err) == (0, "")  # the signal came as the last thing ended
        assert is_late or each.code == (130 if how == "SIGINT" else -9), (each.moment, each.code, each.err)
        found[aftermath] += 1
        shutil.rmtree(each.outputs, ignore_errors=True)
    tried.note("interrupted runs", f"`sim {job}`", SIGNAL_NAMES[how], len(stopped), *found.values())


@pytest.mark.parametrize("number", [4, 5, 6, 12])  # modules of ours; the first three hold the entry point
def test_ctrl_c_while_the_program_is_still_being_loaded_is_no_traceback(number, tmp_path):
    """Python loads a second's worth of libraries before a command can do anything."""
    code = AT_CALL.format(package=PACKAGE, function="<module>", number=number, how="SIGINT")
    code += "from sim.cli.main import main; main(['run', 'preset=teaching'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert (done.returncode, done.stderr) == (130, "sim: interrupted\n")


# A full disk


@pytest.mark.parametrize("size", [600, 10_000])
def test_a_run_without_room_says_so_and_goes_on_when_there_is(size, jobs, tmp_path):
    ended = jobs.call(*jobs.words("run", tmp_path), first=SMALL + BARE + NO_ROOM.format(size=size))
    assert ended.was_refused, (ended.code, ended.err)
    assert "File too large" in ended.err
    folder = only_folder(tmp_path)
    assert folder is not None
    assert not (folder / "run.json").exists()
    check_aftermath(jobs, tmp_path, ended.err, jobs.digest("run"))


SIZES = (600, 2_000, 5_000, 10_000, 20_000, 40_000, 90_000, 150_000)  # bytes that a file may have


@pytest.mark.hard
@pytest.mark.parametrize("job", JOBS)
def test_jobs_without_room(job, jobs, tmp_path, tried, some):
    found = dict.fromkeys((GOES_ON, FINISHED, NOT_BEGUN), 0)
    sizes = some(SIZES)
    for size in sizes:
        outputs = tmp_path / str(size)
        ended = jobs.call(*jobs.words(job, outputs), first=SMALL + NO_ROOM.format(size=size))
        assert ended.code == 0 or ended.gave_up, (size, ended.code, ended.err)
        found[check_aftermath(jobs, outputs, ended.err, jobs.digest(job))] += 1
    tried.note("interrupted runs", f"`sim {job}`", "no room for a file", len(sizes), *found.values())


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 200 KB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    made = mount and subprocess.run([mount, "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(place)], capture_output=True)
    if not made or made.returncode != 0:
        pytest.skip("only root can make a small disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.hard
def test_a_run_on_a_full_disk_says_so_and_goes_on_when_there_is_room(small_disk, jobs):
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(150_000))
    ended = jobs.call(*jobs.words("run", small_disk), first=SMALL + BARE)
    assert ended.was_refused, (ended.code, ended.err)
    assert "No space left on device" in ended.err
    ballast.unlink()
    check_aftermath(jobs, small_disk, ended.err, jobs.digest("run"))


@pytest.mark.parametrize("words", ["--help", "check teaching"])
def test_what_can_not_be_printed_is_reported(words):
    assert_not_printed(words)


@pytest.mark.hard
@pytest.mark.parametrize("words", ["run --help", "schema", "diary scenario=teaching", "coverage dec2014"])
def test_whatever_can_not_be_printed_is_reported(words):
    assert_not_printed(words)


def assert_not_printed(words: str) -> None:
    """A call whose output has no room."""
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [Path(sys.executable).with_name("sim"), *words.split()], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert (done.returncode, done.stderr) == (2, "sim: can't write what was asked for: No space left on device\n")


def test_a_complaint_that_can_not_be_printed_changes_no_exit_code():
    with open("/dev/full", "w") as full:
        done = subprocess.run([Path(sys.executable).with_name("sim"), "check", "nothing"], stderr=full)
    assert done.returncode == 2


# Where nothing may be written


def test_a_folder_that_can_not_be_made_is_reported_before_any_work(jobs, tmp_path):
    assert_no_folder("run", jobs, tmp_path)


@pytest.mark.hard
@pytest.mark.parametrize("job", JOBS)
def test_every_job_reports_that_its_folder_can_not_be_made(job, jobs, tmp_path):
    assert_no_folder(job, jobs, tmp_path)


def assert_no_folder(job: str, jobs: Jobs, folder: Path) -> None:
    """A job whose outputs are to lie in a file, or below one."""
    file = folder / "file"
    file.touch()
    for outputs in (file, file / "below"):
        ended = jobs.call(*jobs.words(job, outputs))
        assert ended.was_refused
        assert "is a file" in ended.err
    assert file.read_bytes() == b""


def test_a_folder_that_can_not_be_written_is_reported(jobs):
    """Root may write where others may not, but nobody makes a folder in /proc."""
    ended = jobs.call(*jobs.words("run", Path("/proc/nothing")))
    assert ended.was_refused
    assert "can't make a folder in /proc/nothing" in ended.err


# Two at once, and clocks that are wrong


@pytest.mark.hard
def test_two_runs_at_once_never_share_a_folder(jobs, tmp_path):
    both = [Nursery(), Nursery()]
    ended: list[Ended] = []
    words = jobs.words("run", tmp_path)
    calls = [threading.Thread(target=lambda each=each: ended.append(each.call(*words, first=SMALL))) for each in both]
    for call in calls:
        call.start()
    for call in calls:
        call.join()
    for each in both:
        each.close()
    assert [each.code for each in ended] == [0, 0], ended
    folders = sorted((tmp_path / "teaching").iterdir())
    assert len(folders) == 2
    assert digest(folders[0]) == digest(folders[1])


@pytest.mark.hard
def test_of_two_that_are_resumed_at_once_one_is_refused(jobs, tmp_path):
    stop_job(jobs, "run", tmp_path, "write_shard", 1, "SIGKILL", figures=BARE)
    folder = only_folder(tmp_path)
    assert folder is not None
    both = [Nursery(), Nursery()]
    ended: list[Ended] = []
    slowly = SMALL + BARE + "import time; from sim.cli import run; before = run.execute\n"
    slowly += "def execute(*given):\n    time.sleep(2)\n    before(*given)\nrun.execute = execute\n"
    calls = [threading.Thread(target=lambda each=each: ended.append(each.call("resume", str(folder), first=slowly)))
             for each in both]  # fmt: skip
    for call in calls:
        call.start()
    for call in calls:
        call.join()
    for each in both:
        each.close()
    assert sorted(each.code for each in ended) == [0, 2], ended
    assert sum("is in use by another run" in each.err for each in ended) == 1
    assert digest(folder) == jobs.digest("run")


@pytest.mark.hard
@pytest.mark.parametrize("hours", [1, 24 * 400])
def test_a_clock_that_is_set_back_changes_nothing_but_names(hours, jobs, tmp_path):
    first = SMALL + BARE + CLOCK_SET_BACK.format(hours=hours)
    for _ in range(2):
        ended = jobs.call(*jobs.words("run", tmp_path), first=first)
        assert (ended.code, ended.err) == (0, "")
        assert not re.search(r"-\d+(\.\d+)? s\b|in -", ended.out)
    folders = list((tmp_path / "teaching").iterdir())
    assert len(folders) == 2
    assert {digest(folder) for folder in folders} == {jobs.digest("run")}


@pytest.mark.hard
def test_a_name_that_is_taken_is_not_taken_again(jobs, tmp_path):
    """Two runs of one second: the clock stands still."""
    still = SMALL + BARE + (
        "import datetime\nfrom sim.cli import job\n"
        "class Still(datetime.datetime):\n"
        "    @classmethod\n"
        "    def now(cls, tz=None):\n"
        "        return datetime.datetime(2026, 1, 1)\n"
        "job.datetime = Still\n"
    )  # fmt: skip
    for _ in range(3):
        assert jobs.call(*jobs.words("run", tmp_path), first=still).code == 0
    names = sorted(path.name for path in (tmp_path / "teaching").iterdir())
    assert [re.sub(r"[0-9a-f]{8}", "X", name, count=0).replace("2026-01-01_00-00-00-X", "") for name in names] == [
        "",
        "-2",
        "-3",
    ]


@pytest.mark.hard
def test_signals_reach_a_run_that_draws_figures(jobs, tmp_path):
    """Libraries of figures have handlers of their own; the first Ctrl-C must do."""
    ended = stop_job(jobs, "run", tmp_path, "draw", 1, "SIGINT", figures="")
    assert ended.code == 130
    assert check_aftermath(jobs, tmp_path, ended.err, jobs.digest("run")) == GOES_ON


@pytest.mark.hard
def test_what_was_made_before_a_kill_is_on_the_disk_in_whole(jobs, tmp_path):
    """Each shard that has its name can be read, whenever the kill came."""
    import pyarrow.parquet as pq

    ended = stop_job(jobs, "run", tmp_path, "write_shard", 2, "SIGKILL", figures=BARE)
    assert ended.code == -signal.SIGKILL
    folder = only_folder(tmp_path)
    assert folder is not None
    found = sorted((folder / "shards").rglob("*.parquet"))
    assert len(found) == 2
    assert [pq.read_table(path).num_rows for path in found] == [5, 5]
    assert json.loads((folder / "job.json").read_text())["command"] == "run"
    assert os.path.exists(folder / ".lock")
