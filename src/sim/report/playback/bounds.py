"""How much of a large battle the playback holds: what a page can carry, the rest left out and named.

A battle of a few dozen places and forces is far below every bound, and is shown whole.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby
from math import ceil
from typing import Any, TypeVar

from sim.report.playback.replay import Replay, ReplayAssault, ReplayIncident, ReplayMarch
from sim.report.playback.timeline import EnsembleSeries, TimelineClaim

MAX_CLAIMS = 500  # on the timeline
MAX_STEPS = 10_000  # of the positions of all forces, and as many of who holds the places
MAX_DRAWN = 1_000  # marches, and as many assaults and incidents
MAX_SENTENCES = 1_500  # in a diary
MAX_PROBABILITIES = 20_000  # steps of time by places
WINDOW_HOURS = (1, 2, 3, 4, 6, 8, 12, 24, 48, 96, 168)  # h; of which the last state is kept

Item = TypeVar("Item")


def bound_timeline(timeline: Sequence[TimelineClaim]) -> tuple[list[TimelineClaim], list[str]]:
    """As many dated claims as a reader can take in: those that hold in the fewest battles.

    Parameters
    ----------
    timeline
        The claims in the order of time.

    Returns
    -------
    list of TimelineClaim
        Those that are shown, in the same order.
    list of str
        What was left out, one sentence each.
    """
    if len(timeline) <= MAX_CLAIMS:
        return list(timeline), []
    kept = select_largest(timeline, MAX_CLAIMS, lambda claim: -float(claim.percent_true or 100))
    return kept, [f"of {len(timeline):,} dated claims, the {MAX_CLAIMS} that hold in the fewest battles"]


def bound_replay(replay: Replay, shown_claims: Sequence[TimelineClaim]) -> tuple[Replay, list[str]]:
    """A replay of bounded size.

    Parameters
    ----------
    replay
        The whole replay.
    shown_claims
        The claims that the timeline shows.

    Returns
    -------
    Replay
        The same battle with no more of anything than the bounds allow.
    list of str
        What was left out, one sentence each.
    """
    omissions: list[str] = []
    shown = {claim.claim for claim in shown_claims}
    kept = replace(
        replay,
        positions=thin_steps(replay.positions, "where forces are and how strong", omissions),
        control_steps=thin_steps(replay.control_steps, "who holds each place", omissions),
        marches=bound_items(replay.marches, "marches", "of most people", count_marchers, omissions),
        assaults=bound_items(replay.assaults, "assaults", "that last longest", measure_assault, omissions),
        incidents=bound_items(
            replay.incidents, "strikes, bombs and ambushes", "that kill most", count_killed, omissions
        ),
        diary=bound_diary(replay.diary, omissions),
        true_claims=[id for id in replay.true_claims if id in shown],
    )
    return kept, omissions


def bound_ensemble(ensemble: EnsembleSeries) -> tuple[EnsembleSeries, list[str]]:
    """Probabilities over all battles at no more moments than the bound allows, the last of all among them."""
    n_steps = len(ensemble.hours)
    n_places = len(ensemble.control_probabilities[0]) if n_steps else 0
    stride = ceil(n_steps / max(MAX_PROBABILITIES // max(n_places, 1), 1))
    if stride <= 1:
        return ensemble, []
    kept = range((n_steps - 1) % stride, n_steps, stride)
    thinned = replace(
        ensemble,
        hours=[ensemble.hours[n] for n in kept],
        control_probabilities=[ensemble.control_probabilities[n] for n in kept],
        killed_quantiles=[ensemble.killed_quantiles[n] for n in kept],
    )
    return thinned, [f"of {n_steps} moments with probabilities, one of {stride}"]


def thin_steps(series: Sequence[list[Any]], what: str, omissions: list[str]) -> list[list[Any]]:
    """Series of [hour, ...], each with its first state and the last of so many hours: the fewest that are enough."""
    thinned = list(series)
    hours = 0
    for window in WINDOW_HOURS:
        if sum(map(len, thinned)) <= MAX_STEPS:
            break
        hours = window
        thinned = [thin_series(steps, window) for steps in series]
    if hours:
        omissions.append(f"{what}, as it is at the end of every {'hour' if hours == 1 else f'{hours} hours'}")
    return thinned


def thin_series(steps: list[Any], window: int) -> list[Any]:
    """The first of [hour, ...], and the last of each window of so many hours."""
    last_steps = [list(group)[-1] for _, group in groupby(steps, key=lambda step: step[0] // window)]
    return last_steps if last_steps[:1] == steps[:1] else [steps[0], *last_steps]


def bound_items(
    items: Sequence[Item], what: str, which: str, measure: Callable[[Item], float], omissions: list[str]
) -> list[Item]:
    """The largest of some things by a measure, in their order."""
    if len(items) <= MAX_DRAWN:
        return list(items)
    omissions.append(f"of {what}, the {MAX_DRAWN:,} {which}")
    return select_largest(items, MAX_DRAWN, measure)


def select_largest(items: Sequence[Item], limit: int, measure: Callable[[Item], float]) -> list[Item]:
    """So many items with the largest measure, in their order; the first of equal ones."""
    chosen = sorted(range(len(items)), key=lambda number: (-measure(items[number]), number))[:limit]
    return [items[number] for number in sorted(chosen)]


def count_marchers(march: ReplayMarch) -> float:
    """The people on a march."""
    return march.people


def measure_assault(assault: ReplayAssault) -> float:
    """The hours of an assault."""
    return assault.end_hour - assault.start_hour


def count_killed(incident: ReplayIncident) -> float:
    """Whom an incident kills."""
    return incident.killed


def bound_diary(diary: Sequence[tuple[float, str]], omissions: list[str]) -> list[tuple[float, str]]:
    """As many sentences a day as the days leave room for: its first ones, how many follow, and what ends it."""
    if len(diary) <= MAX_SENTENCES:
        return list(diary)
    days = [list(group) for _, group in groupby(diary, key=lambda entry: ceil(entry[0] / 24))]
    quota = max(MAX_SENTENCES // len(days), 3)
    omissions.append(f"of each day, {quota} sentences of the diary (`sim diary` prints all)")
    kept: list[tuple[float, str]] = []
    for day in days:
        if len(day) > quota:
            n_left = len(day) - quota + 1
            day = [*day[: quota - 2], (day[-2][0], f"{n_left:,} sentences more."), day[-1]]
        kept += day
    return kept
