"""Settings choose by plain names from the folders of settings, and are plain data: the disk is watched."""

from pathlib import Path

import pytest
from support.traps import LEAK, REACHES, SECRET, Trap

from sim import paths
from sim.cli import compose, groups
from sim.cli.compose import compose_plain, make_hydra
from sim.cli.errors import SettingsError
from sim.cli.multirun import split_jobs
from sim.cli.resume import rebuild_job
from sim.cli.settings import compose_settings
from sim.runs.job_file import JobFile

GROUPS = sorted(str(path.relative_to(paths.conf_folder())) for path in paths.conf_folder().rglob("*") if path.is_dir())
ONE = ("run", "scenario=teaching", "runs=1", "workers=1")
MANY = ("run", "-m", *ONE[1:])


@pytest.fixture
def trap(tmp_path):
    return Trap(tmp_path / "trap")


# --- names

WAYS = [
    "{group}={name}",
    "+{group}={name}",
    "++{group}={name}",
    "{group}=[{name}]",
    "+{group}=['{name}']",
    '+{group}="{name}"',
    "+{group}=[{group},{name}]",
    "+{group}@_global_={name}",
    "+{group}@hydra.callbacks=[{name}]",
    "+{group}=str({name})",
    "~{group}={name}",
    "+={group}/{name}",
    "++=[{group}/{name}]",
]
SWEEPS = [
    "+{group}={name},{name}",
    "{group}=[],[{name}]",
    "+{group}=choice('{name}','{name}')",
    "+{group}=shuffle({name},{name})",
    "+{group}=sort({name},{name})",
    "+{group}=tag(x,choice({name},null))",
    "+={group}/{name},{group}/{name}",
]


@pytest.mark.slow
@pytest.mark.parametrize("way", [*WAYS, *SWEEPS])
@pytest.mark.parametrize("group", ["perturb", "backend"])
def test_a_file_outside_is_reached_by_no_way_of_writing_it(group, way, trap, nursery):
    word = way.format(group=group, name=trap.reach("relative", group))
    trap.assert_untouched(trap.call(nursery, *MANY, word))


@pytest.mark.slow
@pytest.mark.parametrize("reach", REACHES)
@pytest.mark.parametrize("group", GROUPS)
def test_a_file_outside_is_reached_from_no_group_by_no_path(group, reach, trap, nursery):
    plus = "" if group in ("perturb", "backend", "preset", "question") else "+"
    trap.assert_untouched(trap.call(nursery, *MANY, f"{plus}{group}={trap.reach(reach, group)}"))


@pytest.mark.parametrize("command", ["run", "sweep", "whatif", "sensitivity", "calibrate", "forecast", "diary"])
def test_no_command_reads_a_file_outside(command, trap, nursery):
    for group in ("perturb", "backend"):
        trap.assert_untouched(
            trap.call(nursery, command, "scenario=teaching", f"{group}={trap.reach('relative', group)}")
        )


@pytest.mark.hard
@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("call", [ONE, MANY])
def test_a_file_outside_is_not_reached_at_all(call, group, trap, nursery, tried, some):
    words = [way.format(group=group, name=trap.reach(reach, group)) for way in [*WAYS, *SWEEPS] for reach in REACHES]
    words = some(words)
    for word in words:
        trap.assert_untouched(trap.call(nursery, *call, word))
    name = f"`sim {' '.join(word for word in call if '=' not in word)}`"
    tried.note("settings that lead outside", name, f"`{group}`", len(words), len(words))


# --- plain data

