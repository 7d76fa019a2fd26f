"""Stored results that are damaged, forged or foreign: the file is named and refused, never trusted and never run."""

import json
import re
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from support.interruptions import BARE
from support.outputs import DAMAGES

import sim
from sim.outputs import run_results
from sim.runs import job_file, replicate
from sim.storage.manifest import MANIFESTS
from sim.storage.seal import StoredError

# Commands that leave a folder, small ones: a new one gets a line here.
COOLED = ("particles=50", "sweeps=1", "final_sweeps=1", "max_simulations=1000", "target_ess=0", "engine=compiled")
LEAVE = {
    "run": ("run", "preset=teaching", "runs=210"),
    "sweep": ("sweep", "scenario=teaching", "factors={killing_rate_teal: [0.2, 0.4, 0.8]}", "runs=70"),
    "whatif": ("whatif", "scenario=teaching", "perturb=[no_airstrikes]", "runs=30"),
    "calibrate": (
        "calibrate",
        "scenario=teaching",
        *COOLED,
        "ess_fraction=0.05",
        "hm_draws=10",
        "hm_repeats=2",
        "importance_draws=100",
    ),
    "forecast": ("forecast", "scenario=teaching", *COOLED),
    "score": ("score", "{run}"),
    "sealed-forecast": ("forecast", "--sealed", "scenario=teaching", "runs=20"),
    "diff": ("diff", "{run}", "{run}"),
}
# So few draws are never shown: these are, so that there is a posterior to look at.
SHOWN = "from sim.inference import diagnostics; diagnostics.MIN_ESS = 0; diagnostics.MAX_MISFIT_SHARE = 1.0"
# Commands that read one, how they are called, and what they read: a new one gets a line here.
READ = {
    "scenario-discovery": (("{folder}", "measure=objective_held"), ("run", "sweep")),
    "resume": (("{folder}",), ("run", "sweep", "whatif", "calibrate", "forecast")),
    "score": (("{folder}",), ("run", "sealed-forecast")),
    "plot": (("{folder}", "figure=all", "format=svg", "to=drawn"), ("run", "sweep", "whatif", "score", "diff")),
    "export": (("{folder}", "format=csv", "to=exported"),
               ("run", "sweep", "whatif", "calibrate", "forecast", "score", "diff")),
    "report": (("{folder}", "page=page.md"), ("calibrate",)),
    "pool": (("{folder}", "{folder}"), ("calibrate",)),
    "diff": (("{folder}", "{folder}"), ("run", "sweep", "whatif")),
    "cross-validate": (("{folder}", "{folder}"), ("calibrate",)),
    "run": (("scenario=teaching", "parameters=posterior:{folder}", "runs=2", "workers=1"), ("calibrate",)),
    "diary": (("scenario=teaching", "parameters=posterior:{folder}"), ("calibrate",)),
    "analyse": (("scenario=teaching", *COOLED, "readings=[]", "posterior={folder}", "workers=1"),
                ("calibrate",)),
}  # fmt: skip
# Modules below the commands that read one.
READ_BY_MODULE = {
    "sim.cli.build": ("run", "diary"),
    "sim.cli.calibrated_battles": ("pool", "cross-validate"),
    "sim.cli.sealed_forecast": ("score",),
}
TWO_BATTLES = ("pool", "cross-validate")
MADE_BY = [(made, reads) for reads, (_, those) in READ.items() for made in those]
OF_A_RUN = [pair for pair in MADE_BY if pair[0] == "run"]


@pytest.fixture(scope="module")
def left(tmp_path_factory, nursery) -> Callable[[str], Path]:
    """A sound folder of each command, made when it is first asked for."""

    @cache
    def found(name: str) -> Path:
        outputs = tmp_path_factory.mktemp(name)
        words = [word.format(run=found("run")) if "{run}" in word else word for word in LEAVE[name]]
        more = [] if name in ("score", "diff") else ["workers=1"]
        ended = nursery.call(*words, f"outputs={outputs}", *more, first=f"{BARE}\n{SHOWN}")
        assert ended.code == 0, ended.err
        (manifest,) = outputs.rglob("run.json")
        return manifest.parent

    return found


def words(made: str, reads: str, folder: Path) -> list[str]:
    """A call that reads a folder."""
    if (made, reads) == ("sweep", "scenario-discovery"):
        return [reads, str(folder), "measure=headline_1", "above=0"]
    if made == "sealed-forecast":
        return [reads, str(folder), "answers=teaching"]
    return [reads, *(word.format(folder=folder) for word in READ[reads][0])]


def assert_read(made: str, reads: str, left: Callable[[str], Path], nursery, folder: Path) -> None:
    """An unchanged folder is read."""
    copy = shutil.copytree(left(made), folder / "copy")
    ended = nursery.call(*words(made, reads, copy), folder=str(folder))
    assert ended.code == 0, ended.err


