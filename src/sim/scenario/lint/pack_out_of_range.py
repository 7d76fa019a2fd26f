"""A pack of priors that is of other years, or of fights of another size, than the battle."""

import math
from collections.abc import Iterator
from typing import Any

from sim.scenario.assault_size import compute_assault_size
from sim.scenario.lint.base import LintFinding
from sim.scenario.model import Scenario
from sim.scenario.prior_packs import AnyPack, PriorPackUse, list_packs, load_any_pack
from sim.scenario.problems import DataPath
from sim.scenario.rule_packs import RulePack, ValueSpan

LEVEL = "WARNING"
MOST_YEARS_APART = 15  # between the year that a pack is asked for and the battle's
MOST_TIMES_APART = 3.0  # the same for sizes, as a factor


def check(scenario: Scenario, data: dict[str, Any]) -> Iterator[LintFinding]:
    """Priors of other battles are for battles like those. A pack whose years or sizes do not cover this battle says
    little of it: take the one that does. The size of a battle's assaults is the geometric mean of attackers and
    defenders who can take part, by the strengths of the scenario.
    """
    year, size = scenario.begins.year, compute_assault_size(scenario)
    for n, raw in enumerate(data.get("prior_packs") or ()):
        use = PriorPackUse.model_validate(raw)
        path: DataPath = ("prior_packs", n)
        pack = load_any_pack(use.file)
        if not pack.years.contains(year):
            message = f"the pack {use.file} is of {pack.years}, the battle of {year}"
            yield LintFinding((*path, "file"), message, use.file, find_nearest_pack(pack, year, use.size))
        if abs(use.year - year) > MOST_YEARS_APART:
            message = f"priors of {use.year:.0f} are asked for, the battle is of {year}"
            yield LintFinding((*path, "year"), message, f"{use.year:.0f}", str(year))
        if not pack.sizes.contains(size or use.size):
            message = (
                f"the pack {use.file} is for assaults of {format_sizes(pack.sizes)} people, this battle's are of some "
                f"{size or use.size:,.0f}"
            )
            yield LintFinding((*path, "file"), message, use.file, find_nearest_pack(pack, year, size or use.size))
        if size is not None and abs(math.log(use.size / size)) > math.log(MOST_TIMES_APART):
            message = (
                f"priors for assaults of {use.size:,.0f} people are asked for, this battle's are of some {size:,.0f}"
            )
            yield LintFinding((*path, "size"), message, f"{use.size:.0f}", f"{size:.0f}")


def format_sizes(sizes: ValueSpan) -> str:
    """Two sizes in words."""
    return f"{sizes.low:,.0f} to {sizes.high:,.0f}"


def find_nearest_pack(pack: AnyPack, year: float, size: float) -> str | None:
    """The pack of the same kind that covers a year and a size with the least room to spare; None if there is none."""
    others = {name: load_any_pack(name) for name in list_packs()}
    covering = {
        name: other
        for name, other in others.items()
        if type(other) is type(pack)
        and (not isinstance(other, RulePack) or not isinstance(pack, RulePack) or other.kind == pack.kind)
        and other.years.contains(year)
        and other.sizes.contains(size)
    }
    return min(covering, key=lambda name: compute_room(covering[name]), default=None)


def compute_room(pack: AnyPack) -> float:
    """How much a pack covers: years times the logarithm of sizes."""
    return (pack.years.high - pack.years.low + 1.0) * math.log(pack.sizes.high / pack.sizes.low)