ENV = "oc.env:SECRET_TOKEN"
LEAKS = [
    f"question_text=${{{ENV}}}",
    f"question_text='a ${{{ENV}}}'",
    f"question_text=$\\{{{ENV}\\}}",
    f"question_text=str($\\{{{ENV}\\}})",
    "question_text=$\\{oc.decode:$\\{oc.env:SECRET_TOKEN\\}\\}",
    "question_text=$\\{hydra:runtime.cwd\\}",
    "question_text=$\\{outputs\\}",
    f"+override.title=$\\{{{ENV}\\}}",
    f"+override={{title: $\\{{{ENV}\\}}}}",
    f"+override.x=[a,[b,$\\{{{ENV}\\}}]]",
    f"+perturb.x={{kind: sorties, order_kind: airstrike, factor: 0, description: $\\{{{ENV}\\}}}}",
    f"perturb={{x: {{kind: sorties, order_kind: airstrike, factor: 0, description: $\\{{{ENV}\\}}}}}}",
    f"+perturb=[$\\{{{ENV}\\}}]",
    f"backend=$\\{{{ENV}\\}}",
    f"backend.address=$\\{{{ENV}\\}}",
]
SWEPT = [
    f"question_text=a,$\\{{{ENV}\\}}",
    f"question_text=choice(a,$\\{{{ENV}\\}})",
    f"+override.title=shuffle(a,$\\{{{ENV}\\}})",
]


@pytest.mark.parametrize("word", LEAKS)
def test_a_setting_is_taken_as_it_is_written(word, trap, nursery):
    trap.assert_untouched(trap.call(nursery, *ONE, word))


@pytest.mark.parametrize("word", [*LEAKS, *SWEPT])
def test_a_setting_of_many_is_taken_as_it_is_written(word, trap, nursery):
    trap.assert_untouched(trap.call(nursery, *MANY, word))


KIND = "kind: sorties, order_kind: airstrike, factor: 0"
HOSTILE = {
    "the environment": f"{LEAK}\n",
    "the environment, escaped": f'x: {{{KIND}, description: "\\x24{{{ENV}}}"}}\n',
    "the environment, on two lines": f'x: {{{KIND}, description: "$\\\n  {{{ENV}}}"}}\n',
    "the environment, folded": f"x:\n  kind: sorties\n  order_kind: airstrike\n  factor: 0\n"
    f"  description: >-\n    ${{{ENV}}}\n",
    "the environment, in a list": f'x: {{kind: cancel, orders: ["${{{ENV}}}"]}}\n',
    "the environment, merged in": f"a: &a {{description: '${{{ENV}}}'}}\nx: {{<<: *a, {KIND}}}\n",
    "another setting": f"x: {{{KIND}, description: '${{outputs}}'}}\n",
    "the folder": f"x: {{{KIND}, description: '${{hydra:runtime.cwd}}'}}\n",
    "a node made of text": f"x: '${{oc.create:{{{KIND}}}}}'\n",
    "a callback": "# @package _global_\nCALLBACK\n",
    "a callback by its package": "# @package hydra.callbacks\nx: {_target_: joblib.load, filename: PICKLE}\n",
    "a callback by a longer package": (
        "# @package _global_.hydra\ncallbacks: {x: {_target_: joblib.load, filename: PICKLE}}\n"
    ),
    "a logger": "# @package _global_\nhydra: {job_logging: {handlers: {x: {(): joblib.load, filename: PICKLE}}}}\n",
    "a sweeper": "# @package _global_\nhydra: {sweeper: {_target_: joblib.load, filename: PICKLE}}\n",
    "the environment of a job": "# @package _global_\nhydra: {job: {env_copy: [SECRET_TOKEN]}}\n",
    "a search path": "# @package _global_\nhydra: {searchpath: ['file://OUTSIDE']}\n",
    "a default outside": "defaults: [OUTSIDE/evil]\n",
    "an absolute default outside": "defaults: [/perturb/OUTSIDE/evil]\n",
    "a default of a group outside": "defaults: [{/perturb: [OUTSIDE/evil]}]\n",
    "an optional default outside": "defaults: [{optional /backend: OUTSIDE/evil}]\n",
    "a default put in Hydra's place": "defaults: [{/perturb@_global_.hydra.callbacks: no_airstrikes}]\n",
    "a launcher": "# @package _global_\ndefaults: [{override /hydra/launcher: none}]\n",
    "a default from the environment": f"defaults: [{{/perturb: '${{{ENV}}}'}}]\n",
    "a path from the environment": f"defaults: ['${{{ENV}}}']\n",
    "no YAML": "x: [\n",
    "a list": "[a, b]\n",
    "bytes": "x: !!python/object/apply:os.system ['touch canary']\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("call", [ONE, MANY], ids=["one", "many"])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_of_settings_is_plain_data(name, call, trap, nursery):
    first = trap.conf("perturb/evil.yaml", HOSTILE[name])
    trap.assert_untouched(trap.call(nursery, *call, "perturb=[evil]", first=first))


@pytest.mark.parametrize("name", ["the environment", "a callback", "a logger", "the environment of a job"])
def test_one_job_of_many_is_held_to_the_same(name, trap, nursery):
    first = trap.conf("preset/evil.yaml", HOSTILE[name])
    trap.assert_untouched(trap.call(nursery, *MANY, "preset=teaching,evil", first=first))


def test_what_a_stored_run_says_is_no_more_than_settings(monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", SECRET)
    ledger = {"command": "run", "settings": {}, "inputs": {}, "studies": [], "batch_length": 1, "started": ""}
    for word in ("+perturb=../../evil", "perturb=[/evil]", "question_text=$\\{oc.env:SECRET_TOKEN\\}", " hydra.x=1"):
        with pytest.raises(SettingsError):
            rebuild_job(JobFile(**ledger, argv=["scenario=teaching", word]), [])
    stored = compose_settings(["scenario=teaching"]).model_dump(mode="json") | {"question_text": f"${{{ENV}}}"}
    job = rebuild_job(JobFile(**ledger | {"settings": stored}, argv=None), [])
    assert job.settings.question_text == f"${{{ENV}}}", "it is a text"


# --- what there is


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("perturb=[no_airstrike]", "perturb: unknown perturbation (got 'no_airstrike'; did you mean "),
        ("perturb=[no_airstrike]", "did you mean no_airstrikes? allowed"),
        (
            "backend=thread",
            "backend: unknown backend (got 'thread'; did you mean threads? allowed: auto, dask, loky, serial, threads)",
        ),
        ("question=dec2014/all_bombs", "did you mean dec2014/all_bombs_stopped? allowed"),
        ("+perturbs/x=y", "perturbs/x: unknown group (got 'perturbs/x'; "),
    ],
)
def test_what_is_not_there_is_told_with_what_is(word, wanted):
    with pytest.raises(SettingsError) as caught:
        compose_settings([word])
    assert wanted in str(caught.value)


