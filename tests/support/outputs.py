"""A small output of every command that leaves one, of the invented battle."""

from pathlib import Path

import pytest

from sim.analysis.validation import cdb90_simulation, victors
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
from sim.cli.job import start_job
from sim.cli.run import run_study
from sim.cli.settings import compose_settings
from sim.inference import diagnostics
from support import tables

RUNS = 120


def make(outputs: Path) -> dict[str, Path]:
    """The folder of each command's output."""
    common = ["scenario=teaching", f"outputs={outputs}", "workers=1", "seed=7"]
    factors = "factors={killing_rate_teal: [0.1,1.5], law: [square,linear]}"
    factor = ["factor=teaching/strikes", "factor.high=4", "factor.step=1"]
    settings, own = tipping_point.compose_command_settings(
        [*common, *factor, "runs=40"], "tipping_point", tipping_point.TippingPointCommandSettings
    )
    assert own.factor is not None
    run = run_study(compose_settings([*common, f"runs={RUNS}"]))
    return {
        "run": run,
        "score": compared(outputs, run),
        "whatif": start_job(whatif.make_job([*common, "perturb=[no_airstrikes,all_bombs_on_target]", "runs=40"])),
        "sweep": start_job(sweep.make_job([*common, factors, "runs=30"])),
        "sensitivity": start_job(
            sensitivity.make_job([*common, "priors=[killing_rate_amber,amber_host]", "saltelli_n=32"])
        ),
        "tipping-point": tipping_point.run_tipping_point(settings, own.factor, own.event),
        "validate": validated(outputs, common),
    }


def infer(outputs: Path) -> dict[str, Path]:
    """The folder of the output of each command that calibrates, with as little work as it can do."""
    common = ["scenario=teaching", f"outputs={outputs}", "workers=1", "seed=7"]
    short = [*common, "particles=50", "sweeps=1", "final_sweeps=1", "ess_fraction=0.05"]
    cooled = [*short, "target_ess=0"]
    with pytest.MonkeyPatch.context() as patch:
        # So few draws are never shown: these are, so that there are files of them to look at.
        patch.setattr(diagnostics, "MIN_ESS", 0)
        patch.setattr(diagnostics, "MAX_MISFIT_SHARE", 1.0)
        drawn = start_job(calibrate.make_job([*cooled, "hm_draws=10", "hm_repeats=2", "importance_draws=100"]))
        return {
            "calibrate": drawn,
            "forecast": start_job(forecast.make_job([*cooled, "split=first_day"])),
            "analyse": start_job(analyse.make_job([*cooled, f"posterior={drawn}", "readings=[]"])),
            "compare-models": start_job(
                compare_models.make_job(
                    [*short, "models=reading.hill_distance", "recovery_trials=1", "recovery_particles=50"]
                )
            ),
            "sbc": start_job(sbc.make_job([*short, "datasets=20"])),
        }


def compared(outputs: Path, run: Path) -> Path:
    """The output of `sim score`."""
    score.command.main([str(run), f"outputs={outputs}"], standalone_mode=False)
    (folder,) = (outputs / "score").iterdir()
    return folder


def validated(outputs: Path, common: list[str]) -> Path:
    """The output of `sim validate` with as little work as it can do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(victors, "DRAWS_PER_LAW", 60)
        patch.setattr(victors, "TRIALS_PER_LAW", 2)
        patch.setattr(cdb90_simulation, "REPEATS_PER_ENGAGEMENT", 2)
        validate.command.main([f"data={tables.invent(outputs / 'data')}", *common], standalone_mode=False)
    (folder,) = (outputs / "validation").iterdir()
    return folder
