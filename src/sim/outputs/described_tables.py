"""Tables whose columns say what they are: description and unit of each, from the data dictionary, in its field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from sim.outputs.columns import OutputColumn
from sim.outputs.schema import find_tables
from sim.scenario.model import Scenario
from sim.storage.manifest import MeasureFacts
from sim.storage.writer import write_table

NO_UNIT = "none"  # of names, ids, numbers of things and pure numbers


@dataclass(frozen=True)
class DescribedTables:
    """Writes the tables of a command, or describes those of an export format, with metadata of each field.

    Parameters
    ----------
    schema
        The command or format in the data dictionary.
    scenario
        The scenario, whose priors, sides and headline outputs columns are named after.
    measures
        The measures by id, if columns are named after measures.
    """

    schema: str
    scenario: Scenario
    measures: Mapping[str, MeasureFacts] = field(default_factory=dict)

    def write(self, folder: Path, name: str, table: pa.Table) -> None:
        """Write a table as `NAME.parquet` into a folder, whole or not at all."""
        write_table(folder / f"{name}.parquet", self.describe(name, table))

    def describe(self, name: str, table: pa.Table) -> pa.Table:
        """A table with `description` and `unit` in the metadata of each field; columns and rows are the same."""
        described = find_tables(self.schema).get(name)
        fields = []
        for each in table.schema:
            column = None if described is None else described.find_column(each.name)
            if column is not None:
                unit, description = describe_column(column, each.name, self.scenario, self.measures)
                fields.append(each.with_metadata({"description": description, "unit": unit or NO_UNIT}))
            else:
                fields.append(each)
        return table.cast(pa.schema(fields, metadata=table.schema.metadata))


def describe_column(
    column: OutputColumn, name: str, scenario: Scenario, measures: Mapping[str, MeasureFacts]
) -> tuple[str, str]:
    """Unit and description of a column; of one of a kind, those of its own prior, measure, side or headline output."""
    if column.placeholder is None:
        return column.unit, column.description
    id = column.extract_id(name)
    if column.placeholder in ("prior", "factor") and id in scenario.priors:
        prior = scenario.priors[id]
        return prior.unit, f"{column.description}: {prior.reason}"
    if column.placeholder == "event":
        return column.unit, column.description
    if column.placeholder == "side":
        return column.unit, f"{column.description}: {scenario.sides[id].name}"
    if column.placeholder == "headline":
        headline = scenario.headline_outputs[int(id) - 1]  # numbered from 1
        return headline.observable.unit, f"{column.description}: {headline.text}"
    if column.placeholder == "measure" and id in measures:
        return measures[id].unit, measures[id].text
    return "", column.description
