"""Settings composed with the help of what is kept are those that Hydra composes, whatever is written and kept."""

import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import paths, sealed_cache
from sim.cli import composition_cache
from sim.cli.compose import compose_checked
from sim.cli.composition_cache import compose_or_recall, split_replacements
from sim.cli.errors import SettingsError
from sim.cli.groups import find_config_folders, list_groups
from sim.cli.settings import Settings, compose_settings

NAMES = (
    *Settings.model_fields,
    "preset",
    "question",
    "nosuch",
    "override.a.b",
    "+override.a.b",
    "+reading.x",
    "name.x",
)
VALUES = (
    *("0", "7", "-1", "007", "1_000", "12345678901234567890", "1.5", "1e3", ".5", "+3", "0x1"),
    *("null", "Null", "true", "FALSE", "nan", "Inf", "None", "yes", "on", "~"),
    *("square", "a-b", "a.b", "/tmp/a.b", "./a", "a_target_b", "a b", " a", "${x}", "'a'", '"a"', "[a,b]", "{a: 1}"),
    *("a,b", "Größe", "a=b", "x:y", "*", "", "[none]", "no_airstrikes", "serial", "teaching"),
)
WORDS = st.from_regex(composition_cache.WORD, fullmatch=True) | st.from_regex(r"[0-9+.eE_-]{1,6}", fullmatch=True)
OVERRIDES = st.lists(st.builds("{}={}".format, st.sampled_from(NAMES), st.sampled_from(VALUES) | WORDS), max_size=4)


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    """A folder of its own for what is kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield paths.cache_folder()


def compose(function, overrides, folders=None):
    """What a way of composing gives, or the messages of its refusal."""
    try:
        return function(list(overrides), "config", folders or find_config_folders(), tuple(Settings.model_fields))
    except SettingsError as error:
        return error.messages


@pytest.mark.slow
@given(overrides=OVERRIDES)
def test_settings_are_those_that_hydra_composes(overrides):
    composed = compose(compose_checked, overrides)
    for _ in range(2):  # made, and recalled
        recalled = compose(compose_or_recall, overrides)
        assert repr(recalled) == repr(composed)  # in their order; 1 is no True, and nan is no nan


PRIMARIES = sorted(path.stem for path in paths.conf_folder().glob("*.yaml"))
CHOICES = [(group, name) for group, names in list_groups(find_config_folders()).items() for name in names]


@pytest.mark.slow
@pytest.mark.parametrize("primary", PRIMARIES)
def test_a_choice_from_a_group_is_that_of_hydra_in_every_command(primary):
    """Of every group a name there is and one there is not; with some commands the group's setting has no value yet."""
    allowed = (*Settings.model_fields, "factor", "sweep")
    for group, name in [*dict(CHOICES).items(), *((group, "nosuch") for group, _ in dict(CHOICES).items())]:

        def compose_one(function, words=(f"{group}={name}", "seed=3")):
            try:
                return function(list(words), primary, find_config_folders(), allowed)
            except SettingsError as error:
                return error.messages

        assert repr(compose_one(compose_or_recall)) == repr(compose_one(compose_checked)), (group, name)


@given(overrides=OVERRIDES)
def test_what_is_replaced_is_all_that_is_not_left_to_hydra(overrides):
    values, others = split_replacements(overrides)
    assert sorted([*(f"{name}={value}" for name, value in values.items()), *others]) == sorted(overrides)


def test_hydra_is_not_asked_again(monkeypatch):
    compose_settings(["perturb=[no_airstrikes]", "scenario=teaching", "runs=3"])

    def refuse(*arguments):
        raise AssertionError("Hydra is asked")

    monkeypatch.setattr(composition_cache, "compose_with_hydra", refuse)
    again = compose_settings(["perturb=[no_airstrikes]", "law=linear", "runs=4", "seed=11"])
    assert (again.law, again.runs, again.seed, list(again.perturb)) == ("linear", 4, 11, ["no_airstrikes"])
    with pytest.raises(AssertionError, match="Hydra is asked"):
        compose_settings(["perturb=[no_vehicle_bombs]"])


