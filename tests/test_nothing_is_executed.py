"""Nothing that a user, a file or somebody else's folder says is ever run as code."""

import ast
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from support.corruption import damaged
from support.traps import Trap

import sim
from sim import paths
from sim.battle import jit
from sim.paths import CacheError, ensure_private_folder

PACKAGE = Path(sim.__file__).parent
BANNED = {"eval", "exec", "compile", "__import__", "input"}
BANNED_NAMES = {
    *(
        "pickle",
        "cPickle",
        "dill",
        "shelve",
        "marshal",
        "cloudpickle",
        "joblib",
        "instantiate",
        "register_new_resolver",
    ),
    *("unsafe_load", "full_load", "FullLoader", "UnsafeLoader", "get_method", "get_class", "get_object", "read_pickle"),
}
# Where the project itself has need of one, and for what.
ALLOWED = {
    ("runs/pickled_task.py", "pickle"): "what this very program packed, over a pipe to its own workers",
    ("runs/pickled_task.py", "cloudpickle"): "the packing",
    ("runs/backends/loky.py", "joblib"): "processes; none of its files",
    ("cli/overrides.py", "_target_"): "its refusal",
    ("cli/play.py", "input"): "what a player types, a text that is looked up among the choices",
}


def find_dangerous_names(tree: ast.AST) -> set[str]:
    """What a module has of the means to run data as code."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BANNED:
            found.add(node.func.id)
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = getattr(node, "module", None) or ""
            names = [*module.split("."), *(part for each in node.names for part in each.name.split("."))]
            found.update(BANNED_NAMES.intersection(names))
        if isinstance(node, ast.Attribute) and node.attr in BANNED_NAMES:
            found.add(node.attr)
        if isinstance(node, ast.keyword) and node.arg in ("allow_pickle", "shell") and not is_false(node.value):
            found.add(node.arg)
        if isinstance(node, ast.Constant) and node.value == "_target_":
            found.add("_target_")
    return found


def is_false(node: ast.expr) -> bool:
    """Whether an expression is the word False."""
    return isinstance(node, ast.Constant) and node.value is False


@pytest.mark.slow
def test_the_source_has_no_means_to_run_data_as_code():
    found = {
        (path.relative_to(PACKAGE).as_posix(), what)
        for path in PACKAGE.rglob("*.py")
        for what in find_dangerous_names(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found == set(ALLOWED)


@pytest.mark.parametrize(
    "text",
    ["eval(x)", "exec(x)", "__import__(x)", "import pickle", "from joblib import load", "np.load(x, allow_pickle=True)",
     "np.load(x, allow_pickle=y)", "subprocess.run(x, shell=True)",
     "from hydra.utils import instantiate", "a.unsafe_load(b)", "x['_target_']"],
)  # fmt: skip
def test_such_means_are_seen(text):
    assert find_dangerous_names(ast.parse(text))


def test_every_load_of_arrays_says_that_it_takes_no_pickles():
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("np.load", "numpy.load"):
                assert any(word.arg == "allow_pickle" for word in node.keywords), path


def test_no_setting_names_anything_to_be_made():
    for path in paths.conf_folder().rglob("*.yaml"):
        assert "_target_" not in path.read_text(encoding="utf-8"), path
        assert "oc." not in path.read_text(encoding="utf-8"), path


# Tried

LESS_PLAIN = [
    "+hydra.callbacks.x._target_=joblib.load",
    " hydra.callbacks.x._target_=joblib.load",
    "++ hydra.callbacks.x._target_=joblib.load",
    "+perturb@hydra.callbacks=[no_airstrikes]",
    "+backend@hydra.sweeper=serial",
    "+=../outside/evil",
    "perturb=[../outside/evil]",
    "backend=/outside/evil",
]
WORDS = [
    "+x._target_=os.system",
    "+override._target_=os.system",
    "+override={_target_: os.system, command: 'touch touched'}",
    "perturb={x: {_target_: os.system, command: 'touch touched', kind: sorties}}",
    "+perturb.x._target_=subprocess.getoutput",
    "name=${oc.env:HOME}",
    "outputs='${oc.env:HOME}/x'",
    "question_text=$\\{oc.env:SECRET_TOKEN\\}",
    "scenario='${oc.create:{}}'",
    "+override.title='${oc.decode:${oc.env:HOME}}'",
    "+override.title='${hydra:runtime.cwd}'",
    'seed=\'${eval:__import__("os").system("touch touched")}\'',
    "+hydra.callbacks.x={_target_: os.system, command: 'touch touched'}",
    *LESS_PLAIN,
    "hydra.sweeper._target_=os.system",
    "hydra/launcher=joblib",
    "hydra.job_logging={version: 1, handlers: {x: {'()': os.system, command: 'touch touched'}}}",
    "hydra.searchpath=[file:///tmp]",
    "~hydra",
    "--config-path=/tmp",
    "--cfg=all",
    "--config-name=x",
    "--experimental-rerun=x",
    "-cn=x",
]


# Every command that takes settings: a new one gets a line here.
NAMES = ("sweep", "diary", "whatif", "sensitivity", "tipping-point", "calibrate", "forecast", "analyse",
         "compare-models", "sbc", "score", "diff", "report", "plot", "export", "scenario-discovery", "resume",
         "validate")  # fmt: skip
COMMANDS = [("run", "-m"), *((name,) for name in NAMES)]
FEW = ("+x._target_=os.system", "+hydra.callbacks.x={_target_: os.system, command: 'touch touched'}")


@pytest.mark.slow
@pytest.mark.parametrize("word", WORDS)
def test_a_setting_that_would_run_something_is_refused(word, nursery, tmp_path):
    assert_never_run(("run",), word, nursery, tmp_path)


@pytest.mark.parametrize("word", FEW)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_refuses_a_setting_that_would_run_something(command, word, nursery, tmp_path):
    assert_never_run(command, word, nursery, tmp_path)


@pytest.mark.hard
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_refuses_every_such_setting(command, nursery, tmp_path, tried, some):
    words = some(WORDS)
    for word in words:
        assert_never_run(command, word, nursery, tmp_path)
    tried.note("settings that name code", f"`sim {' '.join(command)}`", len(words), len(words))


def assert_never_run(command: tuple[str, ...], word: str, nursery, folder: Path) -> None:
    """A call with a hostile setting: refused, nothing made or changed, and nothing of the environment told."""
    trap = Trap(folder / f"trap{len(list(folder.iterdir()))}")
    ended = trap.call(nursery, *command, "scenario=teaching", "runs=1", word)
    trap.assert_untouched(ended)
    assert os.environ.get("HOME", "?") not in ended.err.replace(word, "")


@pytest.mark.parametrize(
    "value", ["!!python/object/apply:os.system ['touch touched']", "${oc.env:HOME}", "{_target_: os.system}"]
)
def test_a_scenario_runs_nothing(value, nursery, tmp_path):
    path = tmp_path / "t.yaml"
    path.write_text(damaged(("title: ", f"title: {value} #")), encoding="utf-8")
    ended = nursery.call("check", str(path), folder=str(tmp_path))
    if value.startswith("$"):  # it is a text like any other, and stays one
        assert ended.code == 0
        assert os.environ.get("HOME", "?") not in ended.out
    else:
        assert ended.was_refused
    assert [each.name for each in tmp_path.iterdir()] == ["t.yaml"]


# Machine code, which numba keeps with an index that it unpickles


def get_mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_folder_of_machine_code_is_made_for_nobody_else(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    before = os.umask(0)
    try:
        folder = ensure_private_folder(paths.cache_folder())
    finally:
        os.umask(before)
    assert get_mode(folder) == 0o700
    folder.chmod(0o755)
    assert get_mode(ensure_private_folder(folder)) == 0o700, "others may look into it no longer"


@pytest.mark.parametrize("wide", [0o777, 0o770, 0o1777, 0o722])
def test_a_folder_of_machine_code_that_others_may_write_is_refused(wide, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    paths.cache_folder().mkdir()
    paths.cache_folder().chmod(wide)
    with pytest.raises(CacheError, match="others may write"):
        ensure_private_folder(paths.cache_folder())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_machine_code_of_somebody_else_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    paths.cache_folder().mkdir(mode=0o700)
    os.chown(paths.cache_folder(), 12345, 12345)
    with pytest.raises(CacheError, match="belongs to somebody else"):
        ensure_private_folder(paths.cache_folder())


def test_a_link_to_another_folder_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    paths.cache_folder().symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CacheError, match="is a link"):
        ensure_private_folder(paths.cache_folder())


@pytest.mark.slow
def test_nothing_is_loaded_from_a_folder_that_others_may_write(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (paths.cache_folder() / "rules").mkdir(parents=True)
    paths.cache_folder().chmod(0o777)
    with pytest.raises(CacheError):
        jit.compile_rules.__wrapped__()
    code = "from sim.cli.main import main; main()"
    words = ["run", "scenario=teaching", "engine=compiled", "runs=2", f"outputs={tmp_path}/out"]
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    assert "others may write" in done.stderr
    assert "Traceback" not in done.stderr
