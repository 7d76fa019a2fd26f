"""Laws and readings compared by how likely each makes the record."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from math import hypot
from typing import Any

import numpy as np

from sim.experiment.digits import spanned
from sim.experiment.stored import Output
from sim.report.calibration import told
from sim.report.markdown import bullets, made, table

UNSURE = "—"


def rival_lines(output: Output) -> Iterator[str]:
    """One comparison: the answer, its rivals, and how often the evidence finds a truth that is known."""
    over = output.manifest["settings"]["over"]
    yield f"### {heading(over)}: {output.scenario.title}\n"
    yield from bullets([*output.manifest["answers"], *unsure(output)])
    yield from table(
        ("rival",),
        ("log evidence, by island", "chance, in 100 (95% interval)", "battles"),
        (cells(name, list(rows)) for name, rows in groupby(best_first(output), key=lambda row: row["rival"])),
    )
    if "confusion" in output.tables:
        yield from confusion(output)
    yield made(command(output.manifest["settings"]))


def command(settings: Mapping[str, Any]) -> str:
    """What was called."""
    over = settings["over"] if isinstance(settings["over"], str) else f"[{','.join(settings['over'])}]"
    tried = f" confusion={settings['confusion']} small={settings['small']}" if settings["confusion"] else ""
    return f"sim compare-models scenario={settings['scenario']} over={over} particles={settings['particles']}{tried}"


def heading(over: str | list[str]) -> str:
    """What is compared."""
    if isinstance(over, str) and over.startswith("reading."):
        return f"The reading of {over.removeprefix('reading.').replace('_', ' ')}"
    return "Laws" if over == "law" else f"Laws: {', '.join(over)}"


APART = 3.0  # standard errors


def unsure(output: Output) -> Iterator[str]:
    """The rivals on whose evidence the islands do not agree."""
    rows = output.table("evidence").to_pylist()
    found = [
        name
        for name, (one, other, *_) in groupby(rows, key=lambda row: row["rival"])
        if abs(one["log_evidence"] - other["log_evidence"]) > APART * hypot(one["error"], other["error"])
    ]
    if found:
        yield (
            f"The islands of {', '.join(found)} do not agree within their errors: more particles are needed, and "
            "chances are wider for it."
        )


def best_first(output: Output) -> list[dict[str, Any]]:
    """Rows by rival, the likeliest rival first and those without evidence last."""
    return sorted(output.table("evidence").to_pylist(), key=lambda row: (-(row["chance"] or -1.0), row["rival"]))


def cells(name: str, rows: list[dict[str, Any]]) -> list[str]:
    """One rival."""
    battles = f"{sum(row['battles'] for row in rows):,}"
    chance = rows[0]["chance"]
    if chance is None:
        coldest = min(row["temperature"] for row in rows)
        return [name, f"none (came to temperature {coldest:.2g})", UNSURE, battles]
    shown = spanned(chance, rows[0]["chance_low"], rows[0]["chance_high"], 100.0)
    return [name, " and ".join(told(row["log_evidence"], row["error"]) for row in rows), shown, battles]


def confusion(output: Output) -> Iterator[str]:
    """Truths as rows, what the evidence says as columns."""
    rows = output.table("confusion").to_pylist()
    names = list(dict.fromkeys(row["truth"] for row in rows))
    counts = np.array([row["battles"] for row in rows]).reshape(len(names), len(names))
    yield "Synthetic battles, each inferred under every rival: truth by row, what the evidence says by column.\n"
    yield from table(("truth",), names, ([name, *map(str, row)] for name, row in zip(names, counts, strict=True)))
