"""The dialogue of a game: prints each stop, reads answers, keeps the game after each, and looks back at the end."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.cli.console import make_console, make_tracker
from sim.cli.errors import SettingsError, suggest_name
from sim.cli.stored_game import StoredGame
from sim.seat.course import TooLateError
from sim.seat.game import GO_ON, REST, TAKE_BACK, Game, UnknownChoiceError

if TYPE_CHECKING:
    from sim.battle.simulation import Simulation
    from sim.runs.replicate import Batch
    from sim.seat.after_action import AfterAction

HELP = (
    "Enter (or next): go on; due orders on which you decided nothing are given as recorded.\n"
    "A number, or the words of a choice such as `hold ORDER`: decide it. Several numbers may stand in one line.\n"
    "send, sorties, withdraw: see these choices.   state: where all your forces stand.   news: all that came in.\n"
    "undo: take back your last decision here.   rest: let the recorded orders finish the battle.\n"
    "export: write the game as a question of sim whatif.   quit: stop here; the game is kept.   help: this."
)
STATE, NEWS, QUIT, ASK_HELP, EXPORT = "state", "news", "quit", "help", "export"
GROUP_WORDS = {  # that show choices, and what is said where there are none
    "send": "No force of yours is free to be sent, or no place needs one.",
    "sorties": "There is nowhere to ask for sorties over, or you have asked today.",
    "withdraw": "No free force of yours stands where it is attacked, or it has nowhere to go.",
}
WORDS = (GO_ON, TAKE_BACK, STATE, NEWS, REST, QUIT, ASK_HELP, EXPORT)


@dataclass
class Dialogue:
    """A game between a person, or a script, and the battle; every move is on disk before the next is asked for."""

    stored: StoredGame
    console: Console = field(default_factory=make_console)
    numbers: dict[str, int] = field(default_factory=dict)  # of the choices at this stop, by id

    @property
    def game(self) -> Game:
        """The game as it stands."""
        return self.stored.game

    @property
    def folder(self) -> Path:
        """Where the game is kept."""
        return self.stored.folder

    def run(self, answers: Iterable[tuple[str, str]]) -> int:
        """Play until the battle or the answers end."""
        if self.game.stop is not None:
            self.print_stop()
            for answer, origin in answers:
                if origin:
                    self.say(f"> {answer}")
                if not self.take_answer(answer, origin) or self.game.stop is None:
                    break
        if self.game.stop is not None:
            self.say_command(f"The game is kept, and goes on with: sim play game={self.folder}")
            print(self.folder)
            return 0
        self.look_back()
        print(self.folder)
        return 0

    def say(self, text: str, style: str | None = None) -> None:
        """Print one paragraph."""
        self.console.print(Text(text, style=style or ""), highlight=False)

    def say_command(self, text: str) -> None:
        """Print a line that ends with something to be typed: it is not folded."""
        self.console.print(Text(text), highlight=False, soft_wrap=True)

    def take_answer(self, answer: str, origin: str) -> bool:
        """Act on one answer; False if it ends the dialogue."""
        from sim.report.seat_view import build_position_table, format_choices, group_choices, number_choices

        if len(numbers := split_numbers(answer)) > 1:
            return all([self.take_answer(number, origin) for number in numbers])
        groups = group_choices(self.game.choices)
        self.numbers = number_choices(self.game.choices, self.numbers)
        if answer in groups or answer in GROUP_WORDS:
            for line in format_choices(groups.get(answer, []), self.numbers):
                self.say(line)
            if answer not in groups:
                self.say(GROUP_WORDS[answer])
        elif answer == STATE:
            self.print_table(build_position_table(self.game, everything=True))
        elif answer == NEWS:
            self.print_news()
        elif answer == ASK_HELP:
            self.say(HELP)
        elif answer == EXPORT:
            self.export()
        elif answer == REST:
            self.stored.finish()
        elif answer == QUIT:
            return False
        else:
            self.try_move(answer, origin)
        return True

    def try_move(self, answer: str, origin: str) -> None:
        """Make the move that an answer means; say what is wrong with it, or raise SettingsError if a script gave it."""
        try:
            before = self.game
            move = self.find_move(answer)
            self.stored.make_move(move)
        except (UnknownChoiceError, TooLateError) as error:
            message = self.explain(answer, error)
            if origin:
                self.console.file.flush()
                raise SettingsError(
                    [f"{origin}: {message}", f"the game is kept: sim play game={self.folder}"]
                ) from error
            self.say(message, "red")
            return
        if move == GO_ON:
            if self.game.stop is not None:
                self.print_stop()
        elif move == TAKE_BACK:
            self.say(f"Taken back: {before.decisions[-1].description}.")
        else:
            self.say(f"Decided: {self.game.decisions[-1].description}.", "bold")

    def find_move(self, answer: str) -> str:
        """The move that an answer means: nothing is to go on, a number one of the choices."""
        if not answer:
            return GO_ON
        if not answer.isdecimal():
            return answer
        return next((id for id, number in self.numbers.items() if number == int(answer[:9])), answer)

    def explain(self, answer: str, error: Exception) -> str:
        """Why an answer can't be acted on."""
        if isinstance(error, TooLateError):
            return f"it is too late for that, since it has begun (got {answer!r})"
        if answer == TAKE_BACK:
            return "nothing was decided here that could be taken back"
        names = [*(each.id for each in self.game.choices), *GROUP_WORDS, *WORDS]
        numbers = f", a number up to {len(self.numbers)}" if self.numbers else ""
        allowed = f"Enter{numbers}, {', '.join((*GROUP_WORDS, *WORDS))}"
        return f"unknown answer (got {answer!r:.80}; {suggest_name(answer, names)}allowed: {allowed})"

    def print_stop(self) -> None:
        """Print all that a commander needs at a stop."""
        from sim.report import seat_view
        from sim.report.seat_digest import build_digest

        game = self.game
        assert game.stop is not None
        self.numbers = seat_view.number_choices(game.choices, {})
        is_opening = game.stop.hours == 0.0
        self.console.print()
        if game.setup.other == "person":
            side = game.battle.scenario.sides[game.side]
            self.say(f"The seat is that of {side.name}. The other side should look away.", "bold")
        self.console.rule(Text(seat_view.format_heading(game), style="bold"), align="left", characters="─")
        for line in seat_view.format_briefing(game) if is_opening else ():
            self.say(line)
        for line in seat_view.format_causes(game):
            self.say(line, "bold")
        digest = build_digest(game)
        self.print_block("", digest.news)
        self.print_block("Reports", digest.reports)
        if digest.n_others:
            self.say(f"{digest.n_others} more; {NEWS} shows all.", "dim")
        self.print_table(seat_view.build_position_table(game, everything=is_opening))
        if not is_opening:
            self.say(seat_view.format_losses(game))
        self.print_block(
            "Due, and given as recorded unless you decide otherwise", seat_view.format_due_orders(game, self.numbers)
        )
        groups = seat_view.group_choices(seat_view.list_other_choices(game))
        if hint := seat_view.format_group_hint(groups):
            self.say(hint, "dim")
        self.say("Enter to go on; help for all that you can type." if is_opening else "Enter to go on.", "dim")

    def print_news(self) -> None:
        """Print all that came in since the side decided last."""
        from sim.report.seat_digest import list_new_reports, list_news

        self.print_block("", list_news(self.game))
        self.print_block("Reports", list_new_reports(self.game))

    def print_block(self, heading: str, lines: Iterable[str]) -> None:
        """Print lines under a heading; nothing if there are none."""
        for number, line in enumerate(lines):
            if number == 0 and heading:
                self.say(heading, "bold")
            self.say(f"  {line}")

    def print_table(self, table: Table | None) -> None:
        """Print a table, if there is anything in it."""
        if table is not None:
            self.console.print(table)

    def look_back(self) -> None:
        """Compare the game with the record, the rule and other luck; print it, and write its page and its question."""
        from sim.report import after_action as words

        self.say("")
        self.console.rule(Text("The battle is over", style="bold"), align="left", characters="─")
        after = self.review()
        for line in words.format_verdict(after):
            self.say(line)
        title = f"Your orders beside others ({self.stored.settings.runs:,} battles)"
        self.print_rows(title, words.COURSE_HEADINGS, words.make_course_rows(after))
        if note := words.describe_courses(after):
            self.say(note)
        self.print_rows("What each decision did", words.EFFECT_HEADINGS, words.make_effect_rows(after))
        self.say("")
        self.say(words.format_report_note(after))
        self.print_rows("Where reports misled", words.REPORT_HEADINGS, words.make_report_rows(after))
        self.export()
        self.stored.keep_review(after)

    def review(self) -> "AfterAction":
        """What comes out of the game beside many battles, which are simulated here unless they are kept."""
        from sim.runs.replicate import iterate_batches
        from sim.seat.after_action import MAX_COURSES, list_own_decisions

        settings = self.stored.settings
        n_courses = MAX_COURSES + len(list_own_decisions(self.game))
        workers = settings.workers or os.cpu_count() or 1

        def simulate_many(name: str, simulation: "Simulation") -> "Iterator[Batch]":
            yield from iterate_batches(self.stored.make_study(simulation, n_courses), workers, make_tracker(name))

        return self.stored.review(simulate_many)

    def print_rows(self, title: str, headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
        """Print a table of texts; nothing without rows."""
        if not rows:
            return
        table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="dim")
        for number, heading in enumerate(headings):
            table.add_column(heading, overflow="fold", justify="left" if number == 0 else "right")
        for row in rows:
            table.add_row(*row)
        self.console.print()
        self.console.print(table)

    def export(self) -> None:
        """Write the game as a question into its folder, and say how it is asked."""
        command = self.stored.export()
        if not command:
            self.say("Nothing was decided that sim whatif could ask about.")
            return
        self.say_command(f"As a question: {command}")


def split_numbers(answer: str) -> list[str]:
    """The numbers that an answer consists of; none if anything else is in it.

    >>> split_numbers("10, 7"), split_numbers("hold gate_attack")
    (['10', '7'], [])
    """
    words = answer.replace(",", " ").split()
    return words if all(word.isdecimal() for word in words) else []
