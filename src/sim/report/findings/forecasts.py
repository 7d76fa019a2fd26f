"""What stored outputs of `sim forecast` add to the page of findings."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.experiment.stored import opened
from sim.experiment.stored import table as stored
from sim.findings.tables import DAY_AHEAD
from sim.report.markdown import table
from sim.report.skills import skill_lines
from sim.report.told import chance, middle
from sim.scenario.model import Scenario

Row = dict[str, Any]
TITLES = {
    ("free", False): "Forecasts: nothing of later text is known",
    ("free", True): "One day ahead, nothing of later text being known",
    ("given_orders", False): "Hindcasts: the recorded orders are known",
    ("given_orders", True): "One day ahead, with the recorded orders",
}


@dataclass(frozen=True)
class Part:
    """The cuts of an output, or its next days."""

    path: Path
    daily: bool

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What the output says of itself."""
        return opened(self.path).manifest

    @cached_property
    def cuts(self) -> dict[str, str]:
        """The words for each cut, by name."""
        return {each["name"]: each["words"] for each in self.manifest["cuts"] if each["daily"] == self.daily}

    @property
    def figures(self) -> dict[str, Path]:
        """The figures that there are, by what they are called beside a page."""
        names = ("day_ahead",) if self.daily else ("fans", "revealed")
        paths = {f"{self.manifest['mode']}-{name}": self.path / "figures" / f"{name}.png" for name in names}
        return {name: path for name, path in paths.items() if path.is_file()}

    @property
    def told(self) -> list[Row]:
        """Its claims beside their forecasts, each once."""
        rows = stored(self.path, "told").to_pylist()
        return [row for row in rows if row["split"] in self.cuts and row["sort"] != "state"]

    @property
    def skill(self) -> list[Row]:
        """The baselines beside it."""
        rows = stored(self.path, "skill").to_pylist()
        own = [row for row in rows if (row["split"] == DAY_AHEAD) == self.daily]
        return [row | {"split": self.cuts.get(row["split"], row["split"])} for row in own]


def parts_of(path: Path) -> list[Part]:
    """The parts that an output has."""
    return [part for part in (Part(path, False), Part(path, True)) if part.cuts]


def forecast_lines(scenario: Scenario, path: Path, stem: str) -> Iterator[str]:
    """One output of `sim forecast`."""
    for part in parts_of(path):
        yield from part_lines(scenario, part, stem)


def part_lines(scenario: Scenario, part: Part, stem: str) -> Iterator[str]:
    """Each cut in a line, baselines that do better first, then each claim beside its forecast."""
    manifest = part.manifest
    yield f"## {TITLES[manifest['mode'], part.daily]}"
    yield ""
    for name, words in part.cuts.items():
        frozen = manifest["frozen"][name]
        if frozen:
            rows = [row for row in part.told if row["split"] == name]
            yield " ".join([summary(words, frozen, rows), *manifest["warnings"][name]])
        else:
            yield f"- {words}: no forecast. {' '.join(manifest['against'].get(name, ()))}"
    yield ""
    for name in part.figures:
        yield f"![What was forecast, and what was told](images/{stem}-{name}.png)"
        yield ""
    yield from skill_lines(
        [row | {"split": part.cuts.get(row["split"], row["split"])} for row in part.skill], "cut", "forecast"
    )
    yield from claims(scenario, part)
    asked = " ".join(f"{name}={manifest['settings'][name]}" for name in ("mode", "particles", "wanted"))
    yield f"*Made by `sim forecast {asked}`; results {manifest['results_digest'][:8]}.*\n"


def summary(words: str, frozen: dict[str, Any], rows: list[Row]) -> str:
    """One cut in a line."""
    counts = [row for row in rows if row["sort"] in ("count", "share")]
    events = [row for row in rows if row["sort"] == "event"]
    inside = sum(row["inside_90"] for row in counts)
    likely = sum(row["chance"] >= 0.5 for row in events)
    return (
        f"- {words}: {len(frozen['heard'])} claims heard, {len(rows)} forecast"
        + (f", {len(frozen['not_asked'])} about what nobody knew of" if frozen["not_asked"] else "")
        + (f"; {inside} of {len(counts)} counts and shares within the middle nine tenths" if counts else "")
        + (f"; {likely} of {len(events)} events given a chance of a half or more" if events else "")
        + f". Frozen as {frozen['digest'][:8]}."
    )


def claims(scenario: Scenario, part: Part) -> Iterator[str]:
    """Every later claim beside its forecast."""
    yield from table(
        ("of" if part.daily else "cut", "claim", "source", "said"),
        ("forecast: median (90 %)", "chance of what was told, in 100"),
        (claim_row(scenario, part.cuts[row["split"]], row) for row in part.told),
    )


def claim_row(scenario: Scenario, words: str, row: Row) -> list[str]:
    """One claim beside its forecast."""
    claim = scenario.claims[row["claim"]]
    return [words, claim.says, scenario.sources[claim.source].name, row["said"], middle(row), chance(row)]
