"""The war diary tells every day and every assault, and its sums are those of the log."""

import re
from dataclasses import replace

import numpy as np
import pytest
from support.battles import teaching_data, validated

from sim.battle.run_result import RunResult
from sim.battle.simulation import Simulation
from sim.events.arrangement import arrange_log
from sim.events.daily import compute_daily_series
from sim.events.log import AssaultEnding, EventKind
from sim.report.diary import BOMB_PHRASES, ENDING_PHRASES, REASON_PHRASES, format_diary, format_duration
from sim.report.text import format_count
from sim.scenario import load
from sim.scenario.descriptions import join_words

REPLICATIONS = range(12)
TOLL = r"(\d+) killed, (\d+) wounded"
DURATION = r"1 minute|\d+ minutes|1 hour|\d+\.\d hours"
STEP_END = re.compile(rf"^  Losses until (?:06:00|12:00|18:00|24:00): Teal {TOLL}; Amber {TOLL}\.$")
DAYS = ["Friday, 1 June 2001", "Saturday, 2 June 2001", "Sunday, 3 June 2001"]
HOURS = ["00:00 to 06:00", "06:00 to 12:00", "12:00 to 18:00", "18:00 to 24:00"]
HEADINGS = [f"{day}, {hours}" for day in DAYS for hours in HOURS]
SPOILT = re.compile(r"\bNone\b|\bnan\b|\binf\b|[{}\[\]]|(?<!\w)-\d|  $|\.\.|What\.|\bnp\.")


@pytest.fixture(scope="module")
def scenario():
    return load("teaching")


@pytest.fixture(scope="module")
def simulated(scenario) -> list[tuple[RunResult, list[str]]]:
    stage = Simulation(scenario)
    runs = [stage.run(7, replication) for replication in REPLICATIONS]
    return [(run, list(format_diary(scenario, run))) for run in runs]


def count(run: RunResult, *kinds: EventKind) -> int:
    return int(np.isin(run.log["event"], kinds).sum())


def test_the_first_line_says_what_was_fought_and_that_it_was_invented(simulated):
    for run, lines in simulated:
        assert lines[0] == f"The crossing at Millbrook: replication {run.replication}, seed 7, under Helmbold's law"
        assert lines[1] == "(an invented battle)"


def test_every_six_hours_of_which_there_is_anything_to_tell_are_named_once_and_in_order(simulated):
    for _, lines in simulated:
        headings = [line for line in lines if line.startswith(tuple(DAYS))]
        assert headings == [heading for heading in HEADINGS if heading in headings]
        assert {heading.rpartition(",")[0] for heading in headings} == set(DAYS)
        assert [line for line in lines if line.startswith("  Losses until ")] == list(filter(STEP_END.match, lines))
        assert sum(map(bool, map(STEP_END.match, lines))) == len(headings)


def test_a_battle_of_many_days_is_told_day_by_day():
    data = teaching_data()
    scenario = validated(data | {"ends": "2001-06-08", "record_ends": "2001-06-08"})
    lines = list(format_diary(scenario, Simulation(scenario).run(7, 1)))
    headings = [line for line in lines if line.endswith("2001")]
    assert headings[:3] == DAYS
    assert len([line for line in lines if line.startswith("  Losses of the day:")]) == len(headings) > 3


def test_before_the_first_day_everybody_stands_somewhere(scenario, simulated):
    present = [force.name for force in scenario.forces.values() if force.initially_present]
    for _, lines in simulated:
        opening = " ".join(lines[: [line.startswith(DAYS[0]) for line in lines].index(True)])
        assert [name for name in present if name not in opening] == []
        assert scenario.forces["relief"].name not in opening


def test_every_assault_is_told_with_its_beginning_and_its_end(simulated):
    assaults = 0
    for run, lines in simulated:
        assaults += count(run, EventKind.ASSAULT)
        begun = [line for line in lines if re.search(r" on the \w+ begins, with \d+ (soldiers?|fighters?)\.$", line)]
        assert len(begun) == count(run, EventKind.ASSAULT)
        fates = "|".join(map(re.escape, ENDING_PHRASES.values()))
        ended = [
            line for line in lines if re.search(rf"The assault on the \w+ ({fates}) after (?:{DURATION})\. ", line)
        ]
        walked = [line for line in lines if line.endswith("without a fight.")]
        opened = set(run.log["order"][run.log["event"] == EventKind.ASSAULT])
        fought_out = [row for row in run.log if row["event"] == EventKind.ENDED and row["order"] in opened]
        assert len(ended) == len(fought_out)
        assert len(ended) + len(walked) == count(run, EventKind.ENDED)
    assert assaults > len(REPLICATIONS)  # more than one a battle, or this has shown little


def test_events_are_told_in_the_order_of_their_hours(simulated):
    for _, lines in simulated:
        hours: list[str] = []
        for line in lines:
            if line.startswith(tuple(DAYS)):
                hours = []
            if clock := re.match(r"^  (\d\d:\d\d)  [A-Z]", line):
                hours.append(clock[1])
                assert hours == sorted(hours)


