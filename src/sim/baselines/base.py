"""What all baselines share: what they are asked, what they may know, what they answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from sim import dice
from sim.measures.base import Observable
from sim.scenario.model import Scenario
from sim.scenario.record import Claim


@dataclass(frozen=True)
class Asked:
    """The claims to be forecast, how many draws of each, and the cut, if there is one: nothing later is known."""

    scenario: Scenario
    claims: tuple[str, ...]
    seed: int
    replications: np.ndarray
    cut: datetime | None = None

    def about(self, id: str) -> Any:
        """What a claim is about."""
        seen: Observable | None = self.scenario.claims[id].observable
        assert seen is not None
        return seen

    def eve(self, id: str) -> datetime:
        """The midnight before the day of a claim, or the cut if it is earlier: what was told of the time until then."""
        day = self.about(id).until - timedelta(days=1)
        eve = datetime(day.year, day.month, day.day)
        return eve if self.cut is None else min(eve, self.cut)

    def before(self, id: str) -> dict[str, Claim]:
        """The scored claims that were told before the day of a claim, in the order of their periods' ends."""
        eve = self.eve(id)
        known = [
            (claim.observable.until, name, claim)
            for name, claim in self.scenario.claims.items()
            if claim.scored != "carried" and claim.observable is not None and claim.observable.until <= eve
        ]
        return {name: claim for _, name, claim in sorted(known, key=lambda each: each[0])}

    def luck(self, name: str, count: int) -> np.ndarray:
        """Numbers in (0, 1) of a stream of this name, shape (n, count)."""
        keys = dice.keys([f"baseline:{name}"])
        words = dice.words(keys, self.seed, self.replications, np.zeros(1, dtype=np.uint64), count)
        return dice.shares(words[:, 0])

    def constant(self, value: float) -> np.ndarray:
        """The same number in each draw."""
        return np.full(len(self.replications), value)


@dataclass(frozen=True)
class Guess:
    """What a baseline expects of each claim that it can speak of, shape (n,) each.

    `so`: what would be so in a battle, to be told by the source with its factor. `told`: the mean of what would be
    told, by somebody who copies what was told before; `known` of it are told already.
    """

    so: Mapping[str, np.ndarray] = field(default_factory=dict)
    told: Mapping[str, np.ndarray] = field(default_factory=dict)
    known: Mapping[str, float] = field(default_factory=dict)
    silent: Mapping[str, str] = field(default_factory=dict)  # claim: why


def silent(claims: Sequence[str], why: str) -> dict[str, str]:
    """The same reason for several claims."""
    return dict.fromkeys(claims, why)
