"""The war diary of one simulated battle, day by day, and a short one hour by hour."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from sim import laws
from sim.battle.compile_scenario import make_labels
from sim.battle.run_result import RunResult
from sim.battle.simulation import Simulation
from sim.events.arrangement import arrange_log
from sim.events.log import AssaultEnding, BombOutcome, CancelReason, EventKind
from sim.events.time_steps import TimeSteps, find_time_steps
from sim.report.agreement import agree
from sim.report.text import format_count
from sim.report.text_direction import isolate_direction
from sim.scenario.descriptions import (
    FIRE_NOUNS,
    ORDER_NOUNS,
    capitalize,
    format_attributive,
    format_order_phrase,
    join_words,
)
from sim.scenario.model import Scenario


@dataclass
class DiaryState:
    """What the writer of a diary remembers while it goes through a log."""

    assault_starts: dict[int, float] = field(default_factory=dict)  # order: when its assault began
    strikes_reported_until: dict[int, float] = field(default_factory=dict)  # order: until when its strikes are covered


def find_effective_scenario(simulation: Simulation) -> Scenario:
    """The scenario that describes the battles of a simulation: of an intervention, the changed one."""
    return simulation.scenario if simulation.intervention is None else simulation.intervention.scenario


def format_diary(scenario: Scenario, run: RunResult) -> Iterator[str]:
    """The lines of the diary of one run."""
    writer = DiaryWriter(scenario, arrange_run(scenario, run), DiaryState())
    run = writer.run
    title = isolate_direction(scenario.title)
    yield f"{title}: replication {run.replication}, seed {run.seed}, under {laws.find_display_name(run.law)}"
    if scenario.fictional:
        yield "(an invented battle)"
    yield from writer.describe_opening()
    for step, rows in writer.group_by_step():
        lines = [line for row in rows for line in writer.format_line(run.log[row])]
        yield ""
        yield format_heading(writer.steps, step)
        yield from lines or ["  Nothing but skirmishes."]
        yield from writer.describe_step_end(step, rows)


def arrange_run(scenario: Scenario, run: RunResult) -> RunResult:
    """A run whose log has the sides, places, forces and orders in the order of the scenario's file."""
    return replace(run, event_log=arrange_log(run.event_log, make_labels(scenario)))


def format_heading(steps: TimeSteps, number: int) -> str:
    """A step as a heading: the day, and of a shorter one its hours."""
    start = max(steps.start(number), steps.begins)
    day = f"{start:%A}, {start.day} {start:%B %Y}"
    return day if steps.is_daily else f"{day}, {start:%H:%M} to {steps.format_end(number)}"


