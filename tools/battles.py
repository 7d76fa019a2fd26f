"""`python -m tools.battles [NAME ...]`: calibrate battles, forecast each from the others, write docs/battles.md and the
scores that every run's page names (`tools/battle_scores.py`).

What is calibrated already, of the scenario as it is now, is not done again; what was interrupted goes on. A battle
whose calibration leaves no posterior is named: it is forecast from the others, and teaches them nothing.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from sim.runs.job_file import JOB_FILE
from sim.scenario import load
from sim.storage.manifest import CalibrateManifest
from sim.storage.reader import StoredOutput, open_output
from sim.storage.seal import StoredError
from tools import battle_scores

BATTLES = ("dec2014", "dienbienphu", "goose_green", "khafji", "rorkes_drift", "shaer", "shiloh")
OUTPUTS = Path("outputs") / "battles"
PAGE = Path("docs") / "battles.md"
SETTINGS = ("particles=600", "engine=compiled")


def main(names: list[str]) -> None:
    """Do all of it; what each command prints goes through."""
    folders: list[str] = []
    uncalibrated: list[str] = []
    for name in names or BATTLES:
        output = find_calibration(name)
        if output is None:
            unfinished = next(find_unfinished(name), None)
            words = ["resume", str(unfinished)] if unfinished else make_calibration(name)
            subprocess.run([sys.executable, "-m", "sim", *words], check=True)
            output = find_calibration(name)
        if output is None or "posterior.nc" not in output.files:
            print(f"{name}: no posterior; it is forecast from the others, and teaches them nothing")
            uncalibrated.append(name)
        else:
            folders.append(str(output.folder))
    others = [f"uncalibrated={','.join(uncalibrated)}"] if uncalibrated else []
    for words in (["pool", *folders], ["cross-validate", *folders, *others, f"page={PAGE}"]):
        subprocess.run([sys.executable, "-m", "sim", *words, f"outputs={OUTPUTS}"], check=True)
    latest = max((OUTPUTS / "cross-validation").iterdir())  # folders bear the time at which they began
    battle_scores.main([str(latest)])


def make_calibration(name: str) -> list[str]:
    """The command that calibrates a battle."""
    return ["calibrate", f"scenario={name}", f"name={name}", f"outputs={OUTPUTS}", *SETTINGS]


def find_calibration(name: str) -> StoredOutput | None:
    """The last complete calibration of a battle as its scenario is now, if there is one."""
    digest = load(name).compute_digest()
    for folder in sorted((OUTPUTS / name).glob("*"), reverse=True):
        try:
            output = open_output(folder)
            if output.require(CalibrateManifest).scenario_digest == digest:
                return output
        except StoredError:
            continue
    return None


def find_unfinished(name: str) -> Iterator[Path]:
    """The folders of calibrations that were interrupted, the last first."""
    for folder in sorted((OUTPUTS / name).glob("*"), reverse=True):
        if (folder / JOB_FILE).exists():
            yield folder


if __name__ == "__main__":
    main(sys.argv[1:])
