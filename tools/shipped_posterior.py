"""`python -m tools.shipped_posterior OUTPUT [READING=OPTION:OUTPUT ...]`: the posterior shipped with a scenario.

Of the output of `sim calibrate` it keeps some draws, and the headline outputs of the battles of all of them; of other
calibrations, under other readings, the headline outputs alone. Writes `scenarios/posteriors/NAME/`.
"""

import json
import shutil
import sys
from pathlib import Path

import numpy as np

from sim import paths
from sim.analysis.cluster_intervals import ClusteredProportion
from sim.analysis.posterior_predictive import number_lineages
from sim.battle.simulation import Simulation
from sim.inference.battle_target import simulate_observables
from sim.inference.netcdf import POSTERIOR_FILE, read_stored_posterior, write_posterior
from sim.inference.posterior import Posterior
from sim.inference.thinning import thin_posterior
from sim.outputs.calibrated_headlines import (
    DOCUMENTED,
    TABLE,
    CalibratedHeadline,
    make_headlines_table,
)
from sim.outputs.described_tables import DescribedTables
from sim.runs.replicate import choose_engine
from sim.scenario.model import Scenario
from sim.storage.manifest import CalibrateManifest
from sim.storage.reader import open_output
from sim.storage.writer import write_manifest, write_scenario

DRAWS = 400


def main(argv: list[str]) -> None:
    """Write the folder."""
    n_draws = next((int(each.removeprefix("draws=")) for each in argv if each.startswith("draws=")), DRAWS)
    first, *variants = [each for each in argv if not each.startswith("draws=")]
    output = open_output(Path(first))
    posterior, manifest = read_stored_posterior(output), output.require(CalibrateManifest)
    headlines = list(compute_headlines(output.scenario, posterior, DOCUMENTED))
    for each in variants:
        variant, _, folder = each.partition(":")
        other = open_output(Path(folder))
        headlines += compute_headlines(other.scenario, read_stored_posterior(other), variant)
    target = paths.posterior_folder() / output.scenario.name
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    thinned = thin_posterior(posterior, n_draws)
    write_posterior(target / POSTERIOR_FILE, thinned)
    DescribedTables("calibrate", output.scenario).write(target, TABLE, make_headlines_table(tuple(headlines)))
    write_scenario(target, output.scenario)
    settings = manifest.settings.model_copy(update={"outputs": "outputs"})
    shipped = manifest.model_copy(update={"results_digest": thinned.digest, "settings": settings})
    write_manifest(target, shipped)
    size = sum(path.stat().st_size for path in target.iterdir())
    print(json.dumps({"folder": str(target.name), "draws": len(thinned), "bytes": size}))


def compute_headlines(scenario: Scenario, posterior: Posterior, variant: str) -> list[CalibratedHeadline]:
    """The headline outputs of the battles of all draws."""
    simulation = Simulation(scenario, law=posterior.metadata.law).with_draws(posterior.matched_draws)
    simulation = choose_engine(simulation, "auto", len(posterior))
    outputs = [
        (number, each)
        for number, each in enumerate(scenario.headline_outputs, start=1)
        if each.observable.until <= scenario.ends
    ]
    values = simulate_observables(
        simulation, posterior.metadata.seed, len(posterior), [each.observable for _, each in outputs]
    )
    lineages = number_lineages(posterior)
    return [
        summarize(variant, number, each.at_least, values[:, n], lineages) for n, (number, each) in enumerate(outputs)
    ]


def summarize(
    variant: str, number: int, at_least: float | None, values: np.ndarray, lineages: np.ndarray
) -> CalibratedHeadline:
    """A chance with its interval over lineages of draws, or a median with quartiles."""
    if at_least is None:
        low, median, high = (float(each) for each in np.quantile(values, [0.25, 0.5, 0.75]))
        return CalibratedHeadline(variant, number, False, median, low, high)
    estimate = ClusteredProportion(values >= at_least, np.ones(len(values), dtype=bool), lineages).interval_estimate
    return CalibratedHeadline(variant, number, True, estimate.value, estimate.low, estimate.high)


if __name__ == "__main__":
    main(sys.argv[1:])
