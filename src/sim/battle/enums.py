"""The codes that records hold: kinds of order, phases, reasons to stop, places among an order's normal inputs."""

from enum import IntEnum


class OrderKind(IntEnum):
    """What kind of order it is; the last two are the weather and the daily supply round, which every battle has."""

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
