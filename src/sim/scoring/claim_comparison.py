"""Each claim beside the simulated distribution: median, intervals, the probability that its interval holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from sim.events.observable import Observable
from sim.scenario.evidence import Claim
from sim.scenario.model import HeadlineOutput, Scenario
from sim.scoring.intervals import EmpiricalDistribution, wilson_interval

YES_OR_NO_QUANTITIES = ("share", "events", "rank")  # of which the battles where the claim is true tell all


@dataclass(frozen=True)
class ClaimComparison:
    """A claim beside its simulated distribution, and how often the claim holds, with a 95% interval."""

    id: str
    claim: Claim
    unit: str
    median: float
    interval_50: tuple[float, float]  # central 50%
    interval_90: tuple[float, float]  # central 90%
    probability: float  # share of the replications in which it holds
    probability_interval: tuple[float, float]
    # Share of the replications at least as far out as a claimed number; of what is so or not so, `probability`.
    tail_probability: float


def select_observable_claims(scenario: Scenario, ends: float) -> dict[str, Claim]:
    """The claims that can be observed in a battle of so many hours."""
    return {
        id: claim
        for id, claim in scenario.claims.items()
        if claim.observable is not None and scenario.hours_since_start(claim.observable.until) <= ends
    }


def select_headline_outputs(scenario: Scenario, ends: float) -> dict[int, HeadlineOutput]:
    """The headline outputs, by their number from 1, that can be observed in a battle of so many hours."""
    return {
        number: output
        for number, output in enumerate(scenario.headline_outputs, start=1)
        if scenario.hours_since_start(output.observable.until) <= ends
    }


def claim_observable(claim: Claim) -> Observable:
    """The observable of a claim that has one."""
    observable: Observable | None = claim.observable
    assert observable is not None
    return observable


def compare_claims(claims: dict[str, Claim], simulated: Sequence[EmpiricalDistribution]) -> list[ClaimComparison]:
    """Compare each claim with its simulated distribution."""
    return [compare_claim(id, claim, values) for (id, claim), values in zip(claims.items(), simulated, strict=True)]


def select_surprising_claims(comparisons: Sequence[ClaimComparison], limit: int) -> list[ClaimComparison]:
    """As many claims as a reader can take in: those that hold in the fewest battles, in the order of the scenario."""
    chosen = sorted(range(len(comparisons)), key=lambda number: (comparisons[number].probability, number))[:limit]
    return [comparisons[number] for number in sorted(chosen)]


def rank_by_surprise(comparisons: Sequence[ClaimComparison]) -> list[ClaimComparison]:
    """Claims in the order in which they surprise: first those which the fewest battles reach.

    Parameters
    ----------
    comparisons
        Claims beside their simulated distributions.

    Returns
    -------
    list[ClaimComparison]
        The same ones; those that are scored come before those that are shown only.
    """
    return sorted(comparisons, key=lambda each: (each.claim.role == "context", each.tail_probability))


def is_yes_or_no(claim: Claim) -> bool:
    """Whether the battles where a claim is true tell all of it: it says that something was so, or is of a share."""
    return claim_observable(claim).quantity in YES_OR_NO_QUANTITIES


def compare_claim(id: str, claim: Claim, values: EmpiricalDistribution) -> ClaimComparison:
    """Compare one claim with its simulated distribution."""
    assert claim.value is not None
    low90, low50, median, high50, high90 = values.compute_quantiles([0.05, 0.25, 0.5, 0.75, 0.95])
    n_holds = values.count_between(claim.value.low, claim.value.high)
    is_number = not is_yes_or_no(claim)
    n_tail = min(values.count_between(claim.value.low, inf), values.count_between(-inf, claim.value.high))
    return ClaimComparison(
        id=id,
        claim=claim,
        unit=claim_observable(claim).unit,
        median=median,
        interval_50=(low50, high50),
        interval_90=(low90, high90),
        probability=n_holds / values.size,
        probability_interval=wilson_interval(n_holds, values.size),
        tail_probability=(n_tail if is_number else n_holds) / values.size,
    )
