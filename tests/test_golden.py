"""Golden runs: a few battles whose outcome is written down. A change of them is a change of results.

Made again by `python -m tests.test_golden`; the reason for the change goes into CHANGELOG.md, under Results.
"""

import json
from pathlib import Path

import pytest

from sim import laws
from sim.battle.fight import Stage
from sim.daily import daily
from sim.scenario import load

FILE = Path(__file__).parent / "golden" / "outcomes.json"
CASES = [(scenario, law) for scenario in ("teaching", "dec2014") for law in ("square", "linear")]
CASES += [("teaching", law) for law in laws.names() if law not in ("square", "linear")]
BATTLES = 4


def outcomes(scenario, law):
    """Rows of the log, deaths by side and blocks held at the end of a few battles: whole numbers and shares."""
    stage = Stage(load(scenario), law=law)
    found = []
    for replication in range(BATTLES):
        run = stage.fight(seed=3, replication=replication)
        day = daily(run.history)
        held = dict(zip(run.history.names.places, day.control[-1, :, 1].round(6).tolist(), strict=True))
        found.append({"rows": len(run.log), "killed": day.killed.sum(axis=(0, 1)).tolist(), "second_side_holds": held})
    return found


@pytest.mark.parametrize(("scenario", "law"), CASES)
def test_the_outcomes_are_those_written_down(scenario, law):
    assert outcomes(scenario, law) == json.loads(FILE.read_text(encoding="utf-8"))[f"{scenario} {law}"]


def test_one_death_more_is_noticed():
    golden = json.loads(FILE.read_text(encoding="utf-8"))["teaching square"]
    golden[0]["killed"][0] += 1
    assert outcomes("teaching", "square") != golden


if __name__ == "__main__":
    FILE.write_text(json.dumps({f"{s} {law}": outcomes(s, law) for s, law in CASES}, indent=1) + "\n", encoding="utf-8")
