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
from support.chooser import Chooser
from support.interruptions import AT_CALL, BARE, CLOCK_SET_BACK, COUNT_CALLS, NO_ROOM, SMALL
from support.nursery import Ended, Nursery

import sim
from sim.experiment.stored import manifest_of

PACKAGE = str(Path(sim.__file__).parent)
COOLED = ("scenario=teaching", "particles=50", "sweeps=1", "last=1")
# Every command that leaves a folder and can be resumed, small: a new one gets a line here. (`sim findings` needs a
# posterior, which takes minutes; what it keeps is what `sim calibrate` keeps.)
JOBS = {
    "run": ("run", "experiment=teaching", "runs=17"),
    "whatif": ("whatif", "scenario=teaching", "perturb=[no_airstrikes]", "runs=12"),
    "sweep": ("sweep", "scenario=teaching", "factors={killing_rate_teal: [0.2, 0.8], law: [square, linear]}", "runs=6"),
    "sensitivity": ("sensitivity", "scenario=teaching", "priors=[teal_garrison,amber_host]", "trajectories=2",
                    "keep=2", "base=16"),
    "calibrate": ("calibrate", *COOLED, "budget=1000", "draws=10", "repeats=2", "weighted=100"),
    "forecast": ("forecast", *COOLED, "budget=1000"),
    "evidence": ("evidence", *COOLED, "budget=1000", "over=[square,linear]"),
    "rehearse": ("rehearse", *COOLED, "battles=20"),
}  # fmt: skip
IN_MACHINE_CODE = ("calibrate", "forecast", "evidence", "rehearse")  # those that fight thousands of battles
MOMENTS = {job: 8 if job in IN_MACHINE_CODE else 30 for job in JOBS}  # at which the long trial stops each
# Functions at whose first call a run is stopped: composing, reading, preparing, fighting, writing, drawing, finishing.
STAGES = ("composed", "recall", "compile_tables", "make_folder", "write_ledger", "locked", "fight_in_turn",
          "write_shard", "Collector.close", "save_all", "describe", "write_manifest", "clear")  # fmt: skip
BEFORE_IT_BEGAN = ("composed", "recall", "compile_tables", "make_folder", "write_ledger", "locked")
QUICK = ("composed", "fight_in_turn", "describe", "clear")
FINISHED, GOES_ON, NOT_BEGUN = "finished", "goes on", "not begun"


def words(job: str, outputs: Path) -> list[str]:
    """A small job."""
    clock = "compiled" if job in IN_MACHINE_CODE else "simpy"
    return [*JOBS[job], f"outputs={outputs}", "workers=1", f"clock={clock}"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory, nursery) -> Callable[[str], str]:
    """The digest of each job if nothing stops it, found out once."""

    @cache
    def found(job: str) -> str:
        outputs = tmp_path_factory.mktemp("whole")
        ended = nursery.call(*words(job, outputs), first=SMALL + BARE)
        assert ended.code == 0, ended.err
        return digest(only_folder(outputs))

    return found


def only_folder(outputs: Path) -> Path | None:
    """The folder of results, if there is one yet."""
    found = [path for path in outputs.glob("*/*") if path.is_dir()]
    assert len(found) < 2
    return found[0] if found else None


def digest(folder: Path | None) -> str:
    """The digest of complete results, whose files are what the manifest says."""
    assert folder is not None
    return str(manifest_of(folder)["results_digest"])


def aftermath(nursery: Nursery, job: str, outputs: Path, ended: Ended, wanted: str) -> str:
    """What is left of a job that was stopped: results that are complete, or that `sim resume` completes, or nothing.

    Whatever it says, it never says it by a traceback.
    """
    assert "Traceback" not in ended.err, ended.err
    folder = only_folder(outputs)
    if folder is not None and (folder / "run.json").exists():
        assert digest(folder) == wanted
        assert not list(folder.rglob("*.partial"))
        assert nursery.call("resume", str(folder)).code == 0
        left = {path.name for path in folder.iterdir()} - {"figures", "report.html"}
        assert left - frozen(folder) == {*manifest_of(folder)["files"], "run.json"}
        return FINISHED
    if folder is None or not (folder / "study.json").exists():
        if folder is not None:
            assert nursery.call("resume", str(folder)).told
        return NOT_BEGUN
    again = nursery.call("resume", str(folder), first=SMALL + BARE)
    assert again.code == 0, again.err
    assert digest(folder) == wanted
    assert not list(folder.rglob("*.partial"))
    return GOES_ON


