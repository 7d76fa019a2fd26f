"""What stored outputs of other commands add to the page of findings."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from sim.experiment.digits import supported
from sim.experiment.stored import opened, table
from sim.findings.clustered import mean, parts
from sim.scenario.model import Scenario

SCORES = {
    "log_crps": "counts (log scale)",
    "brier": "events, yes or no",
    "ranked": "who holds a place",
    "log_score": "all, by likelihood (nats a term)",
}


def forecast_lines(scenario: Scenario, path: Path) -> Iterator[str]:
    """One output of `sim forecast`: baselines that do better first, then each claim beside its forecast."""
    manifest = opened(path).manifest
    free = manifest["mode"] == "free"
    title = "Forecasts: nothing of later text is known" if free else "Hindcasts: the recorded orders are known"
    command = f"sim forecast mode={manifest['mode']}"
    if manifest["settings"].get("cut"):
        title += f", cut {manifest['settings']['cut']}"
        command += f" cut={manifest['settings']['cut']}"
    yield f"## {title}"
    yield ""
    skill = table(path, "skill").to_pylist()
    told = [row for row in table(path, "told").to_pylist() if row["sort"] != "state"]
    for name, frozen in manifest["frozen"].items():
        if not frozen:
            yield f"- {name}: no forecast. {' '.join(manifest['against'].get(name, ()))}"
            continue
        yield from summary(name, frozen, [row for row in told if row["split"] == name])
    yield ""
    yield from rivals(skill)
    if not manifest["settings"].get("cut"):
        yield from claims(scenario, told)
    yield f"\n*Made by `{command}`; results {manifest['results_digest'][:8]}.*\n"


def summary(name: str, frozen: dict[str, Any], rows: list[dict[str, Any]]) -> Iterator[str]:
    """One cut in a line."""
    counts = [row for row in rows if row["sort"] in ("count", "share")]
    events = [row for row in rows if row["sort"] == "event"]
    inside = sum(row["inside_90"] for row in counts)
    likely = sum(row["chance"] >= 0.5 for row in events)
    yield (
        f"- {name}: {len(frozen['heard'])} claims heard, {len(rows)} forecast"
        + (f", {len(frozen['not_asked'])} about what nobody knew of" if frozen["not_asked"] else "")
        + (f"; {inside} of {len(counts)} counts and shares within the middle nine tenths" if counts else "")
        + (f"; {likely} of {len(events)} events given a chance of a half or more" if events else "")
        + f". Frozen as {frozen['digest'][:8]}."
    )


def rivals(skill: list[dict[str, Any]]) -> Iterator[str]:
    """How much better than each baseline, the best baseline first."""
    if not skill:
        return
    yield "| cut | baseline | score | claims | skill of the forecast (95% interval) | |"
    yield "| --- | --- | --- | --: | --: | --- |"
    for row in skill:
        scale, unit = (1.0, " nats") if row["score"] == "log_score" else (100.0, " %")
        value = scale * max(row["skill"], -9.99)
        if row["low"] is None:
            shown, verdict = f"{value:.1g}{unit}", "too few claims to tell"
        else:
            low, high = scale * row["low"], scale * row["high"]
            half = (high - low) / 2
            shown = f"{supported(value, half)}{unit} ({supported(low, half)} to {supported(high, half)})"
            verdict = "**the baseline wins**" if high < 0 else "the forecast wins" if low > 0 else "can't be told"
        yield (
            f"| {row['split']} | {row['baseline'].replace('_', ' ')} | {SCORES[row['score']]} | {row['claims']} "
            f"| {shown.replace('-', '−')} | {verdict} |"
        )
    yield ""


def claims(scenario: Scenario, rows: list[dict[str, Any]]) -> Iterator[str]:
    """Every later claim beside its forecast."""
    yield "| cut | claim | source | said | forecast: median (90 %) | chance of what was told, in 100 |"
    yield "| --- | --- | --- | --- | --: | --: |"
    for row in rows:
        claim = scenario.claims[row["claim"]]
        scale, unit = (5.0, " %") if row["sort"] == "share" else (1.0, "")
        median, low, high = (f"{scale * row[name]:.0f}" for name in ("q50", "q05", "q95"))
        middle = "" if row["sort"] == "event" else f"{median} ({low} to {high}){unit}"
        chance = f"{100 * row['chance_low']:.0f} to {100 * row['chance_high']:.0f}"
        source = scenario.sources[claim.source].name
        yield f"| {row['split']} | {claim.says} | {source} | {row['said']} | {middle} | {chance} |"


def whatif_lines(path: Path) -> Iterator[str]:
    """One output of `sim whatif` under a posterior: the paired differences, with both uncertainties."""
    manifest = opened(path).manifest
    rows = [row for row in table(path, "differences").to_pylist() if row["unit"] == "battles"]
    pairs = table(path, "pairs").to_pydict()
    draws = manifest.get("posterior", {}).get("draws")
    case, replication = np.array(pairs["case"]), np.array(pairs["replication"])
    yield "## What would have changed"
    yield ""
    yield "| change | event | battles in 100 more or fewer (95% interval) | spread between draws of the unknowns (sd) |"
    yield "| --- | --- | --: | --: |"
    for row in rows:
        values = np.array(pairs[row["measure"]], dtype=np.float64)
        apart = values[case == row["change"]] - values[case == "base case"]
        clusters = replication[case == "base case"] % (draws or len(apart))
        found = mean(apart, clusters)
        half = 50 * (found.high - found.low)
        value, low, high = (supported(100 * each, half) for each in (found.value, found.low, found.high))
        spread = f"{100 * parts(apart, clusters)[0] ** 0.5:.1g}" if draws and len(apart) >= 2 * draws else "—"
        event = row["text"].split(" in {chance}")[0]
        yield f"| {row['says']} | {event} | {value} ({low} to {high}) | {spread} |"
    yield ""
    yield "Base and change share unknowns and dice. The interval is that of the mean over the posterior; the last"
    yield "column is how far the effect itself differs from one draw of the unknowns to another, chance taken out."
    yield f"\n*Made by `sim whatif params=posterior:OUTPUT dice=fresh`; results {manifest['results_digest'][:8]}.*\n"