@pytest.mark.slow
@pytest.mark.parametrize("reads", ["scenario-discovery", "resume", "export"])
def test_a_sound_folder_of_a_run_is_read(reads, left, nursery, tmp_path):
    assert_read("run", reads, left, nursery, tmp_path)


@pytest.mark.hard
@pytest.mark.parametrize(("made", "reads"), [pair for pair in MADE_BY if pair[1] not in TWO_BATTLES])
def test_a_sound_folder_is_read(made, reads, left, nursery, tmp_path):
    assert_read(made, reads, left, nursery, tmp_path)


def assert_refused(nursery, made: str, reads: str, folder: Path, name: str) -> None:
    """Damaged results are refused in a message that names the folder, and nothing in it changes."""
    DAMAGES[name](folder)
    before = sorted(path for path in folder.parent.rglob("*"))
    ended = nursery.call(*words(made, reads, folder), first=SOON, folder=str(folder.parent))
    assert ended.was_refused, (name, ended.code, ended.err[-2000:])
    assert str(folder) in ended.err
    assert len(ended.err) < 1_000
    assert sorted(path for path in folder.parent.rglob("*")) == before


# So much CPU and patience, and no more; a busy machine takes its time.
SOON = "import resource; resource.setrlimit(resource.RLIMIT_CPU, (20, 20)); import signal; signal.alarm(600)"
QUICK = (
    "half a table",
    "a table that is gone",
    "one number of a table",
    "a table of something else",
    "a pipe for a table",
    "a link to a table elsewhere",
    "another seed in the manifest",
    "a list for a manifest",
    "a deep manifest",
    "half a manifest",
    "a link to a manifest elsewhere",
    "measures of nothing in the manifest",
    "a pipe for a manifest",
    "a table of a terabyte",
    "a manifest of a terabyte",
    "a sealed manifest of another command",
    "a sealed manifest of no digest",
    "a sealed manifest with a file elsewhere",
)


@pytest.mark.parametrize("name", QUICK)
def test_damaged_results_are_named_and_refused(name, left, nursery, tmp_path):
    assert_refused(nursery, "run", "export", shutil.copytree(left("run"), tmp_path / "copy"), name)


@pytest.mark.parametrize("name", ["one number of a table", "half a manifest"])
@pytest.mark.parametrize(("made", "reads"), OF_A_RUN)
def test_every_command_that_reads_a_run_refuses_a_damaged_one(made, reads, name, left, nursery, tmp_path):
    assert_refused(nursery, made, reads, shutil.copytree(left(made), tmp_path / "copy"), name)


@pytest.mark.hard
@pytest.mark.parametrize(("made", "reads"), MADE_BY)
def test_results_damaged_in_every_way_are_refused(made, reads, left, nursery, tmp_path, tried, some):
    names = some(DAMAGES)
    for number, name in enumerate(names):
        (tmp_path / str(number)).mkdir()
        assert_refused(nursery, made, reads, shutil.copytree(left(made), tmp_path / str(number) / "copy"), name)
    tried.note("damaged results", f"`sim {reads}` of a `sim {made}`", len(names), len(names))


def test_figures_are_drawn_from_no_damaged_results(left, tmp_path):
    """`run_results.read_run` is the way to the tables of a run, for whoever draws or exports them."""
    for number, name in enumerate(DAMAGES):
        copy = shutil.copytree(left("run"), tmp_path / str(number))
        DAMAGES[name](copy)
        with pytest.raises(StoredError, match=str(copy)):
            run_results.read_run(copy)


def test_a_folder_that_is_not_finished_is_reported(left, tmp_path):
    copy = shutil.copytree(left("run"), tmp_path / "copy")
    (copy / "run.json").unlink()
    with pytest.raises(StoredError, match=r"not a complete output \(there is no run\.json\)"):
        run_results.read_run(copy)


def list_command_sources() -> dict[str, str]:
    """The source of each module of commands."""
    return {path.stem: path.read_text(encoding="utf-8") for path in (Path(sim.__file__).parent / "cli").glob("*.py")}


def test_every_command_that_leaves_an_output_has_a_manifest_of_its_own():
    for name, source in list_command_sources().items():
        if "write_manifest(" in source:
            model = MANIFESTS[name.replace("_", "-")]
            assert f"{model.__name__}(" in source, name


def test_every_command_that_reads_an_output_is_in_the_table():
    reading = ("open_output(", "load_report_inputs(", "read_posterior(")
    for name, source in list_command_sources().items():
        if any(word in source for word in reading):
            assert name.replace("_", "-") in READ or f"sim.cli.{name}" in READ_BY_MODULE, name


