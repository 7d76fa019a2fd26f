"""A job of a command: its settings and studies, simulated into a new output folder; it can be resumed."""

import os
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sim.battle import code_cache
from sim.cli.console import make_console, make_status_console, print_subject
from sim.cli.errors import SettingsError
from sim.cli.settings import AUTO_BACKEND, Settings
from sim.interruption import find_received_signal
from sim.runs import backends
from sim.runs.backends import BackendError, WorkerPool
from sim.runs.cached_runner import CachedRunner
from sim.runs.job_file import JOB_FILE, JobFile, collect_inputs, list_changes, make_job_file, write_job_file
from sim.runs.replicate import Study, choose_backend, measure_batch_length
from sim.runs.run_directory import SHARD_FOLDER, RunDirectory, lock_folder, remove_job_files
from sim.runs.shards import ForeignShardError
from sim.storage.fingerprint import compute_digest
from sim.storage.seal import MANIFEST

MAX_CAUSE = 200  # characters of a cause in a message
NON_INPUT_SETTINGS = {"workers", "backend", "outputs", "engine"}  # they do not change the results


@dataclass(frozen=True)
class Job:
    """The work of a command on some studies by name; `execute` simulates them, writes and prints the results.

    `argv` has the arguments, if the settings came from there; `extra_inputs` are what else determines the results.
    """

    command: str
    argv: list[str] | None
    settings: Settings
    studies: dict[str, Study]
    execute: Callable[[RunDirectory], None]
    extra_inputs: dict[str, Any] = field(default_factory=dict)

    def collect_inputs(self) -> dict[str, str]:
        """Everything that determines the results, to the bit."""
        return collect_inputs(
            self.settings.model_dump(mode="json", exclude=NON_INPUT_SETTINGS) | self.extra_inputs, self.studies
        )


class Interrupted(KeyboardInterrupt):
    """Ctrl-C or another signal that ends the program, with the folder that keeps what is finished."""

    def __init__(self, folder: Path, signal_number: int):
        super().__init__(str(folder))
        self.folder = folder
        self.signal_number = signal_number


def check_job(job: Job) -> None:
    """Raise SettingsError if a job can't begin: there can be no folder, or its backend is not available."""
    check_output_folder(job.settings.outputs)
    check_backend(job.settings, next(iter(job.studies.values())))


def start_job(job: Job) -> Path:
    """Do a job in a new folder, after all checks; the folder."""
    check_job(job)
    settings = job.settings
    simulation_digests = [study.simulation.digest for study in job.studies.values()]
    input_settings = settings.model_dump(mode="json", exclude=NON_INPUT_SETTINGS)
    folder = make_output_folder(
        settings.outputs, settings.name, compute_digest([input_settings, job.extra_inputs, *simulation_digests])
    )
    with begin_job(job, folder) as job_file:
        run_job(job, folder, job_file)
    return folder


@contextmanager
def begin_job(job: Job, folder: Path) -> Iterator[JobFile]:
    """Begin a job in an empty folder, which is locked until the end; the job file that is written there.

    Parameters
    ----------
    job
        The job, which has been checked.
    folder
        A folder that exists, in which the job can be resumed if it is interrupted.

    Returns
    -------
    Iterator of JobFile
        What was asked for, all that determines the results, and how the work is cut.
    """
    study = next(iter(job.studies.values()))
    _, worker_pool = select_backend(job.settings, choose_backend(study.simulation))
    shard_length = measure_batch_length(study, worker_pool.workers)
    all_settings = job.settings.model_dump(mode="json")
    job_file = make_job_file(job.command, job.argv, all_settings, job.collect_inputs(), list(job.studies), shard_length)
    with explain_interruption(folder), lock_folder(folder):
        write_job_file(folder, job_file)
        yield job_file


def resume_job(job: Job, folder: Path, job_file: JobFile) -> None:
    """Do the rest of a job in its folder, which is locked; raise SettingsError if its inputs have changed."""
    if changes := list_changes(job_file.inputs, job.collect_inputs()):
        raise SettingsError([f"{folder} can't go on: what it was made from has changed", *changes])
    if job_file.studies != list(job.studies):
        raise SettingsError([f"{folder} can't go on: job.json tells of other parts than its command has"])
    study = next(iter(job.studies.values()))
    check_backend(job.settings, study)
    with explain_interruption(folder):
        run_job(job, folder, job_file)


def run_job(job: Job, folder: Path, job_file: JobFile) -> None:
    """Execute a job, then remove the files that only an unfinished job needs."""
    with explain_display_failure(folder):
        print_subject(make_console(), job.command, job.settings)
        job.execute(make_run_directory(job, folder, job_file))
    remove_job_files(folder)


def make_run_directory(job: Job, folder: Path, job_file: JobFile) -> RunDirectory:
    """The folder in which the studies of a job are simulated, by the workers that its settings choose."""
    simulation = next(iter(job.studies.values())).simulation
    backend, worker_pool = select_backend(job.settings, choose_backend(simulation))
    print_status = make_status_console().print
    return RunDirectory(folder, job_file, backend, worker_pool, print_status, may_compile(job.settings))


