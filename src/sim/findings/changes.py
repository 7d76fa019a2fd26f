"""What changes would have made of a calibrated battle, with what the unknowns leave open told apart from chance."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.experiment.stored import opened
from sim.findings.clustered import Estimate, more_often, parts


@dataclass(frozen=True)
class Effect:
    """How much more often an event happens with a change: its mean over the posterior, with a 95% interval that counts
    battles of one draw together; and how far it differs from draw to draw, chance taken out (standard deviation).
    """

    says: str
    event: str
    mean: Estimate
    spread: float | None  # None: too few battles of each draw to tell


def effects(path: Path) -> list[Effect]:
    """The effect of each change on each event, from an output of `sim whatif` under a posterior."""
    output = opened(path)
    pairs = output.table("pairs").to_pydict()
    draws = output.manifest.get("posterior", {}).get("draws")
    case, replication = np.array(pairs["case"]), np.array(pairs["replication"])
    base = case == "base case"
    clusters = replication[base] % (draws or int(base.sum()))
    found = []
    for row in output.table("differences").to_pylist():
        if row["unit"] == "battles":
            values = np.array(pairs[row["measure"]], dtype=np.float64)
            apart = values[case == row["change"]] - values[base]
            twice = bool(draws) and len(apart) >= 2 * draws
            spread = float(np.sqrt(parts(apart, clusters)[0])) if twice else None
            found.append(Effect(row["says"], row["text"].split(" in {chance}")[0], more_often(apart, clusters), spread))
    return found
