"""A calibration as tables: unknowns, claims, temperatures, and what history matching made of the claims."""

from dataclasses import asdict

import numpy as np
import pyarrow as pa

from sim.calibration.found import Calibrated
from sim.calibration.identified import known, together
from sim.calibration.posterior import RUNG, rungs_of
from sim.calibration.rehearsal import Rehearsed
from sim.calibration.rivals import Compared, Confusion


def tables_of(found: Calibrated) -> dict[str, pa.Table]:
    """Every table by name; those of the posterior only if it may be shown."""
    tables = {"temperatures": temperatures_table(found), "wave": wave_table(found)}
    if found.shown is not None:
        unknowns = known(found.shown)
        tables["unknowns"] = pa.Table.from_pylist(
            [
                {
                    "slot": each.slot,
                    "unit": each.unit,
                    **{f"prior_{name}": end for name, end in zip(ENDS, each.before, strict=True)},
                    **{f"posterior_{name}": end for name, end in zip(ENDS, each.after, strict=True)},
                    "contraction": each.contraction,
                    "contraction_error": each.error,
                    "shift": each.shift,
                    "effective": each.effective,
                    "shown": each.shown,
                    "words": each.words,
                }
                for each in unknowns
            ]
        )
        kinds = pa.schema([("first", pa.string()), ("second", pa.string()), ("correlation", pa.float64())])
        tables["together"] = pa.Table.from_pylist([asdict(each) for each in together(found.shown)], schema=kinds)
        tables["predictive"] = pa.Table.from_pylist(
            [
                {
                    "claim": each.claim,
                    "low": each.low,
                    "high": each.high,
                    "median": each.median,
                    "q25": each.half[0],
                    "q75": each.half[1],
                    "q05": each.most[0],
                    "q95": each.most[1],
                    "like": each.like,
                    "tail": each.tail,
                    "missed": each.missed,
                    "effective": each.effective,
                    "shown": each.shown,
                }
                for each in found.predicted
            ]
        )
    return tables


ENDS = ("median", "q05", "q95")


def temperatures_table(found: Calibrated) -> pa.Table:
    """A row for each island and temperature."""
    islands = found.cooled.islands
    rows = np.concatenate([rungs_of(island.rungs) for island in islands])
    number = np.repeat([island.number for island in islands], [len(island.rungs) for island in islands])
    return pa.table({"island": number} | dict(zip(RUNG, rows.T, strict=True)))


def wave_table(found: Calibrated) -> pa.Table:
    """A row for each claim: how many draws from the prior could have told it, and how many are not implausible."""
    wave = found.wave
    claims = found.target.testimony.claims
    counted = ~np.isnan(wave.implausibility).all(axis=0)
    with np.errstate(invalid="ignore"):
        plausible = (wave.implausibility <= 3.0).sum(axis=0)
    return pa.table(
        {
            "claim": list(claims),
            "draws": [len(wave.slots)] * len(claims),
            "could_tell": (wave.matched > 0).sum(axis=0),
            "told": wave.matched.sum(axis=0),
            "battles": [len(wave.slots) * wave.repeats] * len(claims),
            "not_implausible": pa.array(np.where(counted, plausible, 0), mask=~counted),
        }
    )


def ranks_table(found: Rehearsed) -> pa.Table:
    """A row for each synthetic battle and quantity: the rank of the truth, and whether intervals hold it."""
    battles, count = found.ranks.shape
    return pa.table(
        {
            "battle": np.repeat(np.arange(battles), count),
            "quantity": list(found.names) * battles,
            "rank": found.ranks.reshape(-1),
            "in_half": found.covered[:, :, 0].reshape(-1),
            "in_most": found.covered[:, :, 1].reshape(-1),
        }
    )


def rivals_table(found: Compared) -> pa.Table:
    """A row for each rival and island: evidence, its error; and the chance of the rival with its interval."""
    rows = []
    for name, cooled in found.cooled.items():
        chance, low, high = found.chances.get(name, (None, None, None))
        for island, evidence in zip(cooled.islands, cooled.evidences, strict=True):
            rows.append(
                {
                    "rival": name,
                    "island": island.number,
                    "temperature": island.temperature,
                    "log_evidence": evidence.log,
                    "error": evidence.error,
                    "battles": island.battles,
                    "chance": chance,
                    "chance_low": low,
                    "chance_high": high,
                }
            )
    return pa.Table.from_pylist(rows)


def confusion_table(found: Confusion) -> pa.Table:
    """A row for each truth and rival: how many synthetic battles of the one the evidence gives to the other."""
    count = len(found.names)
    return pa.table(
        {
            "truth": np.repeat(found.names, count),
            "given_to": list(found.names) * count,
            "battles": found.counts.reshape(-1),
            "chance_of_truth": np.repeat(found.chance, count),
        }
    )
