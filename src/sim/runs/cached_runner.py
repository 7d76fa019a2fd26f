"""Outcome measures of many studies, piece by piece, cached on disk so that a long job can be resumed."""

import hashlib
import io
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from sim.battle.designed_simulation import DesignedSimulation
from sim.runs import backends
from sim.runs.backends import WorkerPool
from sim.runs.outcome_measures import compute_outcomes, list_outcome_measures
from sim.runs.parallel import restore_order, split_range
from sim.runs.replicate import (
    SEQUENTIAL_BATCH,
    VECTOR_BATCH,
    ProgressWrapper,
    Study,
    choose_backend,
    is_vectorised,
    no_progress,
    run_batch,
)
from sim.storage.atomic import read_checksummed, write_checksummed

StudyPiece = tuple[Study, range]


@dataclass
class CachedRunner:
    """Workers, and the folder where pieces are cached, if any; `inputs` is the digest of all the job depends on."""

    pool: WorkerPool
    backend: str | None = None  # None: the one that suits the engine
    folder: Path | None = None
    inputs: str = ""
    n_simulated: int = 0  # battles simulated, and not read from the cache

    def iterate_outcomes(self, studies: list[Study], progress: ProgressWrapper = no_progress) -> Iterable[np.ndarray]:
        """The measures of the battles of several studies, in their order, piece by piece."""
        vectorised = all(is_vectorised(study.simulation) for study in studies)
        pieces = [
            (study, rows)
            for study in studies
            for rows in split_range(study.runs, VECTOR_BATCH if vectorised else SEQUENTIAL_BATCH)
        ]
        return progress(self.iterate_pieces(pieces), len(pieces))

    def iterate_pieces(self, pieces: list[StudyPiece]) -> Iterator[np.ndarray]:
        """The measures of pieces in their order: read if they are cached, else simulated."""
        cached = [self.read_piece(piece) for piece in pieces]
        missing = [number for number, outcomes in enumerate(cached) if outcomes is None]
        with closing(self.simulate_missing(pieces, missing)) as stream:
            simulated = restore_order(stream, missing)
            for outcomes in cached:
                yield next(simulated) if outcomes is None else outcomes

    def simulate_missing(self, pieces: list[StudyPiece], missing: list[int]) -> Any:
        """Each missing piece as soon as it is simulated, in any order; it is on disk before it is yielded."""
        default_backend = choose_backend(pieces[0][0].simulation)
        is_serial = self.pool.address is None and (self.pool.workers == 1 or len(missing) <= 1)
        backend = backends.load_backend("serial" if is_serial else self.backend or default_backend)
        work = partial(compute_piece, [pieces[number] for number in missing])  # pickled once, with each study once
        stream: Any = backend.map_chunks(work, range(len(missing)), self.pool)
        with closing(stream):
            for index, outcomes in stream:
                self.write_piece(pieces[missing[index]], outcomes)
                self.n_simulated += len(outcomes)
                yield missing[index], outcomes

    def find_path(self, piece: StudyPiece) -> Path | None:
        """The file of a piece; None without a folder."""
        return self.folder / f"{compute_piece_key(piece, self.inputs)}.npy" if self.folder else None

    def read_piece(self, piece: StudyPiece) -> np.ndarray | None:
        """A piece that is cached, whole and of the right shape; any other is simulated again, and overwritten."""
        path = self.find_path(piece)
        content = None if path is None else read_checksummed(path)
        if content is None:
            return None
        try:
            outcomes: np.ndarray = np.load(io.BytesIO(content), allow_pickle=False)
        except (ValueError, EOFError):
            return None
        study, rows = piece
        shape = (len(rows), len(list_outcome_measures(study.simulation.scenario, study.simulation.end_hours)))
        return outcomes if outcomes.dtype == np.float64 and outcomes.shape == shape else None

    def write_piece(self, piece: StudyPiece, outcomes: np.ndarray) -> None:
        """Write a piece, whole or not at all."""
        path = self.find_path(piece)
        if path is not None:
            content = io.BytesIO()
            np.save(content, outcomes, allow_pickle=False)
            write_checksummed(path, content.getvalue())


def compute_piece(pieces: list[StudyPiece], number: int) -> np.ndarray:
    """The measures of one of the pieces, shape (rows, measures)."""
    study, rows = pieces[number]
    return compute_outcomes(study, run_batch(study, rows))


def compute_piece_key(piece: StudyPiece, inputs: str) -> str:
    """The digest of all that a piece depends on: the inputs of its job, and what differs between its pieces."""
    study, rows = piece
    simulation = study.simulation
    supplied = (
        "" if simulation.supplied is None else (simulation.supplied.digest, simulation.supplied.randomness is not None)
    )
    identity = (
        simulation.digest,
        simulation.law,
        simulation.until,
        simulation.draw,
        simulation.parameters,
        supplied,
        study.seed,
        rows,
    )
    digest = hashlib.sha256(f"{inputs} {identity}".encode())
    if isinstance(simulation, DesignedSimulation):
        selected = slice(rows.start, rows.stop)
        columns = {"priors": simulation.prior_indices, "dice": simulation.rng_indices} | dict(simulation.levels)
        for name, column in columns.items():
            digest.update(f" {name} ".encode() + np.ascontiguousarray(column[selected]).tobytes())
    return digest.hexdigest()
