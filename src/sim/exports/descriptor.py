"""A `datapackage.json` beside exported files: what each column is, where the numbers come from, under which licence.

Source: DataPackage1 for the form.
"""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiment import columns
from sim.experiment.columns import Column
from sim.experiment.stored import Output, digest_of_file

if TYPE_CHECKING:
    from sim.exports import Writer

FILE = "datapackage.json"
LICENCE = {
    "name": "Apache-2.0",
    "title": "Apache License 2.0",
    "path": "https://www.apache.org/licenses/LICENSE-2.0",
}
MEDIA = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet", "geojson": "application/geo+json"}
TIME = "%Y-%m-%d %H:%M:%S.%f"  # how times stand in our CSV


def described(output: Output, format_: str, files: Mapping[str, Sequence[str]]) -> "dict[str, Writer]":
    """The descriptor of some files with their columns, to be written when they are there."""
    return {FILE: partial(write, output, format_, files)}


def write(output: Output, format_: str, files: Mapping[str, Sequence[str]], path: Path) -> None:
    """Write the descriptor; the files stand beside it."""
    package = {
        "profile": "tabular-data-package" if all(file.endswith(".csv") for file in files) else "data-package",
        **about(output, format_),
        "resources": [resource(output, format_, path.parent / file, names) for file, names in files.items()],
    }
    path.write_text(json.dumps(package, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def about(output: Output, format_: str) -> dict[str, Any]:
    """What is said of all files: that they are simulated, from which results, by which version."""
    manifest, scenario = output.manifest, output.scenario
    invented = " The battle itself is invented." if scenario.invented else ""
    calibrated = "calibrated" if manifest.get("calibrated") else "not calibrated"
    return {
        "name": f"sim-{scenario.name}-{output.command}-{format_}".replace("_", "-"),
        "title": f"{scenario.title}: simulated (sim {output.command})",
        "description": (
            f"Simulated battles, no record of the past, {calibrated}.{invented} Times are local, UTC"
            f"{scenario.sky.utc_offset:+g} hours. Sources are those of the scenario: what they reported went into it, "
            "and none of them stands behind the numbers."
        ),
        "version": manifest["version"],
        "created": manifest["written"],
        "licenses": [LICENCE],
        "sources": [{"title": f"{source.name} ({source.key})"} for source in scenario.sources.values()],
        "simulated": True,
        "scenario_digest": scenario.digest(),
        "results_digest": manifest.get("results_digest"),
        "settings": manifest["settings"],
    }


def resource(output: Output, format_: str, path: Path, names: Sequence[str]) -> dict[str, Any]:
    """One file."""
    kind = path.suffix.removeprefix(".")
    table = columns.tables(output.command if format_ == "csv" else format_).get(path.stem)
    found: dict[str, Any] = {
        "name": path.stem.replace("_", "-").lower(),
        "path": path.name,
        "format": kind,
        "mediatype": MEDIA[kind],
        "sha256": digest_of_file(path),
    }
    if table is not None:
        found["description"] = f"A row for each: {table.says}."
    fields = [field(output, table.column(name) if table else None, name) for name in names]
    if kind == "csv":
        whole = {"bytes": path.stat().st_size, "hash": f"sha256:{found['sha256']}"}
        found |= {"profile": "tabular-data-resource", "encoding": "utf-8"} | whole
    return found | {"schema": {"fields": fields}}


def field(output: Output, column: Column | None, name: str) -> dict[str, Any]:
    """One column: its type, unit and meaning; of a kind of column, those of its own prior, measure or sentence."""
    if column is None:
        return {"name": name, "type": "any"}
    unit, says = column.unit, column.says
    if column.each is not None:
        unit, says = own(output, column, column.part(name))
    found = {"name": name, "type": column.type, "description": says}
    if column.type == "datetime":
        found["format"] = TIME
    return found | ({"unit": unit} if unit else {})


def own(output: Output, column: Column, id: str) -> tuple[str, str]:
    """Unit and meaning of one column of a kind."""
    scenario = output.scenario
    measures: Mapping[str, Any] = output.manifest.get("measures", {})
    if column.each in ("prior", "factor") and id in scenario.priors:
        prior = scenario.priors[id]
        return prior.unit, f"{column.says}: {prior.reason}"
    if column.each == "event":
        return column.unit, column.says
    if column.each == "side":
        return column.unit, f"{column.says}: {scenario.sides[id].name}"
    if column.each == "sentence":
        sentence = scenario.sentences[int(id) - 1]  # they are counted from 1
        return sentence.observable.unit, f"{column.says}: {sentence.text}"
    if column.each == "measure" and id in measures:
        return measures[id]["unit"], str(measures[id]["text"])
    return "", column.says
