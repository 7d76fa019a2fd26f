"""The rule book: the entry points of the rules that a scheduler may call, and nothing else of them."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, Protocol, runtime_checkable

from sim.battle.kernels.event_queue import reschedule_order, resume_battle, run_battle
from sim.battle.kernels.replications import compute_normals, run_replications
from sim.battle.records import BattleState
from sim.battle.rules.assault import resolve_stop
from sim.battle.rules.casualties import advance_combat
from sim.battle.rules.dispatch import open_battle, step_order
from sim.battle.rules.event_log import pop_interrupt
from sim.battle.rules.order_lifecycle import reconsider_order
from sim.battle.rules.rates import refresh_rates


class RuleBook(NamedTuple):
    """The entry points of the rules; the last five are the compiled scheduler itself."""

    open_battle: Callable[..., None]
    step_order: Callable[..., tuple[float, int, float]]
    advance_combat: Callable[..., tuple[float, int]]
    resolve_stop: Callable[..., int]
    pop_interrupt: Callable[..., int]
    reconsider_order: Callable[..., None]
    refresh_rates: Callable[..., None]
    run_battle: Callable[..., int]
    resume_battle: Callable[..., int]
    reschedule_order: Callable[..., None]
    run_replications: Callable[..., int]
    compute_normals: Callable[..., None]


@runtime_checkable
class BindableRule(Protocol):
    """A rule that has a quicker way for one battle."""

    def bind(self, battle: Any) -> Callable[..., Any]:
        """The rule, to be called without its battle."""


def bind_rule(rule: Callable[..., Any], battle: BattleState) -> Callable[..., Any]:
    """A rule for one battle: it is called without it."""
    return rule.bind(battle) if isinstance(rule, BindableRule) else partial(rule, battle)


PLAIN = RuleBook(
    open_battle,
    step_order,
    advance_combat,
    resolve_stop,
    pop_interrupt,
    reconsider_order,
    refresh_rates,
    run_battle,
    resume_battle,
    reschedule_order,
    run_replications,
    compute_normals,
)
