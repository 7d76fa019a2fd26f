"""Every experiment in conf/ composes to sound settings, and its scenario loads."""

import pytest

from sim import files
from sim.cli.settings import Settings, SettingsError, compose_settings, scenario_of

EXPERIMENTS = sorted(path.stem for path in (files.conf_folder() / "experiment").glob("*.yaml"))


def test_the_settings_alone_are_sound_and_are_the_ones_that_the_code_knows():
    settings = compose_settings([])
    assert isinstance(settings, Settings)
    assert scenario_of(settings).name == settings.scenario


def test_there_are_experiments():
    assert "teaching" in EXPERIMENTS


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_an_experiment_composes_bears_its_own_name_and_its_scenario_loads(name):
    settings = compose_settings([f"experiment={name}"])
    assert settings.name == name
    assert settings != compose_settings([f"name={name}"])  # it sets something
    assert scenario_of(settings).name == settings.scenario


def test_the_command_line_goes_before_the_experiment():
    assert compose_settings(["experiment=teaching", "runs=3"]).runs == 3
    assert compose_settings(["runs=3", "experiment=teaching"]).runs == 3


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("colour: red", "colour: unknown option (allowed: name, scenario, law"),
        ("runs: many", "runs: Input should be a valid integer (got 'many')"),
        ("law: cubic", "law: unknown law (allowed: deitchman, fatigue, linear"),
    ],
)
def test_an_experiment_that_is_wrong_is_told(written, wanted, tmp_path, monkeypatch):
    (tmp_path / "experiment").mkdir()
    (tmp_path / "config.yaml").write_text((files.conf_folder() / "config.yaml").read_text(encoding="utf-8"))
    (tmp_path / "experiment" / "wrong.yaml").write_text(f"# @package _global_\n{written}\n")
    monkeypatch.setattr(files, "conf_folder", lambda: tmp_path)
    with pytest.raises(SettingsError) as caught:
        compose_settings(["experiment=wrong"])
    assert wanted in str(caught.value)
