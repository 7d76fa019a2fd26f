"""What a clock may call, and nothing else of the rules."""

from collections.abc import Callable
from typing import NamedTuple

from sim.battle.clock.calendar import go_on, look_anew, play
from sim.battle.clock.replications import all_normals, fight_all
from sim.battle.rules.assault import settle
from sim.battle.rules.combat import advance
from sim.battle.rules.intent import reconsider
from sim.battle.rules.journal import next_call
from sim.battle.rules.opening import open_battle
from sim.battle.rules.step import step


class RuleBook(NamedTuple):
    """The entry points of the rules; the last five are the compiled clock itself."""

    open_battle: Callable[..., None]
    step: Callable[..., tuple[float, int, float]]
    advance: Callable[..., tuple[float, int]]
    settle: Callable[..., int]
    next_call: Callable[..., int]
    reconsider: Callable[..., None]
    play: Callable[..., int]
    go_on: Callable[..., int]
    look_anew: Callable[..., None]
    fight_all: Callable[..., int]
    all_normals: Callable[..., None]


PLAIN = RuleBook(
    open_battle, step, advance, settle, next_call, reconsider, play, go_on, look_anew, fight_all, all_normals
)
