"""Kinds of claim, one file each. A new file here is found by itself.

A kind says for which sorts of observable and which words it stands, into which cells it divides all that the source
could have said, and which cell was said.
"""

import importlib
import pkgutil
from functools import cache

from sim.claims.kinds.base import Kind
from sim.measures.base import Sort


@cache
def found() -> dict[str, Kind]:
    """Every kind by its name, which is the name of its file."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != "base")
    return {name: importlib.import_module(f"{__name__}.{name}").KIND for name in names}


@cache
def kind_of(sort: Sort, bound: str) -> str:
    """The name of the kind of a claim in these words of this sort of thing; raise LookupError unless there is one."""
    fitting = [name for name, kind in found().items() if sort in kind.sorts and bound in kind.bounds]
    if len(fitting) != 1:
        raise LookupError(f"{len(fitting)} kinds of claim say {bound!r} of {sort}")
    return fitting[0]