def test_nobody_looks_into_a_manifest_by_key():
    """A key that is not there is a traceback; a field of the model is checked when the manifest is read."""
    found = [
        path.name
        for path in Path(sim.__file__).parent.rglob("*.py")
        if re.search(r"manifest(\[|\.get\()", path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_table_is_under_the_seal(left):
    manifest = json.loads((left("run") / "run.json").read_text())
    there = {path.name for path in left("run").iterdir() if path.suffix in (".parquet", ".json")} - {"run.json"}
    assert set(manifest["files"]) == there


# A run that is resumed


@pytest.fixture(scope="module")
def begun(tmp_path_factory, nursery) -> Path:
    """A run that was interrupted when two of its shards were written."""
    outputs = tmp_path_factory.mktemp("begun")
    ended = nursery.call("run", "preset=teaching", "runs=23", "workers=1", f"outputs={outputs}", first=INTERRUPTED)
    assert ended.code == 130, ended.err
    return next((outputs / "teaching").iterdir())


@pytest.fixture
def unfinished(begun, tmp_path) -> Path:
    """A copy of it, to be spoilt."""
    return Path(shutil.copytree(begun, tmp_path / "unfinished"))


INTERRUPTED = f"""
{BARE}
from sim.runs import replicate, run_directory
replicate.TARGET_SECONDS = 0
written = []
def write(*given, write=run_directory.write_shard):
    if len(written) == 2:
        raise KeyboardInterrupt
    written.append(write(*given))
run_directory.write_shard = write
"""


def forge_job_file(folder: Path, **changes: object) -> None:
    """A job file with other entries, sealed again: whoever forges one knows how."""
    changed = job_file.read_job_file(folder).model_copy(update=changes)
    job_file.write_job_file(folder, changed.model_copy(update={"digest": changed.compute_seal()}))


@pytest.mark.parametrize(
    "command", ["check", "new", "job", "os", "../run", "run.os", "", "settings", "schema", "x" * 5000]
)
def test_a_job_file_can_call_no_other_code(command, unfinished, nursery):
    forge_job_file(unfinished, command=command)
    ended = nursery.call("resume", str(unfinished))
    assert ended.was_refused, ended.err
    assert "job.json" in ended.err


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ["hydra.run.dir=/tmp/x"],
        ["+hydra.callbacks.x._target_=os.system"],
        ["seed=${oc.env:HOME}"],
        ["--config-dir=/tmp"],
        ["\x00"],
        ["[" * 5000],
        ["a=" + "[" * 5000],
        ["question=../../x"],
        ["runs=1e9"],
        ["~seed"],
        [],
    ],
)
def test_words_of_a_forged_job_file_are_taken_like_any_others(words, unfinished, nursery):
    forge_job_file(unfinished, argv=words)
    ended = nursery.call("resume", str(unfinished))
    assert ended.was_refused, ended.err[-2000:]


LINKS = ("shards", "shards/0", "shards/0/000000005-000000010.parquet", "runs.parquet.partial", "run.json.partial",
         ".lock", "figures", "job.json")  # fmt: skip


@pytest.mark.parametrize("name", LINKS)
def test_a_run_does_not_go_on_through_a_link_out_of_its_folder(name, unfinished, nursery, tmp_path):
    outside = tmp_path / "outside"
    path = unfinished / name
    if path.exists():
        shutil.move(path, outside)
    elif name == "figures":
        outside.mkdir()
    else:
        outside.write_text("precious")
    path.symlink_to(outside)
    before = {each: each.read_bytes() for each in [outside, *outside.rglob("*")] if each.is_file()}
    ended = nursery.call("resume", str(unfinished))
    assert ended.was_refused, ended.err
    assert f"{path} is a link" in ended.err
    assert {each: each.read_bytes() for each in [outside, *outside.rglob("*")] if each.is_file()} == before


def test_pieces_of_another_shape_are_simulated_again(tmp_path, monkeypatch):
    """A piece that is sealed and no piece: of other rows, of objects, of no array."""
    import hashlib
    import io

    import numpy as np

    from sim.battle.simulation import Simulation
    from sim.runs.backends import WorkerPool
    from sim.runs.cached_runner import CachedRunner
    from sim.scenario import load

    monkeypatch.setattr(replicate, "TARGET_SECONDS", 0)
    study = replicate.Study(Simulation(load("teaching")), seed=3, runs=7, n_saved_logs=0)
    runner = CachedRunner(WorkerPool(1), "serial", tmp_path)
    (wanted,) = runner.iterate_outcomes([study])
    (path,) = tmp_path.glob("*.npy")

    def forge(content: bytes) -> None:
        path.write_bytes(hashlib.sha256(content).digest() + content)

    spoilt = [np.zeros((3, 3)), np.zeros(wanted.shape, dtype=int), np.array(["a"]), wanted[:, :-1], np.zeros(())]
    for array in spoilt:
        content = io.BytesIO()
        np.save(content, array)
        forge(content.getvalue())
        assert next(iter(runner.iterate_outcomes([study]))).tobytes() == wanted.tobytes()
    objects = io.BytesIO()
    np.save(objects, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    for content in (objects.getvalue(), b"", b"cos\nsystem\n(S'true'\ntR.", b"\x93NUMPY"):
        forge(content)
        assert next(iter(runner.iterate_outcomes([study]))).tobytes() == wanted.tobytes()
