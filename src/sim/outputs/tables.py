"""Results of runs, what-ifs and sweeps as Arrow tables."""

from datetime import date, datetime, time, timedelta

import numpy as np
import pyarrow as pa

from sim.battle.compile_scenario import make_labels
from sim.battle.simulation import Simulation
from sim.events.arrangement import arrange_log
from sim.events.event_text import list_events
from sim.events.log import EventLog
from sim.events.time_steps import DAY_HOURS, TimeSteps
from sim.likelihood.control import ControlState
from sim.runs.accumulators import StudySummary
from sim.runs.paired import BASE_CASE, CounterfactualChange, PairedComparison, make_difference_rows
from sim.runs.replicate import SERIES_NAMES, Batch, Study
from sim.runs.sweep import SweepResult
from sim.scenario.model import Scenario
from sim.scoring.claim_comparison import select_headline_outputs, select_observable_claims


def make_runs_table(study: Study, batch: Batch) -> pa.Table:
    """A row for each replication: seed, objective, losses of each side, headline outputs, parameters (`p_...`)."""
    names = make_labels(study.simulation.scenario)
    objective = study.simulation.scenario.objective
    objective_share = batch.daily["control"][
        :, -1, names.places.index(objective.place), names.sides.index(objective.side)
    ]
    columns = {
        "replication": batch.replications,
        "seed": np.full(len(batch.replications), study.seed),
        "objective_share": objective_share,
        "objective_held": objective_share >= objective.share,
        "n_phases": batch.phases,
    }
    for series in ("killed", "wounded", "captured"):
        totals = batch.daily[series].sum(axis=(1, 2))
        columns |= {f"{series}_{side}": totals[:, n] for n, side in enumerate(names.sides)}
    numbers = select_headline_outputs(study.simulation.scenario, study.simulation.end_hours)
    columns |= {f"headline_{number}": batch.headline_outputs[:, n] for n, number in enumerate(numbers)}
    columns |= {f"p_{name}": batch.parameters[:, n] for n, name in enumerate(study.simulation.parameter_names)}
    return pa.table(columns)


def make_reporting_table(simulation: Simulation) -> pa.Table:
    """A row for each draw of a posterior and parameter of how sources report; none if parameters are from the prior."""
    supplied, priors = simulation.supplied, simulation.scenario.priors
    rows: list[dict[str, object]] = []
    if supplied is not None:
        for name in supplied.priors:
            if name in priors and name not in simulation.parameter_names:
                values = supplied.compute_column(name, priors[name], np.arange(len(supplied.values)))
                rows += [{"draw": n, "parameter": name, "value": value} for n, value in enumerate(values.tolist())]
    return pa.Table.from_pylist(rows, schema=REPORTING_SCHEMA)


REPORTING_SCHEMA = pa.schema([("draw", pa.int64()), ("parameter", pa.string()), ("value", pa.float64())])


def make_daily_table(study: Study, batch: Batch) -> pa.Table:
    """A row for each replication, step, place and side: losses in the step, strength and share held at its end."""
    names = make_labels(study.simulation.scenario)
    shape = batch.daily["killed"].shape
    index = np.indices(shape, dtype=np.int32).reshape(4, -1)
    columns: dict[str, pa.Array] = {
        "replication": pa.array(batch.replications[index[0]]),
        "day": encode_steps(batch.steps, index[1]),
        "place": encode_labels(index[2], names.places),
        "side": encode_labels(index[3], names.sides),
    }
    columns |= {series: pa.array(batch.daily[series].reshape(-1).astype(np.float32)) for series in SERIES_NAMES}
    return pa.table(columns)


def make_days_table(study: Study, summary: StudySummary) -> pa.Table:
    """A row for each step, place and side: means over all replications, and the share in which it holds the place."""
    names = make_labels(study.simulation.scenario)
    shape = (summary.steps.count, len(names.places), len(names.sides))
    index = np.indices(shape, dtype=np.int32).reshape(3, -1)
    columns: dict[str, pa.Array] = {
        "day": encode_steps(summary.steps, index[0]),
        "place": encode_labels(index[1], names.places),
        "side": encode_labels(index[2], names.sides),
        "replications": pa.array(np.full(index.shape[1], summary.runs)),
    }
    columns |= {series: pa.array((total / summary.runs).reshape(-1)) for series, total in summary.totals.items()}
    holds = np.stack(
        [summary.control_counts[..., ControlState.FIRST], summary.control_counts[..., ControlState.SECOND]], axis=-1
    )
    contested = np.repeat(summary.control_counts[..., ControlState.CONTESTED, None], 2, axis=-1)
    columns |= {"holds": pa.array((holds / summary.runs).reshape(-1))}
    columns |= {"contested": pa.array((contested / summary.runs).reshape(-1))}
    return pa.table(columns)