def frozen(folder: Path) -> set[str]:
    """What `sim forecast` wrote down before it looked at what came later; the manifest holds it too."""
    return {path.name for path in folder.glob("frozen-*.json")}


def stopped(nursery: Nursery, job: str, outputs: Path, function: str, number: int, how: str, figures: str) -> Ended:
    """A job that is stopped at one moment."""
    first = SMALL + figures + AT_CALL.format(package=PACKAGE, function=function, number=number, how=how)
    return nursery.call(*words(job, outputs), first=first)


@pytest.mark.parametrize("stage", QUICK)
def test_a_run_interrupted_at_any_stage_keeps_what_is_finished(stage, nursery, whole, tmp_path):
    interrupted_at(stage, nursery, whole, tmp_path)


@pytest.mark.hard
@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage not in QUICK])
def test_a_run_interrupted_at_every_other_stage_keeps_what_is_finished(stage, nursery, whole, tmp_path):
    interrupted_at(stage, nursery, whole, tmp_path)


def interrupted_at(stage: str, nursery: Nursery, whole: Callable[[str], str], outputs: Path) -> None:
    """Stop a run where a stage begins; what was finished by then is kept."""
    number = 3 if stage == "fight_in_turn" else 0  # the first ones tell how long the others take
    ended = stopped(nursery, "run", outputs, stage, number, "SIGINT", "" if stage == "save_all" else BARE)
    assert ended.code == 130, (ended.code, ended.err)
    (line,) = ended.err.splitlines()
    assert line.startswith("sim: interrupted")
    what = aftermath(nursery, "run", outputs, ended, whole("run"))
    assert what == (FINISHED if stage == "clear" else NOT_BEGUN if stage in BEFORE_IT_BEGAN else GOES_ON)


def test_a_job_that_is_interrupted_goes_on(nursery, whole, tmp_path):
    goes_on("sweep", nursery, whole, tmp_path)


@pytest.mark.hard
@pytest.mark.parametrize("job", JOBS)
def test_every_job_that_is_interrupted_goes_on(job, nursery, whole, tmp_path):
    goes_on(job, nursery, whole, tmp_path)


def goes_on(job: str, nursery: Nursery, whole: Callable[[str], str], outputs: Path) -> None:
    """Stop a job when its ledger and one piece of it are there."""
    ended = stopped(nursery, job, outputs, "durable.put", 2, "SIGINT", BARE)
    assert ended.code == 130, ended.err
    assert aftermath(nursery, job, outputs, ended, whole(job)) == GOES_ON


def calls_of(nursery: Nursery, job: str, outputs: Path) -> int:
    """How many calls of our functions a whole job makes."""
    ended = nursery.call(*words(job, outputs), first=SMALL + COUNT_CALLS.format(package=PACKAGE))
    assert ended.code == 0, ended.err
    found = re.search(r"CALLS (\d+)", ended.err)
    assert found
    return int(found[1])


@pytest.mark.hard
@pytest.mark.parametrize("how", ["SIGINT", "SIGKILL"])
@pytest.mark.parametrize("job", JOBS)
def test_a_job_stopped_at_very_many_moments(job, how, nursery, whole, tmp_path, tried):
    """At calls drawn evenly from all that a job makes, of whatever function of ours."""
    total = calls_of(nursery, job, tmp_path / "counted")
    dice = Chooser(f"moments of {job} by {how}", 1)
    found = dict.fromkeys((GOES_ON, FINISHED, NOT_BEGUN), 0)
    for number in range(MOMENTS[job]):
        outputs = tmp_path / str(number)
        ended = stopped(nursery, job, outputs, "", dice.below(total), how, figures="")
        assert ended.code == (130 if how == "SIGINT" else -9), (ended.code, ended.err)
        found[aftermath(nursery, job, outputs, ended, whole(job))] += 1
        shutil.rmtree(outputs, ignore_errors=True)
    name = {"SIGINT": "Ctrl-C", "SIGKILL": "a kill"}[how]
    tried.note("interrupted runs", f"`sim {job}`", name, MOMENTS[job], *found.values())


