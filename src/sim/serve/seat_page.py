"""The pages of the commander's seat: where a game is begun, a stop, and what is told after the end."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sim.outputs.provenance import format_title
from sim.perturbations.base import PerturbationError
from sim.report import after_action as words
from sim.report import seat_view
from sim.report.commander_rule import describe_rule
from sim.report.html import render
from sim.report.html.content import PageContent, PageTable, convert_table
from sim.report.html.sections import playback
from sim.report.map.features import OFF_MAP_SYMBOL, PLACE_KIND_LABELS
from sim.report.map.sheet import Atlas, build_atlas
from sim.report.seat_digest import build_digest, list_news
from sim.report.seat_news import format_report
from sim.report.text_direction import isolate_names
from sim.scenario.descriptions import capitalize, format_short_moment
from sim.scenario.model import Scenario
from sim.seat.after_action import AfterAction
from sim.seat.choices import Choice
from sim.seat.game import Game, make_rule
from sim.serve.games import MAX_OPENED, ListedGame, PlayedGame
from sim.serve.page import make_environment
from sim.serve.seat_map import build_situation_sheet

MAX_LINES = 3  # of news and of reports that a phone shows at once; the others are unfolded
GROUP_TITLES = {
    "send": "Send a force in defence",
    "sorties": "Ask for sorties",
    "withdraw": "Withdraw a force",
}


@dataclass(frozen=True)
class DueOrder:
    """An order that is due, in words, with what can be done with it."""

    text: str
    is_held: bool
    choices: tuple[tuple[Choice, str], ...]  # with the words of each button


LabelledChoices = tuple[str, tuple[tuple[Choice, str], ...]]  # a heading, or none, and choices with their words


@dataclass(frozen=True)
class ChoiceGroup:
    """Choices of one kind, under headings where there are many."""

    title: str
    parts: tuple[LabelledChoices, ...]

    @property
    def count(self) -> int:
        """How many choices."""
        return sum(len(choices) for _, choices in self.parts)


@dataclass(frozen=True)
class CommanderOption:
    """Who may command the other side: his name in the settings, in words, and what he does where that needs a word."""

    name: str
    text: str
    notes: tuple[str, ...] = ()


@dataclass
class SeatPage:
    """Shows games; the map of each is laid out once.

    Parameters
    ----------
    scenario
        The battle of which games are begun.
    """

    scenario: Scenario
    atlases: OrderedDict[Path, Atlas] = field(default_factory=OrderedDict)

    def render_begin(self, games: list[ListedGame]) -> str:
        """Where a game is begun, or one that was begun goes on, as HTML."""
        scenario = isolate_names(self.scenario)
        return render_template(
            "seat_begin.html.j2",
            title=format_title(scenario),
            scenario=scenario,
            commanders=list(list_commanders(scenario)),
            games=games,
        )

    def render_stop(self, stored: PlayedGame) -> str:
        """A stop as HTML: what the side that decides knows and can decide, and nothing else."""
        game = stored.game
        assert game.stop is not None
        digest = build_digest(game)
        decisions = [each for each in game.decisions if each.side == game.side]
        return render_template(
            "seat_stop.html.j2",
            **self.list_map_values(stored),
            situation_sheets=[build_situation_sheet(sheet, game) for sheet in self.find_atlas(stored).playback_sheets],
            sides=game.battle.scenario.sides,
            side=game.battle.scenario.sides[game.side],
            are_two_players=game.setup.other == "person",
            is_opening=game.stop.hours == 0.0,
            moment=seat_view.format_moment(game, game.hours),
            sky=seat_view.format_sky(game),
            progress=seat_view.format_progress(game),
            max_lines=MAX_LINES,
            percent_done=100 * game.hours / game.run.event_log.end_hours,
            briefing=list(seat_view.format_briefing(game)),
            causes=list(seat_view.format_causes(game)),
            news=list(split_moments(digest.news)),
            new_reports=digest.reports,
            n_others=digest.n_others,
            other_news=list(split_moments(digest.other_news)),
            other_reports=digest.other_reports,
            losses=seat_view.format_losses(game),
            due_orders=list(list_due_orders(game)),
            groups=group_other_choices(game),
            decided_here=[capitalize(each.description) for each in decisions if each.hours == game.hours],
            all_decisions=[(format_local_time(game, each.hours), capitalize(each.description)) for each in decisions],
            all_news=list(split_moments(list_news(replace(game, last_decided={})))),
            all_reports=list_all_reports(game),
            positions=list_positions(game),
        )

    def render_after_action(
        self, stored: PlayedGame, after: AfterAction, content: PageContent, folder: str, command: str
    ) -> str:
        """What is told after the end, as HTML: the answer, the courses, the decisions, the reports, both battles.

        Parameters
        ----------
        stored, after
            The game, and what came of it beside many battles.
        content
            What its own page shows.
        folder
            Its folder below the folder of outputs.
        command
            What asks it as a question; nothing if nothing was decided.

        Returns
        -------
        str
            The part of the page.
        """
        shown = replace(content, scenario=isolate_names(content.scenario))
        atlas = self.find_atlas(stored)
        return render_template(
            "seat_after.html.j2",
            **self.list_map_values(stored),
            content=shown,
            section=playback.build_section(shown, atlas),
            moment=lambda hours: render.format_moment(shown.scenario, hours),
            better_and_worse=count_per_hundred(after),
            courses=PageTable(words.COURSE_HEADINGS, tuple(words.make_course_rows(after))),
            effects=PageTable(words.EFFECT_HEADINGS, tuple(words.make_effect_rows(after))),
            effect_sentences=list(words.describe_effects(after)),
            reports=PageTable(words.REPORT_HEADINGS, tuple(words.make_report_rows(after))),
            report_note=words.format_report_note(after),
            folder=folder,
            path=str(stored.folder),
            command=command,
        )

    def list_map_values(self, stored: PlayedGame) -> dict[str, Any]:
        """What the templates of the map need."""
        scenario, atlas = stored.game.setup.simulation.scenario, self.find_atlas(stored)
        return {
            "title": format_title(isolate_names(scenario)),
            "atlas": atlas,
            "arrow": OFF_MAP_SYMBOL,
            "kinds": {mark.kind: PLACE_KIND_LABELS[mark.kind] for mark in atlas.wide_sheet.markers},
            "palette": render.build_palette(scenario),
        }

    def find_atlas(self, stored: PlayedGame) -> Atlas:
        """The map of a game, without anything that has happened."""
        if stored.folder not in self.atlases:
            scenario = isolate_names(stored.game.setup.simulation.scenario)
            end_hours = stored.game.run.event_log.end_hours
            self.atlases[stored.folder] = build_atlas(scenario, stored.load_basemap(), end_hours, {})
            while len(self.atlases) > MAX_OPENED:
                self.atlases.popitem(last=False)
        return self.atlases[stored.folder]


def count_per_hundred(after: AfterAction) -> tuple[float, float]:
    """How many of 100 battles with the same orders and other luck end better than the player's own, and worse."""
    outcomes = after.played_course.outcomes
    better, worse = outcomes.count_better(after.played_course.outcome)
    return 100 * better / len(outcomes.share), 100 * worse / len(outcomes.share)


