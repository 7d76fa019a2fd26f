"""Folders of scenarios of one's own: a name is looked up there first, by every command that takes one."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.cli.errors import SettingsError
from sim.cli.scenario_folders import find_scenario, list_own_scenarios, split_scenario_folders
from sim.scenario import find_scenario_file

SMALL = ("runs=2", "workers=1", "save_logs=0")


@pytest.fixture
def own(tmp_path):
    """Two folders: the first with a teaching scenario of another title, both with one of another name."""
    text = find_scenario_file("teaching").read_text(encoding="utf-8")
    for folder, names in (("first", ("teaching", "mine")), ("second", ("mine", "yours"))):
        (tmp_path / folder).mkdir()
        for name in names:
            named = re.sub(r"^title: .*$", f"title: {name} in the {folder}", text, count=1, flags=re.MULTILINE)
            (tmp_path / folder / f"{name}.yaml").write_text(named, encoding="utf-8")
    return tmp_path


def test_the_first_folder_comes_first_and_what_is_shipped_last(own):
    folders = [own / "first", own / "second"]
    assert find_scenario("teaching", folders) == str(own / "first" / "teaching.yaml")
    assert find_scenario("mine", folders) == str(own / "first" / "mine.yaml")
    assert find_scenario("mine", folders[::-1]) == str(own / "second" / "mine.yaml")
    assert find_scenario("dec2014", folders) == "dec2014"
    assert find_scenario("teaching", []) == "teaching"
    assert find_scenario("./teaching.yaml", folders) == "./teaching.yaml"
    assert list(list_own_scenarios(folders)) == ["mine", "teaching", "yours"]


@settings(max_examples=50)
@given(st.lists(st.from_regex(r"[a-z+_=.-]{1,8}", fullmatch=True)))
def test_other_arguments_stay_as_they_are(argv):
    assert split_scenario_folders(["--scenarios=.", *argv]) == ([Path(".")], argv)


def test_a_folder_that_is_not_there_is_refused(call, tmp_path):
    with pytest.raises(SettingsError, match="--scenarios: no such folder"):
        split_scenario_folders([f"--scenarios={tmp_path / 'none'}"])
    code, _, err = call("run", "--scenarios", str(tmp_path / "none"), *SMALL)
    assert code == 2
    assert "none" in err


@pytest.mark.slow
def test_a_run_takes_the_name_from_there(own, call):
    options = [word for folder in ("first", "second") for word in ("--scenarios", str(own / folder))]
    for name, folder in (("teaching", "first"), ("yours", "second")):
        code, out, err = call("run", *options, f"scenario={name}", f"outputs={own / 'out'}", *SMALL)
        assert (code, err) == (0, "")
        settings_of_run = json.loads((Path(out.splitlines()[-1]) / "run.json").read_text(encoding="utf-8"))["settings"]
        assert settings_of_run["scenario"] == str(own / folder / f"{name}.yaml")
    code, _, err = call("run", *options, "scenario=nobodys", f"outputs={own / 'out'}", *SMALL)
    assert code == 2
    assert "unknown scenario" in err


@pytest.mark.slow
def test_several_runs_at_once_take_their_names_from_there(own, call):
    code, _, err = call(
        "run", "-m", "--scenarios", str(own / "second"), "scenario=mine,yours", f"outputs={own / 'out'}", *SMALL
    )
    assert (code, err) == (0, "")
    runs = [json.loads(path.read_text(encoding="utf-8")) for path in (own / "out").rglob("run.json")]
    assert {Path(each["settings"]["scenario"]).name for each in runs} == {"mine.yaml", "yours.yaml"}


def test_check_and_list_and_help_know_them(own, call):
    folder = ("--scenarios", str(own / "second"))
    code, out, _ = call("check", *folder, "yours")
    assert (code, "teaching: sound" in out) == (0, True)
    code, out, _ = call("list", "scenarios", "--scenarios", str(own / "first"), *folder)
    assert code == 0
    for name, title in (("yours", "yours in the second"), ("mine", "mine in the first"), ("dec2014", "The offensive")):
        assert re.search(rf"^  {name} +{title}", out, re.MULTILINE), out
    assert len(re.findall(r"^  teaching ", out, re.MULTILINE)) == 1
    code, _, err = call("trace", *folder, "yours")
    assert (code, "has no index of its text" in err) == (2, True)
    assert "--scenarios DIR" in call("run", "--help")[1]