def test_a_file_of_settings_that_changes_is_read_again(tmp_path):
    own = tmp_path / "preset"
    own.mkdir()
    (own / "mine.yaml").write_text("# @package _global_\nruns: 11\n")
    argv = [f"--config-dir={tmp_path}", "preset=mine"]
    assert [compose_settings(argv).runs for _ in range(2)] == [11, 11]
    (own / "mine.yaml").write_text("# @package _global_\nruns: 12\n")
    assert compose_settings(argv).runs == 12
    (own / "mine.yaml").unlink()
    with pytest.raises(SettingsError, match="preset: unknown preset"):
        compose_settings(argv)


def find_entries(kind: str) -> list[Path]:
    return sorted((paths.cache_folder() / kind).glob("*.json"))


def exchange_content(path: Path) -> None:
    entry = json.loads(path.read_text())
    path.write_text(json.dumps(entry | {"content": entry["content"].replace("7", "8")}))


def replace_by_list(path: Path) -> None:
    path.write_text("[]")


def replace_by_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


DAMAGES = (
    exchange_content,
    replace_by_list,
    replace_by_pipe,
    lambda path: path.write_text(path.read_text()[:-5]),
    lambda path: path.write_bytes(b"\xff\x00"),
    lambda path: path.write_text("[" * 100_000),
    lambda path: path.write_text('{"content": 3, "seal": ""}'),
    Path.unlink,
)


@pytest.mark.parametrize("damage", DAMAGES)
def test_an_entry_that_is_damaged_is_made_again(damage):
    key = sealed_cache.make_key("of this test")
    sealed_cache.write_entry("things", key, {"seed": 7, "share": 0.1})
    assert sealed_cache.read_entry("things", key) == {"seed": 7, "share": 0.1}
    damage(sealed_cache.find_entry("things", key))
    assert sealed_cache.read_entry("things", key) is None
    sealed_cache.write_entry("things", key, [1.5])
    assert sealed_cache.read_entry("things", key) == [1.5]


def test_an_entry_under_the_key_of_another_is_none():
    keys = [sealed_cache.make_key("ab", "c"), sealed_cache.make_key("a", "bc")]
    assert len(set(keys)) == 2
    sealed_cache.write_entry("things", keys[0], "one")
    os.replace(sealed_cache.find_entry("things", keys[0]), sealed_cache.find_entry("things", keys[1]))
    assert sealed_cache.read_entry("things", keys[1]) is None


@pytest.mark.parametrize("data", [float("nan"), (1, 2), {1: "a"}, b"bytes", "x" * sealed_cache.MAX_ENTRY_BYTES])
def test_what_json_does_not_give_back_is_not_kept(data):
    key = sealed_cache.make_key("no JSON")
    sealed_cache.write_entry("things", key, data)
    assert sealed_cache.read_entry("things", key) is None


def test_old_entries_make_room(monkeypatch):
    monkeypatch.setattr(sealed_cache, "MAX_ENTRIES", 3)
    for number in range(6):
        key = sealed_cache.make_key(str(number))
        sealed_cache.write_entry("few", key, number)
        os.utime(sealed_cache.find_entry("few", key), (time.time() - 100 + number,) * 2)
    assert [json.loads(json.loads(path.read_text())["content"]) in (3, 4, 5) for path in find_entries("few")] == [
        True
    ] * 3


def test_a_folder_that_others_may_write_into_is_not_trusted(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    key = sealed_cache.make_key("x")
    sealed_cache.write_entry("things", key, 1)
    assert sealed_cache.read_entry("things", key) == 1
    paths.cache_folder().chmod(0o777)
    assert sealed_cache.read_entry("things", key) is None
    sealed_cache.write_entry("things", sealed_cache.make_key("y"), 1)
    assert len(find_entries("things")) == 1


def test_without_a_place_to_keep_anything_settings_are_composed_all_the_same(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert compose_settings(["runs=5"]).runs == 5
