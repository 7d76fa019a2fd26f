"""Events in words: the rows of a log with labels in the place of its indices and codes."""

from enum import IntEnum
from typing import Any

from sim.events.log import AssaultEnding, BombOutcome, CancelReason, EventKind, EventLog

CODE_ENUMS: dict[EventKind, type[IntEnum]] = {
    EventKind.ORDER_CANCELLED: CancelReason,
    EventKind.ORDER_MOOT: CancelReason,
    EventKind.REDIRECTED: CancelReason,
    EventKind.ENDED: AssaultEnding,
    EventKind.BOMB: BombOutcome,
}


def list_events(log: EventLog) -> list[dict[str, Any]]:
    """Every event of a battle in words: its moment, kind, order, side, place, force, value, and reason or outcome.

    Parameters
    ----------
    log
        The log of one battle.

    Returns
    -------
    list of dict
        A dictionary for each event, in order of time; `time` is local, and None stands where nothing is meant.

    Examples
    --------
    >>> import sim
    >>> event = list_events(sim.fight(sim.load("teaching")).event_log)[-1]
    >>> sorted(event)
    ['code', 'event', 'force', 'order', 'place', 'side', 'time', 'value']
    """
    labels = log.labels
    return [
        {
            "time": labels.local_time(float(event["time"])),
            "event": EventKind(event["event"]).name.lower(),
            "order": find_label(labels.orders, event["order"]),
            "side": find_label(labels.sides, event["side"]),
            "place": find_label(labels.places, event["place"]),
            "force": find_label(labels.forces, event["force"]),
            "value": float(event["value"]),
            "code": format_code(labels.equipment, EventKind(event["event"]), int(event["code"])),
        }
        for event in log.rows
    ]


def find_label(labels: tuple[str, ...], index: int) -> str | None:
    """The label of an index; None for NONE."""
    return labels[index] if index >= 0 else None


def format_code(equipment: tuple[str, ...], kind: EventKind, code: int) -> str | None:
    """The code of an event as a label; None if it has none."""
    if code < 0:
        return None
    if kind in (EventKind.SEIZED, EventKind.DESTROYED):
        return equipment[code]
    if kind in CODE_ENUMS:
        return CODE_ENUMS[kind](code).name.lower()
    return str(code)
