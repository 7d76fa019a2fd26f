"""Two clones, two environments built by make: what they simulate is the same to the bit. By `make faults` only."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from test_digests import describe_machine, golden

ROOT = Path(__file__).resolve().parent.parent
RUNS = {
    "teaching": ("run", "preset=teaching", "runs=60", "workers=2"),
    "teaching, machine code": ("run", "preset=teaching", "runs=300", "engine=compiled", "workers=2"),
    "dec2014": ("run", "runs=10", "workers=2"),
    "what if": ("whatif", "perturb=[no_airstrikes]", "runs=6", "workers=1"),
    "a sweep": ("sweep", "sweep=teaching", "runs=4", "workers=2"),
}


def install_clone(folder: Path) -> Path:
    """A clone of what is committed, with an environment and a cache of its own."""
    subprocess.run(["git", "clone", "-q", str(ROOT), str(folder)], check=True)
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "VIRTUAL_ENV"))}
    subprocess.run(["make", ".venv/.installed"], cwd=folder, env=env, check=True, capture_output=True)
    return folder


def run_all(folder: Path) -> dict[str, str]:
    """The results digest of each run there."""
    digests = {}
    for name, words in RUNS.items():
        outputs = folder / "out" / name.replace(",", "")  # a comma would make a list of it
        env = os.environ | {"XDG_CACHE_HOME": str(folder / "cache")}
        call = [folder / ".venv" / "bin" / "sim", *words, f"outputs={outputs}"]
        subprocess.run(call, cwd=folder, env=env, check=True, capture_output=True, timeout=900)
        (manifest,) = outputs.rglob("run.json")
        digests[name] = json.loads(manifest.read_text(encoding="utf-8"))["results_digest"]
    return digests


@pytest.mark.hard
@pytest.mark.skipif(shutil.which("make") is None or shutil.which("git") is None, reason="needs make and git")
def test_two_fresh_installs_end_in_the_same_bits(tmp_path, tried):
    first, second = (run_all(install_clone(tmp_path / name)) for name in ("one", "two"))
    assert first == second
    assert len(set(first.values())) == len(RUNS)
    assert golden()["where"] == describe_machine()
    for name in RUNS:
        tried.note("fresh installs", name, "two clones, each with an environment of its own", 2, 0)
