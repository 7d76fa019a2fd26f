"""The data dictionary: every table of every command and export format, column by column."""

from sim.outputs.columns import OutputTable
from sim.outputs.schema_analysis import ANALYSIS_TABLES, FORECAST_TABLES
from sim.outputs.schema_cross_validation import CROSS_VALIDATION_TABLES, OPENED_TABLES, SEALED_TABLES
from sim.outputs.schema_diff import DIFF_TABLES
from sim.outputs.schema_exports import CLAIMS_TABLES, GED_TABLES, GEOJSON_TABLES, VIEWS_TABLES
from sim.outputs.schema_inference import CALIBRATION_TABLES, EVIDENCE_TABLES, POOL_TABLES, SBC_TABLES
from sim.outputs.schema_simulation import (
    RUN_TABLES,
    SCORE_TABLES,
    SENSITIVITY_TABLES,
    SWEEP_TABLES,
    TIPPING_POINT_TABLES,
    VALIDATION_TABLES,
    WHATIF_TABLES,
)

TABLES: dict[str, tuple[OutputTable, ...]] = {
    "analyse": ANALYSIS_TABLES,
    "calibrate": CALIBRATION_TABLES,
    "claims": CLAIMS_TABLES,
    "compare-models": EVIDENCE_TABLES,
    "diff": DIFF_TABLES,
    "cross-validate": CROSS_VALIDATION_TABLES,
    "forecast": FORECAST_TABLES,
    "ged": GED_TABLES,
    "geojson": GEOJSON_TABLES,
    "opened-forecast": OPENED_TABLES,
    "pool": POOL_TABLES,
    "run": RUN_TABLES,
    "sbc": SBC_TABLES,
    "score": SCORE_TABLES,
    "sealed-forecast": SEALED_TABLES,
    "sensitivity": SENSITIVITY_TABLES,
    "sweep": SWEEP_TABLES,
    "tipping-point": TIPPING_POINT_TABLES,
    "validate": VALIDATION_TABLES,
    "views": VIEWS_TABLES,
    "whatif": WHATIF_TABLES,
}
EXPORT_FORMATS = ("claims", "ged", "geojson", "views")  # of exports, which no command writes by itself


def list_schemas() -> list[str]:
    """Every command and export format whose files are described."""
    return sorted(TABLES)


def list_commands() -> list[str]:
    """The commands among them."""
    return [name for name in list_schemas() if name not in EXPORT_FORMATS]


def find_tables(name: str) -> dict[str, OutputTable]:
    """The tables of a command or a format by their names; none for one that is not described."""
    return {table.name: table for table in TABLES.get(name, ())}
