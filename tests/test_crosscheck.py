"""The inference against another program: pyABC, which knows battles and reports only as something to be simulated.

Accepted are draws whose sources tell, to the number, what was told: exact, without any likelihood of ours. Part of
`make verify`, since each battle is fought alone, through Python.
"""

from dataclasses import dataclass, field

import numpy as np
import pytest

from sim.battle.fight import Stage
from sim.calibration.battles import Battles
from sim.calibration.calibration import cool
from sim.calibration.cloud import from_prior
from sim.calibration.effective import effective_sizes
from sim.calibration.island import Plan
from sim.calibration.workers import Workers
from sim.claims.testimony import recorded, told
from sim.experiment.backends import Place
from sim.scenario import load

pytestmark = pytest.mark.verify
HEARD = ["village_taken", "amber_dead_gazette", "cart_at_gate"]
FREE = ("killing_rate_amber", "killing_rate_teal", "amber_host")
ACCEPTED = 250
SEED = 11
SIGMA = 4.5  # for six comparisons


def target() -> Battles:
    scenario = load("teaching")
    stage = Stage(scenario, form="compiled", clock="compiled")
    return Battles(stage, recorded(scenario, stage.ends, HEARD))


@dataclass
class Simulator:
    """A battle and its reports by three unknowns; all others, and all dice, are drawn anew each time."""

    target: Battles
    numbers: dict[str, int] = field(default_factory=lambda: {"next": 0})

    def __call__(self, unknowns: dict[str, float]) -> dict[str, float]:
        number = self.numbers["next"]
        self.numbers["next"] += 1
        cloud = from_prior(self.target.space, SEED, np.array([number], dtype=np.uint64))
        for name, value in unknowns.items():
            cloud.slots[:, self.target.space.slots.index(name)] = value
        reporting = self.target.reporting(cloud)
        outcomes = self.target.outcomes(cloud)
        reports = told(self.target.testimony, outcomes, reporting, SEED, cloud.numbers)
        return {"differ": float((reports.cells[0] != self.target.testimony.cells).any())}


def test_pyabc_finds_the_same_posterior_and_the_same_evidence(tmp_path):
    pyabc = pytest.importorskip("pyabc")
    ours = target()
    simulator = Simulator(ours)
    np.random.seed(SEED)  # noqa: NPY002, TID251 (the only dice that pyABC knows)
    study = pyabc.ABCSMC(
        simulator,
        pyabc.Distribution(**{name: pyabc.RV("norm", 0, 1) for name in FREE}),
        lambda simulated, observed: abs(simulated["differ"] - observed["differ"]),
        population_size=ACCEPTED,
        eps=pyabc.ListEpsilon([0.5]),
        sampler=pyabc.SingleCoreSampler(),
    )
    study.new(f"sqlite:///{tmp_path / 'abc.db'}", {"differ": 0.0})
    frame, weights = study.run(max_nr_populations=1).get_distribution()
    theirs = frame[list(FREE)].to_numpy()
    np.testing.assert_allclose(weights, 1 / ACCEPTED)

    cooled = cool(
        ours, Plan(particles=1000, sweeps=5, last=10, share=0.5, budget=200_000), SEED, Workers("threads", Place(2))
    )
    assert cooled.reached
    places = [ours.space.slots.index(name) for name in FREE]
    draws = np.concatenate([island.fought.cloud.slots[:, places] for island in cooled.islands])
    for moment in (1, 2):
        sizes = effective_sizes(cooled.samples(lambda island, k=moment: island.fought.cloud.slots[:, places] ** k))
        apart = (draws**moment).mean(axis=0) - (theirs**moment).mean(axis=0)
        error = np.sqrt((draws**moment).var(axis=0) / sizes + (theirs**moment).var(axis=0) / ACCEPTED)
        assert (np.abs(apart) < SIGMA * error).all(), (moment, apart / error)

    fought = simulator.numbers["next"]
    theirs_log, error = np.log(ACCEPTED / fought), np.sqrt((1 - ACCEPTED / fought) / ACCEPTED)
    assert abs(cooled.evidence.log - theirs_log) < SIGMA * np.hypot(error, cooled.evidence.error)
