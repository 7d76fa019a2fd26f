"""A run that is killed, interrupted or damaged is resumed to the same bits, or the message says why it can't."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from sim import paths
from sim.cli.main import main
from sim.plots import figure_process, registry
from sim.runs import job_file, replicate, run_directory
from sim.runs.job_file import list_changes
from sim.runs.run_directory import lock_folder
from sim.storage import fingerprint

RUNS = 23  # five shards
TABLES = ("runs", "claims", "daily", "days", "event_log")
KILLED_AT = """
import os, signal, sys
from sim.plots import registry
from sim.runs import replicate
replicate.TARGET_SECONDS = 0
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


def words(outputs: Path, *more: str) -> list[str]:
    """A small study."""
    return ["run", "preset=teaching", f"runs={RUNS}", f"outputs={outputs}", "workers=1", *more]


@pytest.fixture(autouse=True, scope="module")
def quick():
    """As many replications in a shard as a trial has; no figures, which are drawn from what is compared here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicate, "TARGET_SECONDS", 0)
        patch.setattr(registry, "save_figures", lambda *given: [])
        patch.setattr(figure_process, "can_draw_beside", lambda workers: False)
        yield


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """The same study without an interruption."""
    outputs = tmp_path_factory.mktemp("whole")
    with pytest.raises(SystemExit):
        main(words(outputs))
    return next((outputs / "teaching").iterdir())


@pytest.fixture
def unfinished(tmp_path, monkeypatch, call) -> Path:
    """A study that was interrupted when two of five shards were written."""
    interrupt_at(2, monkeypatch)
    code, _, err = call(*words(tmp_path))
    monkeypatch.undo()
    assert code == 130
    folder = next((tmp_path / "teaching").iterdir())
    assert err == f"sim: interrupted; what is finished is kept, and goes on with: sim resume {folder}\n"
    assert len(list_shards(folder)) == 2
    return folder


def interrupt_at(number: int, monkeypatch) -> None:
    """Ctrl-C when so many shards are written."""
    written = []

    def write(*given, write=run_directory.write_shard):
        if len(written) == number:
            raise KeyboardInterrupt
        written.append(write(*given))

    monkeypatch.setattr(run_directory, "write_shard", write)


def list_shards(folder: Path) -> list[Path]:
    """The shards of a folder."""
    return sorted((folder / "shards").rglob("*.parquet"))


def assert_same(folder: Path, whole: Path) -> None:
    """Both hold the same bits, and no files of unfinished work."""
    digests = [json.loads((each / "run.json").read_text())["results_digest"] for each in (folder, whole)]
    assert digests[0] == digests[1]
    for table in TABLES:
        ours, theirs = (pq.read_table(each / f"{table}.parquet") for each in (folder, whole))
        assert ours.equals(theirs), table
    assert list_names(folder) == list_names(whole)


def list_names(folder: Path) -> list[str]:
    """Every file."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


# Killed


@pytest.mark.slow
@pytest.mark.parametrize(("moment", "there"), [(1, 0), (3, 2), (6, 5), (-2, 5), (-1, 5)])
def test_a_run_killed_at_any_write_ends_with_the_same_bits(moment, there, whole, call, tmp_path):
    """The writes: job.json, five shards, five tables, scenario.json, run.json; the last moment is after that."""
    all_writes = 1 + 5 + len(TABLES) + 2
    moment = moment if moment >= 0 else all_writes + 1 + moment
    if moment == all_writes:  # nothing is left to write: killed while it clears up
        code = KILLED_AT.format(moment=10**6).replace("from sim.cli.main import main", CLEARING)
    else:
        code = KILLED_AT.format(moment=moment)
    done = subprocess.run([sys.executable, "-c", code, *words(tmp_path)], capture_output=True, timeout=120)
    assert done.returncode == -signal.SIGKILL
    (folder,) = (tmp_path / "teaching").iterdir()
    assert len(list_shards(folder)) == there
    assert (folder / "run.json").exists() == (moment == all_writes)
    assert call("resume", str(folder))[0] == 0
    assert_same(folder, whole)


