"""A cluster behind a dask scheduler, on one machine or many. Workers may come, go and die."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from sim.experiment.backends import BackendError, Place
from sim.experiment.losses import again
from sim.experiment.parcel import Parcel
from sim.experiment.window import as_ready

PATIENCE = 10  # s for a scheduler to answer
QUEUE = 600  # s for the first worker to come: a cluster may have to find room for it


def check(place: Place) -> None:
    """Raise BackendError if there is no scheduler at the address."""
    connected(place.address).close()


def connected(address: str | None) -> Any:
    """A client of the scheduler at an address."""
    if address is None:
        raise BackendError("backend.address: is missing (allowed: the address of a dask scheduler, tcp://HOST:PORT)")
    try:
        import distributed
    except ImportError as error:
        raise BackendError("backend: dask is not installed here (it comes with the extra: sim[cluster])") from error
    try:
        untyped: Any = distributed
        return untyped.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise BackendError(f"backend.address: no dask scheduler answers (got {address!r})") from error


def map_chunks(work: Callable[[Any], Any], chunks: Sequence[Any], place: Place) -> Iterator[tuple[int, Any]]:
    """Do the chunks on the cluster; dask itself does those of a dead worker again, up to a point, and then we do."""
    from distributed.scheduler import KilledWorker

    with connected(place.address) as client:
        try:
            client.wait_for_workers(1, timeout=QUEUE)
        except TimeoutError as error:
            raise BackendError(f"no worker came to {place.address} in {QUEUE} s") from error
        yield from again(partial(by_cluster, client, Parcel.of(work), chunks), len(chunks), KilledWorker)


def by_cluster(client: Any, parcel: Parcel, chunks: Sequence[Any], numbers: Sequence[int]) -> Iterator[tuple[int, Any]]:
    """Do some chunks: two for each thread that there is at the moment, so that none waits for work."""
    import distributed

    wait: Any = distributed.wait
    futures: set[Any] = set()

    def submit(number: int) -> Any:
        future = client.submit(parcel, chunks[number], pure=False)
        futures.add(future)
        return future

    def done(under_way: list[Any]) -> set[Any]:
        with client.as_current():
            found: set[Any] = wait(under_way, return_when="FIRST_COMPLETED").done
        futures.difference_update(found)
        return found

    try:
        yield from as_ready(numbers, submit, done, lambda: 2 * max(1, sum(client.nthreads().values())))
    finally:
        client.cancel(list(futures))
