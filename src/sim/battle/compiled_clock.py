"""The clock for mass experiments: plays a battle from a calendar of its own, written and compiled like the rules."""

from collections.abc import Callable, Sequence

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
        self.branch: tuple[float, Callable[[Battle], None], Sequence[int]] | None = None

    def change(self, at: float, setting_in: Callable[[Battle], None], waking: Sequence[int]) -> None:
        """Let a change set in at a moment, before anything else that is due then."""
        self.branch = (at, setting_in, waking)

    def play(self) -> None:
        """Fight from the opening until the end."""
        if self.branch is None or self.branch[0] >= self.ends:
            self.played = self.rules.play(self.battle, self.calendar, self.ends)
            return
        at, setting_in, waking = self.branch
        self.played = self.rules.play(self.battle, self.calendar, at)
        setting_in(self.battle)
        for order in waking:
            self.rules.look_anew(self.battle, self.calendar, order)
        self.played += self.rules.go_on(self.battle, self.calendar, at, self.ends)
