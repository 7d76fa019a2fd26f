"""The tables of `sim diff`, as they are written and read again."""

import pyarrow as pa

from sim.analysis.output_differences import OutcomeDifference
from sim.analysis.setting_differences import SettingDifference
from sim.runs.outcome_measures import OutcomeMeasure
from sim.scoring.intervals import IntervalEstimate

EVENT_UNIT = "battles"
SETTING_SCHEMA = pa.schema([(name, pa.string()) for name in ("name", "first", "second")])


def make_settings_table(differences: list[SettingDifference]) -> pa.Table:
    """A row for each setting, value of the scenario, version or digest that differs."""
    return pa.Table.from_pylist([vars(each) for each in differences], schema=SETTING_SCHEMA)


def make_outcome_table(differences: list[OutcomeDifference]) -> pa.Table:
    """A row for each case and measure."""
    return pa.Table.from_pylist(
        [
            {
                "case": each.case,
                "measure": each.measure.id,
                "text": each.measure.text,
                "unit": EVENT_UNIT if each.measure.is_event else each.measure.unit,
                "first": each.first.value,
                "first_low": each.first.low,
                "first_high": each.first.high,
                "second": each.second.value,
                "second_low": each.second.low,
                "second_high": each.second.high,
                "difference": each.difference.value,
                "low": each.difference.low,
                "high": each.difference.high,
                "n_first": each.n_first,
                "n_second": each.n_second,
                "n_pairs": each.n_pairs,
            }
            for each in differences
        ]
    )


def parse_setting_differences(table: pa.Table) -> list[SettingDifference]:
    """The differences of settings from their table."""
    return [SettingDifference(**row) for row in table.to_pylist()]


def parse_outcome_differences(table: pa.Table) -> list[OutcomeDifference]:
    """The differences of outcomes from their table."""
    return [
        OutcomeDifference(
            row["case"],
            OutcomeMeasure(row["measure"], row["text"], row["unit"], row["unit"] == EVENT_UNIT),
            IntervalEstimate(row["first"], row["first_low"], row["first_high"]),
            IntervalEstimate(row["second"], row["second_low"], row["second_high"]),
            IntervalEstimate(row["difference"], row["low"], row["high"]),
            row["n_first"],
            row["n_second"],
            row["n_pairs"],
        )
        for row in table.to_pylist()
    ]