CLEARING = """
from sim.cli import job
job.remove_job_files = lambda folder: os.kill(os.getpid(), signal.SIGKILL)
from sim.cli.main import main
"""


@pytest.mark.slow
def test_a_run_killed_before_its_first_write_left_nothing_to_resume(call, tmp_path):
    done = subprocess.run([sys.executable, "-c", KILLED_AT.format(moment=0), *words(tmp_path)], timeout=120)
    assert done.returncode == -signal.SIGKILL
    (folder,) = (tmp_path / "teaching").iterdir()
    code, _, err = call("resume", str(folder))
    assert code == 2
    assert "holds no run that could go on" in err


def start_long_run(outputs: Path, *more: str) -> tuple[subprocess.Popen[str], Path]:
    """A long study by workers, in a process of its own, once its first shards are written."""
    given = ["run", "preset=teaching", "scenario=dec2014", "runs=290", "workers=2", "backend=loky"]
    sim = Path(sys.executable).with_name("sim")
    words = [sim, *given, f"outputs={outputs}", *more]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for _ in range(1200):
        folders = list(outputs.glob("teaching/*"))
        if folders and len(list_shards(folders[0])) > 1:
            return process, folders[0]
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    raise AssertionError("no shard in a minute")


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_by_processes_that_is_killed_or_interrupted_keeps_every_shard(how, tmp_path):
    process, folder = start_long_run(tmp_path, "engine=simpy")
    process.send_signal(how)
    _, err = process.communicate(timeout=60)
    if how == signal.SIGINT:
        assert process.returncode == 130
        assert err.endswith(f"sim: interrupted; what is finished is kept, and goes on with: sim resume {folder}\n")
    assert not (folder / "run.json").exists()
    stored = job_file.read_job_file(folder)
    for path in list_shards(folder):
        first, last = (int(number) for number in path.stem.split("-"))
        assert pq.read_table(path)["replication"].to_pylist() == list(range(first, last))
        assert last - first == stored.batch_length or last == 290


# Interrupted, and resumed


@pytest.mark.slow
def test_an_interrupted_run_goes_on_to_the_same_bits(unfinished, whole, call):
    code, out, err = call("resume", str(unfinished))
    assert (code, err) == (0, "")
    assert re.search(r"^13 battles in .* and 10 were there\.$", out, re.MULTILINE)
    assert out.splitlines()[-1] == str(unfinished)
    assert_same(unfinished, whole)
    code, out, err = call("resume", str(unfinished))
    assert (code, out, err) == (0, f"{unfinished} is finished: there is nothing to resume.\n", "")
    assert_same(unfinished, whole)


@pytest.mark.slow
def test_a_run_may_go_on_elsewhere(unfinished, whole, call):
    assert call("resume", str(unfinished), "workers=2", "backend=threads")[0] == 0
    assert_same(unfinished, whole)


@pytest.mark.slow
def test_a_what_if_goes_on_too(call, tmp_path, monkeypatch):
    given = ["whatif", "scenario=teaching", "perturb=[no_airstrikes,no_shelling]", "runs=12", "workers=1"]
    assert call(*given, f"outputs={tmp_path}/whole")[0] == 0
    interrupt_at(5, monkeypatch)
    assert call(*given, f"outputs={tmp_path}/cut")[0] == 130
    monkeypatch.undo()
    whole, cut = (next((tmp_path / name / "base").iterdir()) for name in ("whole", "cut"))
    code, out, _ = call("resume", str(cut))
    assert code == 0
    assert "were there" in out
    for table in ("differences", "pairs"):
        assert pq.read_table(cut / f"{table}.parquet").equals(pq.read_table(whole / f"{table}.parquet"))
    assert list_names(cut) == list_names(whole)


