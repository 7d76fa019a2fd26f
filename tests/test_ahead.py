"""What sources are forecast to tell: what was told stays, totals grow by what has come since."""

from datetime import datetime

import numpy as np
import pytest

from sim.claims.testimony import recorded
from sim.findings.ahead import continued, held_out, is_askable
from sim.findings.future import future
from sim.scenario import load
from sim.scenario.known import known_claims

CUT = datetime(2014, 12, 6)
UNTIL = datetime(2014, 12, 9)


@pytest.fixture(scope="module")
def scenario():
    return load("dec2014")


def test_what_was_told_stays_and_totals_grow(scenario):
    heard = ["masemekeh_isil_dead", "jafra_isil_dead", "sohr_isil_dead_by_5"]
    record = recorded(scenario, scenario.hours(UNTIL), [*heard, "sohr_isil_dead_by_6"])
    columns = {claim: number for number, claim in enumerate(record.claims)}
    reports = np.zeros((2, len(record.claims)))
    reports[:, columns["masemekeh_isil_dead"]] = 10, 20
    reports[:, columns["jafra_isil_dead"]] = 5, 90
    reports[:, columns["sohr_isil_dead_by_5"]] = 18, 115  # 3 and 5 elsewhere
    reports[:, columns["sohr_isil_dead_by_6"]] = 48, 135  # 30 and 20 more on the 6th
    found = continued(record, reports, set(heard))
    assert found[:, columns["sohr_isil_dead_by_5"]].tolist() == [45, 45]
    assert found[:, columns["sohr_isil_dead_by_6"]].tolist() == [75, 65]
    nothing_heard = continued(record, reports, set())
    assert nothing_heard.tolist() == reports.tolist()


def test_claims_after_the_cut_are_held_out(scenario):
    known = known_claims(scenario, CUT)
    later = held_out(scenario, known, CUT, UNTIL)
    assert "sohr_isil_dead_by_6" in later
    assert "sohr_isil_dead_by_5" not in later
    assert "jafra_regained" not in later  # after the end
    assert all(scenario.claims[id].scored != "carried" for id in later)


def test_what_nobody_knew_of_is_not_asked(scenario):
    known = future(scenario, CUT, "free")
    assert not is_askable(scenario, "east_attack_launched", known)  # of an order that is given two days later
    assert is_askable(scenario, "battalion_captured", known)  # of a place, and places are on the map
    assert is_askable(scenario, "east_attack_launched", future(scenario, CUT, "given_orders"))
