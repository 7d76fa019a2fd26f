"""Whether a record is likely: one that was told of these very battles is, a damaged one is not."""

import numpy as np
import pytest

from sim.battle.fight import Stage
from sim.calibration.battles import observed
from sim.claims.reporting import drawn
from sim.claims.testimony import recorded, told, with_cells
from sim.findings.likely import fits, places
from sim.scenario import load

COUNT = 150


@pytest.fixture(scope="module")
def fought():
    scenario = load("teaching")
    stage = Stage(scenario)
    record = recorded(scenario, stage.ends)
    numbers = np.arange(COUNT, dtype=np.uint64)
    values = observed(stage, 1, COUNT, record.asked)
    return record, values, drawn(scenario, record.slots, 1, numbers)


def test_a_record_of_the_battles_themselves_is_one_of_many(fought):
    record, values, reporting = fought
    shares = []
    for number in range(40):
        cells = told(record, values, reporting, 7, np.arange(COUNT, dtype=np.uint64)).cells[number]
        one = slice(number, number + 1)
        many = np.repeat(values[one], 30, axis=0), np.repeat(reporting[one], 30, axis=0)
        shares.append(fits(with_cells(record, cells), *many, np.arange(30), 11).value)
    # Uniform between 0 and 1, but for ties: the mean of 40 lies within five standard errors of a half.
    assert abs(np.mean(shares) - 0.5) < 5 * np.sqrt(1 / 12 / 40) + 0.1
    assert min(shares) < 0.3
    assert max(shares) > 0.7


def test_a_damaged_record_is_not(fought):
    record, values, reporting = fought
    cells = record.cells.copy()
    cells[record.claims.index("first_day_dead_gazette")] = 900, 900
    found = fits(with_cells(record, cells), values, reporting, np.arange(COUNT), 3)
    assert found.value < 0.02
    place = {each.claim: each for each in places(with_cells(record, cells), reports(fought), 3)}
    assert place["first_day_dead_gazette"].transform > 0.99
    assert place["first_day_dead_gazette"].tail < 0.02


def reports(fought):
    record, values, reporting = fought
    return told(record, values, reporting, 5, np.arange(COUNT, dtype=np.uint64)).counts


def test_places_of_what_was_told_of_them_are_even(fought):
    record, values, reporting = fought
    cells = told(record, values, reporting, 9, np.arange(COUNT, dtype=np.uint64)).cells
    found = [
        each.transform for row in range(60) for each in places(with_cells(record, cells[row]), reports(fought), row)
    ]
    # Claims of one battle depend on one another: the bound is that of 60 independent ones.
    assert abs(np.mean(found) - 0.5) < 5 * np.sqrt(1 / 12 / 60)