def test_ctrl_c_while_the_program_is_still_being_loaded_is_no_traceback(tmp_path):
    """Python loads a second's worth of libraries before a command can do anything."""
    code = AT_CALL.format(package=PACKAGE, function="<module>", number=4, how="SIGINT")
    code += "from sim.cli import main; main(['run', 'experiment=teaching'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert (done.returncode, done.stderr) == (130, "sim: interrupted\n")


# A full disk


@pytest.mark.parametrize("size", [600, 10_000])
def test_a_run_without_room_says_so_and_goes_on_when_there_is(size, nursery, whole, tmp_path):
    ended = nursery.call(*words("run", tmp_path), first=SMALL + BARE + NO_ROOM.format(size=size))
    assert ended.told, (ended.code, ended.err)
    assert "File too large" in ended.err
    folder = only_folder(tmp_path)
    assert folder is not None
    assert not (folder / "run.json").exists()
    aftermath(nursery, "run", tmp_path, ended, whole("run"))


@pytest.mark.hard
@pytest.mark.parametrize("job", JOBS)
def test_jobs_without_room(job, nursery, whole, tmp_path, tried):
    found = dict.fromkeys((GOES_ON, FINISHED, NOT_BEGUN), 0)
    sizes = [600, 2_000, 5_000, 10_000, 20_000, 40_000, 90_000, 150_000]
    for size in sizes:
        outputs = tmp_path / str(size)
        ended = nursery.call(*words(job, outputs), first=SMALL + NO_ROOM.format(size=size))
        assert ended.code == 0 or ended.told, (size, ended.code, ended.err)
        found[aftermath(nursery, job, outputs, ended, whole(job))] += 1
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
def test_a_run_on_a_full_disk_says_so_and_goes_on_when_there_is_room(small_disk, nursery, whole):
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(150_000))
    ended = nursery.call(*words("run", small_disk), first=SMALL + BARE)
    assert ended.told, (ended.code, ended.err)
    assert "No space left on device" in ended.err
    ballast.unlink()
    aftermath(nursery, "run", small_disk, ended, whole("run"))


@pytest.mark.parametrize("words", ["--help", "check teaching"])
def test_what_can_not_be_printed_is_told(words):
    not_printed(words)


@pytest.mark.hard
@pytest.mark.parametrize("words", ["run --help", "schema", "diary scenario=teaching", "coverage teaching"])
def test_whatever_can_not_be_printed_is_told(words):
    not_printed(words)


def not_printed(words: str) -> None:
    """A call whose output has no room."""
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [Path(sys.executable).with_name("sim"), *words.split()], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert (done.returncode, done.stderr) == (2, "sim: can't write what was asked for: No space left on device\n")


# Where nothing may be written


def test_a_folder_that_can_not_be_made_is_told_before_any_work(nursery, tmp_path):
    no_folder("run", nursery, tmp_path)


@pytest.mark.hard
@pytest.mark.parametrize("job", JOBS)
def test_every_job_tells_that_its_folder_can_not_be_made(job, nursery, tmp_path):
    no_folder(job, nursery, tmp_path)


def no_folder(job: str, nursery: Nursery, folder: Path) -> None:
    """A job whose outputs are to lie in a file, or below one."""
    file = folder / "file"
    file.touch()
    for outputs in (file, file / "below"):
        ended = nursery.call(*words(job, outputs))
        assert ended.told
        assert "is a file" in ended.err
    assert file.read_bytes() == b""


