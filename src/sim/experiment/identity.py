"""What decides the bits of a result besides its inputs: the code, the libraries, the machine."""

import hashlib
import importlib.metadata
import json
import platform
from functools import cache
from pathlib import Path
from typing import Any

import sim

NO_BITS = ("cli", "plots", "report")  # folders of the package that no simulated number comes from
LIBRARIES = ("astral", "llvmlite", "numba", "numpy", "scipy", "simpy")


@cache
def code() -> dict[str, str]:
    """The digest of each source file that numbers come from, and the versions of what runs it."""
    package = Path(sim.__file__).parent
    paths = {path.relative_to(package).as_posix(): path for path in sorted(package.rglob("*.py"))}
    found = {
        f"code {name}": hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in paths.items()
        if name.split("/")[0] not in NO_BITS
    }
    found |= {f"version of {library}": importlib.metadata.version(library) for library in LIBRARIES}
    return found | {"version of python": platform.python_version(), "machine": platform.machine()}


@cache
def code_digest() -> str:
    """One digest of all of it."""
    return digest_of(code())


def digest_of(plain: Any) -> str:
    """SHA-256 of plain data."""
    return hashlib.sha256(json.dumps(plain, sort_keys=True, default=str).encode()).hexdigest()