def may_compile(settings: Settings) -> bool:
    """Whether machine code may take over from plain rules in the midst of a study, on this machine."""
    return settings.engine == "auto" and settings.backend.name == AUTO_BACKEND and code_cache.find_obstacle() is None


def select_backend(settings: Settings, preferred: str) -> tuple[str, WorkerPool]:
    """The name of the backend and its workers; `preferred` is the backend that suits the clock."""
    worker_pool = WorkerPool(settings.workers or os.cpu_count() or 1, settings.backend.address)
    if settings.backend.name != AUTO_BACKEND:
        return settings.backend.name, worker_pool
    return "serial" if worker_pool.workers == 1 else preferred, worker_pool


def check_backend(settings: Settings, study: Study) -> None:
    """Raise SettingsError if the backend can't be used, or if it has no use for what is set of it."""
    if settings.backend.name == "serial" and (settings.workers or 1) > 1:
        raise SettingsError([f"workers: backend=serial has one (got {settings.workers}; allowed: null or 1)"])
    backend, worker_pool = select_backend(settings, choose_backend(study.simulation))
    try:
        backends.load_backend(backend).check(worker_pool)
    except BackendError as error:
        raise SettingsError([str(error)]) from error


def make_cached_runner(settings: Settings, run_directory: RunDirectory) -> CachedRunner:
    """The runner of a job whose chunks of work are not the batches of its studies; they are cached in its folder."""
    backend = None if settings.backend.name == AUTO_BACKEND else run_directory.backend
    return CachedRunner(
        run_directory.pool, backend, run_directory.folder / SHARD_FOLDER, compute_digest(run_directory.job_file.inputs)
    )


@contextmanager
def explain_display_failure(folder: Path) -> Iterator[None]:
    """Turn a failure to show results that are complete into an error that says so, and how to go on.

    Parameters
    ----------
    folder
        The folder of the output: its results are complete once it has a manifest, before figures and pages are made.

    Raises
    ------
    SettingsError
        In the place of any error but those of input and of files, once the results are complete.
    """
    try:
        yield
    except (SettingsError, OSError):
        raise
    except Exception as error:
        if not (folder / MANIFEST).exists():
            raise
        *_, place = traceback.extract_tb(error.__traceback__)
        cause = " ".join(f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}: {error}".split())
        others = f"sim plot {folder} figure=all; sim export {folder} format=csv"
        hint = (
            f"to try again: sim resume {folder}; or {others}" if (folder / JOB_FILE).exists() else f"to go on: {others}"
        )
        message = f"{folder}: the results are complete and kept, but they can't be shown ({cause[:MAX_CAUSE]})"
        raise SettingsError([message, hint]) from error


@contextmanager
def explain_interruption(folder: Path) -> Iterator[None]:
    """Turn what ends the work early into an error whose message says how to resume."""
    try:
        yield
    except KeyboardInterrupt as error:
        raise Interrupted(folder, getattr(error, "signal_number", signal.SIGINT)) from error
    except ForeignShardError as error:
        raise SettingsError([str(error)]) from error
    except BackendError as error:
        raise_if_signalled(folder, error)  # which ended workers, too
        raise SettingsError([str(error), f"what is finished is kept: sim resume {folder}"]) from error
    except OSError as error:
        raise_if_signalled(folder, error)  # and the terminal is gone
        resume_hint = [f"what is finished is kept: sim resume {folder}"] if (folder / JOB_FILE).exists() else []
        raise SettingsError([f"{folder}: {error.strerror or error}", *resume_hint]) from error


def raise_if_signalled(folder: Path, error: Exception) -> None:
    """Raise Interrupted if a signal came before an error, which is then its consequence."""
    if (number := find_received_signal()) is not None:
        raise Interrupted(folder, number) from error


def make_output_folder(outputs: Path, name: str, digest: str) -> Path:
    """Make `outputs/name/<date>_<time>-<digest>`; raise SettingsError if it can't be made."""
    timestamp = f"{datetime.now():%Y-%m-%d_%H-%M-%S}-{digest[:8]}"
    try:
        (outputs / name).mkdir(parents=True, exist_ok=True)
        for number in range(1, 1000):
            folder = outputs / name / (timestamp if number == 1 else f"{timestamp}-{number}")
            try:
                folder.mkdir()
                return folder
            except FileExistsError:
                continue
    except OSError as error:
        raise SettingsError([f"outputs: can't make a folder in {outputs / name}: {error.strerror}"]) from error
    raise SettingsError([f"outputs: {outputs / name / timestamp} exists a thousand times"])


def check_output_folder(outputs: Path) -> None:
    """Refuse a path below a file, before any work is done."""
    for part in (outputs, *outputs.parents):
        if part.exists():
            if not part.is_dir():
                raise SettingsError([f"outputs: {part} is a file (allowed: a folder, or a path that does not exist)"])
            return
