"""How machine code sees tables: as one address, behind which lies where each table begins and how many rows it has.

A rule says `battle.places[p].held` and loops over `battle.places`; here numba learns what that means for an address.
Sixteen arrays as arguments of every rule would be a hundred words to hand over at each call, which took two thirds
of the time, and most of the time to compile.
"""
# numba's own parts carry few types.
# mypy: disable-error-code="no-untyped-call, no-untyped-def, call-arg, override, misc, no-any-return, attr-defined"

import operator
from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.datamodel import models
from numba.core.extending import intrinsic, overload, register_model
from numba.core.imputils import RefType, iternext_impl, lower_builtin, lower_getattr_generic
from numba.core.types.common import SimpleIteratorType
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.np.numpy_support import from_dtype

from sim.battle.clock_rows import Calendar
from sim.battle.rows import Battle
from sim.battle.state import dtype_of

WORD = ir.IntType(64)
BYTE = ir.IntType(8)


class Tables(types.Type):
    """The address of a named tuple of tables."""

    def __init__(self, kind: type[NamedTuple]):
        self.kind = kind
        self.fields = kind._fields
        super().__init__(name=f"Tables({kind.__name__})")

    def table(self, field: str) -> "Table":
        """The type of one of the tables."""
        return Table(from_dtype(dtype_of(field)))


class Table(types.IterableType):
    """Where a table begins, and how many rows it has."""

    def __init__(self, row: types.Type):
        self.row = row
        super().__init__(name=f"Table({row})")

    @property
    def iterator_type(self) -> "Rows":
        """The type of a loop over the rows."""
        return Rows(self)


class Rows(SimpleIteratorType):
    """A loop over the rows of a table."""

    def __init__(self, table: Table):
        self.table = table
        super().__init__(f"Rows({table})", table.row)


register_model(Tables)(models.OpaqueModel)


@register_model(Table)
class TableModel(models.StructModel):
    """Two words."""

    def __init__(self, manager: Any, kind: Table):
        super().__init__(manager, kind, [("begin", types.voidptr), ("count", types.int64)])


@register_model(Rows)
class RowsModel(models.StructModel):
    """The table, and the number of the next row, in memory."""

    def __init__(self, manager: Any, kind: Rows):
        super().__init__(manager, kind, [("table", kind.table), ("next", types.EphemeralPointer(types.int64))])


@infer_getattr
class Attributes(AttributeTemplate):
    """`battle.places` is a table."""

    key = Tables

    def generic_resolve(self, kind: Tables, field: str) -> Table | None:
        """The type of the table of that name."""
        return kind.table(field) if field in kind.fields else None


@lower_getattr_generic(Tables)
def get_table(context: Any, builder: Any, kind: Tables, address: Any, field: str) -> Any:
    """Read two words; they never change while machine code runs."""
    header = builder.bitcast(address, WORD.as_pointer())
    found = cgutils.create_struct_proxy(kind.table(field))(context, builder)
    found.begin = builder.inttoptr(word(builder, header, 2 * kind.fields.index(field)), cgutils.voidptr_t)
    found.count = word(builder, header, 2 * kind.fields.index(field) + 1)
    return found._getvalue()


def word(builder: Any, header: Any, number: int) -> Any:
    """One word of the header, which the compiler need not read twice."""
    loaded = builder.load(cgutils.gep_inbounds(builder, header, number))
    loaded.set_metadata("invariant.load", builder.module.add_metadata([]))
    return loaded


def row_at(context: Any, builder: Any, kind: Table, begin: Any, number: Any) -> Any:
    """A row: where it lies, or, in a table of plain numbers, the number itself."""
    size = context.get_abi_sizeof(context.get_data_type(kind.row))
    place = builder.gep(begin, [builder.mul(number, WORD(size))])
    if isinstance(kind.row, types.Record):
        return builder.bitcast(place, context.get_value_type(kind.row))
    return context.unpack_value(builder, kind.row, builder.bitcast(place, context.get_data_type(kind.row).as_pointer()))


@intrinsic
def row_of(typing: Any, table: Any, number: Any) -> Any:
    """A row of a table by its number."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        found = cgutils.create_struct_proxy(table)(context, builder, value=arguments[0])
        return row_at(context, builder, table, found.begin, arguments[1])

    return table.row(table, types.int64), generate


@intrinsic
def count_of(typing: Any, table: Any) -> Any:
    """How many rows a table has."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return cgutils.create_struct_proxy(table)(context, builder, value=arguments[0]).count

    return types.int64(table), generate


@overload(operator.getitem)
def get_row(table, number):  # numba compares the two signatures
    """`battle.places[p]`."""
    if isinstance(table, Table):
        return lambda table, number: row_of(table, number)
    return None


@overload(len)
def get_count(table):
    """`len(battle.places)`."""
    if isinstance(table, Table):
        return lambda table: count_of(table)
    return None


@lower_builtin("getiter", Table)
def begin_loop(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """Begin `for place in battle.places`."""
    loop = cgutils.create_struct_proxy(signature.return_type)(context, builder)
    loop.table = arguments[0]
    loop.next = cgutils.alloca_once_value(builder, WORD(0))
    return loop._getvalue()


@lower_builtin("iternext", Rows)
@iternext_impl(RefType.UNTRACKED)
def next_row(context: Any, builder: Any, signature: Any, arguments: Any, result: Any) -> None:
    """The next row of such a loop."""
    kind = signature.args[0]
    loop = cgutils.create_struct_proxy(kind)(context, builder, value=arguments[0])
    table = cgutils.create_struct_proxy(kind.table)(context, builder, value=loop.table)
    number = builder.load(loop.next)
    left = builder.icmp_signed("<", number, table.count)
    result.set_valid(left)
    with builder.if_then(left):
        result.yield_(row_at(context, builder, kind.table, table.begin, number))
        builder.store(builder.add(number, WORD(1)), loop.next)


def at(kind: type[NamedTuple]) -> Any:
    """A function of machine code that takes an address for tables of this kind."""

    @intrinsic
    def tables_at(typing: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], cgutils.voidptr_t)

        return Tables(kind)(types.int64), generate

    return tables_at


battle_at = at(Battle)
calendar_at = at(Calendar)


class Handle:
    """Tables and their address; it holds on to both."""

    def __init__(self, tables: Any):
        self.tables = tables
        self.header = np.array([[table.ctypes.data, len(table)] for table in tables], dtype=np.int64)
        self.address = int(self.header.ctypes.data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.tables, name)


def by_address(tables: Any) -> Any:
    """Tables in a form in which clocks can hand them to machine code, and still read them."""
    return Handle(tables)
