"""One battle told day by day: the events of its log as sentences, casualties gathered by the fight they fell in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from sim.battle.fight import Run
from sim.events import Ending, Outcome, What, Why
from sim.report.phrases import BOMBS, ENDINGS, ORDERS, REASONS, REDIRECTIONS, counted, joined_words
from sim.scenario.model import Scenario


@dataclass
class Telling:
    """What the diary has to remember while it goes through a log."""

    opened: dict[int, float] = field(default_factory=dict)  # order: when its assault began
    told: dict[int, float] = field(default_factory=dict)  # order: until when its strikes have been told


def tell(scenario: Scenario, run: Run) -> Iterator[str]:
    """The lines of the diary of one run."""
    teller = Teller(scenario, run, Telling())
    yield f"{scenario.title}: replication {run.replication}, seed {run.seed}, {run.law} law"
    if scenario.invented:
        yield "(an invented battle)"
    yield from teller.opening()
    days = [run.history.names.moment(float(hours)).date() for hours in run.log["time"]]
    for day in dict.fromkeys(days):
        rows = np.flatnonzero([each == day for each in days])
        lines = [line for row in rows for line in teller.line(run.log[row])]
        yield ""
        yield f"{day:%A}, {day.day} {day:%B %Y}"
        yield from lines or ["  Nothing but skirmishes."]
        yield from teller.evening(day, rows)


@dataclass(frozen=True)
class Teller:
    """Tells the events of one run with the names of its scenario."""

    scenario: Scenario
    run: Run
    memory: Telling

    def place(self, index: int) -> str:
        """A place by its name."""
        return self.scenario.places[self.run.history.names.places[index]].name

    def force(self, index: int) -> str:
        """A force by its name."""
        return self.scenario.forces[self.run.history.names.forces[index]].name

    def side(self, index: int) -> str:
        """A side by its short name."""
        return self.scenario.sides[self.run.history.names.sides[index]].short

    def people(self, index: int) -> str:
        """What the people of a side are called."""
        return self.scenario.sides[self.run.history.names.sides[index]].people

    def order(self, index: int) -> str:
        """What an order is, in words."""
        order = self.scenario.orders[self.run.history.names.orders[index]]
        return f"{self.side_of(index)}'s {ORDERS[order.kind]}"

    def side_of(self, order: int) -> str:
        """The side that gave an order."""
        side = self.scenario.orders[self.run.history.names.orders[order]].side
        return self.scenario.sides[side].short

    def opening(self) -> Iterator[str]:
        """Who stands where before the first order."""
        placed = self.run.log[self.run.log["what"] == What.PLACED]
        yield ""
        yield "Before it begins"
        for side in range(2):
            stand = [
                f"{self.force(row['force'])} ({row['amount']:.0f}) at {self.place(row['place'])}"
                for row in placed[placed["side"] == side]
                if row["amount"] > 0
            ]
            yield f"  {self.side(side)}: {joined_words(stand) or 'nobody'}."

    def line(self, event: np.void) -> Iterator[str]:
        """The sentence for one event, with its hour; none for events that other sentences gather."""
        sentence = self.sentence(event)
        if sentence:
            yield f"  {self.run.history.names.moment(float(event['time'])):%H:%M}  {sentence[0].upper()}{sentence[1:]}"

    def sentence(self, event: np.void) -> str | None:
        """What happened, in words."""
        what, order = What(event["what"]), int(event["order"])
        amount, detail = float(event["amount"]), int(event["detail"])
        if what == What.JOINED and order >= 0:
            return f"{self.force(event['force'])} ({amount:.0f}) come into the battle at {self.place(event['place'])}."
        if what == What.VOID:
            return f"{self.order(order)} on {self.place(event['place'])} is dropped: {REASONS[Why(detail)]}."
        if what == What.HELD:
            return f"{self.order(order)} on {self.place(event['place'])} has nothing to do: {REASONS[Why(detail)]}."
        if what == What.REDIRECTED:
            return f"{self.order(order)} turns to {self.place(event['place'])}, {REDIRECTIONS[Why(detail)]}."
        if what == What.DEPARTED and self.routed(event):
            return None
        if what == What.ARRIVED and self.routed(event):
            return f"{self.force(event['force'])} ({amount:.0f}) fall back to {self.place(event['place'])}."
        if what == What.DEPARTED:
            return f"{self.force(event['force'])} ({amount:.0f}) leave {self.place(event['place'])}."
        if what == What.ARRIVED:
            return f"{self.force(event['force'])} ({amount:.0f}) reach {self.place(event['place'])}."
        if what == What.ASSAULT:
            self.memory.opened[order] = float(event["time"])
            attackers = counted(amount, self.people(event["side"]))
            return f"{self.order(order)} on {self.place(event['place'])} begins, with {attackers}."
        if what == What.SUPPORTED:
            join = "joins" if amount == 1 else "join"
            return f"{counted(amount, self.people(event['side']))} {join} the fight for {self.place(event['place'])}."
        if what == What.ENDED:
            return self.end_of_assault(event)
        if what == What.CAPTURED:
            taken = "is taken" if amount == 1 else "are taken"
            return f"{counted(amount, self.people(event['side']))} {taken} prisoner at {self.place(event['place'])}."
        if what == What.SEIZED:
            kind = self.scenario.equipment[self.run.history.names.equipment[detail]]
            thing = kind.name if amount == 1 else kind.plural
            return f"{self.side(event['side'])} takes {amount:.0f} {thing} at {self.place(event['place'])}."
        if what == What.SORTIE:
            return self.strikes(event)
        if what == What.BOMB:
            fate = BOMBS[Outcome(detail)]
            toll = f"; it kills {amount:.0f}" if detail == Outcome.ON_TARGET else ""
            return f"A vehicle bomb of {self.side(event['side'])} at {self.place(event['place'])} {fate}{toll}."
        if what == What.AMBUSH:
            return f"{self.side(event['side'])} springs an ambush at {self.place(event['place'])}: {amount:.0f} killed."
        if what == What.FOG:
            return "Fog comes down." if detail else "The fog lifts."
        if what == What.RAIN:
            return "It begins to rain." if detail else "The rain ends."
        if what == What.ALARM:
            return f"The line at {self.place(event['place'])} gives: {self.side(event['side'])} calls its reserve."
        if what == What.UNSUPPLIED:
            return f"{self.force(event['force'])} at {self.place(event['place'])} are out of supplies."
        if what == What.SUPPLIED:
            return f"{self.force(event['force'])} at {self.place(event['place'])} are supplied again."
        return None

    def routed(self, event: np.void) -> bool:
        """Whether a force moves because of an order of the other side: it has been driven out."""
        if event["order"] < 0:
            return False
        mover = self.run.history.names.sides[event["side"]]
        orders = self.run.history.names.orders
        return bool(self.scenario.orders[orders[event["order"]]].side != mover)

    def end_of_assault(self, event: np.void) -> str:
        """How an assault ended, after how long, and what it cost."""
        order, log = int(event["order"]), self.run.log
        opened = self.memory.opened.pop(order, None)
        where, end = self.place(event["place"]), ENDINGS[Ending(event["detail"])]
        if opened is None:
            return f"{self.side(event['side'])} walks into {where} without a fight."
        since = (log["time"] >= opened) & (log["time"] <= event["time"]) & (log["place"] == event["place"])
        tolls = [self.toll(since & (log["order"] == order), side) for side in range(2)]
        hours = float(event["time"]) - opened
        return f"The assault on {where} {end} after {hours:.1f} hours. {joined_words(tolls)}."

    def toll(self, chosen: np.ndarray, side: int) -> str:
        """Killed and wounded of a side among the chosen events."""
        history = self.run.history
        mine = chosen & (history.log["side"] == side)
        killed, wounded = history.amount(What.KILLED, mine), history.amount(What.WOUNDED, mine)
        return f"{self.side(side)} lost {killed:.0f} killed and {wounded:.0f} wounded"

    def strikes(self, event: np.void) -> str | None:
        """The strikes of an order, until it has run its course, in one sentence when the first of them comes."""
        order, log = int(event["order"]), self.run.log
        if event["time"] <= self.memory.told.get(order, -1.0):
            return None
        ends = log["time"][(log["order"] == order) & (log["what"] == What.DONE) & (log["time"] >= event["time"])]
        until = float(ends[0]) if len(ends) else self.run.history.ends
        self.memory.told[order] = until
        mine = (log["order"] == order) & (log["what"] == What.SORTIE)
        mine &= (log["time"] >= event["time"]) & (log["time"] <= until)
        places = joined_words(list(dict.fromkeys(self.place(row) for row in log["place"][mine])))
        kind = self.scenario.orders[self.run.history.names.orders[order]].kind
        number = counted(float(mine.sum()), "air strikes" if kind == "airstrike" else "fire missions")
        last = self.run.history.names.moment(float(log["time"][mine].max()))
        dead = log["amount"][mine].sum()
        return (
            f"{self.side(event['side'])} sends {number} against {places}, the last at {last:%H:%M}; {dead:.0f} killed."
        )

    def evening(self, day: date, rows: np.ndarray) -> Iterator[str]:
        """The day's losses of both sides, replacements, and where the line runs."""
        today = np.zeros(len(self.run.log), dtype=bool)
        today[rows] = True
        yield f"  Of the day: {joined_words([self.toll(today, side) for side in range(2)])}."
        came = today & (self.run.log["what"] == What.JOINED) & (self.run.log["order"] < 0)
        fresh = [
            f"{self.run.log['amount'][came & (self.run.log['side'] == side)].sum():.0f} for {self.side(side)}"
            for side in range(2)
            if (came & (self.run.log["side"] == side)).any()
        ]
        if fresh:
            yield f"  Replacements: {joined_words(fresh)}."
        moved = today & (self.run.log["what"] == What.LINE) & (self.run.log["time"] > 0)
        for place in dict.fromkeys(self.run.log["place"][moved].tolist()):
            share = float(self.run.log["amount"][moved & (self.run.log["place"] == place)][-1])
            yield f"  In the evening {self.holding(share)} {self.place(place)}."

    def holding(self, second: float) -> str:
        """Who holds a place of which the second side has this share."""
        if second in (0.0, 1.0):
            return f"{self.side(int(second))} holds all of"
        return f"{self.side(0)} holds {100 - 100 * second:.0f} and {self.side(1)} {100 * second:.0f} per cent of"
