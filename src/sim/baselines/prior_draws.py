"""What baselines that know the scenario draw from its priors, by the dice of the battles themselves."""

import numpy as np

from sim.baselines.base import Asked
from sim.claims.reporting import drawn


def prior(asked: Asked, name: str, side: str) -> np.ndarray:
    """A prior of the rules for each draw, the side's own if it has one, shape (n,)."""
    own = f"{name}_{side}"
    slot = own if own in asked.scenario.priors else name
    return drawn(asked.scenario, [slot], asked.seed, asked.replications)[:, 0]


def strength(asked: Asked, side: str) -> np.ndarray:
    """How many of a side there are at first, shape (n,)."""
    total = np.zeros(len(asked.replications))
    for force in asked.scenario.forces.values():
        if force.side != side or not force.present:
            continue
        if force.strength.prior is not None:
            slot = drawn(asked.scenario, [force.strength.prior], asked.seed, asked.replications)[:, 0]
            total += force.strength.share * slot
        else:
            total += float(force.strength.value or 0.0)
    return total


def other(asked: Asked, side: str) -> str:
    """The other side."""
    return next(each for each in asked.scenario.sides if each != side)


def everywhere(asked: Asked) -> tuple[list[str], dict[str, str]]:
    """The claims of a side's dead at all places; and why nothing is said of the others."""
    spoken, silent = [], {}
    for id in asked.claims:
        seen = asked.about(id)
        if seen.measure != "killed":
            silent[id] = "says nothing but how many are killed"
        elif seen.places:
            silent[id] = "says nothing of single places"
        else:
            spoken.append(id)
    return spoken, silent


def span(asked: Asked, id: str) -> tuple[float, float]:
    """The period of a claim in days since the beginning."""
    seen, begins = asked.about(id), asked.scenario.begins
    since = 0.0 if seen.since is None else (seen.since - begins).total_seconds() / 86400
    return max(since, 0.0), (seen.until - begins).total_seconds() / 86400
