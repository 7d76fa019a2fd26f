"""What a battle leaves behind: one row for each thing that happened."""

from enum import IntEnum

import numpy as np

NOBODY = -1  # in any index column: no order, side, place or force is meant


class What(IntEnum):
    """The kinds of event; `amount` and `detail` mean what is said here."""

    PLACED = 0  # a force stands at a place when the battle begins; amount: people
    JOINED = 1  # people come into the battle from outside: reinforcement or replacement; amount: people
    BEGUN = 2  # an order's moment has come
    VOID = 3  # an order is dropped; detail: Why
    REDIRECTED = 4  # an order takes the next place on its axis
    HELD = 5  # an order finds its work done and stays; detail: Why
    DEPARTED = 6  # a force leaves a place; amount: people
    ARRIVED = 7  # a force reaches a place; amount: people
    ASSAULT = 8  # an assault opens; side: attacker; amount: attackers
    SUPPORTED = 9  # an order joins an assault that is under way, on either side
    ENDED = 10  # an assault ends; detail: Ending
    LINE = 11  # the line at a place moves; amount: share held by the second side
    KILLED = 12  # amount: people (1)
    WOUNDED = 13  # amount: people (1)
    CAPTURED = 14  # people taken prisoner; side: whose people; amount: people
    SEIZED = 15  # equipment taken; side: the new owner; amount: pieces; detail: kind of equipment
    SORTIE = 16  # one air strike or fire mission; side: whose; amount: killed by it
    BOMB = 17  # a vehicle bomb; side: whose; amount: killed by it; detail: Outcome
    AMBUSH = 18  # side: whose; amount: killed by it
    LIGHT = 19  # detail: 1 day, 0 night
    FOG = 20  # detail: 1 comes, 0 lifts
    RAIN = 21  # detail: 1 begins, 0 ends
    ALARM = 22  # a reserve is called; place: where
    UNSUPPLIED = 23  # a force has used up its supplies
    SUPPLIED = 24  # a force is supplied again
    DONE = 25  # an order has run its course


COME = (What.PLACED, What.JOINED, What.ARRIVED)  # these add people to a place
GO = (What.DEPARTED, What.KILLED, What.WOUNDED, What.CAPTURED)  # these take people from it


class Why(IntEnum):
    """Why an order was dropped or found nothing to do."""

    ALREADY_HELD = 0
    UNREACHABLE = 1
    SPENT = 2
    PRECONDITION = 3
    NO_ENEMY = 4
    WEATHER = 5
    BUSY = 6


class Ending(IntEnum):
    """How an assault ended."""

    TAKEN = 0
    CALLED_OFF = 1
    DEFENCE_BROKE = 2
    TIME = 3
    DARK = 4
    FOG = 5
    EXHAUSTED = 6
    RECALLED = 7
    NOBODY_LEFT = 8


class Outcome(IntEnum):
    """What became of a vehicle bomb."""

    ON_TARGET = 0
    SHORT = 1
    STOPPED = 2


ROW = np.dtype(
    [
        ("time", np.float64),  # hours since the battle began
        ("what", np.int64),
        ("order", np.int64),
        ("side", np.int64),
        ("place", np.int64),
        ("force", np.int64),
        ("amount", np.float64),
        ("detail", np.int64),
    ]
)