def render_template(name: str, **values: Any) -> str:
    """A part of the page by its template."""
    return make_environment().get_template(name).render(**values)


def list_commanders(scenario: Scenario) -> Iterator[CommanderOption]:
    """Who may command the other side: the record, a rule where the scenario has one, another person."""
    yield CommanderOption("record", "the recorded orders")
    ruled = {id: side.short_name for id, side in scenario.sides.items() if has_rule(scenario, id)}
    if ruled:
        only = f" (there is one for {next(iter(ruled.values()))} only)" if len(ruled) == 1 else ""
        rules = {name: describe_rule(scenario, id) for id, name in ruled.items()}
        notes = tuple(f"{capitalize(name)}: {rule}." for name, rule in rules.items() if rule)
        yield CommanderOption("rule", f"a fixed rule{only}", notes)
    yield CommanderOption("person", "another person, at this machine")


def has_rule(scenario: Scenario, side: str) -> bool:
    """Whether the commanders of a side have a fixed rule."""
    try:
        make_rule(side).edits(scenario)
    except PerturbationError:
        return False
    return True


def list_due_orders(game: Game) -> Iterator[DueOrder]:
    """The orders that are due, with what can be done with each."""
    assert game.stop is not None
    for id in game.stop.due_orders:
        is_held = game.battle.scenario.orders[id].cancelled
        choices = [] if is_held else [each for each in game.choices if each.subject == id]
        labels = tuple((each, capitalize(seat_view.format_order_choice(each))) for each in choices)
        yield DueOrder(seat_view.format_due_order(game, id), is_held, labels)


def split_moments(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Lines as their moment and what happened."""
    for line in lines:
        moment, _, text = line.partition("  ")
        yield moment, text


def list_all_reports(game: Game) -> list[tuple[str, str]]:
    """Every report that has come in, with its moment, the latest first."""
    scenario = game.battle.scenario
    lines = [(format_local_time(game, each.hours), format_report(scenario, each)) for each in game.reports]
    return lines[::-1]


def group_other_choices(game: Game) -> list[ChoiceGroup]:
    """What else can be decided, by what it is."""
    groups = seat_view.group_choices(game.choices)
    return [
        ChoiceGroup(GROUP_TITLES[verb], tuple(group_by_goal(game, choices) if verb == "send" else ungroup(choices)))
        for verb, choices in groups.items()
        if verb in GROUP_TITLES
    ]


def ungroup(choices: list[Choice]) -> Iterator[LabelledChoices]:
    """Choices under no heading of their own."""
    yield "", tuple((each, capitalize(each.description)) for each in choices)


def group_by_goal(game: Game, choices: list[Choice]) -> Iterator[LabelledChoices]:
    """The sendings by the place that forces are sent to, those attacked first: which force, how many, from where."""
    scenario = game.battle.scenario
    goals: dict[str, list[tuple[Choice, str]]] = {}
    for choice in choices:
        _, force, goal = choice.id.split()
        status = game.situation.forces[force]
        origin = scenario.places[status.place or ""].name
        label = capitalize(f"{scenario.forces[force].name}: {status.people:,.0f}, from {origin}")
        goals.setdefault(goal, []).append((choice, label))
    places = game.situation.places
    for goal in sorted(goals, key=lambda goal: not places[goal].is_attacked):
        attacked = " (attacked)" if places[goal].is_attacked else ""
        yield f"To {scenario.places[goal].name}{attacked}", tuple(goals[goal])


def list_positions(game: Game) -> PageTable | None:
    """Where all forces of the side stand; None if it has none."""
    table = seat_view.build_position_table(game, everything=True)
    return None if table is None else convert_table(table)


def format_local_time(game: Game, hours: float) -> str:
    """A local time as it stands before a line."""
    return format_short_moment(game.run.event_log.labels.local_time(hours))
