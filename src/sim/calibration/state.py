"""An island's state as arrays, to be kept on disk."""

import numpy as np

from sim.calibration import moves
from sim.calibration.cloud import Cloud
from sim.calibration.island import Island, Rung
from sim.calibration.moves import Steps
from sim.calibration.target import Fought


def arrays_of(island: Island) -> dict[str, np.ndarray]:
    """An island's state as arrays, from which it goes on to the same bits."""
    kinds = list(moves.KINDS)
    rungs = [
        [
            r.temperature,
            r.evidence,
            r.error,
            r.effective,
            r.battles,
            *(r.acceptance.get(kind, np.nan) for kind in kinds),
        ]
        for r in island.rungs
    ]
    cloud = island.fought.cloud
    return {
        "seed": np.array(cloud.seed, dtype=np.uint64),
        "numbers": cloud.numbers,
        "slots": cloud.slots,
        "drivers": cloud.drivers,
        "salts": cloud.salts,
        "outcomes": island.fought.outcomes,
        "begun": island.fought.begun,
        "gain": island.fought.gain,
        "lines": island.lines,
        "state": np.array(
            [island.number, island.temperature, island.evidence, island.battles, island.finished, island.earlier]
        ),
        "steps": np.array(island.steps.plain()),
        "rungs": np.array(rungs, dtype=np.float64).reshape(-1, 5 + len(kinds)),
    }


def island_of(arrays: dict[str, np.ndarray]) -> Island:
    """The island that some arrays hold."""
    number, temperature, evidence, battles, finished, earlier = arrays["state"].tolist()
    kinds = list(moves.KINDS)
    rungs = [
        Rung(one, two, three, four, int(five), {k: v for k, v in zip(kinds, rest, strict=True) if v == v})
        for one, two, three, four, five, *rest in arrays["rungs"].tolist()
    ]
    cloud = Cloud(int(arrays["seed"]), *(arrays[name] for name in ("numbers", "slots", "drivers", "salts")))
    return Island(
        number=int(number),
        fought=Fought(cloud, arrays["outcomes"], arrays["begun"], arrays["gain"]),
        lines=arrays["lines"],
        temperature=temperature,
        evidence=evidence,
        battles=int(battles),
        steps=Steps(*arrays["steps"].tolist()),
        rungs=tuple(rungs),
        finished=bool(finished),
        earlier=int(earlier),
    )
