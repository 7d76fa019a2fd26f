"""Where the machine code of the rules is kept, and whether it is there: asked without loading numba."""

import hashlib
import importlib.metadata
import platform
from pathlib import Path

from sim import laws, paths
from sim.battle import kernels, rules

BESIDE = ("records", "workspace", "enums", "state", "rulebook", "jit", "code_cache")
BELOW = ("log", "daily", "statistics", "time_steps")


def list_sources() -> list[Path]:
    """Every file that machine code depends on: all rules, the kernels, all laws, and what they stand on."""
    here = Path(__file__).parent
    folders = [Path(package.__path__[0]) for package in (rules, kernels, laws)]
    return [
        *(path for folder in folders for path in sorted(folder.glob("*.py"))),
        *(here / f"{name}.py" for name in BESIDE),
        *(here.parent / "events" / f"{name}.py" for name in BELOW),
    ]


def compute_source_digest() -> str:
    """SHA-256 over those files and the versions of the compiler; numba alone would not see that a callee changed."""
    total = hashlib.sha256()
    for path in list_sources():
        total.update(path.name.encode())
        total.update(path.read_bytes())
    versions = [importlib.metadata.version(name) for name in ("numba", "numpy", "llvmlite")]
    total.update(" ".join([*versions, platform.python_version(), platform.machine()]).encode())
    return total.hexdigest()


def find_cache_folder() -> Path:
    """Where the machine code is kept: below the user's cache folder, one folder for each state of the sources."""
    return paths.cache_folder() / "rules" / compute_source_digest()[:20]


def is_compiled() -> bool:
    """Whether the machine code of these very sources is there already."""
    return find_cache_folder().is_dir() and any(find_cache_folder().rglob("*.nbc"))
