"""A job is what a command is to do: its settings, the studies to fight, and what to do with them. It can be resumed."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

from sim.battle import code_cache
from sim.cli.folder import check_folder, make_folder
from sim.cli.settings import AUTO, Settings, SettingsError
from sim.experiment import backends
from sim.experiment.backends import BackendError, Place
from sim.experiment.crew import Crew
from sim.experiment.identity import digest_of
from sim.experiment.ledger import LEDGER, Ledger, changed, inputs, ledger_of, write_ledger
from sim.experiment.replicate import Study, backend_of, suitable_length
from sim.experiment.shards import ForeignError
from sim.experiment.under_way import SHARDS, UnderWay, clear, locked

NO_INPUT = {"workers", "backend", "outputs", "clock"}  # settings that change no bit


@dataclass(frozen=True)
class Job:
    """What a command is to do with some studies by name; `finish` fights them, writes the results and tells them.

    `words` are those of the command line, if the settings came from there; `asked` is what else decides the bits.
    """

    command: str
    words: list[str] | None
    settings: Settings
    studies: dict[str, Study]
    finish: Callable[[UnderWay], None]
    asked: dict[str, Any] = field(default_factory=dict)

    def inputs(self) -> dict[str, str]:
        """All that decides the bits of the results."""
        return inputs(self.settings.model_dump(mode="json", exclude=NO_INPUT) | self.asked, self.studies)


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, with the folder in which everything finished is kept."""

    def __init__(self, folder: Path):
        super().__init__(str(folder))
        self.folder = folder


def start(job: Job) -> Path:
    """Do a job in a new folder, once all that can be checked is; the folder."""
    settings = job.settings
    check_folder(settings.outputs)
    study = next(iter(job.studies.values()))
    check(settings, study)
    stages = [study.stage.digest for study in job.studies.values()]
    plain = settings.model_dump(mode="json", exclude=NO_INPUT)
    length = suitable_length(study)
    whole = settings.model_dump(mode="json")
    ledger = ledger_of(job.command, job.words, whole, job.inputs(), list(job.studies), length)
    folder = make_folder(settings.outputs, settings.name, digest_of([plain, job.asked, *stages]))
    with keeping(folder), locked(folder):
        write_ledger(folder, ledger)
        carry_out(job, folder, ledger)
    return folder


def go_on(job: Job, folder: Path, ledger: Ledger) -> None:
    """Do the rest of a job in its folder, which is locked; raise SettingsError if it would be another job."""
    if lines := changed(ledger.inputs, job.inputs()):
        raise SettingsError([f"{folder} can't go on: what it was made from has changed", *lines])
    if ledger.parts != list(job.studies):
        raise SettingsError([f"{folder} can't go on: study.json tells of other parts than its command has"])
    study = next(iter(job.studies.values()))
    check(job.settings, study)
    with keeping(folder):
        carry_out(job, folder, ledger)


def carry_out(job: Job, folder: Path, ledger: Ledger) -> None:
    """Fight, write and tell; what only an unfinished job needs goes last."""
    stage = next(iter(job.studies.values())).stage
    backend, place = workers(job.settings, backend_of(stage))
    say = Console(stderr=True, soft_wrap=True, highlight=False, markup=False, emoji=False).print
    job.finish(UnderWay(folder, ledger, backend, place, say))
    clear(folder)


def workers(settings: Settings, suits: str) -> tuple[str, Place]:
    """The backend by name and its place; `suits` is the one that suits the clock."""
    place = Place(settings.workers or os.cpu_count() or 1, settings.backend.address)
    if settings.backend.name != AUTO:
        return settings.backend.name, place
    return "serial" if place.workers == 1 else suits, place


def check(settings: Settings, study: Study) -> None:
    """Raise SettingsError if there is nobody to fight the battles; compile the rules if they are not."""
    backend, place = workers(settings, backend_of(study.stage))
    try:
        backends.load(backend).check(place)
    except BackendError as error:
        raise SettingsError([str(error)]) from error
    if study.stage.form == "compiled" and not code_cache.is_compiled():
        Console(stderr=True).print("Compiling the rules: once, a minute or two.")


def crew_of(settings: Settings, under_way: UnderWay) -> Crew:
    """The workers of a job whose pieces are not the batches of its studies; they are kept in its folder."""
    backend = None if settings.backend.name == AUTO else under_way.backend
    return Crew(under_way.place, backend, under_way.folder / SHARDS, digest_of(under_way.ledger.inputs))


@contextmanager
def keeping(folder: Path) -> Iterator[None]:
    """Whatever ends the work early, what is finished stays, and the message says how to go on."""
    try:
        yield
    except KeyboardInterrupt as error:
        raise Interrupted(folder) from error
    except ForeignError as error:
        raise SettingsError([str(error)]) from error
    except BackendError as error:
        raise SettingsError([str(error), f"what is finished is kept: sim resume {folder}"]) from error
    except OSError as error:
        kept = [f"what is finished is kept: sim resume {folder}"] if (folder / LEDGER).exists() else []
        raise SettingsError([f"{folder}: {error.strerror or error}", *kept]) from error
