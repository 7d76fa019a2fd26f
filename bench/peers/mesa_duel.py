"""The lone duel under Mesa's discrete-event simulator: each casualty schedules the next."""

from typing import Any

import mesa
from mesa.experimental.devs.simulator import DEVSimulator


class Duel(mesa.Model):  # type: ignore[misc]
    """One duel."""

    def __init__(self, simulator: DEVSimulator, chain: Any):
        super().__init__(seed=1)
        self.simulator, self.chain, self.hours = simulator, chain, 0.0

    def casualty(self) -> None:
        """One person is lost, and the next loss is scheduled."""
        self.hours = self.simulator.time
        self.chain.lose_one()
        self.expect()

    def expect(self) -> None:
        """Schedule the next casualty, if there is one to come."""
        if not self.chain.is_over():
            self.simulator.schedule_event_relative(self.casualty, self.chain.draw_wait())


def play(chain: Any) -> float:
    """Play a duel to its end; the hours that it took."""
    simulator = DEVSimulator()
    duel = Duel(simulator, chain)
    simulator.setup(duel)
    duel.expect()
    simulator.run_until(1e9)
    return float(duel.hours)
