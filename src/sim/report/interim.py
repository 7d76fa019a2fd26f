"""Interim answers of a study: its headline outputs after the first battles, while it takes its time over the others."""

from dataclasses import dataclass, field

from sim.report.headline import format_distributions
from sim.report.text_direction import isolate_names
from sim.runs.replicate import Batch, Study
from sim.scoring.intervals import EmpiricalDistribution

FIRST_BATTLES = 100  # of the first answer: a share is known to some 10 per cent by then
MIN_SECONDS_LEFT = 4.0  # that the other battles will take: who waits less is not told


@dataclass
class InterimAnswers:
    """Says what a study has come to after its first battles, after twice as many, and so on.

    Parameters
    ----------
    study
        The study.
    began_at
        When it began, in seconds of a clock.
    """

    study: Study
    began_at: float
    battles: int = 0
    next_at: int = FIRST_BATTLES
    distributions: list[EmpiricalDistribution] = field(default_factory=list)

    def add(self, batch: Batch, now: float) -> list[str]:
        """Take the next batch, at a moment in seconds; the lines of an answer, if one is due."""
        if not self.distributions:
            self.distributions = [EmpiricalDistribution() for _ in range(batch.headline_outputs.shape[1])]
        for column, distribution in enumerate(self.distributions):
            distribution.add(batch.headline_outputs[:, column])
        self.battles += len(batch.replications)
        if self.battles < self.next_at or self.estimate_seconds_left(now) < MIN_SECONDS_LEFT:
            return []
        self.next_at = 2 * self.battles
        return [f"After {self.battles:,} of {self.study.runs:,} battles:", *self.format_sentences()]

    def estimate_seconds_left(self, now: float) -> float:
        """How long the battles that are left will take, if they take as long as those before."""
        return (now - self.began_at) / self.battles * (self.study.runs - self.battles)

    def format_sentences(self) -> list[str]:
        """The headline outputs with the numbers of the battles so far."""
        scenario = isolate_names(self.study.simulation.scenario)
        return [f"  {sentence}" for sentence in format_distributions(scenario, self.study, self.distributions)]