def test_the_groups_are_the_folders_there_are():
    assert sorted(groups.list_groups(groups.find_config_folders())) == GROUPS
    assert "dec2014/soldiers" in groups.list_choices("factor")


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("perturb=[no_airstrikes],[no_shelling],[]", 3),
        ("preset=glob(*_law)", 2),
        ("backend=choice(auto,serial)", 2),
    ],
)
def test_what_is_there_can_be_swept_over(word, count):
    jobs = split_jobs([word], groups.find_config_folders())
    assert len(jobs) == count
    assert all(compose_settings(job) for job in jobs)


def test_interpolations_of_ours_are_in_what_is_said_to_hydra_alone():
    for path in paths.conf_folder().rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        before, _, _ = text.partition("\nhydra:\n")
        assert "${" not in (before if path.parent == paths.conf_folder() else text), path


# --- a folder of somebody's own, beside ours


@pytest.fixture
def folders(tmp_path):
    theirs = tmp_path / "theirs"
    (theirs / "perturb" / "mine").mkdir(parents=True)
    (theirs / "hydra").mkdir()
    (theirs / "perturb" / "mine" / "calm.yaml").write_text(
        f"# @package perturb\ncalm: {{{KIND}, description: calmly}}\n"
    )
    (theirs / "config.yaml").write_text("name: stolen\n")
    (tmp_path / "out.yaml").write_text(f"x: {{{KIND}}}\n")
    (theirs / "perturb" / "link.yaml").symlink_to(tmp_path / "out.yaml")
    (theirs / "perturb" / "odd name.yaml").write_text("{}\n")
    return paths.conf_folder(), theirs


