"""A game as a question of `sim whatif`: the same battle with these decisions, beside the recorded one."""

import json
from pathlib import Path
from typing import Any

from sim.perturbations.base import Perturbation
from sim.scenario.descriptions import join_first
from sim.seat.course import select_effective
from sim.seat.game import Game

QUESTION_FOLDER = Path("conf") / "question"  # in the folder of a game
QUESTION_NAME = "played"
MAX_NAMED = 2  # decisions that a question names
HEADER = "# @package _global_\n# What was decided in a game of sim play, as perturbations of the recorded battle.\n"


def list_perturbations(game: Game) -> dict[str, Perturbation]:
    """The perturbations of a game by name: the other side's rule first, then the decisions that hold."""
    opening = {f"rule_of_{game.setup.other_side}": each for each in game.setup.opening}
    decisions = select_effective(game.decisions)
    return opening | {f"decision_{number}": each.perturbation for number, each in enumerate(decisions, start=1)}


def build_question(game: Game, name: str, scenario: str) -> dict[str, Any]:
    """The settings of a question: a game's perturbations, each with its words.

    Parameters
    ----------
    game
        The game, at any stop.
    name
        What the question is to be called.
    scenario
        The name or path of the scenario, as the settings have it.

    Returns
    -------
    dict
        Plain data.

    Examples
    --------
    >>> import sim
    >>> from sim.battle.simulation import Simulation
    >>> from sim.seat.game import GameSetup, begin_game, decide
    >>> game = begin_game(GameSetup(Simulation(sim.load("teaching")), seed=1, replication=0, side="teal"))
    >>> list(build_question(decide(game, "send riders fort"), "played", "teaching")["perturb"])
    ['decision_1']
    """
    return {
        "name": name,
        "scenario": scenario,
        "question_text": format_question_text(game),
        "perturb": {
            key: each.model_dump(mode="json", exclude_none=True) for key, each in list_perturbations(game).items()
        },
    }


def format_question_text(game: Game) -> str:
    """A game as a question in words: whose commander decided what.

    Examples
    --------
    >>> import sim
    >>> from sim.battle.simulation import Simulation
    >>> from sim.seat.game import GameSetup, begin_game, decide
    >>> game = begin_game(GameSetup(Simulation(sim.load("teaching")), seed=1, replication=0, side="teal"))
    >>> format_question_text(decide(game, "send riders fort"))
    'A game as Teal: what does it do to send the riders to the fort?'
    """
    side = game.setup.simulation.scenario.sides[game.setup.side].short_name
    decisions = [each.description for each in select_effective(game.decisions)]
    return f"A game as {side}: what does it do to {join_first(decisions, MAX_NAMED)}?"


def format_question(question: dict[str, Any]) -> str:
    """A question as the text of its file: JSON is YAML, too."""
    return HEADER + "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in question.items())
