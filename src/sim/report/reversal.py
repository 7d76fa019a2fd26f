"""The smallest reversal in words."""

from collections.abc import Iterator

from sim.experiment.digits import estimate, level, subject
from sim.experiment.paired import Measured, difference
from sim.reversal.lever import Lever
from sim.reversal.search import Reversal, Turn

UNCALIBRATED = (
    "Uncalibrated: what turns the outcome in the model under wide assumptions, before it has seen a single claim. It "
    "is a statement about how far the record was from turning, and no advice."
)


def answers(found: Reversal, lever: Lever, measured: Measured) -> Iterator[str]:
    """The smallest change first, then what the other direction does, then where one starts from."""
    text = f"“{subject(measured)}”"
    curve = found.curve
    base = estimate(measured, curve.share(0), *curve.ends(0))
    here = f"{base} of 100 battles with {put(lever, curve.base)}"
    if found.likely is None:
        yield (
            f"{text} can't be told from even in {len(curve.at(0))} battles: {here}. There is nothing to reverse "
            "(more runs may tell)."
        )
        return
    wanted = "less likely than not" if found.likely else "more likely than not"
    smallest = found.smallest
    if smallest is None:
        far = [put(lever, curve.value(steps)) for steps in (-found.downmost, found.upmost)]
        shares = [estimate(measured, curve.share(n), *curve.ends(n)) for n in (-found.downmost, found.upmost)]
        yield (
            f"Nothing in the documented range, from {far[0]} to {far[1]}, makes {text} {wanted}: {shares[0]} of 100 "
            f"battles at the one end, {shares[1]} at the other, {here}."
        )
        return
    for turn in [smallest, *(other for other in (found.up, found.down) if other not in (None, smallest))]:
        assert turn is not None
        yield (
            f"{text} becomes {wanted} with {turned(found, lever, turn)}, instead of {put(lever, curve.base)}. "
            f"{share(found, measured, turn)}"
        )
    for turn_, end in ((found.up, found.upmost), (found.down, -found.downmost)):
        if turn_ is None and end != 0:
            yield f"The other way, to {put(lever, curve.value(end))}, nothing turns it."
    yield f"The base case: {here}."


def turned(found: Reversal, lever: Lever, turn: Turn) -> str:
    """Where it turns, with its interval: from what the battles still allow to where they leave no doubt."""
    curve = found.curve
    near = number(lever, curve.value(turn.earliest))
    limit = number(lever, curve.value(found.upmost if turn.steps > 0 else -found.downmost))
    far = number(lever, curve.value(turn.surest)) if turn.surest is not None else f"beyond {limit}, the range's end"
    return f"{put(lever, curve.value(turn.steps))} (95% interval {near} to {far})"


def put(lever: Lever, value: float) -> str:
    """A lever at a value, in words."""
    if lever.kind != "hours":
        return f"{number(lever, value)} {lever.says}"
    if value == 0:
        return f"{lever.says} as recorded"
    return f"{lever.says} {number(lever, value)} hours {'earlier' if value < 0 else 'later'}"


def number(lever: Lever, value: float) -> str:
    """The number alone; of hours, how many."""
    return level(float(abs(value) if lever.kind == "hours" else value))


def share(found: Reversal, measured: Measured, turn: Turn) -> str:
    """The event there, and its paired difference from the base case."""
    curve = found.curve
    apart = difference(measured, curve.at(0), curve.at(turn.steps))
    there = estimate(measured, curve.share(turn.steps), *curve.ends(turn.steps))
    gap = estimate(measured, apart.difference, apart.low, apart.high)
    return f"There: {there} of 100 battles; paired difference {gap}."
