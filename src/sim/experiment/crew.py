"""Who works out the measures of many studies, piece by piece, and keeps them on disk while a long job is under way.

A piece is some rows of a study. Its file bears the digest of all that it comes from, so that a job that is killed goes
on from what is there, in whatever order it asks for pieces, and never takes one of something else.
"""

import hashlib
import io
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from sim.battle.designed import Designed
from sim.experiment import backends
from sim.experiment.backends import Place
from sim.experiment.batches import split
from sim.experiment.paired import measures, values
from sim.experiment.replicate import BATCH, BULK, Study, Watch, backend_of, fight_batch, in_bulk, unwatched
from sim.experiment.sealed import read_sealed, write_sealed
from sim.experiment.window import ordered

Piece = tuple[Study, range]


@dataclass
class Crew:
    """Workers, and the folder where pieces are kept, if they are; `inputs` is the digest of what the job comes from.

    `fresh` counts the battles that were fought, and not read.
    """

    place: Place
    backend: str | None = None  # None: the one that suits the clock
    folder: Path | None = None
    inputs: str = ""
    fresh: int = 0

    def outcomes(self, studies: list[Study], watch: Watch = unwatched) -> Iterable[np.ndarray]:
        """The measures of the battles of several studies, in their order, a piece at a time."""
        bulk = all(in_bulk(study.stage) for study in studies)
        pieces = [(study, rows) for study in studies for rows in split(study.runs, BULK if bulk else BATCH)]
        return watch(self.worked_out(pieces), len(pieces))

    def worked_out(self, pieces: list[Piece]) -> Iterator[np.ndarray]:
        """Pieces in their order: read if they are there, else fought."""
        there = [self.read(piece) for piece in pieces]
        missing = [number for number, found in enumerate(there) if found is None]
        with closing(self.fought(pieces, missing)) as fresh:
            made = ordered(fresh, missing)
            for found in there:
                yield next(made) if found is None else found

    def fought(self, pieces: list[Piece], missing: list[int]) -> Any:
        """Each missing piece as soon as it is fought, in any order; it is on disk before it is given."""
        suits = backend_of(pieces[0][0].stage)
        alone = self.place.address is None and (self.place.workers == 1 or len(missing) <= 1)
        backend = backends.load("serial" if alone else self.backend or suits)
        work = partial(measured, [pieces[number] for number in missing])  # packed once, with each study once
        stream: Any = backend.map_chunks(work, range(len(missing)), self.place)
        with closing(stream):
            for place, found in stream:
                self.keep(pieces[missing[place]], found)
                self.fresh += len(found)
                yield missing[place], found

    def path(self, piece: Piece) -> Path | None:
        """The file of a piece."""
        return self.folder / f"{name_of(piece, self.inputs)}.npy" if self.folder else None

    def read(self, piece: Piece) -> np.ndarray | None:
        """A piece that is there, whole and of the right form; any other is fought again, and written over."""
        path = self.path(piece)
        content = None if path is None else read_sealed(path)
        if content is None:
            return None
        try:
            found: np.ndarray = np.load(io.BytesIO(content), allow_pickle=False)
        except (ValueError, EOFError):
            return None
        study, rows = piece
        form = (len(rows), len(measures(study.stage.scenario, study.stage.ends)))
        return found if found.dtype == np.float64 and found.shape == form else None

    def keep(self, piece: Piece, found: np.ndarray) -> None:
        """Write a piece, whole or not at all."""
        path = self.path(piece)
        if path is not None:
            content = io.BytesIO()
            np.save(content, found, allow_pickle=False)
            write_sealed(path, content.getvalue())


def measured(pieces: list[Piece], number: int) -> np.ndarray:
    """The measures of one of some pieces, shape (rows, measures)."""
    study, rows = pieces[number]
    return values(study, fight_batch(study, rows))


def name_of(piece: Piece, inputs: str) -> str:
    """The digest of all that decides the bits of a piece but does not stand in the inputs of its job."""
    study, rows = piece
    stage = study.stage
    given = "" if stage.given is None else (stage.given.digest, stage.given.dice is not None)
    settings = (stage.digest, stage.law, stage.until, stage.draw, stage.parameters, given, study.seed, rows)
    digest = hashlib.sha256(f"{inputs} {settings}".encode())
    if isinstance(stage, Designed):
        part = slice(rows.start, rows.stop)
        columns = {"priors": stage.priors_by, "dice": stage.dice_by} | dict(stage.levels)
        for name, column in columns.items():
            digest.update(f" {name} ".encode() + np.ascontiguousarray(column[part]).tobytes())
    return digest.hexdigest()