def test_no_line_has_anything_in_it_that_is_no_english(simulated):
    assert [line for _, lines in simulated for line in lines if SPOILT.search(line)] == []


@pytest.mark.parametrize("line", ["Teal None killed", "nan killed", "hold {chance}", "[hill]", "Teal -3 killed"])
def test_the_search_for_what_is_no_english_sees_it(line):
    assert SPOILT.search(line)


def read_reported_losses(lines: list[str]) -> np.ndarray:
    """Killed and wounded of both sides by step, as the ends of steps have them: (steps, sides, 2)."""
    tolls = [[int(number) for number in found.groups()] for line in lines if (found := STEP_END.match(line))]
    return np.array(tolls).reshape(-1, 2, 2)


def count_losses(run: RunResult) -> np.ndarray:
    """The same from the log."""
    labels = run.event_log.labels
    counts = compute_daily_series(arrange_log(run.event_log, replace(labels, sides=("teal", "amber"))))
    return np.stack([counts.killed.sum(axis=1), counts.wounded.sum(axis=1)], axis=-1)


def find_told_steps(lines: list[str]) -> list[int]:
    """The steps that have a heading."""
    return [HEADINGS.index(line) for line in lines if line in HEADINGS]


def test_the_sums_of_the_steps_are_those_of_the_log(simulated):
    for run, lines in simulated:
        assert np.array_equal(read_reported_losses(lines), count_losses(run)[find_told_steps(lines)])
        total = run.log["value"][np.isin(run.log["event"], (EventKind.KILLED, EventKind.WOUNDED))].sum()
        assert read_reported_losses(lines).sum() == total > 0


def test_a_step_that_leaves_somebody_out_is_noticed(simulated):
    run, lines = next((run, lines) for run, lines in simulated if count_losses(run)[:, 0, 0].sum() > 0)
    damaged = [re.sub(r"Teal \d+ killed", "Teal 0 killed", line) for line in lines]
    assert not np.array_equal(read_reported_losses(damaged), count_losses(run)[find_told_steps(lines)])


def test_the_line_is_told_at_the_end_of_each_step_in_which_it_moved(scenario, simulated):
    for run, lines in simulated:
        moved = run.log[(run.log["event"] == EventKind.FRONT_MOVED) & (run.log["time"] > 0)]
        places = {(min(int(row["time"] // 6), 11), int(row["place"])) for row in moved}
        assert len([line for line in lines if re.match("  At ..:00 ", line)]) == len(places)


def test_vehicle_bombs_and_reinforcements_and_orders_dropped_are_told(simulated):
    for run, lines in simulated:
        text = "\n".join(lines)
        assert len(re.findall("A vehicle bomb of Amber at the fort", text)) == count(run, EventKind.BOMB)
        assert text.count("is dropped: ") == count(run, EventKind.ORDER_CANCELLED)
        came = run.log[(run.log["event"] == EventKind.JOINED) & (run.log["order"] >= 0)]
        assert len(re.findall(r" arrives? at ", text)) == len(came)


def test_every_way_in_which_a_thing_can_end_has_words():
    assert set(ENDING_PHRASES) == set(AssaultEnding)
    assert all(
        words and words.strip() == words
        for words in (*ENDING_PHRASES.values(), *BOMB_PHRASES.values(), *REASON_PHRASES.values())
    )


def test_a_single_one_is_told_in_the_singular():
    assert [format_count(n, "fighters") for n in (0, 1, 2, 1200)] == [
        "0 fighters",
        "1 fighter",
        "2 fighters",
        "1,200 fighters",
    ]
    assert [join_words(list(parts)) for parts in ("", "a", "ab", "abc")] == ["", "a", "a and b", "a, b and c"]


def test_a_diary_of_part_of_the_battle_ends_with_it(scenario):
    from datetime import datetime

    lines = list(format_diary(scenario, Simulation(scenario, until=datetime(2001, 6, 2)).run(7, 1)))
    assert {line.rpartition(",")[0] for line in lines if line in HEADINGS} == set(DAYS[:1])


def test_the_same_battle_is_told_in_the_same_words_and_another_is_not(scenario, simulated):
    _, lines = simulated[1]
    assert list(format_diary(scenario, Simulation(scenario).run(7, 1))) == lines
    assert list(format_diary(scenario, Simulation(scenario).run(8, 1)))[1:] != lines[1:]


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        (0.001, "1 minute"),
        (0.1, "6 minutes"),
        (0.99, "59 minutes"),
        (0.995, "1 hour"),
        (1.04, "1 hour"),
        (1.6, "1.6 hours"),
    ],
)
def test_how_long_an_assault_took_is_told_in_minutes_below_an_hour(hours, told):
    assert format_duration(hours) == told
