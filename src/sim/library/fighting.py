"""A job that is done in a temporary folder: nothing is printed or drawn, and nothing is kept that nobody asks for."""

from collections.abc import Iterator
from contextlib import contextmanager

from sim.cli.job import Job, begin_job, check_backend, make_run_directory
from sim.library.temporary_folder import TemporaryFolder
from sim.runs.run_directory import RunDirectory, remove_job_files


@contextmanager
def work_in_folder(job: Job, folder: TemporaryFolder) -> Iterator[RunDirectory]:
    """The folder of a job, in which its studies are to be simulated; at the end only the results are there.

    Parameters
    ----------
    job
        The job of a command; its own way to print and draw is not used.
    folder
        An empty folder.

    Returns
    -------
    Iterator of RunDirectory
        Its batches are simulated by the workers that the settings choose.

    Raises
    ------
    SimError
        The backend of the settings can't be used.
    """
    check_backend(job.settings, next(iter(job.studies.values())))
    with begin_job(job, folder.path) as job_file:
        yield make_run_directory(job, folder.path, job_file)
        remove_job_files(folder.path)
