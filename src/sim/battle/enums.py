"""The codes that records hold: kinds of order, phases, reasons to stop, places among an order's normal inputs."""

from enum import IntEnum


class OrderKind(IntEnum):
    """What kind of order it is; ENVIRONMENT and LOGISTICS are the weather and the daily round of every battle."""

    ATTACK = 0
    WITHDRAW = 1
    REINFORCE = 2
    AIRSTRIKE = 3
    SHELLING = 4
    VEHICLE_BOMB = 5
    AMBUSH = 6
    RESERVE = 7
    COMMAND = 8
    ENVIRONMENT = 9
    LOGISTICS = 10
    SURRENDER_DEMAND = 11
    LEAVE = 12
    DETACH = 13
    INFILTRATE = 14


class OrderPhase(IntEnum):
    """Where an order stands; each kind uses those that it needs, in this sequence."""

    WAITING = 0
    BEGINNING = 1
    MARCHING = 2
    ARRIVING = 3
    FIGHTING = 4
    CONSOLIDATING = 5
    RETURNING = 6
    FIRING = 7
    RECOVERING = 8
    OVER = 9


class FallbackAction(IntEnum):
    """What an order does if it can't be carried out as meant."""

    CANCEL = 0
    HOLD = 1
    REDIRECT = 2
    FALL_BACK = 3


class OrderResult(IntEnum):
    """What came of an order, as others may wait for it."""

    DROPPED = 0
    DONE = 1  # of orders that take nothing
    TAKEN = 2  # its goal was taken, or was its side's already
    REPELLED = 3  # its goal was not


class FollowedEvent(IntEnum):
    """What of another order an order waits for."""

    ENDED = 0  # it was carried out, whatever came of it
    TAKEN = 1
    REPELLED = 2
    DROPPED = 3


class StopReason(IntEnum):
    """Why the fighting at a place stands still until the scheduler has seen to it."""

    NONE = 0
    TAKEN = 1  # the attacker holds every block
    ATTACK_BROKE = 2
    DEFENCE_BROKE = 3
    ALARM = 4  # the line has come to where the reserve is called
    EMPTIED = 5  # the last one of a side is gone


class OrderInput(IntEnum):
    """The normal inputs of an order: at `order.first_input` plus this."""

    MOMENT = 0
    INTENSITY = 1
    BREAK_ATTACK = 2
    BREAK_DEFEND = 3
    ARRIVES = 4
    REACHES = 5
    COMBAT_POWER = 6
    INTENSITY_DIFFERENCE = 7
    PURSUIT = 8
    COUNT = 9  # how many there are


class WeatherInput(IntEnum):
    """The normal inputs of a day: at `day.first_input` plus this."""

    FOG = 0
    RAIN = 1
    COUNT = 2