def test_a_second_folder_adds_names_and_changes_nothing_of_ours(folders):
    known = groups.list_choices("perturb", folders)
    assert "mine/calm" in known
    assert not {"link", "odd name"}.intersection(known)
    assert "hydra" not in groups.list_groups(folders)
    plain = compose_plain(["perturb=[mine/calm]"], "config", folders)
    assert plain["name"] == "base"
    assert plain["perturb"]["calm"]["description"] == "calmly"


def test_a_name_that_is_taken_is_refused(folders):
    (folders[1] / "perturb" / "no_airstrikes.yaml").write_text("no_airstrikes: {kind: free}\n")
    with pytest.raises(SettingsError, match=r"perturb/no_airstrikes\.yaml: its name is taken"):
        groups.list_choices("perturb", folders)


@pytest.mark.parametrize("where", ["named", "here"])
def test_a_folder_of_ones_own_is_named_or_is_where_one_is(where, call, tmp_path, monkeypatch):
    own = tmp_path / ("conf" if where == "here" else "mine")
    (own / "perturb").mkdir(parents=True)
    calm = "kind: sorties, order_kind: airstrike, factor: 0, description: on a calm day"
    (own / "perturb" / "calm.yaml").write_text(f"calm: {{{calm}}}\n")
    monkeypatch.chdir(tmp_path)
    option = [] if where == "here" else ["--config-dir", "mine"]
    small = ["scenario=teaching", "runs=1", "workers=1", "perturb=[calm]"]
    code, out, err = call("run", *option, *small)
    assert (code, err) == (0, "")
    assert "on a calm day" in (Path(out.splitlines()[-1]) / "run.json").read_text(encoding="utf-8")
    (own / "config.yaml").touch()
    assert call("run", *small)[0] == 2, "all the settings of something else are not ours"
    (own / "config.yaml").unlink()
    code, out, _ = call("run", *option, "--info")
    assert code == 0
    assert f"files from: {own}" in out
    assert "calm" in out
    code, _, err = call("run", "--config-dir", "nosuch", *small)
    assert code == 2
    assert "nosuch" in err


def test_a_folder_that_is_named_twice_is_read_once(call, tmp_path, monkeypatch):
    (tmp_path / "conf" / "perturb").mkdir(parents=True)
    (tmp_path / "conf" / "perturb" / "calm.yaml").write_text("calm: {kind: sorties, factor: 0}\n")
    monkeypatch.chdir(tmp_path)
    code, out, err = call("run", "--config-dir", "conf", "--config-dir", str(tmp_path / "conf"), "--info")
    assert (code, err) == (0, "")
    assert out.count(f"files from: {tmp_path / 'conf'}") == 1


@pytest.mark.parametrize("path", ["perturb/link", "perturb/../../out", "../out", "perturb/./link"])
def test_hydra_itself_is_given_no_file_that_is_not_there(path, folders):
    with pytest.raises(SettingsError, match="unknown file"):
        make_hydra(folders).config_loader.repository.load_config(path)


def test_settings_of_hydra_are_held_against_those_that_are_shipped(folders, monkeypatch):
    """If all that stands before it should fail."""
    (folders[1] / "perturb" / "evil.yaml").write_text("# @package hydra.callbacks\nx: {a: 1}\n")
    monkeypatch.setattr(compose, "check_file", lambda *_: None)
    with pytest.raises(SettingsError, match="Hydra itself has no settings here"):
        compose_plain(["perturb=[evil]"], "config", folders)
    (calm,), (evil,) = split_jobs(["perturb=[],[evil]"], folders)
    assert not compose_plain([calm], "config", folders).get("perturb")
    with pytest.raises(SettingsError, match="Hydra itself has no settings here"):
        compose_plain([evil], "config", folders)
