"""Machine code of the rules, by numba. Whoever reads or writes rules may skip this module: nothing else knows numba.

Rules, event queue and laws are ordinary Python functions, and plain runs call them as they are. Here numba learns
three things about them, and nothing of theirs is rewritten:

1. Every function may be compiled when another one calls it (`register_jitable`).
2. Tables go by address. For machine code a battle is a whole number, the address of its header: where each table
   begins, and how many rows it has. An attribute of a whole number that bears the name of a table is that table.
3. `laws.rates` is a chain of comparisons, so that one compilation serves all laws.

Then each entry point of the rule book is compiled when it is first called; the code is kept between sessions, in a
folder named by a digest of all sources (`code_cache.py`). What each of the three is worth, and what was tried and
dropped: docs/decisions/0013-compiler.md.
"""
# numba's own parts carry few types.
# mypy: disable-error-code="no-untyped-call, override, misc, no-any-return, attr-defined"

import importlib
import operator
import pkgutil
from collections.abc import Callable, Iterator
from functools import cache, cached_property, partial
from inspect import signature
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.datamodel import models
from numba.core.event import Listener, install_listener
from numba.core.extending import overload, register_jitable, register_model
from numba.core.imputils import lower_builtin, lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.np.arrayobj import make_array, populate_array
from numba.np.numpy_support import from_dtype

from sim import laws
from sim.battle import code_cache, kernels, rules
from sim.battle.queue_records import EventQueue
from sim.battle.records import BattleState
from sim.battle.rulebook import PLAIN, RuleBook
from sim.battle.state import table_dtype

# 1. Functions. Those that hand back four rates are put into their callers: else rates go through memory in pieces.
INLINED = ("event_rates", "assault_rates", "contact_rates", "front_rates")


def iterate_functions(package: ModuleType) -> Iterator[FunctionType]:
    """The functions that the modules of a package define."""
    for module_info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        module = importlib.import_module(module_info.name)
        for value in vars(module).values():
            if isinstance(value, FunctionType) and value.__module__ == module.__name__:
                yield value


# 2. Tables.
WORD = ir.IntType(64)
NUMBERS = {name: number for tables in (BattleState, EventQueue) for number, name in enumerate(tables._fields)}


class Table(types.Array):
    """An array of rows, or of plain numbers, whose index is never negative: nothing is tested before it is used."""

    def __init__(self, name: str):
        super().__init__(from_dtype(table_dtype(name)), 1, "C", name=f"Table({name})")


register_model(Table)(models.ArrayModel)


@infer_getattr
class Attributes(AttributeTemplate):
    """`battle.places`, where `battle` is a whole number."""

    key = types.Integer

    def generic_resolve(self, kind: types.Integer, name: str) -> Table | None:
        """The type of the table of that name."""
        return Table(name) if name in NUMBERS else None


@lower_getattr_generic(types.Integer)
def get_table(context: Any, builder: Any, kind: Any, address: Any, name: str) -> Any:
    """Read two words of the header, and make an array of them."""
    header = builder.inttoptr(address, WORD.as_pointer())
    table = make_array(Table(name))(context, builder)
    begin, count = (read_word(builder, header, 2 * NUMBERS[name] + n) for n in (0, 1))
    size = table_dtype(name).itemsize
    populate_array(table, builder.inttoptr(begin, table.data.type), [count], [WORD(size)], size, meminfo=None)
    return table._getvalue()


def read_word(builder: Any, header: Any, number: int) -> Any:
    """One word of the header. It never changes while machine code runs, so it need not be read twice."""
    value = builder.load(cgutils.gep_inbounds(builder, header, number))
    value.set_metadata("invariant.load", builder.module.add_metadata([]))
    return value


@lower_builtin(operator.getitem, Table, types.Integer)
def get_row(context: Any, builder: Any, call: Any, arguments: Any) -> Any:
    """`battle.places[p]`; numba's own would first see whether p is below 0."""
    kind, index = call.args
    table = make_array(kind)(context, builder, arguments[0])
    number = context.cast(builder, arguments[1], index, types.intp)
    return context.unpack_value(builder, kind.dtype, builder.gep(table.data, [number]))


class Handle:
    """Tables and the address of their header; it holds on to both, and a scheduler can read the tables."""

    def __init__(self, tables: Any):
        self.tables = tables
        self.header = np.array([[table.ctypes.data, len(table)] for table in tables], dtype=np.int64)
        self.address = int(self.header.ctypes.data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.tables, name)


