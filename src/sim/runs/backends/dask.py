"""A cluster behind a dask scheduler, on one machine or many. Workers may come, go and die."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from functools import partial
from typing import Any

from sim.runs.backends import BackendError, WorkerPool
from sim.runs.parallel import iterate_as_ready, retry_lost
from sim.runs.pickled_task import PickledTask

CONNECT_TIMEOUT = 10  # s for a scheduler to answer
ENCRYPTED = ("tls://", "wss://")
WORKER_TIMEOUT = 600  # s for the first worker to come: a cluster may have to wait for a machine


def check(pool: WorkerPool) -> None:
    """Raise BackendError if there is no scheduler at the address."""
    connect(pool.address).close()


def connect(address: str | None) -> Any:
    """A client of the scheduler at an address."""
    if address is None:
        raise BackendError("backend.address: is missing (allowed: the address of a dask scheduler, tcp://HOST:PORT)")
    try:
        import distributed
    except ImportError as error:
        raise BackendError("backend: dask is not installed here (it comes with the extra: sim[cluster])") from error
    distributed_module: Any = distributed

    class SchedulerClient(distributed_module.Client):  # type: ignore[misc]
        """A client that is closed if it could not begin: dask's own would be, in vain, when it is freed."""

        def start(self, **given: Any) -> Any:
            try:
                return super().start(**given)
            except BaseException:
                self.status = "closed"
                self._loop_runner.stop()
                raise

    try:
        require_certificate(address, distributed_module)
        return SchedulerClient(address, timeout=CONNECT_TIMEOUT, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise BackendError(f"backend.address: no dask scheduler answers (got {address!r})") from error


def require_certificate(address: str, distributed_module: Any) -> None:
    """Raise BackendError for an encrypted connection without the certificates that it takes."""
    if not address.startswith(ENCRYPTED):
        return
    try:
        context = distributed_module.Security().get_connection_args("client").get("ssl_context")
    except (OSError, ValueError) as error:
        raise BackendError(f"backend.address: the certificates of dask's settings can't be read: {error}") from error
    if context is None:
        message = "distributed.comm.tls of dask's settings names no certificates (docs/scaling.md)"
        raise BackendError(f"backend.address: {message} (got {address!r})")


def map_chunks(work: Callable[[Any], Any], chunks: Sequence[Any], pool: WorkerPool) -> Iterator[tuple[int, Any]]:
    """Do the chunks on the cluster; those of a dead worker are done again by dask, and by us when it gives up."""
    from distributed.scheduler import KilledWorker

    with explain_loss(pool.address), connect(pool.address) as client:
        try:
            client.wait_for_workers(1, timeout=WORKER_TIMEOUT)
        except TimeoutError as error:
            raise BackendError(f"no worker came to {pool.address} in {WORKER_TIMEOUT} s") from error
        yield from retry_lost(
            partial(run_on_cluster, client, PickledTask.pack(work), chunks), len(chunks), KilledWorker
        )


@contextmanager
def explain_loss(address: str | None) -> Iterator[None]:
    """Raise BackendError when the scheduler is gone, whatever dask makes of that."""
    try:
        yield
    except (CancelledError, TimeoutError, OSError) as error:  # a closed connection is an OSError of dask's
        raise BackendError(f"the dask scheduler at {address} is gone ({type(error).__name__})") from error


def run_on_cluster(
    client: Any, task: PickledTask, chunks: Sequence[Any], numbers: Sequence[int]
) -> Iterator[tuple[int, Any]]:
    """Do some chunks: two in flight for each thread that the cluster has at the moment, so that none waits for work."""
    import distributed

    wait: Any = distributed.wait
    futures: set[Any] = set()

    def submit(number: int) -> Any:
        future = client.submit(task, chunks[number], pure=False)
        futures.add(future)
        return future

    def wait_some(in_flight: list[Any]) -> set[Any]:
        with client.as_current():
            finished: set[Any] = wait(in_flight, return_when="FIRST_COMPLETED").done
        futures.difference_update(finished)
        return finished

    try:
        yield from iterate_as_ready(numbers, submit, wait_some, lambda: 2 * max(1, sum(client.nthreads().values())))
    finally:
        client.cancel(list(futures))
