"""The lone duel under salabim: a component that holds until the next casualty."""

from collections.abc import Iterator
from typing import Any

import salabim

salabim.yieldless(False)


class Duel(salabim.Component):  # type: ignore[misc]
    """One duel."""

    def setup(self, chain: Any) -> None:
        """Note whose it is."""
        self.chain = chain

    def process(self) -> Iterator[None]:
        """Casualty by casualty."""
        while not self.chain.is_over():
            yield self.hold(self.chain.draw_wait())
            self.chain.lose_one()


def play(chain: Any) -> float:
    """Play a duel to its end; the hours that it took."""
    env = salabim.Environment(trace=False, random_seed=None)
    Duel(chain=chain, env=env)
    env.run()
    return float(env.now())