# 3. Laws.
def make_law_choice(number: int) -> Callable[..., tuple[float, float]]:
    """`laws.rates` among the laws from a number on: that one's own rates, or the choice among those after it."""
    law, count = laws.LAWS_BY_NUMBER[number]
    last = number == len(laws.LAWS_BY_NUMBER) - 1
    others = law if last else register_jitable(make_law_choice(number + 1))

    def rates(
        chosen: int,
        own: float,
        enemy: float,
        own_loss_rate: float,
        enemy_loss_rate: float,
        reference: float,
        hours: float,
        first: float,
        second: float,
    ) -> tuple[float, float]:
        if last or chosen == number:
            return law(own, enemy, own_loss_rate, enemy_loss_rate, reference, hours, *(first, second)[:count])
        return others(chosen, own, enemy, own_loss_rate, enemy_loss_rate, reference, hours, first, second)

    # Machine code from the cache is known by its names: two functions of one name would be one of them.
    rates.__qualname__ = f"rates_from_{number}_on"
    return rates


# Entry points.
MACHINE_TYPES = {int: types.int64, float: types.float64}


@cache
def compile_rules() -> RuleBook:
    """The rule book in machine code, for tables that are structured arrays and come as handles."""
    if switch := find_switch():
        raise RuntimeError(f"no machine code can be made: {switch}")
    folder = code_cache.open_cache_folder()
    numba.config.CACHE_DIR = str(folder or "")
    for package in (rules, kernels, laws):
        for function in iterate_functions(package):
            register_jitable(forceinline=function.__name__ in INLINED)(function)
    overload(laws.rates, strict=False)(lambda *arguments: make_law_choice(0))
    return RuleBook(*(compile_entry_point(rule, folder) for rule in PLAIN))


def find_switch() -> str | None:
    """What switches machine code off here; None if nothing does."""
    return "NUMBA_DISABLE_JIT switches machine code off" if numba.config.DISABLE_JIT else None


def compile_entry_point(rule: Callable[..., Any], folder: Path | None) -> Callable[..., Any]:
    """A rule in machine code, kept in a folder if there is one, called with handles; threads run beside it."""
    kernel = make_kernel(rule, folder)
    match list(signature(rule).parameters):
        case ["battle", "queue", *_]:
            return lambda battle, queue, *others: kernel(battle.address, queue.address, *others)
        case ["battle", *_]:
            return CompiledRule(kernel, rule)
    return kernel


class CompiledRule:
    """A rule in machine code that is called with the handle of a battle, or once bound to one, without it.

    Under SimPy rules are called hundreds of times a battle. A bound one passes by numba's dispatcher, which would ask
    for the types of its arguments at each call: a third of what that costs.
    """

    def __init__(self, kernel: Any, rule: Callable[..., Any]):
        self.kernel = kernel
        self.rule = rule

    def __call__(self, battle: Handle, *others: Any) -> Any:
        return self.kernel(battle.address, *others)

    def bind(self, battle: Handle) -> Callable[..., Any]:
        """The same for one battle."""
        return partial(self.entry_point, battle.address)

    @cached_property
    def entry_point(self) -> Callable[..., Any]:
        """The machine code for the types that the rule is annotated with; the battle is the address of its header."""
        numbers = list(signature(self.rule).parameters.values())[1:]
        return self.kernel.compile((types.int64, *(MACHINE_TYPES[each.annotation] for each in numbers)))


# Sealed machine code.
class CompileListener(Listener):
    """Says when something is really compiled, and remembers it."""

    started = False

    def on_start(self, event: Any) -> None:
        """Say it."""
        self.started = True
        code_cache.report_once("Compiling the rules: once, a minute or two.")

    def on_end(self, event: Any) -> None:
        """Nothing more is to be said."""


def make_kernel(rule: Callable[..., Any], folder: Path | None) -> Any:
    """A function that is compiled, or taken from a folder of sealed machine code, when it is first called."""
    kernel: Any = numba.njit(cache=folder is not None, nogil=True)(rule)
    compile_or_load = kernel.compile

    def compile_with_seal(signature: Any) -> Any:
        with install_listener("numba:compile", CompileListener()) as listener:
            if folder is None:
                return compile_or_load(signature)
            with code_cache.lock_code(folder):
                return compile_sealed(signature, folder, listener)

    def compile_sealed(signature: Any, folder: Path, listener: CompileListener) -> Any:
        code_cache.remove_unsound(folder)
        try:
            entry_point = compile_or_load(signature)
        except OSError as error:  # it can't be written
            if signature not in kernel.overloads:
                raise
            code_cache.report_unkept(error)
            return kernel.overloads[signature].entry_point
        except Exception:  # sealed, and yet not what numba can load
            if listener.started:
                raise
            code_cache.remove_code(folder)
            return compile_or_load(signature)
        if listener.started:
            code_cache.seal_code(folder)
        return entry_point

    kernel.compile = compile_with_seal
    return kernel
