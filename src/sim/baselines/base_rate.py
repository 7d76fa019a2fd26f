"""How often such things had been told so far: states of places by their shares, events by how many were told as so.

One more of each is added, so that nothing is impossible. Sources seldom tell of what did not happen, so that this comes
near to "whatever is told of, happened": hard to beat for an event, and no knowledge of the battle.
"""

import numpy as np

from sim.baselines.base import Asked, Guess
from sim.baselines.persistence import HELD
from sim.claims.control import State, report_of

SO = (True, False)


def guess(asked: Asked) -> Guess:
    """Control of places, and events."""
    so, silent = {}, {}
    for id in asked.claims:
        seen = asked.about(id)
        luck = asked.luck(f"base_rate:{id}", 1)[:, 0]
        if seen.sort == "share":
            second = np.array(list(HELD.values()))[np.searchsorted(np.cumsum(states(asked, id)), luck)]
            so[id] = 1.0 - second if seen.side == next(iter(asked.scenario.sides)) else second
        elif seen.sort in ("events", "presence", "rank"):
            alike = [name for name in asked.before(id) if asked.about(name).sort == seen.sort]
            bound = asked.scenario.claims[id].value
            assert bound is not None
            holds, fails = (next(n for n in range(1_000) if bound.holds(float(n)) == so_or_not) for so_or_not in SO)
            so[id] = np.where(luck < (len(alike) + 1.0) / (len(alike) + 2.0), float(holds), float(fails))
        else:
            silent[id] = "says nothing of counts"
    return Guess(so=so, silent=silent)


def states(asked: Asked, id: str) -> np.ndarray:
    """The shares of the three states among all that had been told of any place, with one more of each."""
    counted = np.ones(len(State))
    for name, claim in asked.before(id).items():
        if (report := report_of(asked.scenario, name, claim)) is not None:
            counted[report.state] += 1.0
    shares: np.ndarray = counted / counted.sum()
    return shares