def encode_steps(steps: TimeSteps, indices: np.ndarray) -> pa.Array:
    """Steps of time as the dates of days, or as the ends of shorter steps."""
    if steps.is_daily:
        return pa.array(np.array(steps.dates, dtype="datetime64[D]")[indices])
    return pa.array(np.array(steps.ends, dtype="datetime64[us]")[indices])


def decode_steps(scenario: Scenario, last: date) -> TimeSteps:
    """The steps of time of a stored table, by the last of them: a date, or when a shorter step ends."""
    if isinstance(last, datetime):
        return scenario.make_time_steps(scenario.hours_since_start(last))
    midnight = datetime.combine(last, time()) + timedelta(days=1)
    return TimeSteps(scenario.begins, DAY_HOURS, scenario.hours_since_start(midnight), scenario.astronomy.time_zone)


def encode_labels(indices: np.ndarray, labels: tuple[str, ...]) -> pa.Array:
    """Indices as the labels they stand for."""
    return pa.DictionaryArray.from_arrays(pa.array(indices), pa.array(list(labels), type=pa.string()))


def make_claims_table(study: Study, batch: Batch) -> pa.Table:
    """A row for each replication and observable claim: what was simulated, and whether the claim holds."""
    claims = select_observable_claims(study.simulation.scenario, study.simulation.end_hours)
    intervals = [claim.value for claim in claims.values() if claim.value is not None]
    low, high = (np.array([getattr(interval, end) for interval in intervals]) for end in ("low", "high"))
    runs = len(batch.replications)
    return pa.table(
        {
            "replication": np.repeat(batch.replications, len(claims)),
            "claim": encode_labels(np.tile(np.arange(len(claims)), runs), tuple(claims)),
            "simulated": batch.claims.reshape(-1),
            "holds": ((low <= batch.claims) & (batch.claims <= high)).reshape(-1),
        }
    )


def make_event_log_table(study: Study, batch: Batch) -> pa.Table:
    """Every event of the saved logs, with labels for codes."""
    compiled, names = study.simulation.compiled_scenario, make_labels(study.simulation.scenario)
    rows = [
        {"replication": run.replication} | event
        for run in batch.saved_logs
        for event in list_events(arrange_log(EventLog(run.log, compiled.labels, study.simulation.end_hours), names))
    ]
    text_columns = ("event", "order", "side", "place", "force", "code")
    column_types = {"replication": pa.int64(), "time": pa.timestamp("us"), "value": pa.float64()} | dict.fromkeys(
        text_columns, pa.string()
    )
    columns = ("replication", "time", "event", "order", "side", "place", "force", "value", "code")
    return pa.Table.from_pylist(rows, schema=pa.schema([(column, column_types[column]) for column in columns]))


def make_differences_table(changes: list[CounterfactualChange], comparison: PairedComparison) -> pa.Table:
    """A row for each change and measure: means, the paired difference, its interval."""
    return pa.Table.from_pylist(make_difference_rows(changes, comparison))


def make_pairs_table(comparison: PairedComparison) -> pa.Table:
    """A row for each case (the base case, each change) and replication: every measure."""
    cases = {BASE_CASE: comparison.base_values} | comparison.changed_values
    runs = len(comparison.base_values)
    columns: dict[str, pa.Array] = {
        "case": encode_labels(np.repeat(np.arange(len(cases)), runs), tuple(cases)),
        "replication": pa.array(np.tile(np.arange(runs), len(cases))),
    }
    stacked = np.concatenate(list(cases.values()))
    columns |= {measure.id: pa.array(stacked[:, n]) for n, measure in enumerate(comparison.measures)}
    return pa.table(columns)


def make_points_table(sweep_result: SweepResult) -> pa.Table:
    """A row for each design point: its level of each factor. A column of mixed types is text."""
    columns: dict[str, pa.Array] = {"point": pa.array(range(len(sweep_result.points)))}
    for factor in sweep_result.factors:
        levels = [point[factor] for point in sweep_result.points]
        is_numeric = all(isinstance(each, int | float) and not isinstance(each, bool) for each in levels)
        columns[factor] = pa.array([float(each) for each in levels] if is_numeric else [str(each) for each in levels])
    return pa.table(columns)


def make_outcomes_table(sweep_result: SweepResult) -> pa.Table:
    """A row for each design point and replication: every measure."""
    columns = {"point": sweep_result.point_index, "replication": sweep_result.replication}
    return pa.table(columns | {each.id: sweep_result.outcomes[:, n] for n, each in enumerate(sweep_result.measures)})