@dataclass(frozen=True)
class DiaryWriter:
    """Writes the events of one run as sentences, with the names of its scenario."""

    scenario: Scenario
    run: RunResult
    state: DiaryState

    @cached_property
    def steps(self) -> TimeSteps:
        """The steps of time in which the run is told."""
        return find_time_steps(self.run.event_log.labels, self.run.event_log.end_hours)

    def group_by_step(self) -> Iterator[tuple[int, np.ndarray]]:
        """Each step in which anything happens, with its rows of the log; of a short one, anything that is told."""
        step_numbers = self.steps.find_steps(self.run.log["time"])
        for step in dict.fromkeys(step_numbers.tolist()):
            rows = np.flatnonzero(step_numbers == step)
            if self.steps.is_daily or self.is_worth_telling(rows):
                yield step, rows

    def is_worth_telling(self, rows: np.ndarray) -> bool:
        """Whether anybody is lost in these rows of the log, or anything has a sentence of its own."""
        lost = np.isin(self.run.log["event"][rows], (EventKind.KILLED, EventKind.WOUNDED, EventKind.CAPTURED))
        silent = replace(self, state=DiaryState())
        return bool(lost.any()) or any(silent.describe_event(self.run.log[row]) for row in rows)

    def place_name(self, index: int) -> str:
        """The name of a place."""
        return isolate_direction(self.scenario.places[self.run.event_log.labels.places[index]].name)

    def force_name(self, index: int) -> str:
        """The name of a force."""
        return isolate_direction(self.scenario.forces[self.run.event_log.labels.forces[index]].name)

    def side_name(self, index: int) -> str:
        """The short name of a side."""
        return isolate_direction(self.scenario.sides[self.run.event_log.labels.sides[index]].short_name)

    def member_noun(self, index: int) -> str:
        """The noun for the people of a side."""
        return isolate_direction(self.scenario.sides[self.run.event_log.labels.sides[index]].member_noun)

    def member_phrase(self, index: int) -> str:
        """The people of a side: `Teal soldiers`."""
        return f"{self.side_name(index)} {self.member_noun(index)}"

    def describe_order(self, index: int, place: int) -> str:
        """An order in words, with the side that gave it and the place where it is carried out."""
        order = self.scenario.orders[self.run.event_log.labels.orders[index]]
        side = isolate_direction(format_attributive(self.scenario.sides[order.side].short_name))
        return f"{side} {format_order_phrase(order.kind)} {self.place_name(place)}"

    def describe_force(self, event: np.void) -> str:
        """A force with the number of its people, unless its name has that number already."""
        name, amount = self.force_name(event["force"]), f"{float(event['value']):,.0f}"
        return name if amount in name.split() else f"{name} ({amount})"

    def agree(self, event: np.void, singular: str, plural: str) -> str:
        """The form of a verb that agrees with the force of an event."""
        force = self.run.event_log.labels.forces[event["force"]]
        return agree(self.scenario.forces[force].name, singular, plural)

    def describe_redirection(self, order: int, place: str, reason: CancelReason) -> str:
        """An order that turns to another place, the reason first: `Its goal already held, the attack turns to ...`."""
        scheduled = self.scenario.orders[self.run.event_log.labels.orders[order]]
        side = isolate_direction(format_attributive(self.ordering_side_name(order)))
        noun = ORDER_NOUNS[scheduled.kind].rstrip(",")
        return f"{REDIRECTION_PHRASES[reason]}, {side} {noun} turns to {place}."

    def ordering_side_name(self, order: int) -> str:
        """The short name of the side that gave an order."""
        side = self.scenario.orders[self.run.event_log.labels.orders[order]].side
        return isolate_direction(self.scenario.sides[side].short_name)

    def describe_opening(self) -> Iterator[str]:
        """Who stands where before the first order."""
        placed = self.run.log[self.run.log["event"] == EventKind.PLACED]
        yield ""
        yield "Before it begins"
        for side in range(2):
            standing = [
                f"{self.force_name(row['force'])} ({row['value']:,.0f}) at {self.place_name(row['place'])}"
                for row in placed[placed["side"] == side]
                if row["value"] > 0
            ]
            yield f"  {capitalize(self.side_name(side))}: {join_words(standing) or 'nobody'}."

    def format_line(self, event: np.void) -> Iterator[str]:
        """The sentence for one event, with its hour; none for events that other sentences cover."""
        sentence = self.describe_event(event)
        if sentence:
            moment = self.run.event_log.labels.local_time(float(event["time"]))
            yield f"  {moment:%H:%M}  {capitalize(sentence)}"

    def describe_event(self, event: np.void) -> str | None:
        """One event as a sentence; None if another sentence covers it."""
        kind, order = EventKind(event["event"]), int(event["order"])
        amount, code = float(event["value"]), int(event["code"])
        place, side = self.place_name(event["place"]), self.side_name(event["side"])
        if kind == EventKind.JOINED and order >= 0:
            return f"{self.describe_force(event)} {self.agree(event, 'arrives', 'arrive')} at {place}."
        if kind == EventKind.ORDER_CANCELLED:
            reason = REASON_PHRASES[CancelReason(code)]
            return f"{self.describe_order(order, event['place'])} is dropped: {reason}."
        if kind == EventKind.ORDER_MOOT:
            reason = REASON_PHRASES[CancelReason(code)]
            return f"{self.describe_order(order, event['place'])} has nothing to do: {reason}."
        if kind == EventKind.REDIRECTED:
            return self.describe_redirection(order, place, CancelReason(code))
        if kind == EventKind.DEPARTED and self.is_rout(event):
            return None
        if kind == EventKind.ARRIVED and self.is_rout(event):
            return f"{self.describe_force(event)} {self.agree(event, 'falls', 'fall')} back to {place}."
        if kind == EventKind.LEFT:
            return f"{self.describe_force(event)} {self.agree(event, 'leaves', 'leave')} the battle at {place}."
        if kind == EventKind.DETACHED:
            own = self.agree(event, "becomes a force of its own", "become a force of their own")
            return f"{self.describe_force(event)} {own} at {place}." if amount > 0 else None
        if kind == EventKind.DEPARTED:
            return f"{self.describe_force(event)} {self.agree(event, 'leaves', 'leave')} {place}."
        if kind == EventKind.ARRIVED:
            return f"{self.describe_force(event)} {self.agree(event, 'reaches', 'reach')} {place}."
        if kind == EventKind.ASSAULT:
            verb = "is resumed" if self.is_resumed(event) else "begins"
            self.state.assault_starts[order] = float(event["time"])
            attackers = format_count(amount, self.member_noun(event["side"]))
            return f"{self.describe_order(order, event['place'])} {verb}, with {attackers}."
        if kind == EventKind.SUPPORTED:
            join_verb = "joins" if amount == 1 else "join"
            return f"{format_count(amount, self.member_noun(event['side']))} {join_verb} the fight for {place}."
        if kind == EventKind.ENDED:
            return self.describe_assault_end(event)
        if kind == EventKind.CAPTURED:
            capture_verb = "is taken" if amount == 1 else "are taken"
            return f"{format_count(amount, self.member_noun(event['side']))} {capture_verb} prisoner at {place}."
        if kind == EventKind.SEIZED:
            equipment = self.scenario.equipment[self.run.event_log.labels.equipment[code]]
            noun = equipment.name if amount == 1 else equipment.plural
            return f"{self.member_phrase(event['side'])} seize {amount:,.0f} {noun} at {place}."
        if kind == EventKind.SORTIE:
            return self.describe_strikes(event)
        if kind == EventKind.BOMB:
            effect = f"; it kills {amount:,.0f}" if code == BombOutcome.ON_TARGET else ""
            return f"A vehicle bomb of {side} at {place} {BOMB_PHRASES[BombOutcome(code)]}{effect}."
        if kind == EventKind.AMBUSH:
            return f"{self.member_phrase(event['side'])} spring an ambush at {place}: {amount:,.0f} killed."
        if kind == EventKind.DEMAND:
            answer = "It surrenders" if code else "It refuses"
            return f"{self.member_phrase(event['side'])} call on the garrison of {place} to surrender. {answer}."
        if kind == EventKind.INFILTRATED:
            people = self.member_phrase(event["side"])
            return f"{people} get into {place} unseen." if code else f"{people} are discovered at {place}."
        if kind == EventKind.LOST:
            return f"An aircraft of {side} is shot down over {place}."
        if kind == EventKind.DESTROYED:
            equipment = self.scenario.equipment[self.run.event_log.labels.equipment[code]]
            noun = equipment.name if amount == 1 else equipment.plural
            return f"{amount:,.0f} {noun} of {side} at {place} {'is' if amount == 1 else 'are'} destroyed."
        if kind == EventKind.FOG:
            return "Fog comes down." if code else "The fog lifts."
        if kind == EventKind.RAIN:
            return "It begins to rain." if code else "The rain ends."
        if kind == EventKind.ALARM:
            return f"{place} {agree(place, 'is', 'are')} hard pressed: the {side} reserve is called."
        if kind == EventKind.UNSUPPLIED:
            return f"{self.force_name(event['force'])} at {place} {self.agree(event, 'is', 'are')} out of supplies."
        if kind == EventKind.SUPPLIED:
            return f"{self.force_name(event['force'])} at {place} {self.agree(event, 'is', 'are')} supplied again."
        return None

    def is_rout(self, event: np.void) -> bool:
        """Whether a force moves because of an order of the other side: it was driven out."""
        if event["order"] < 0:
            return False
        mover = self.run.event_log.labels.sides[event["side"]]
        orders = self.run.event_log.labels.orders
        return bool(self.scenario.orders[orders[event["order"]]].side != mover)

    def is_resumed(self, event: np.void) -> bool:
        """Whether an assault goes on with one that the same order had to break off on the same place."""
        log, order = self.run.log, int(event["order"])
        past = (log["order"] == order) & (log["time"] < event["time"])
        starts = log["time"][past & (log["event"] == EventKind.ORDER_STARTED)]
        before = past & (log["event"] == EventKind.ASSAULT) & (log["place"] == event["place"])
        return bool((log["time"][before] > (starts[-1] if len(starts) else -1.0)).any())

    def describe_assault_end(self, event: np.void) -> str:
        """How an assault ended, after how long, and what it cost."""
        order, log = int(event["order"]), self.run.log
        started = self.state.assault_starts.pop(order, None)
        place, end = self.place_name(event["place"]), ENDING_PHRASES[AssaultEnding(event["code"])]
        if started is None:
            return f"{self.member_phrase(event['side'])} enter {place} without a fight."
        since = (log["time"] >= started) & (log["time"] <= event["time"]) & (log["place"] == event["place"])
        own = since & (log["order"] == order)
        losses = [self.describe_losses(own, side) for side in range(2)]
        hours = float(event["time"]) - started
        after = own & (np.arange(len(log)) > self.find_row(event))
        pursued = self.run.event_log.sum_values(EventKind.KILLED, after)
        flight = f"; {pursued:,.0f} of the dead fell in flight" if pursued > 0 else ""
        return f"The assault on {place} {end} after {format_duration(hours)}. {'; '.join(losses)}{flight}."

    def find_row(self, event: np.void) -> int:
        """The row of an event in the log: the first that is equal to it."""
        same = (self.run.log["time"] == event["time"]) & (self.run.log["event"] == event["event"])
        return int(np.flatnonzero(same & (self.run.log["order"] == event["order"]))[0])

    def describe_losses(self, rows: np.ndarray, side: int) -> str:
        """Killed and wounded of a side among the selected rows."""
        history = self.run.event_log
        side_rows = rows & (history.rows["side"] == side)
        killed, wounded = (
            history.sum_values(EventKind.KILLED, side_rows),
            history.sum_values(EventKind.WOUNDED, side_rows),
        )
        return f"{capitalize(self.side_name(side))} {killed:,.0f} killed, {wounded:,.0f} wounded"

    def describe_strikes(self, event: np.void) -> str | None:
        """All strikes of an order in one sentence, when the first of them comes; None for the later ones."""
        order, log = int(event["order"]), self.run.log
        if event["time"] <= self.state.strikes_reported_until.get(order, -1.0):
            return None
        ends = log["time"][(log["order"] == order) & (log["event"] == EventKind.DONE) & (log["time"] >= event["time"])]
        until = float(ends[0]) if len(ends) else self.run.event_log.end_hours
        self.state.strikes_reported_until[order] = until
        sorties = (log["order"] == order) & (log["event"] == EventKind.SORTIE)
        sorties &= (log["time"] >= event["time"]) & (log["time"] <= until)
        places = join_words(list(dict.fromkeys(self.place_name(row) for row in log["place"][sorties])))
        kind = self.scenario.orders[self.run.event_log.labels.orders[order]].kind
        side = self.side_name(event["side"])
        number = format_count(float(sorties.sum()), f"{side} {FIRE_NOUNS[kind]}")
        last = self.run.event_log.labels.local_time(float(log["time"][sorties].max()))
        dead = log["value"][sorties].sum()
        victims = f"{dead:,.0f}" if dead > 0 else "nobody"
        if sorties.sum() == 1:
            return f"{number} on {places} kills {victims}."
        return f"{number} on {places}, the last at {last:%H:%M}, kill {victims}."

    def describe_step_end(self, step: int, rows: np.ndarray) -> Iterator[str]:
        """The losses of both sides in a step, their replacements, and who holds the places where the front moved."""
        today = np.zeros(len(self.run.log), dtype=bool)
        today[rows] = True
        end = self.steps.format_end(step)
        period, moment = (
            ("Losses of the day", "In the evening") if self.steps.is_daily else (f"Losses until {end}", f"At {end}")
        )
        yield f"  {period}: {'; '.join(self.describe_losses(today, side) for side in range(2))}."
        replacements = today & (self.run.log["event"] == EventKind.JOINED) & (self.run.log["order"] < 0)
        replacement_counts = []
        for side in range(2):
            side_rows = replacements & (self.run.log["side"] == side)
            if side_rows.any():
                number = float(self.run.log["value"][side_rows].sum())
                replacement_counts.append(format_count(number, self.member_phrase(side)))
        if replacement_counts:
            yield f"  Replacements: {join_words(replacement_counts)}."
        front_moves = today & (self.run.log["event"] == EventKind.FRONT_MOVED) & (self.run.log["time"] > 0)
        for place in dict.fromkeys(self.run.log["place"][front_moves].tolist()):
            share = float(self.run.log["value"][front_moves & (self.run.log["place"] == place)][-1])
            yield f"  {moment} {self.describe_holder(share)} {self.place_name(place)}."

    def describe_holder(self, second_side_share: float) -> str:
        """Who holds a place of which the second side has this share."""
        if second_side_share in (0.0, 1.0):
            return f"{self.member_phrase(int(second_side_share))} hold all of"
        first, second = 100 - 100 * second_side_share, 100 * second_side_share
        return f"{self.member_phrase(0)} hold {first:.0f} and {self.member_phrase(1)} {second:.0f} per cent of"


