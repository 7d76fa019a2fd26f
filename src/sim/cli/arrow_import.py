"""PyArrow without pandas: it loads pandas for its first array wherever that is installed, to know what it is handed.

That takes a third of a second, and no command hands PyArrow anything of pandas'. Within a command it is told that there
is none; whoever imports `sim` as a library has PyArrow as it is.
"""

import sys
from importlib.machinery import ModuleSpec
from typing import Any


class PandasHider:
    """A finder of modules by which there is no pandas."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Raise ModuleNotFoundError for pandas, and leave every other module to the finders that follow."""
        if name == "pandas":
            raise ModuleNotFoundError("pandas is not looked for here", name=name)
        return None


def keep_pandas_from_arrow() -> None:
    """Let PyArrow make its first array where it finds no pandas; not if either is in use already, or neither is."""
    if "pyarrow" not in sys.modules or "pandas" in sys.modules:
        return
    import pyarrow as pa

    hider: Any = PandasHider()
    sys.meta_path.insert(0, hider)
    try:
        pa.array([])
    finally:
        sys.meta_path.remove(hider)