def test_a_folder_that_can_not_be_written_is_told(nursery):
    """Root may write where others may not, but nobody makes a folder in /proc."""
    ended = nursery.call(*words("run", Path("/proc/nothing")))
    assert ended.told
    assert "can't make a folder in /proc/nothing" in ended.err


# Two at once, and clocks that are wrong


@pytest.mark.hard
def test_two_runs_at_once_never_share_a_folder(tmp_path):
    both = [Nursery(), Nursery()]
    ended: list[Ended] = []
    calls = [threading.Thread(target=lambda each=each: ended.append(each.call(*words("run", tmp_path), first=SMALL)))
             for each in both]  # fmt: skip
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
def test_two_that_go_on_at_once_are_told_apart(nursery, whole, tmp_path):
    stopped(nursery, "run", tmp_path, "write_shard", 1, "SIGKILL", figures=BARE)
    folder = only_folder(tmp_path)
    assert folder is not None
    both = [Nursery(), Nursery()]
    ended: list[Ended] = []
    slowly = SMALL + BARE + "import time; from sim.cli import run; before = run.finish\n"
    slowly += "def finish(*given):\n    time.sleep(2)\n    before(*given)\nrun.finish = finish\n"
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
    assert digest(folder) == whole("run")


@pytest.mark.hard
@pytest.mark.parametrize("hours", [1, 24 * 400])
def test_a_clock_that_is_set_back_changes_nothing_but_names(hours, nursery, whole, tmp_path):
    first = SMALL + BARE + CLOCK_SET_BACK.format(hours=hours)
    for _ in range(2):
        ended = nursery.call(*words("run", tmp_path), first=first)
        assert (ended.code, ended.err) == (0, "")
        assert not re.search(r"-\d+(\.\d+)? s\b|in -", ended.out)
    folders = list((tmp_path / "teaching").iterdir())
    assert len(folders) == 2
    assert {digest(folder) for folder in folders} == {whole("run")}


@pytest.mark.hard
def test_a_name_that_is_taken_is_not_taken_again(nursery, tmp_path):
    """Two runs of one second: the clock stands still."""
    still = SMALL + BARE + (
        "import datetime\nfrom sim.cli import folder\n"
        "class Still(datetime.datetime):\n"
        "    @classmethod\n"
        "    def now(cls, tz=None):\n"
        "        return datetime.datetime(2026, 1, 1)\n"
        "folder.datetime = Still\n"
    )  # fmt: skip
    for _ in range(3):
        assert nursery.call(*words("run", tmp_path), first=still).code == 0
    names = sorted(path.name for path in (tmp_path / "teaching").iterdir())
    assert [re.sub(r"[0-9a-f]{8}", "X", name, count=0).replace("2026-01-01_00-00-00-X", "") for name in names] == [
        "",
        "-2",
        "-3",
    ]


@pytest.mark.hard
def test_signals_reach_a_run_that_draws_figures(nursery, whole, tmp_path):
    """Libraries of figures have handlers of their own; the first Ctrl-C must do."""
    ended = stopped(nursery, "run", tmp_path, "draw", 1, "SIGINT", figures="")
    assert ended.code == 130
    assert aftermath(nursery, "run", tmp_path, ended, whole("run")) == GOES_ON


@pytest.mark.hard
def test_what_was_made_before_a_kill_is_on_the_disk_in_whole(nursery, tmp_path):
    """Each shard that has its name can be read, whenever the kill came."""
    import pyarrow.parquet as pq

    ended = stopped(nursery, "run", tmp_path, "write_shard", 2, "SIGKILL", figures=BARE)
    assert ended.code == -signal.SIGKILL
    folder = only_folder(tmp_path)
    assert folder is not None
    found = sorted((folder / "shards").rglob("*.parquet"))
    assert len(found) == 2
    assert [pq.read_table(path).num_rows for path in found] == [5, 5]
    assert json.loads((folder / "study.json").read_text())["command"] == "run"
    assert os.path.exists(folder / ".lock")
