"""The results of a study as tables: runs, daily, claims, events."""

import numpy as np
import pyarrow as pa

from sim.claims.comparison import observed_claims, observed_sentences
from sim.claims.control import State
from sim.events import Ending, Outcome, What, Why
from sim.experiment.replicate import SERIES, Batch, Study
from sim.experiment.summary import Summary

DETAILS = {What.VOID: Why, What.HELD: Why, What.REDIRECTED: Why, What.ENDED: Ending, What.BOMB: Outcome}


def runs_table(study: Study, batch: Batch) -> pa.Table:
    """A row for each replication: seed, parameters (`p_...`), losses of each side, the objective, the sentences."""
    names = study.stage.tables.names
    goal = study.stage.scenario.objective
    held = batch.daily["control"][:, -1, names.places.index(goal.place), names.sides.index(goal.side)]
    columns = {
        "replication": batch.replications,
        "seed": np.full(len(batch.replications), study.seed),
        "objective_share": held,
        "objective_held": held >= goal.share,
        "phases": batch.phases,
    }
    for series in ("killed", "wounded", "captured"):
        totals = batch.daily[series].sum(axis=(1, 2))
        columns |= {f"{series}_{side}": totals[:, n] for n, side in enumerate(names.sides)}
    numbers = observed_sentences(study.stage.scenario, study.stage.ends)
    columns |= {f"sentence_{number}": batch.sentences[:, n] for n, number in enumerate(numbers)}
    columns |= {f"p_{slot}": batch.parameters[:, n] for n, slot in enumerate(study.stage.slots)}
    return pa.table(columns)


def daily_table(study: Study, batch: Batch) -> pa.Table:
    """A row for each replication, day, place and side: losses of the day, strength and share held at its end."""
    names = study.stage.tables.names
    shape = batch.daily["killed"].shape
    index = np.indices(shape, dtype=np.int32).reshape(4, -1)
    columns: dict[str, pa.Array] = {
        "replication": pa.array(batch.replications[index[0]]),
        "day": pa.array(np.array(batch.days, dtype="datetime64[D]")[index[1]]),
        "place": words(index[2], names.places),
        "side": words(index[3], names.sides),
    }
    columns |= {series: pa.array(batch.daily[series].reshape(-1).astype(np.float32)) for series in SERIES}
    return pa.table(columns)


def days_table(study: Study, summary: Summary) -> pa.Table:
    """A row for each day, place and side: means over all replications, and the share of them in which it holds."""
    names = study.stage.tables.names
    shape = (len(summary.days), len(names.places), len(names.sides))
    index = np.indices(shape, dtype=np.int32).reshape(3, -1)
    columns: dict[str, pa.Array] = {
        "day": pa.array(np.array(summary.days, dtype="datetime64[D]")[index[0]]),
        "place": words(index[1], names.places),
        "side": words(index[2], names.sides),
        "replications": pa.array(np.full(index.shape[1], summary.runs)),
    }
    columns |= {series: pa.array((total / summary.runs).reshape(-1)) for series, total in summary.totals.items()}
    holds = np.stack([summary.control[..., State.FIRST], summary.control[..., State.SECOND]], axis=-1)
    contested = np.repeat(summary.control[..., State.CONTESTED, None], 2, axis=-1)
    columns |= {"holds": pa.array((holds / summary.runs).reshape(-1))}
    columns |= {"contested": pa.array((contested / summary.runs).reshape(-1))}
    return pa.table(columns)


def words(codes: np.ndarray, names: tuple[str, ...]) -> pa.Array:
    """Indices as the names they stand for."""
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(list(names), type=pa.string()))


def claims_table(study: Study, batch: Batch) -> pa.Table:
    """A row for each replication and observable claim: what was simulated, and whether the claim's bound holds."""
    claims = observed_claims(study.stage.scenario, study.stage.ends)
    bounds = [claim.value for claim in claims.values() if claim.value is not None]
    low, high = (np.array([getattr(bound, end) for bound in bounds]) for end in ("low", "high"))
    runs = len(batch.replications)
    return pa.table(
        {
            "replication": np.repeat(batch.replications, len(claims)),
            "claim": words(np.tile(np.arange(len(claims)), runs), tuple(claims)),
            "simulated": batch.claims.reshape(-1),
            "holds": ((low <= batch.claims) & (batch.claims <= high)).reshape(-1),
        }
    )


def events_table(study: Study, batch: Batch) -> pa.Table:
    """Every event of the replications that were kept, in words."""
    names = study.stage.tables.names
    rows = [
        {
            "replication": run.replication,
            "time": names.moment(float(event["time"])),
            "what": What(event["what"]).name.lower(),
            "order": name(names.orders, event["order"]),
            "side": name(names.sides, event["side"]),
            "place": name(names.places, event["place"]),
            "force": name(names.forces, event["force"]),
            "amount": float(event["amount"]),
            "detail": detail(names.equipment, What(event["what"]), int(event["detail"])),
        }
        for run in batch.kept
        for event in run.log
    ]
    text = ("what", "order", "side", "place", "force", "detail")
    kinds = {"replication": pa.int64(), "time": pa.timestamp("us"), "amount": pa.float64()} | dict.fromkeys(
        text, pa.string()
    )
    columns = ("replication", "time", "what", "order", "side", "place", "force", "amount", "detail")
    return pa.Table.from_pylist(rows, schema=pa.schema([(column, kinds[column]) for column in columns]))


def name(names: tuple[str, ...], index: int) -> str | None:
    """The name behind an index; None for NOBODY."""
    return names[index] if index >= 0 else None


def detail(equipment: tuple[str, ...], what: What, code: int) -> str | None:
    """The detail of an event as a word."""
    if code < 0:
        return None
    if what == What.SEIZED:
        return equipment[code]
    if what in DETAILS:
        return str(DETAILS[what](code).name.lower())
    return str(code)
