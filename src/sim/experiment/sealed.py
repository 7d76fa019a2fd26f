"""Files that begin with the digest of their content: whole and as they were written, or not taken."""

import hashlib
import io
import zipfile
from pathlib import Path

import numpy as np

from sim.experiment.durable import put

SEAL = hashlib.sha256().digest_size  # bytes of a digest, which a file begins with


def write_sealed(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sealed = hashlib.sha256(content).digest() + content
    put(path, lambda partial: partial.write_bytes(sealed))


def read_sealed(path: Path) -> bytes | None:
    """The content of a file that is there and whole; None otherwise."""
    if not path.exists():
        return None
    sealed = path.read_bytes()
    seal, content = sealed[:SEAL], sealed[SEAL:]
    return content if hashlib.sha256(content).digest() == seal else None


def write_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write some arrays by name."""
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, **arrays)
    write_sealed(path, content.getvalue())


def read_arrays(path: Path) -> dict[str, np.ndarray] | None:
    """The arrays of a file that is there and whole; None otherwise."""
    content = read_sealed(path)
    if content is None:
        return None
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as found:
            return {name: found[name] for name in found.files}
    except (ValueError, EOFError, AttributeError, TypeError, zipfile.BadZipFile):
        return None
