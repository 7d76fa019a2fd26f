"""The Data Package descriptor beside exported files: what each column is, where numbers come from, which licence."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sim.outputs.columns import OutputColumn
from sim.outputs.described_tables import describe_column
from sim.outputs.deviations import find_deviations, format_deviations
from sim.outputs.schema import find_tables
from sim.scenario.descriptions import join_words
from sim.scenario.evidence import Source
from sim.storage.manifest import BattleManifest, CrossValidateManifest, MeasureFacts, PoolManifest
from sim.storage.reader import StoredOutput
from sim.storage.seal import compute_file_digest

FileWriter = Callable[[Path], object]

DESCRIPTOR_FILE = "datapackage.json"
LICENCE = {
    "name": "Apache-2.0",
    "title": "Apache License 2.0",
    "path": "https://www.apache.org/licenses/LICENSE-2.0",
}
MEDIA_TYPES = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "geojson": "application/geo+json",
    "json": "application/json",
    "kml": "application/vnd.google-earth.kml+xml",
}
RECORD_FORMATS = ("claims",)  # that hold what was reported, and nothing simulated
TIME_FORMAT = "%Y-%m-%d %H:%M:%S.%f"  # of times in our CSV


def make_descriptor_writer(
    output: StoredOutput, format_: str, files: Mapping[str, Sequence[str]]
) -> dict[str, FileWriter]:
    """A writer of the descriptor of some files with their columns, to be called once they are written."""
    return {DESCRIPTOR_FILE: partial(write_descriptor, output, format_, files)}


def write_descriptor(output: StoredOutput, format_: str, files: Mapping[str, Sequence[str]], path: Path) -> None:
    """Write the descriptor; the files stand beside it."""
    package = {
        "profile": "tabular-data-package" if all(file.endswith(".csv") for file in files) else "data-package",
        **describe_package(output, format_),
        "resources": [describe_resource(output, format_, path.parent / file, names) for file, names in files.items()],
    }
    path.write_text(json.dumps(package, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def describe_package(output: StoredOutput, format_: str) -> dict[str, Any]:
    """The package as a whole: that it is simulated, from which results, by which version."""
    manifest, scenario = output.manifest, output.scenario
    fictional_note = " The battle itself is invented." if scenario.fictional else ""
    clocks = scenario.astronomy.time_zone or f"UTC{scenario.astronomy.utc_offset:+g} hours"
    calibrated = "calibrated" if isinstance(manifest, BattleManifest) and manifest.calibrated else "not calibrated"
    is_record = format_ in RECORD_FORMATS
    title = scenario.title
    if isinstance(manifest, PoolManifest):
        title = f"{join_words([each.title for each in manifest.battles.values()])}, pooled"
    if isinstance(manifest, CrossValidateManifest):
        title = f"{join_words(list(manifest.battles.values()))}, each forecast from the others"
    note = f"{fictional_note} Times are local, {clocks}."
    deviations = format_deviations(find_deviations(manifest))
    deviation_note = f" {deviations}" if deviations else ""
    record = f"What sources reported, as the scenario has it: no simulated battle.{note}"
    simulated = (
        f"Simulated battles, no record of the past, {calibrated}.{deviation_note}{note} Sources are "
        "those of the scenario: what they reported went into it, and none of them stands behind the numbers."
    )
    return {
        "name": f"sim-{scenario.name}-{output.command}-{format_}".replace("_", "-"),
        "title": f"{title}: {'claims' if is_record else f'simulated (sim {output.command})'}",
        "description": record if is_record else simulated,
        "version": manifest.version,
        "created": manifest.written,
        "licenses": [LICENCE],
        "sources": [describe_source(source) for source in scenario.sources.values()],
        "simulated": not is_record,
        "scenario_digest": scenario.compute_digest(),
        "results_digest": getattr(manifest, "results_digest", None),
        "settings": manifest.settings.model_dump(mode="json", exclude_unset=True),
    }


def describe_source(source: Source) -> dict[str, str]:
    """One source: its name, key and dates, and its address if it is one on the web, as the standard wants it."""
    details = "; ".join(part for part in (source.reference, source.dates) if part)
    address = source.address or ""
    return {"title": f"{source.name} ({details})"} | ({"path": address} if address.startswith("http") else {})


def describe_resource(output: StoredOutput, format_: str, path: Path, names: Sequence[str]) -> dict[str, Any]:
    """One file of the package."""
    kind = path.suffix.removeprefix(".")
    table = find_tables(output.command if format_ == "csv" else format_).get(path.stem)
    description: dict[str, Any] = {
        "name": path.stem.replace("_", "-").lower(),
        "path": path.name,
        "format": kind,
        "mediatype": MEDIA_TYPES[kind],
        "sha256": compute_file_digest(path),
    }
    if table is not None:
        description["description"] = f"A row for each: {table.row_description}."
    fields = [describe_field(output, table.find_column(name) if table else None, name) for name in names]
    if kind == "csv":
        file_facts = {"bytes": path.stat().st_size, "hash": f"sha256:{description['sha256']}"}
        description |= {"profile": "tabular-data-resource", "encoding": "utf-8"} | file_facts
    return description | {"schema": {"fields": fields}}


def describe_field(output: StoredOutput, column: OutputColumn | None, name: str) -> dict[str, Any]:
    """One column: its type, unit and description; of a kind of column, those of its own prior, measure or output."""
    if column is None:
        return {"name": name, "type": "any"}
    measures: Mapping[str, MeasureFacts] = getattr(output.manifest, "measures", {})
    unit, text = describe_column(column, name, output.scenario, measures)
    description = {"name": name, "type": column.type, "description": text}
    if column.type == "datetime":
        description["format"] = TIME_FORMAT
    return description | ({"unit": unit} if unit else {})
