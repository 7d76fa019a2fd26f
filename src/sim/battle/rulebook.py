"""The rule book: the entry points of the rules that a scheduler may call, and nothing else of them."""

from collections.abc import Callable
from typing import NamedTuple

from sim.battle.kernels.event_queue import reschedule_order, resume_battle, run_battle
from sim.battle.kernels.replications import compute_normals, run_replications
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
