"""A small output of every command that leaves one, of the invented battle."""

from pathlib import Path

import pytest

from sim.calibration import identified, predictive, verdict
from sim.cli import (
    analyse,
    calibrate,
    compare_models,
    forecast,
    sbc,
    score,
    sensitivity,
    sweep,
    tipping_point,
    validate,
    whatif,
)
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
    settings, own = tipping_point.compose_with([*common, *lever, "runs=40"], "tipping_point", tipping_point.Reversing)
    assert own.lever is not None
    run = study_of(compose_settings([*common, f"runs={RUNS}"]))
    return {
        "run": run,
        "score": compared(outputs, run),
        "whatif": start(whatif.job_from_words([*common, "perturb=[no_airstrikes,all_bombs_on_target]", "runs=40"])),
        "sweep": start(sweep.job_from_words([*common, factors, "runs=30"])),
        "sensitivity": start(
            sensitivity.job_from_words([*common, "priors=[killing_rate_amber,amber_host]", "base=32"])
        ),
        "tipping-point": tipping_point.answer(settings, own.lever, own.of),
        "validate": validated(outputs, common),
    }


def infer(outputs: Path) -> dict[str, Path]:
    """The folder of the output of each command that calibrates, with as little work as it can do."""
    common = ["scenario=teaching", f"outputs={outputs}", "workers=1", "seed=7"]
    short = [*common, "particles=50", "sweeps=1", "last=1", "share=0.05"]
    cooled = [*short, "wanted=0"]
    with pytest.MonkeyPatch.context() as patch:
        # So few draws are never shown: these are, so that there are files of them to look at.
        for module in (identified, predictive, verdict):
            patch.setattr(module, "ENOUGH", 0)
        patch.setattr(verdict, "MISSED", 1.0)
        drawn = start(calibrate.job_from_words([*cooled, "draws=10", "repeats=2", "weighted=100"]))
        return {
            "calibrate": drawn,
            "forecast": start(forecast.job_from_words([*cooled, "split=first_day"])),
            "analyse": start(analyse.job_from_words([*cooled, f"posterior={drawn}", "readings=[]"])),
            "compare-models": start(
                compare_models.job_from_words([*short, "over=reading.hill_distance", "confusion=1", "small=50"])
            ),
            "sbc": start(sbc.job_from_words([*short, "battles=20"])),
        }


def compared(outputs: Path, run: Path) -> Path:
    """The output of `sim score`."""
    score.command.main([str(run), f"outputs={outputs}"], standalone_mode=False)
    (folder,) = (outputs / "score").iterdir()
    return folder


def validated(outputs: Path, common: list[str]) -> Path:
    """The output of `sim validate` with as little work as it can do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(victors, "DRAWS", 60)
        patch.setattr(victors_told, "TRIALS", 2)
        patch.setattr(cdb90_fought, "REPEATS", 2)
        validate.command.main([f"data={tables.invent(outputs / 'data')}", *common], standalone_mode=False)
    (folder,) = (outputs / "validation").iterdir()
    return folder
