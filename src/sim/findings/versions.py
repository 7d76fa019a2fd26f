"""The same headline by every reading of the text, and by each source's counts alone: what hangs on whom one asks."""

from dataclasses import dataclass, replace

from sim.battle.fight import Stage
from sim.calibration.effective import Evidence
from sim.calibration.posterior import Posterior
from sim.findings.again import Event, Number, events, fight_again, numbers, wanted_of
from sim.findings.heard import Heard
from sim.scenario.model import Scenario


@dataclass(frozen=True)
class Version:
    """One way to read the text, or to choose among its sources, and what comes of it; nothing without a posterior.

    `evidence` is over that of the first version.
    """

    name: str
    evidence: Evidence
    comparable: bool  # whether its evidence is of the same claims as the default's
    events: tuple[Event, ...]
    numbers: tuple[Number, ...]
    against: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def as_read(stage: Stage, posterior: Posterior, seed: int) -> Version:
    """The text as it is read by default, with all its sources: what the main posterior says."""
    return told("as read, all sources", stage, posterior, Evidence(0.0, 0.0), seed, True)


def version(name: str, stage: Stage, heard: Heard, seed: int, comparable: bool) -> Version:
    """The headline of a stage by what it heard."""
    if heard.posterior is None:
        return Version(name, heard.cooled.evidence, comparable, (), (), heard.verdict.against)
    found = told(name, stage, heard.posterior, heard.cooled.evidence, seed, comparable)
    return replace(found, warnings=heard.verdict.warnings)


def told(name: str, stage: Stage, posterior: Posterior, evidence: Evidence, seed: int, comparable: bool) -> Version:
    """What battles of a posterior, fought again, come to."""
    again = fight_again(stage, posterior, seed, wanted_of(stage.scenario, stage.ends))
    return Version(
        name=name,
        evidence=evidence,
        comparable=comparable,
        events=tuple(events(stage.scenario, stage.ends, again)),
        numbers=tuple(numbers(stage.scenario, stage.ends, again)),
        against=(),
    )


def by_source(scenario: Scenario) -> dict[str, list[str]]:
    """For each source that counts people: the claims that are not counts, and its own counts alone."""
    counts = {id for id in scenario.claims if scored(scenario, id) and sort_of(scenario, id) == "people"}
    others = [id for id in scenario.claims if scored(scenario, id) and id not in counts]
    sources = dict.fromkeys(scenario.claims[id].source for id in scenario.claims if id in counts)
    return {
        source: [*others, *(id for id in scenario.claims if id in counts and scenario.claims[id].source == source)]
        for source in sources
    }


def scored(scenario: Scenario, id: str) -> bool:
    """Whether a claim may teach the model."""
    return scenario.claims[id].scored == "calibration"


def sort_of(scenario: Scenario, id: str) -> str | None:
    """The sort of thing that a claim is about."""
    about = scenario.claims[id].observable
    return None if about is None else str(about.sort)
