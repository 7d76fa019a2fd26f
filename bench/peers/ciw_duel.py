"""The lone duel under Ciw, as near as a queueing network comes: one customer, served once for each casualty."""

from typing import Any

import ciw


class Shared:
    """Ciw copies what it is given; a duel must stay one."""

    def __deepcopy__(self, memo: Any) -> Any:
        return self


class Casualties(Shared, ciw.dists.Distribution):  # type: ignore[misc]
    """Service times that are the waits for casualties."""

    def __init__(self, chain: Any):
        self.chain, self.hours = chain, 0.0

    def sample(self, t: float | None = None, ind: Any = None) -> float:
        """The next wait, at the end of which somebody is lost; no time at all once the duel is over."""
        if self.chain.is_over():
            return 0.0
        wait = float(self.chain.draw_wait())
        self.chain.lose_one()
        self.hours += wait
        return wait


class Again(Shared, ciw.routing.NodeRouting):  # type: ignore[misc]
    """Back to the same server until the duel is over."""

    def __init__(self, chain: Any):
        self.chain = chain

    def next_node(self, ind: Any) -> Any:
        """The server, or the way out."""
        return self.simulation.nodes[-1 if self.chain.is_over() else 1]


def play(chain: Any) -> float:
    """Play a duel to its end; the hours that it took."""
    service = Casualties(chain)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential([0.0, float("inf")])],
        service_distributions=[service],
        routing=ciw.routing.NetworkRouting(routers=[Again(chain)]),
        number_of_servers=[1],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(1, method="Finish")
    return service.hours
