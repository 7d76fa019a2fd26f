"""Things that happen at the same moment: what the sequence decides is decided by a rule, and nothing else hangs on it.

The rule stands in `sim/battle/kernels/event_queue.py`. SimPy keeps it by the sequence in which events are scheduled.
Here the sequence of what is due at one moment is shuffled: where orders fall together by accident, or since they took
part in one fight, nothing may change but the sequence of rows of that moment in the log; where orders are given for
one moment, the sequence of the scenario decides, and shuffling must show.
"""

from dataclasses import replace
from heapq import heappush

import numpy as np
import pytest
import simpy
from simpy.events import NORMAL, URGENT
from support.battles import attack, battle, fires, order
from support.corruption import Chooser
from support.schedulers import Fight, one_by_one

from sim import scenario
from sim.battle import schedulers
from sim.battle.simulation import Simulation
from sim.cli.build import build_simulation
from sim.cli.groups import list_choices
from sim.cli.settings import compose_settings
from sim.events.log import LOG_DTYPE

ORDINARY = simpy.Environment
START = 0.0  # the moment at which every order begins, in the sequence of the scenario


class Shuffled(simpy.Environment):
    """An environment in which what is due at one moment comes in any sequence, but for the beginning.

    `ties` counts the moments at which there was anything to shuffle.
    """

    number = 0
    ties = 0

    def __init__(self, initial_time: float = 0.0):
        super().__init__(initial_time)
        self.dice = Chooser("ties", Shuffled.number)

    def schedule(self, event, priority=NORMAL, delay=0):
        when = self.now + delay
        by_rule = when <= START or priority == URGENT  # who is called up plays in the order of the calls
        place = next(self._eid) if by_rule else self.dice.share()
        heappush(self._queue, (when, priority, place, event))

    def step(self):
        (when, priority, _, _), *others = self._queue
        Shuffled.ties += when > START and priority == NORMAL and any(other[:2] == (when, priority) for other in others)
        super().step()


@pytest.fixture
def shuffled(monkeypatch):
    """Battles whose ties are shuffled, and how many there were."""
    Shuffled.ties = 0
    monkeypatch.setattr(schedulers.simpy, "Environment", Shuffled)
    return Shuffled


def sorted_rows(fight: Fight) -> tuple[bytes, bytes, int]:
    """A battle whatever the sequence of the rows of one moment in its log."""
    log = np.frombuffer(fight[0], dtype=LOG_DTYPE)
    return np.sort(log, order=LOG_DTYPE.names).tobytes(), fight[1], fight[2]


def differing(stage: Simulation, replications: int, shuffles: int, monkeypatch) -> int:
    """How many battles end otherwise when their ties are shuffled."""
    found = 0
    for replication in range(replications):
        with monkeypatch.context() as patch:
            patch.setattr(schedulers.simpy, "Environment", ORDINARY)
            wanted = one_by_one(stage, 5, replication)
        for number in range(shuffles):
            Shuffled.number = number
            found += sorted_rows(one_by_one(stage, 5, replication)) != sorted_rows(wanted)
    return found


@pytest.mark.parametrize("name", ["teaching", "dec2014"])
def test_the_sequence_of_accidental_ties_changes_nothing(name, shuffled, monkeypatch):
    stage = Simulation(scenario.load(name))
    assert differing(stage, 12 if name == "teaching" else 2, 2, monkeypatch) == 0


# Not by accident: commanders who are called up at one moment march by one road, and who comes first leads the assault.
BY_RULE = {"question=dec2014/free_commanders"}
CHOSEN = [f"{group}={name}" for group in ("preset", "question") for name in list_choices(group)]


@pytest.mark.hard
@pytest.mark.parametrize("chosen", CHOSEN)
def test_the_sequence_of_accidental_ties_changes_nothing_whatever_is_chosen(
    chosen, shuffled, monkeypatch, tried, share
):
    stage = build_simulation(compose_settings([chosen]))
    battles = share(15)
    found = differing(stage, battles, 4, monkeypatch)
    assert (found > 0) == (chosen in BY_RULE)
    tried.note("ties", chosen.partition("=")[2], battles, battles * 4, shuffled.ties, found)


TOGETHER = {
    "raid": attack("amber", "village", "vanguard", hour=5),
    "sally": attack("teal", "camp", "outpost", hour=5),
    "strikes": fires("airstrike", "teal", "village", 3, 1, hour=5),
    "guns": fires("shelling", "amber", "village", 3, 1, hour=5),
    "guard": order("reserve", "teal", "village", "watch", covered_places=["village"]),
}
HARM = {"killing_rate_teal": 0.6, "killing_rate_amber": 0.8, "strike_deaths_mean": 3, "strike_deaths_size": 1,
        "shell_deaths_mean": 3, "shell_deaths_size": 1, "advance_km_per_day": 6, "muster_hours": 0}  # fmt: skip


def test_orders_of_one_moment_come_in_the_sequence_of_the_scenario_and_shuffling_shows(shuffled, monkeypatch):
    """The shuffling above is not in vain: where a rule settles ties, breaking it changes battles."""
    stage = Simulation(battle(TOGETHER, **HARM))
    assert differing(stage, 5, 3, monkeypatch) > 0
    assert shuffled.ties > 20


def test_the_rule_is_the_same_under_both_clocks_and_in_any_sequence_of_orders():
    for names in (sorted(TOGETHER), sorted(TOGETHER, reverse=True)):
        stage = Simulation(battle({name: TOGETHER[name] for name in names}, **HARM))
        for replication in range(5):
            other = replace(stage, scheduler="compiled")
            assert one_by_one(stage, 5, replication) == one_by_one(other, 5, replication)
