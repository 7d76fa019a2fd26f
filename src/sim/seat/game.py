"""A game: the battle up to a stop, what can be decided there, and how it goes on. Pure: each step gives a new game.

game = begin_game(setup)
while game.stop is not None:
    choices = game.choices
    game = decide(game, choices[0].id)   # as often as one likes, or not at all
    game = go_on(game)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, get_args

from sim.battle.run_result import RunResult
from sim.battle.simulation import Simulation
from sim.perturbations.base import Perturbation
from sim.perturbations.free import FreeCommanders
from sim.seat.battle_reports import BattleReport
from sim.seat.choices import Choice, list_choices
from sim.seat.course import Decision, build_course, check_past
from sim.seat.knowledge import Situation, observe_side
from sim.seat.stops import DEFAULT_PACE, FollowedBattle, Pace, Stop, find_next_wait

OtherCommander = Literal["record", "rule", "person"]
OTHER_COMMANDERS: dict[str, OtherCommander] = {each: each for each in get_args(OtherCommander)}


class UnknownChoiceError(Exception):
    """Something that can't be decided at this stop."""


@dataclass(frozen=True)
class GameSetup:
    """A battle, its random inputs, the side that is commanded, and who commands the other one.

    Parameters
    ----------
    simulation
        The battle as it was recorded.
    seed, replication
        Both together determine all random inputs.
    side
        Whose commander the player is.
    other
        The other side follows the record or the fixed rule of its free commanders, or another person decides for it.
    pace
        Whether the game waits at those stops only that ask for a decision, or at every one; the battle is the same.
    """

    simulation: Simulation
    seed: int
    replication: int
    side: str
    other: OtherCommander = "record"
    pace: Pace = DEFAULT_PACE

    @property
    def other_side(self) -> str:
        """The side that the player does not command."""
        return next(side for side in self.simulation.scenario.sides if side != self.side)

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides that persons command."""
        return (self.side, self.other_side) if self.other == "person" else (self.side,)

    @property
    def opening(self) -> tuple[Perturbation, ...]:
        """What is otherwise than in the record from the beginning; raise PerturbationError if no rule is given."""
        return (make_rule(self.other_side),) if self.other == "rule" else ()


def make_rule(side: str) -> FreeCommanders:
    """The perturbation by which a side's commanders follow their fixed rule."""
    return FreeCommanders(kind="free", side=side)


@dataclass(frozen=True)
class Game:
    """A game at a stop, or at its end (`stop` is None); `asked` are the orders whose moment has been decided on."""

    setup: GameSetup
    battle: FollowedBattle
    decisions: tuple[Decision, ...] = ()
    stop: Stop | None = None
    asked: frozenset[tuple[str, float]] = frozenset()
    last_decided: Mapping[str, float] = field(default_factory=dict)  # hours: when each side decided last

    @property
    def run(self) -> RunResult:
        """The battle as it goes on if nothing more is decided; what comes after the stop is not the player's to see."""
        return self.battle.run

    @property
    def hours(self) -> float:
        """How far the battle has come, in hours."""
        return self.run.event_log.end_hours if self.stop is None else self.stop.hours

    @property
    def last_stop_hours(self) -> float:
        """When the side that decides now decided last, in hours; below 0 if it never has."""
        return self.last_decided.get(self.side, -1.0)

    @property
    def side(self) -> str:
        """The side that decides now; the player's when the battle is over."""
        return self.setup.side if self.stop is None else self.stop.side

    @cached_property
    def situation(self) -> Situation:
        """What the side that decides now knows."""
        return observe_side(self.battle.scenario, self.run.event_log, self.side, self.hours)

    @cached_property
    def reports(self) -> tuple[BattleReport, ...]:
        """The reports that have come in by now."""
        return tuple(each for each in self.battle.reports if each.is_published and each.hours <= self.hours)

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """What can be decided now."""
        if self.stop is None:
            return ()
        base, current = self.setup.simulation.scenario, self.battle.scenario
        return tuple(list_choices(base, current, self.stop, self.situation, self.decisions))


def begin_game(setup: GameSetup) -> Game:
    """A game at its first stop, before the first order.

    Parameters
    ----------
    setup
        The battle and who commands.

    Returns
    -------
    Game
        At the opening.

    Raises
    ------
    PerturbationError
        The other side is to follow a rule, and the scenario has none for it.

    Examples
    --------
    >>> import sim
    >>> game = begin_game(GameSetup(Simulation(sim.load("teaching")), seed=1, replication=0, side="teal"))
    >>> game.stop.hours, game.stop.causes[0].kind
    (0.0, 'opening')
    """
    battle = follow_battle(setup, ())
    return replace(Game(setup, battle), stop=find_next_wait(battle, -1.0, None, frozenset(), setup.pace))


def follow_battle(setup: GameSetup, decisions: tuple[Decision, ...]) -> FollowedBattle:
    """The battle with some decisions, simulated from its beginning to its end."""
    simulation = build_course(setup.simulation, setup.opening, decisions)
    run = simulation.run(setup.seed, setup.replication)
    return FollowedBattle(simulation, run, setup.seed, setup.sides, frozenset(setup.simulation.scenario.orders))


def decide(game: Game, choice_id: str) -> Game:
    """The game with one of the choices decided, still at the same stop.

    Parameters
    ----------
    game
        A game at a stop.
    choice_id
        The id of one of its choices.

    Returns
    -------
    Game
        With one decision more.

    Raises
    ------
    UnknownChoiceError
        There is no such choice.
    TooLateError
        What is decided on has begun.
    """
    choice = next((each for each in game.choices if each.id == choice_id), None)
    if choice is None:
        raise UnknownChoiceError(choice_id)
    decision = Decision(game.hours, game.side, choice.id, choice.description, choice.subject, choice.perturbation)
    decisions = (*game.decisions, decision)
    battle = follow_battle(game.setup, decisions)
    check_past(game.run, battle.run, decision)
    return replace(game, battle=battle, decisions=decisions)


def take_back(game: Game) -> Game:
    """The game without the last decision, if that was made at this stop; raise UnknownChoiceError if none was."""
    if not game.decisions or (game.decisions[-1].hours, game.decisions[-1].side) != (game.hours, game.side):
        raise UnknownChoiceError("undo")
    decisions = game.decisions[:-1]
    return replace(game, battle=follow_battle(game.setup, decisions), decisions=decisions)


def go_on(game: Game) -> Game:
    """The game at its next stop: due orders on which nothing was decided are given as they were recorded.

    Parameters
    ----------
    game
        A game at a stop.

    Returns
    -------
    Game
        At the next stop, or at its end.
    """
    assert game.stop is not None
    moments = {id: hours for side in game.setup.sides for id, hours in game.battle.list_own_orders(side).items()}
    decided_here = {each.subject for each in game.decisions if each.hours == game.hours}
    asked = game.asked | {(id, moments[id]) for id in game.stop.due_orders if id in moments and id not in decided_here}
    stop = find_next_wait(game.battle, game.hours, game.side, asked, game.setup.pace)
    return replace(game, stop=stop, asked=asked, last_decided={**game.last_decided, game.side: game.hours})


GO_ON, TAKE_BACK = "next", "undo"
REST = "rest"  # what a player says for `next` until the battle is over


def apply_move(game: Game, move: str) -> Game:
    """The game after one move: `next`, `undo`, or the id of a choice; errors as in `decide` and `take_back`."""
    if move == GO_ON:
        return go_on(game)
    return take_back(game) if move == TAKE_BACK else decide(game, move)