@pytest.mark.slow
def test_a_job_of_a_multirun_goes_on_from_its_settings(unfinished, whole, call):
    changed = job_file.read_job_file(unfinished).model_copy(update={"argv": None})
    job_file.write_job_file(unfinished, changed.model_copy(update={"digest": changed.compute_seal()}))
    assert call("resume", str(unfinished))[0] == 0
    assert_same(unfinished, whole)


# Shards that can't be trusted


def half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def other_number(path: Path) -> None:
    table = pq.read_table(path)
    numbers = table["phases"].to_numpy().copy()
    numbers[0] += 1
    column = table.schema.get_field_index("phases")
    pq.write_table(table.set_column(column, "phases", [numbers]), path)


def nothing(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.slow
@pytest.mark.parametrize("damage", [half, other_number, nothing])
def test_a_damaged_shard_is_named_and_simulated_again(damage, unfinished, whole, call):
    damage(list_shards(unfinished)[1])
    code, _, err = call("resume", str(unfinished))
    assert code == 0
    (line,) = err.splitlines()
    assert line.startswith(f"{unfinished}/shards/0/000000005-000000010.parquet ")
    assert line.endswith(": its battles are fought again")
    assert_same(unfinished, whole)


@pytest.mark.slow
def test_half_a_shard_is_thrown_away(unfinished, whole, call):
    (unfinished / "shards" / "0" / "000000010-000000015.parquet.partial").write_bytes(b"PAR1")
    assert call("resume", str(unfinished))[0] == 0
    assert_same(unfinished, whole)


@pytest.mark.parametrize("name", ["000000010-000000015.parquet", "000000003-000000004.parquet", "notes.txt"])
def test_a_foreign_file_among_the_shards_is_refused_and_stays(name, unfinished, call):
    foreign = unfinished / "shards" / "0" / name
    foreign.write_bytes(list_shards(unfinished)[0].read_bytes())
    before = list_names(unfinished)
    code, _, err = call("resume", str(unfinished))
    assert code == 2
    assert f"{foreign} is not a part of this study: move it away" in err
    assert list_names(unfinished) == before


# Changed inputs


def assert_refused(call, folder: Path, *more: str) -> list[str]:
    """The messages about a run that can't be resumed; nothing of it has changed."""
    before = {name: (folder / name).stat().st_mtime_ns for name in list_names(folder) if name != ".lock"}
    code, out, err = call("resume", str(folder), *more)
    assert (code, out) == (2, "")
    assert {name: (folder / name).stat().st_mtime_ns for name in list_names(folder) if name != ".lock"} == before
    return err.splitlines()


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["code laws/square.py", "code battle/rules/vehicle_bomb.py", "version of numpy", "version of python", "machine"],
)
def test_other_code_and_versions_are_refused(name, unfinished, call, monkeypatch):
    now = fingerprint.fingerprint_code()
    assert name in now
    monkeypatch.setattr(
        job_file, "fingerprint_code", lambda: now | {name: "5" * 64 if name.startswith("code") else "0.0.1"}
    )
    first, line = assert_refused(call, unfinished)
    assert first == f"sim: {unfinished} can't go on: what it was made from has changed"
    assert line == (
        f"sim: {name} is another" if name.startswith("code") else f"sim: {name} was {now[name]} and is 0.0.1"
    )


def test_the_code_is_every_file_that_numbers_come_from():
    package = Path(fingerprint.__file__).parent.parent
    known = {name.removeprefix("code ") for name in fingerprint.fingerprint_code() if name.startswith("code ")}
    there = {path.relative_to(package).as_posix() for path in package.rglob("*.py")}
    assert {name.split("/")[0] for name in there - known} == {"cli", "plots", "report"}


