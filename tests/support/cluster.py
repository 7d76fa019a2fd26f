"""A small cluster of dask on this machine, in processes of their own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def started(*words: str) -> "subprocess.Popen[bytes]":
    """A part of dask in a process of its own."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([sys.executable, "-m", "dask", *words], **quiet)  # type: ignore[call-overload, no-any-return]


@contextmanager
def cluster_of(number: int, folder: Path) -> "Iterator[tuple[str, list[subprocess.Popen[bytes]]]]":
    """A scheduler and some workers on this machine only: its address, and the workers."""
    from distributed import Client

    told = folder / "scheduler.json"
    common = ["--scheduler-file", str(told), "--no-dashboard"]
    scheduler = started("scheduler", *common, "--host", "127.0.0.1", "--port", "0")
    one = [*common, "--host", "127.0.0.1", "--no-nanny", "--nthreads", "1", "--local-directory", str(folder)]
    workers = [started("worker", *one) for _ in range(number)]
    try:
        with Client(scheduler_file=str(told), set_as_default=False, timeout=60) as client:
            client.wait_for_workers(number, timeout=120)
            address = client.scheduler.address
        yield address, workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()
