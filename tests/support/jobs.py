"""Small jobs: every command that leaves a folder and can be resumed, and what each comes to if nothing stops it."""

from functools import cached_property
from pathlib import Path
from typing import Any

from sim.storage.manifest import read_manifest
from support.interruptions import BARE, SMALL
from support.nursery import Ended, Nursery

COOLED = ("scenario=teaching", "particles=50", "sweeps=1", "final_sweeps=1", "max_simulations=1000")
# A new command gets a line here.
JOBS = {
    "run": ("run", "preset=teaching", "runs=17"),
    "whatif": ("whatif", "scenario=teaching", "perturb=[no_airstrikes]", "runs=12"),
    "sweep": ("sweep", "scenario=teaching", "factors={killing_rate_teal: [0.2, 0.8], law: [square, linear]}", "runs=6"),
    "sensitivity": ("sensitivity", "scenario=teaching", "priors=[teal_garrison,amber_host]", "trajectories=2",
                    "n_selected=2", "saltelli_n=16"),
    "calibrate": ("calibrate", *COOLED, "hm_draws=10", "hm_repeats=2", "importance_draws=100"),
    "forecast": ("forecast", *COOLED),
    "compare-models": ("compare-models", *COOLED, "models=[square,linear]"),
    "sbc": ("sbc", *COOLED[:-1], "datasets=20"),
    "analyse": ("analyse", *COOLED, "readings=[]"),  # of a posterior
}  # fmt: skip
IN_MACHINE_CODE = ("calibrate", "forecast", "compare-models", "sbc", "analyse")  # those that fight thousands of battles
# As little as ends in a posterior that may be shown.
ENOUGH = ("scenario=teaching", "particles=600", "sweeps=3", "final_sweeps=12", "max_simulations=200000", "hm_draws=20",
          "hm_repeats=4", "importance_draws=100", "workers=1", "engine=compiled")  # fmt: skip


class Jobs:
    """The jobs; digests and the posterior are found out once, when they are first asked for."""

    def __init__(self, nursery: Nursery, folder: Path) -> None:
        self.nursery = nursery
        self.folder = folder
        self.digests: dict[str, str] = {}

    def words(self, job: str, outputs: Path) -> list[str]:
        """What a job is called with."""
        clock = "compiled" if job in IN_MACHINE_CODE else "simpy"
        of = [f"posterior={self.posterior}"] if job == "analyse" else []
        return [*JOBS[job], *of, f"outputs={outputs}", "workers=1", f"engine={clock}"]

    def call(self, *words: str, **more: Any) -> Ended:
        """Call `sim`."""
        return self.nursery.call(*words, **more)

    @cached_property
    def posterior(self) -> Path:
        """A calibration for `sim analyse`."""
        outputs = self.folder / "posterior"
        ended = self.call("calibrate", *ENOUGH, f"outputs={outputs}", first=BARE)
        assert ended.code == 0, ended.err
        (folder,) = (outputs / "calibrate").iterdir()
        return folder

    def digest(self, job: str) -> str:
        """The digest of a job that nothing stops."""
        if job not in self.digests:
            outputs = self.folder / job
            ended = self.call(*self.words(job, outputs), first=SMALL + BARE)
            assert ended.code == 0, ended.err
            self.digests[job] = digest(only_folder(outputs))
        return self.digests[job]


def only_folder(outputs: Path) -> Path | None:
    """The folder of results, if there is one yet."""
    found = [path for path in outputs.glob("*/*") if path.is_dir()]
    assert len(found) < 2
    return found[0] if found else None


def digest(folder: Path | None) -> str:
    """The digest of complete results, whose files are what the manifest says."""
    assert folder is not None
    return str(read_manifest(folder)["results_digest"])
