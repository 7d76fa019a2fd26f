"""The clock for mass experiments: plays a battle from a calendar of its own, written and compiled like the rules."""

from sim.battle.clock_rows import Calendar
from sim.battle.rows import Battle
from sim.battle.rulebook import RuleBook


class CompiledClock:
    """Plays one battle by a rule book, to the same bits as `SimpyClock`; `played` counts the phases.

    With plain rules it runs as ordinary Python, for a debugger.
    """

    def __init__(self, rules: RuleBook, battle: Battle, calendar: Calendar, ends: float):
        self.rules = rules
        self.battle = battle
        self.calendar = calendar
        self.ends = ends
        self.played = 0

    def play(self) -> None:
        """Fight from the opening until the end."""
        self.played = self.rules.play(self.battle, self.calendar, self.ends)
