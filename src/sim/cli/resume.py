"""`sim resume`: go on with a run that was interrupted or killed, to the same bits as if it had not been."""

from importlib import import_module
from pathlib import Path
from typing import Any

from sim.cli.arguments import plain_command
from sim.cli.commands import COMMANDS, get_module_name
from sim.cli.errors import SettingsError
from sim.cli.job import Job, resume_job
from sim.cli.settings import compose_settings, validate_settings
from sim.runs.job_file import JOB_FILE, JobFile, JobFileError, read_job_file
from sim.runs.run_directory import InUseError, lock_folder, remove_job_files
from sim.scenario.problems import shorten
from sim.seat.game_file import GAME_FILE
from sim.storage.reader import open_output
from sim.storage.seal import MANIFEST, StoredError, list_symlinks

USAGE = (
    "usage: sim resume OUTPUT [workers=N] [backend=NAME] [backend.address=ADDRESS]\n\n"
    "Goes on with the run in a folder that was interrupted or killed, and ends with the same bits. Nothing else may\n"
    "have changed: settings, scenario, code and the versions of libraries are compared with what the run began with."
)
CHANGEABLE_SETTINGS = ("workers", "backend", "backend.address")


@plain_command(USAGE)
def command(argv: list[str]) -> int:
    """Resume one run."""
    folders = [argument for argument in argv if "=" not in argument or Path(argument).is_dir()]
    if len(folders) != 1:
        raise SettingsError([f"resume: one folder is wanted (got {', '.join(folders) or 'none'})"])
    folder = Path(folders[0])
    overrides = [argument for argument in argv if argument != folders[0]]
    for override in overrides:
        if override.partition("=")[0] not in CHANGEABLE_SETTINGS:
            raise SettingsError(
                [f"{override}: can't change in a run that goes on (allowed: {', '.join(CHANGEABLE_SETTINGS)})"]
            )
    if not folder.is_dir():
        raise SettingsError([f"resume: {folder} is no folder"])
    if (folder / GAME_FILE).exists() and not overrides:
        from sim.cli.play import go_on_with_game, read_script

        return go_on_with_game(folder, read_script(None))
    try:
        finished = resume_folder(folder, overrides)
    except (JobFileError, InUseError) as error:
        raise SettingsError([f"resume: {folder}: {error}"]) from error
    except StoredError as error:
        raise SettingsError([f"resume: {error}"]) from error
    if finished:
        print(f"{folder} is finished: there is nothing to resume.")
    return 0


def resume_folder(folder: Path, overrides: list[str]) -> bool:
    """Resume the run in a folder, whose results may be complete without figures and page; True if it is finished."""
    if links := list_symlinks(folder):
        raise SettingsError([f"resume: {path} is a link, and a run makes none: move it away" for path in links])
    if (folder / MANIFEST).exists():
        open_output(folder)
    else:
        read_job_file(folder)  # before the lock, which would leave a file in a folder of something else
    with lock_folder(folder):
        if (folder / MANIFEST).exists() and not (folder / JOB_FILE).exists():
            remove_job_files(folder)
            return True
        job_file = read_job_file(folder)
        resume_job(rebuild_job(job_file, overrides), folder, job_file)
    print(folder)
    return False


def rebuild_job(job_file: JobFile, overrides: list[str]) -> Job:
    """The job of a job file, made anew from its arguments or, in a multirun, from its settings."""
    module: Any = import_module(get_module_name(job_file.command)) if job_file.command in COMMANDS else None
    if not hasattr(module, "make_job"):
        raise JobFileError(f"job.json names no command that can go on (got {shorten(job_file.command)})")
    if job_file.argv is None:
        chosen = {name: getattr(compose_settings(overrides), name) for name in ("workers", "backend")}
        overridden_names = {override.partition("=")[0].partition(".")[0] for override in overrides}
        settings = validate_settings(job_file.settings)
        settings = settings.model_copy(update={name: chosen[name] for name in overridden_names})
        job: Job = module.make_job_from_settings(settings, None)
        return job
    overridden = {override.partition("=")[0] for override in overrides}
    if "backend" in overridden:
        overridden.add("backend.address")
    kept = [argument for argument in job_file.argv if argument.partition("=")[0] not in overridden]
    job = module.make_job([*kept, *overrides])
    return job
