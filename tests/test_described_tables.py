"""Each field of each Parquet table says what it is and in which unit, from the one place that describes columns."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import sim
from sim.outputs.columns import PLACEHOLDER, OutputColumn
from sim.outputs.described_tables import NO_UNIT, DescribedTables
from sim.outputs.schema import find_tables, list_schemas
from sim.scenario import load
from sim.storage.manifest import MeasureFacts

SCENARIO = load("teaching")
MEASURES = {"objective_held": MeasureFacts(text="the fort is held", unit="share of battles", event=True)}
# One id for each kind of column.
IDS = {
    "side": next(iter(SCENARIO.sides)),
    "prior": next(iter(SCENARIO.priors)),
    "factor": next(iter(SCENARIO.priors)),
    "headline": "1",
    "measure": "objective_held",
}
TABLES = [
    (schema, table) for schema in list_schemas() for table in find_tables(schema).values() if table.format == "parquet"
]


def find_field_faults(schema: pa.Schema) -> list[str]:
    """The fields without a description or a unit."""
    metadata = {each.name: each.metadata or {} for each in schema}
    return [name for name, each in metadata.items() if not each.get(b"description") or not each.get(b"unit")]


def make_name(column: OutputColumn) -> str:
    """The name of a column, or of one of its kind."""
    return PLACEHOLDER.sub(lambda match: IDS.get(match[1], "any"), column.name)


@pytest.mark.parametrize(("schema", "table"), TABLES, ids=[f"{schema}-{table.name}" for schema, table in TABLES])
def test_every_column_of_every_table_gets_both(schema, table, tmp_path):
    plain = pa.table({make_name(column): pa.array([1.5]) for column in table.columns})
    DescribedTables(schema, SCENARIO, MEASURES).write(tmp_path, table.name, plain)
    stored = pq.read_table(tmp_path / f"{table.name}.parquet")
    assert find_field_faults(stored.schema) == []
    assert stored.equals(plain)
    for column in (each for each in table.columns if each.placeholder is None):
        found = {key.decode(): value.decode() for key, value in stored.schema.field(column.name).metadata.items()}
        assert (found["description"], found["unit"]) == (column.description, column.unit or NO_UNIT)


def test_a_column_of_a_kind_has_what_its_own_prior_side_measure_and_sentence_say():
    names = [f"killed_{IDS['side']}", "headline_1", f"p_{IDS['prior']}"]
    schema = DescribedTables("run", SCENARIO).describe("runs", pa.table({name: [1] for name in names})).schema
    side, headline, prior = (schema.field(name).metadata[b"description"].decode() for name in names)
    assert side.endswith(SCENARIO.sides[IDS["side"]].name)
    assert headline.endswith(SCENARIO.headline_outputs[0].text)
    assert prior.endswith(SCENARIO.priors[IDS["prior"]].reason)
    outcomes = DescribedTables("sweep", SCENARIO, MEASURES).describe("outcomes", pa.table({"objective_held": [1]}))
    assert outcomes.schema.field(0).metadata == {b"description": b"the fort is held", b"unit": b"share of battles"}


def test_a_column_that_nothing_describes_is_found():
    schema = DescribedTables("run", SCENARIO).describe("runs", pa.table({"replication": [1], "foreign": [1]})).schema
    assert find_field_faults(schema) == ["foreign"]


def test_no_table_is_written_past_the_descriptions():
    """Shards of unfinished work aside, which are no outputs."""
    package = Path(sim.__file__).parent
    allowed = {"outputs/described_tables.py", "outputs/exports/views.py", "runs/shards.py", "storage/writer.py"}
    writers = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "write_table(" in (text := path.read_text(encoding="utf-8")) or "ParquetWriter(" in text
    }
    assert writers <= allowed


def test_what_a_run_stores_and_exports_has_both(call, tmp_path):
    words = ["run", "scenario=teaching", "runs=20", "workers=1", "save_logs=1", f"outputs={tmp_path}"]
    code, out, _ = call(*words)
    folder = Path(out.splitlines()[-1])
    assert code == 0
    assert call("export", str(folder), "format=views")[0] == 0
    files = sorted(folder.rglob("*.parquet"))
    assert len(files) >= 8
    assert [(path.name, faults) for path in files if (faults := find_field_faults(pq.read_schema(path)))] == []
