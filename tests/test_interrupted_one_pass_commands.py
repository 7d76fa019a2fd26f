"""Commands that do their work in one pass, stopped at any moment: whole results or none, and the same when begun again.

Those that simulate for long go on where they stopped (`test_interruptions.py`); these are begun anew.
"""

import shutil
from pathlib import Path

import pytest
from support.corruption import Chooser
from support.interruptions import BARE, SIGNAL_NAMES, SMALL, Ended, Nursery, count_calls, digest, only_folder
from support.moments import make_stops, read_stopped

COMMANDS = ("tipping-point", "score", "diff", "pool", "cross-validate")
MOMENTS = 100  # at which the long trial stops each command, by each of two signals
QUICK = 3
FACTOR = ("factor=teaching/strikes", "factor.high=3", "factor.step=1", "scenario=teaching", "runs=20", "workers=1")


@pytest.fixture
def words(request, command, nursery, tmp_path):
    """What a command is called with: it reads outputs that are there."""
    if command == "tipping-point":
        return [command, *FACTOR]
    if command == "score":
        return [command, str(request.getfixturevalue("outputs")["run"])]
    if command == "diff":
        others = tmp_path / "others"
        ended = nursery.call("run", "preset=teaching", "runs=12", "law=square", f"outputs={others}", first=SMALL + BARE)
        assert ended.code == 0, ended.err
        return [command, str(request.getfixturevalue("outputs")["run"]), str(only_folder(others))]
    pooled = request.getfixturevalue("inferred")["pool"].parent.parent
    folders = [str(path) for path in sorted((pooled / "calibrate").iterdir())]
    assert len(folders) == 2
    return [command, *folders, "draws=100" if command == "pool" else "runs=20"]


def stop_command(nursery: Nursery, words: list[str], how: str, count: int, place: Path) -> dict[str, int]:
    """Stop a command at so many moments, drawn evenly; how many left whole results, and how many none or a part."""
    outputs = place / "outputs"
    n_calls = count_calls(nursery, [*words, f"outputs={place / 'counted'}"])
    wanted = digest(only_folder(place / "counted"))
    chooser = Chooser(f"moments of {words[0]} by {how}", 1)
    moments = sorted({chooser.below(n_calls) for _ in range(count)})
    whole = nursery.call(*words, f"outputs={outputs}", first=make_stops(moments, how, outputs, place / "stopped"))
    assert whole.code == 0, whole.err
    assert digest(only_folder(outputs)) == wanted  # the command itself noticed nothing of it
    kinds = {"complete": 0, "begun again": 0}
    stopped = read_stopped(place / "stopped")
    assert len(stopped) >= 0.98 * len(moments)
    for each in stopped:
        kind = check_remains(nursery, each.outputs, each.err, wanted)
        is_late = kind == "complete" and (each.code, each.err) == (0, "")  # the signal came as the last thing ended
        assert is_late or each.code == (130 if how == "SIGINT" else -9), (each.moment, each.code, each.err)
        if kind == "begun again" and kinds[kind] % 10 == 0:  # beside what is left
            before = set(each.outputs.glob("*/*"))
            again = nursery.call(*words, f"outputs={each.outputs}")
            assert again.code == 0, again.err
            (folder,) = set(each.outputs.glob("*/*")) - before
            assert digest(folder) == wanted
        kinds[kind] += 1
        shutil.rmtree(each.outputs, ignore_errors=True)
    return kinds


def check_remains(nursery: Nursery, outputs: Path, err: str, wanted: str) -> str:
    """What a command left: whole results, or nothing that anybody takes for results; never a traceback."""
    assert "Traceback" not in err, err
    folder = only_folder(outputs)
    if folder is not None and (folder / "run.json").exists():
        assert digest(folder) == wanted
        assert not list(folder.rglob("*.partial"))
        return "complete"
    if folder is not None:
        for reader in (["resume", str(folder)], ["export", str(folder), "format=csv"]):
            refused: Ended = nursery.call(*reader)
            assert refused.was_refused, (reader, refused.code, refused.err)
    return "begun again"


@pytest.mark.slow
@pytest.mark.parametrize("how", SIGNAL_NAMES)
@pytest.mark.parametrize("command", ["tipping-point"])
def test_a_command_stopped_at_a_few_moments(command, how, words, nursery, tmp_path):
    assert sum(stop_command(nursery, words, how, QUICK, tmp_path).values()) > 0


@pytest.mark.hard
@pytest.mark.parametrize("how", SIGNAL_NAMES)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_stopped_at_very_many_moments(command, how, words, nursery, tmp_path, tried, share):
    kinds = stop_command(nursery, words, how, share(MOMENTS), tmp_path)
    tried.note("interrupted commands", f"`sim {command}`", SIGNAL_NAMES[how], sum(kinds.values()), *kinds.values(), 0)


def test_a_part_of_results_that_is_taken_for_a_whole_is_noticed(nursery, outputs, tmp_path):
    copy = tmp_path / "outputs" / "score" / "a"
    shutil.copytree(outputs["score"], copy)
    wanted = digest(copy)
    assert check_remains(nursery, tmp_path / "outputs", "", wanted) == "complete"
    with pytest.raises(AssertionError):
        check_remains(nursery, tmp_path / "outputs", "", "another digest")
    with pytest.raises(AssertionError):
        check_remains(nursery, tmp_path / "outputs", "Traceback (most recent call last)", wanted)
    (copy / "run.json").unlink()
    assert check_remains(nursery, tmp_path / "outputs", "", wanted) == "begun again"
