"""Control by place and day: how often each side held it, and what the record reports."""

from dataclasses import dataclass

import numpy as np

from sim.claims.control import State, chances, reported_control
from sim.plots.arrays import by_day, days
from sim.report.html.matter import Matter, Section
from sim.report.map.sheet import Atlas
from sim.report.terminal import days_shown, state_letters

PLACE = 40
MOST = 16  # days beside one another


@dataclass(frozen=True)
class Cell:
    """A place on a day: the chance of each state in per cent, the likeliest one's letter, what is reported."""

    shares: tuple[int, ...]
    letter: str
    chance: int
    reports: tuple[str, ...]
    says: str


def section(matter: Matter, atlas: Atlas) -> Section | None:
    """Places that change hands or are reported on, as rows."""
    if matter.results is None:
        return None
    scenario = matter.scenario
    found = chances(by_day(matter.results, scenario, "control")[..., 1], scenario.contested_between)
    calendar = days(matter.results)
    reports = reported_control(scenario, calendar)
    letters = state_letters(scenario)
    words = [f"held by {side.short}" for side in scenario.sides.values()]
    words.insert(State.CONTESTED, "contested")
    shown = days_shown(tuple(calendar), reports, MOST)
    rows, steady = [], []
    for number, (id, place) in enumerate(scenario.places.items()):
        told = [report for report in reports if report.place == id]
        moves = bool((found[:, number].max(axis=0) > 0).sum() > 1)
        if not told and not moves:
            steady.append((place.name, words[int(found[0, number].argmax())]))
            continue
        cells = [
            cell(found[day, number], letters, words, [each.state for each in told if each.day == calendar[day]])
            for day in shown
        ]
        rows.append((place.name, len(told), cells))
    if not rows:
        return None
    rows.sort(key=lambda row: -row[1])
    values = {
        "days": [f"{calendar[day].day} {calendar[day]:%b}" for day in shown],
        "rows": rows,
        "steady": steady,
        "letters": list(zip(letters, words, strict=True)),
        "low": round(100 * scenario.contested_between[0]),
        "high": round(100 * scenario.contested_between[1]),
        "left_out": len(calendar) - len(shown),
        "battles": len(np.unique(matter.results.daily["replication"].to_numpy())),
    }
    return Section("control", "Who held what, day by day", "Control", values)


def cell(chance: np.ndarray, letters: list[str], words: list[str], told: list[State]) -> Cell:
    """One place on one day."""
    likely = int(chance.argmax())
    said = tuple(dict.fromkeys(letters[state] for state in told))
    percent = tuple(round(100 * float(share)) for share in chance)
    text = ", ".join(f"{word} in {share} of 100" for word, share in zip(words, percent, strict=True) if share)
    if told:
        text += "; reported: " + " and ".join(dict.fromkeys(words[state] for state in told))
    return Cell(percent, letters[likely], percent[likely], said, text)
