"""All that fighting a calibrated battle again lets one say, for those who tell, draw and write it."""

from dataclasses import dataclass
from pathlib import Path

from sim.battle.fight import Stage
from sim.calibration.posterior import Posterior
from sim.findings.again import Event, Number, events, fight_again, likely, luck, numbers, wanted_of
from sim.findings.changes import Effect, effects
from sim.findings.likely import Likely
from sim.findings.luck import Entry
from sim.findings.sources import Factor, Ratio, factors, ratios


@dataclass(frozen=True)
class Found:
    """Events and counts of the battle fought again, the ledger of luck, the record's place, and the sources."""

    battles: int
    events: tuple[Event, ...]
    numbers: tuple[Number, ...]
    ledger: tuple[Entry, ...]
    likely: Likely
    factors: tuple[Factor, ...]
    ratios: tuple[Ratio, ...]
    effects: tuple[Effect, ...]


def find(stage: Stage, posterior: Posterior, seed: int, whatif: Path | None = None) -> Found:
    """Fight every draw of a posterior again and look; the effects of changes are those of an output of `sim whatif`."""
    scenario = stage.scenario
    again = fight_again(stage, posterior, seed, wanted_of(scenario, stage.ends))
    return Found(
        battles=len(again.values),
        events=tuple(events(scenario, stage.ends, again)),
        numbers=tuple(numbers(scenario, stage.ends, again)),
        ledger=tuple(luck(stage, posterior, seed, again)),
        likely=likely(stage, posterior, seed, again),
        factors=tuple(factors(scenario, posterior)),
        ratios=tuple(ratios(scenario, posterior)),
        effects=() if whatif is None else tuple(effects(whatif)),
    )
