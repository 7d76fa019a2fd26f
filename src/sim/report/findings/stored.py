"""What stored outputs of other commands add to the page of findings."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sim.experiment.digits import spanned
from sim.experiment.stored import opened
from sim.experiment.stored import table as stored
from sim.findings.changes import Effect
from sim.report.markdown import table
from sim.report.skills import skill_lines
from sim.report.told import chance, middle
from sim.scenario.model import Scenario


def forecast_lines(scenario: Scenario, path: Path, stem: str) -> Iterator[str]:
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
    skill = stored(path, "skill").to_pylist()
    told = [row for row in stored(path, "told").to_pylist() if row["sort"] != "state"]
    for name, frozen in manifest["frozen"].items():
        if not frozen:
            yield f"- {name}: no forecast. {' '.join(manifest['against'].get(name, ()))}"
            continue
        yield from summary(name, frozen, [row for row in told if row["split"] == name])
    yield ""
    if revealed(path).is_file():
        yield f"![Each forecast, and what was told](images/{stem}-{picture(manifest)}.png)"
        yield ""
    yield from skill_lines(skill, "cut", "forecast")
    if not manifest["settings"].get("cut"):
        yield from claims(scenario, told)
    yield f"*Made by `{command}`; results {manifest['results_digest'][:8]}.*\n"


def revealed(path: Path) -> Path:
    """Where an output of `sim forecast` has its figure, if it has one."""
    return path / "figures" / "revealed.png"


def picture(manifest: dict[str, Any]) -> str:
    """The name of that figure beside a page."""
    cut = manifest["settings"].get("cut")
    return f"{manifest['mode']}-{cut}" if cut else str(manifest["mode"])


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


def claims(scenario: Scenario, rows: list[dict[str, Any]]) -> Iterator[str]:
    """Every later claim beside its forecast."""
    yield from table(
        ("cut", "claim", "source", "said"),
        ("forecast: median (90 %)", "chance of what was told, in 100"),
        (claim_row(scenario, row) for row in rows),
    )


def claim_row(scenario: Scenario, row: dict[str, Any]) -> list[str]:
    """One claim beside its forecast."""
    claim = scenario.claims[row["claim"]]
    return [row["split"], claim.says, scenario.sources[claim.source].name, row["said"], middle(row), chance(row)]


def whatif_lines(path: Path, found: Sequence[Effect], stem: str) -> Iterator[str]:
    """One output of `sim whatif` under a posterior: the paired differences, with both uncertainties."""
    yield "## What would have changed"
    yield ""
    yield f"![Each change: its mean effect, and how far that differs between draws](images/{stem}-changes.png)"
    yield ""
    yield from table(
        ("change", "event"),
        ("battles in 100 more or fewer (95% interval)", "spread between draws of the unknowns (sd)"),
        ([each.says, each.event, *cells(each)] for each in found),
    )
    yield "Base and change share unknowns and dice. The interval is that of the mean over the posterior; the last"
    yield "column is how far the effect itself differs from one draw of the unknowns to another, chance taken out."
    results = opened(path).manifest["results_digest"][:8]
    yield f"\n*Made by `sim whatif params=posterior:OUTPUT dice=fresh`; results {results}.*\n"


def cells(each: Effect) -> tuple[str, str]:
    """An effect in battles in 100."""
    effect = spanned(each.mean.value, each.mean.low, each.mean.high, 100.0)
    return effect, "—" if each.spread is None else f"{float(f'{100 * each.spread:.1g}'):g}"
