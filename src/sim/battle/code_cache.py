"""Where the machine code of the rules is kept, sealed, and whether it is there: asked without loading numba."""

import hashlib
import importlib.metadata
import json
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from filelock import FileLock, Timeout

from sim import laws, paths
from sim.battle import kernels, rules
from sim.regular_files import read_regular_file

BESIDE = ("records", "queue_records", "workspace", "enums", "state", "rulebook", "jit", "code_cache")
BELOW = ("log", "daily", "statistics", "time_steps")
SEAL = "seal.json"  # the digest of each file of machine code
LOCK = ".lock"
MAX_CODE_BYTES = 200_000_000
BATCH_KERNEL = "run_replications"  # what takes long to compile; a batch calls another one, which takes seconds
PATIENCE = 2.0  # s to wait for another process before a word is said


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
    """SHA-256 over those files, where they are, and the versions of the compiler; numba alone would not see that a
    callee changed, and keeps the code of each place apart.
    """
    total = hashlib.sha256(str(Path(__file__).parent).encode())
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
    """Whether the machine code of these very sources is there already, whole and unchanged."""
    try:
        folder = find_cache_folder()
        if not folder.is_dir():
            return False
        unsound = find_unsound(folder)
        names = [Path(name).name for name in read_seal(folder) if name not in unsound]
    except (OSError, RuntimeError):  # there is no home folder, or it can't be read
        return False
    return any(f".{BATCH_KERNEL}-" in name and name.endswith(".nbc") for name in names)


def open_cache_folder() -> Path | None:
    """The folder of machine code, made if there is none; None, and a word why, where nothing can be kept.

    Raise CacheError if others may write there.
    """
    try:
        paths.ensure_private_folder(paths.cache_folder())
        folder = find_cache_folder()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / LOCK).touch()
    except (OSError, RuntimeError) as error:  # RuntimeError: there is no home folder
        report_unkept(error)
        return None
    return folder


def report(message: str) -> None:
    """Say something about the compiler, in whichever process it happens; results are the same bits."""
    print(message, file=sys.stderr, flush=True)


@cache
def report_once(message: str) -> None:
    """Say something, but not again."""
    report(message)


def report_unkept(error: Exception) -> None:
    """Say that machine code can't be kept, and what to do about it."""
    reason = (isinstance(error, OSError) and error.strerror) or str(error)
    report_once(f"The machine code can't be kept ({reason}): XDG_CACHE_HOME may name another folder for it.")


@contextmanager
def lock_code(folder: Path) -> Iterator[None]:
    """Keep other processes from compiling the same: they wait, and take what was compiled."""
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=PATIENCE)
    except Timeout:
        report_once("Waiting for another process, which compiles the rules.")
        lock.acquire()
    except (OSError, NotImplementedError):  # a disk that knows no locks: at worst both compile
        yield
        return
    try:
        yield
    finally:
        lock.release()


def find_unsound(folder: Path) -> set[str]:
    """The files that are not what was sealed: damaged, foreign, missing, or left by a process that was killed."""
    sealed = read_seal(folder)
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if not path.is_dir()}
    changed = {name for name in there.keys() - {SEAL, LOCK} if compute_digest(there[name]) != sealed.get(name, "")}
    return changed | (sealed.keys() - there.keys())


def remove_unsound(folder: Path) -> None:
    """Remove what is not what was sealed, so that it is compiled anew; say so, unless it was never sealed."""
    unsound, sealed = find_unsound(folder), read_seal(folder)
    for name in unsound:
        (folder / name).unlink(missing_ok=True)
    if unsound & sealed.keys():
        report(f"The machine code in {folder} was damaged, and is compiled again.")
        seal_code(folder)


def remove_code(folder: Path) -> None:
    """Remove all of it."""
    (folder / SEAL).unlink(missing_ok=True)
    for name in find_unsound(folder):
        (folder / name).unlink(missing_ok=True)


def seal_code(folder: Path) -> None:
    """Write the digest of each file that is there."""
    (folder / SEAL).unlink(missing_ok=True)
    names = find_unsound(folder)
    partial = folder / f"{SEAL}.{os.getpid()}"
    try:
        partial.write_text(json.dumps({name: compute_digest(folder / name) for name in sorted(names)}))
        os.replace(partial, folder / SEAL)
    finally:
        partial.unlink(missing_ok=True)


def read_seal(folder: Path) -> dict[str, str]:
    """The digest of each file that was sealed; none if the seal itself is damaged."""
    try:
        digests = json.loads(read_regular_file(folder / SEAL, MAX_CODE_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return digests if isinstance(digests, dict) and all(isinstance(each, str) for each in digests.values()) else {}


def compute_digest(path: Path) -> str:
    """The digest of a file under its name, so that none is taken for another."""
    try:
        content = b"" if path.is_symlink() else read_regular_file(path, MAX_CODE_BYTES)
    except OSError:
        return "unreadable"
    return hashlib.sha256(path.name.encode() + content).hexdigest()


@cache
def find_obstacle() -> str | None:
    """Why no machine code can be made here, None if it can; numba is asked only where its settings were changed."""
    if not any(name.startswith("NUMBA_") for name in os.environ) and not Path(".numba_config.yaml").exists():
        return None
    try:
        from sim.battle import jit
    except Exception as error:  # whatever numba makes of its settings
        return f"numba can't be loaded: {' '.join(str(error).split())}"
    return jit.find_switch()


def can_compile() -> bool:
    """Whether machine code can be made here; if not, it is said once why."""
    obstacle = find_obstacle()
    if obstacle:
        report_once(f"Plain rules are used, which are slower: {obstacle}.")
    return obstacle is None