@pytest.mark.slow
def test_another_scenario_is_refused(call, tmp_path, monkeypatch):
    copy = tmp_path / "copy.yaml"
    text = (paths.scenario_folder() / "teaching.yaml").read_text(encoding="utf-8")
    copy.write_text(text, encoding="utf-8")
    interrupt_at(2, monkeypatch)
    assert call(*words(tmp_path / "out", f"scenario={copy}"))[0] == 130
    monkeypatch.undo()
    (folder,) = (tmp_path / "out" / "teaching").iterdir()
    for damaged, section in (("strength: {value: 600", "forces"), ("a text that stays", "")):
        if damaged in text:
            copy.write_text(text.replace(damaged, damaged.replace("600", "601")), encoding="utf-8")
            assert any(f"scenario, {section}" in line for line in assert_refused(call, folder))
    copy.write_text(text.replace("title: ", "title: Another: ", 1), encoding="utf-8")
    assert assert_refused(call, folder)
    copy.unlink()
    assert f"{copy}: no such file" in assert_refused(call, folder)[0]


def test_another_setting_in_conf_is_refused(unfinished, call, monkeypatch):
    from sim.cli import run

    compose = run.compose_settings
    monkeypatch.setattr(run, "compose_settings", lambda given: compose([*given, "law=linear", "save_logs=4"]))
    lines = assert_refused(call, unfinished)
    assert 'sim: setting law was "helmbold" and is "linear"' in lines
    assert "sim: setting save_logs was 3 and is 4" in lines


@pytest.mark.parametrize("word", ["seed=8", "runs=40", "engine=compiled", "outputs=elsewhere"])
def test_a_run_that_goes_on_takes_no_other_settings(word, unfinished, call):
    (line,) = assert_refused(call, unfinished, word)
    assert line.startswith(f"sim: {word}: can't change in a run that goes on")


def test_a_job_file_changed_by_hand_is_refused(unfinished, call):
    path = unfinished / "job.json"
    path.write_text(path.read_text().replace(f"runs={RUNS}", "runs=40"))
    (line,) = assert_refused(call, unfinished)
    assert line.endswith("job.json was changed since the run began")
    path.write_text("{")
    assert "job.json can't be read" in assert_refused(call, unfinished)[0]


def test_many_changes_are_not_all_listed():
    assert list_changes({}, {f"setting {n}": "1" for n in range(100)})[-1] == "and 88 more"
    assert list_changes({"a": "1"}, {"a": "1"}) == []


# Whose folder it is


@pytest.mark.slow
def test_two_runs_in_one_folder_are_impossible(unfinished, whole, call):
    with lock_folder(unfinished):
        (line,) = assert_refused(call, unfinished)
        assert line.endswith(f"{unfinished} is in use by another run")
    assert call("resume", str(unfinished))[0] == 0
    assert_same(unfinished, whole)


@pytest.mark.slow
def test_a_run_that_is_under_way_is_not_resumed_by_another_process(call, tmp_path):
    process, folder = start_long_run(tmp_path, "engine=simpy")
    try:
        assert "is in use by another run" in call("resume", str(folder))[2]
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "one folder is wanted (got none)"),
        (["a", "b"], "one folder is wanted (got a, b)"),
        (["nosuch"], "is no folder"),
    ],
)
def test_no_folder_to_resume_is_reported(given, message, call):
    code, out, err = call("resume", *given)
    assert (code, out) == (2, "")
    assert message in err


def test_a_folder_that_is_not_ours_is_left_alone(call, tmp_path):
    code, _, err = call("resume", str(tmp_path))
    assert code == 2
    assert "neither run.json nor job.json" in err
    assert os.listdir(tmp_path) == []


def test_a_run_that_an_earlier_version_began_is_told_in_one_sentence(call, tmp_path):
    (tmp_path / "study.json").write_text("{}")
    code, out, err = call("resume", str(tmp_path))
    assert (code, out) == (2, "")
    assert err == f"sim: resume: {tmp_path}: was begun by an earlier version of sim (study.json): run it again\n"


def test_a_cluster_that_is_not_there_is_reported_before_anything_is_written(call, tmp_path):
    code, out, err = call(*words(tmp_path / "out", "backend=dask"))
    assert (code, out) == (2, "")
    assert "backend.address: is missing" in err
    assert not (tmp_path / "out").exists()
