"""`sim check FILE`: every fault of a scenario at once, each with file, line and column."""

from sim.cli.settings import SettingsError
from sim.scenario import load

HELP = "usage: sim check SCENARIO\n\nSCENARIO is a name in scenarios/ or a path. Exit code 0: sound; 2: not."


def command(words: list[str]) -> int:
    """Check one scenario."""
    if words in (["-h"], ["--help"]):
        print(HELP)
        return 0
    if len(words) != 1:
        raise SettingsError([f"check takes one scenario (got {len(words)} arguments; see sim check --help)"])
    scenario = load(words[0])
    parts = ("sources", "claims", "places", "links", "forces", "orders", "readings", "priors")
    counts = ", ".join(f"{len(getattr(scenario, part))} {part}" for part in parts)
    print(f"{scenario.name}: sound. {counts}. Digest {scenario.digest()[:12]}.")
    return 0
