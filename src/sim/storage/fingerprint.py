"""Fingerprints of what determines the bits of a result besides its inputs: code, libraries, machine."""

import hashlib
import importlib.metadata
import json
import platform
from functools import cache
from pathlib import Path
from typing import Any

EXCLUDED_FOLDERS = ("cli", "plots", "report")  # of the package: no simulated number comes from them
NUMERIC_LIBRARIES = ("astral", "llvmlite", "numba", "numpy", "scipy", "simpy")


@cache
def fingerprint_code() -> dict[str, str]:
    """The digest of each source file that numbers come from, the versions of libraries and of Python, the machine."""
    package = Path(__file__).parent.parent
    paths = {path.relative_to(package).as_posix(): path for path in sorted(package.rglob("*.py"))}
    fingerprint = {
        f"code {name}": hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in paths.items()
        if name.split("/")[0] not in EXCLUDED_FOLDERS
    }
    fingerprint |= {f"version of {library}": importlib.metadata.version(library) for library in NUMERIC_LIBRARIES}
    return fingerprint | {"version of python": platform.python_version(), "machine": platform.machine()}


@cache
def compute_code_digest() -> str:
    """One digest of the whole fingerprint."""
    return compute_digest(fingerprint_code())


def compute_digest(data: Any) -> str:
    """SHA-256 of plain data, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest()
