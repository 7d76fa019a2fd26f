"""Who held a place holds it: as last told, or, if nothing was told of it, as the scenario begins.

A place that is contested counts as held by half.
"""

from sim.baselines.base import Asked, Guess
from sim.claims.control import State, report_of

HELD = {State.FIRST: 0.0, State.CONTESTED: 0.5, State.SECOND: 1.0}  # share of the second side


def guess(asked: Asked) -> Guess:
    """Control of places."""
    so, silent = {}, {}
    for id in asked.claims:
        seen = asked.about(id)
        if seen.sort != "share":
            silent[id] = "says nothing but who holds a place"
            continue
        first = next(iter(asked.scenario.sides))
        second = second_share(asked, id)
        so[id] = asked.constant(1.0 - second if seen.side == first else second)
    return Guess(so=so, silent=silent)


def second_share(asked: Asked, id: str) -> float:
    """The second side's share of the place of a claim on the eve of its day."""
    place = asked.about(id).place
    before = [report_of(asked.scenario, name, claim) for name, claim in asked.before(id).items()]
    told = [report for report in before if report is not None and report.place == place]
    if told:
        return HELD[told[-1].state]
    held = asked.scenario.places[place].held_by
    share = 1.0 if held.share is None or held.share.value is None else held.share.value
    return share if held.side == list(asked.scenario.sides)[1] else 1.0 - share
