"""The ways that marches are drawn along: the shortest by the scenario's links."""

from heapq import heappop, heappush

from sim.scenario.distances import link_km
from sim.scenario.model import Scenario


class Ways:
    """Shortest ways between places, by their index in the scenario; kept once they are found."""

    def __init__(self, scenario: Scenario):
        places = list(scenario.places)
        self.roads: dict[int, list[tuple[int, float]]] = {number: [] for number in range(len(places))}
        for link in scenario.links.values():
            start, end = (places.index(place) for place in link.between)
            km = link_km(scenario, link)
            self.roads[start].append((end, km))
            self.roads[end].append((start, km))
        self.known: dict[tuple[int, int], list[int]] = {}

    def between(self, start: int, goal: int) -> list[int]:
        """The places on the way, both ends included; the two ends alone if no links join them."""
        if (start, goal) not in self.known:
            self.known[start, goal] = self.shortest(start, goal)
        return self.known[start, goal]

    def shortest(self, start: int, goal: int) -> list[int]:
        """Dijkstra's way."""
        came: dict[int, int] = {}
        best = {start: 0.0}
        queue = [(0.0, start)]
        while queue:
            km, here = heappop(queue)
            if here == goal:
                way = [goal]
                while way[-1] != start:
                    way.append(came[way[-1]])
                return way[::-1]
            if km > best[here]:
                continue
            for there, more in self.roads[here]:
                if km + more < best.get(there, float("inf")):
                    best[there], came[there] = km + more, here
                    heappush(queue, (km + more, there))
        return [start, goal]
