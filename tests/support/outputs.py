"""A small output of every command that leaves one, of the invented battle."""

from pathlib import Path

import pytest

from sim.cli import compare, reversal, sensitivity, sweep, validate, whatif
from sim.cli.job import start
from sim.cli.run import study_of
from sim.cli.settings import compose_settings
from sim.validation import cdb90_fought, victors_told
from sim.validation.sets import victors
from support import tables

RUNS = 120


def make(outputs: Path) -> dict[str, Path]:
    """The folder of each command's output."""
    common = ["scenario=teaching", f"outputs={outputs}", "workers=1", "seed=7"]
    factors = "factors={killing_rate_teal: [0.1,1.5], law: [square,linear]}"
    lever = ["lever=teaching/strikes", "lever.high=4", "lever.step=1"]
    settings, own = reversal.compose_with([*common, *lever, "runs=40"], "reversal", reversal.Reversing)
    assert own.lever is not None
    run = study_of(compose_settings([*common, f"runs={RUNS}"]))
    return {
        "run": run,
        "compare": compared(outputs, run),
        "whatif": start(whatif.job_from_words([*common, "perturb=[no_airstrikes,all_bombs_on_target]", "runs=40"])),
        "sweep": start(sweep.job_from_words([*common, factors, "runs=30"])),
        "sensitivity": start(
            sensitivity.job_from_words([*common, "priors=[killing_rate_amber,amber_host]", "base=32"])
        ),
        "reversal": reversal.answer(settings, own.lever, own.of),
        "validate": validated(outputs, common),
    }


def compared(outputs: Path, run: Path) -> Path:
    """The output of `sim compare`."""
    compare.command([str(run), f"outputs={outputs}"])
    (folder,) = (outputs / "compare").iterdir()
    return folder


def validated(outputs: Path, common: list[str]) -> Path:
    """The output of `sim validate` with as little work as it can do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(victors, "DRAWS", 60)
        patch.setattr(victors_told, "TRIALS", 2)
        patch.setattr(cdb90_fought, "REPEATS", 2)
        validate.command([f"data={tables.invent(outputs / 'data')}", *common])
    (folder,) = (outputs / "validation").iterdir()
    return folder