def format_duration(hours: float) -> str:
    """How long something took: below an hour in whole minutes, from there on in tenths of an hour."""
    minutes = max(round(60 * hours), 1)
    if minutes < 60:
        return format_count(minutes, "minutes")
    return "1 hour" if f"{hours:.1f}" == "1.0" else f"{hours:.1f} hours"


REASON_PHRASES = {
    CancelReason.ALREADY_HELD: "the place is already held",
    CancelReason.UNREACHABLE: "there is no way to get there",
    CancelReason.SPENT: "too few are left to do it",
    CancelReason.PRECONDITION: "its condition is not met",
    CancelReason.NO_ENEMY: "no enemy is there",
    CancelReason.WEATHER: "the fog does not lift",
    CancelReason.BUSY: "its forces are needed elsewhere",
    CancelReason.FOLLOWED: "what it was to follow did not happen",
}

REDIRECTION_PHRASES = {
    CancelReason.ALREADY_HELD: "its goal already held",
    CancelReason.UNREACHABLE: "its goal out of reach",
}

ENDING_PHRASES = {
    AssaultEnding.TAKEN: "succeeds",
    AssaultEnding.CALLED_OFF: "is called off",
    AssaultEnding.DEFENCE_BROKE: "breaks the defence",
    AssaultEnding.TIME: "ends without success",
    AssaultEnding.DARK: "ends at dusk",
    AssaultEnding.FOG: "ends in the fog",
    AssaultEnding.EXHAUSTED: "dies down",
    AssaultEnding.RECALLED: "is recalled",
    AssaultEnding.NOBODY_LEFT: "ends with nobody left to attack",
    AssaultEnding.YIELDED: "ends with the garrison's surrender",
}

BOMB_PHRASES = {
    BombOutcome.ON_TARGET: "reaches its target",
    BombOutcome.SHORT: "goes off short of its target",
    BombOutcome.STOPPED: "is stopped on its way",
}
