"""Golden runs: a few battles whose outcomes are stored. A change of them is a change of results.

Made again by `python -m tests.test_golden`; the reason for the change goes into CHANGELOG.md, under Results.
"""

import json
from pathlib import Path

import pytest

from sim import laws
from sim.battle.simulation import Simulation
from sim.events.daily import compute_daily_series
from sim.scenario import load

FILE = Path(__file__).parent / "golden" / "outcomes.json"
CASES = [(scenario, law) for scenario in ("teaching", "dec2014") for law in ("square", "linear")]
CASES += [("teaching", law) for law in laws.list_names() if law not in ("square", "linear")]
BATTLES = 4


def compute_outcomes(scenario, law):
    """Rows of the log, deaths by side and blocks held at the end of a few battles: whole numbers and shares."""
    simulation = Simulation(load(scenario), law=law)
    result = []
    for replication in range(BATTLES):
        run = simulation.run(seed=3, replication=replication)
        day = compute_daily_series(run.event_log)
        held = dict(zip(run.event_log.labels.places, day.control[-1, :, 1].round(6).tolist(), strict=True))
        result.append({"rows": len(run.log), "killed": day.killed.sum(axis=(0, 1)).tolist(), "second_side_holds": held})
    return result


@pytest.mark.parametrize(("scenario", "law"), CASES)
def test_the_outcomes_are_the_stored_ones(scenario, law):
    assert compute_outcomes(scenario, law) == json.loads(FILE.read_text(encoding="utf-8"))[f"{scenario} {law}"]


def test_one_death_more_is_noticed():
    golden = json.loads(FILE.read_text(encoding="utf-8"))["teaching square"]
    golden[0]["killed"][0] += 1
    assert compute_outcomes("teaching", "square") != golden


if __name__ == "__main__":
    FILE.write_text(
        json.dumps({f"{s} {law}": compute_outcomes(s, law) for s, law in CASES}, indent=1) + "\n", encoding="utf-8"
    )
