"""`sim resume`: go on with a run that was interrupted or killed, to the same bits as if it had not been."""

from importlib import import_module
from pathlib import Path
from typing import Any

from sim.cli.arguments import plain_command
from sim.cli.commands import COMMANDS, module_name
from sim.cli.job import Job, go_on
from sim.cli.settings import SettingsError, checked, compose_settings
from sim.experiment.ledger import Ledger, LedgerError, read_ledger
from sim.experiment.stored import MANIFEST, StoredError, links, manifest_of
from sim.experiment.under_way import InUseError, clear, locked
from sim.scenario.problems import shorten

USAGE = (
    "usage: sim resume OUTPUT [workers=N] [backend=NAME] [backend.address=ADDRESS]\n\n"
    "Goes on with the run in a folder that was interrupted or killed, and ends with the same bits. Nothing else may\n"
    "have changed: settings, scenario, code and the versions of libraries are compared with what the run began with."
)
MAY_CHANGE = ("workers", "backend", "backend.address")


@plain_command(USAGE)
def command(words: list[str]) -> int:
    """Go on with one run."""
    folders = [word for word in words if "=" not in word or Path(word).is_dir()]
    if len(folders) != 1:
        raise SettingsError([f"resume: one folder is wanted (got {', '.join(folders) or 'none'})"])
    folder = Path(folders[0])
    others = [word for word in words if word != folders[0]]
    for word in others:
        if word.partition("=")[0] not in MAY_CHANGE:
            raise SettingsError([f"{word}: can't change in a run that goes on (allowed: {', '.join(MAY_CHANGE)})"])
    if not folder.is_dir():
        raise SettingsError([f"resume: {folder} is no folder"])
    try:
        finished = resume(folder, others)
    except (LedgerError, InUseError) as error:
        raise SettingsError([f"resume: {folder}: {error}"]) from error
    except StoredError as error:
        raise SettingsError([f"resume: {error}"]) from error
    if finished:
        print(f"{folder} is finished: there is nothing to resume.")
    return 0


def resume(folder: Path, others: list[str]) -> bool:
    """Go on in a folder, or tell that it is finished already, and whole."""
    if found := links(folder):
        raise SettingsError([f"resume: {path} is a link, and a run makes none: move it away" for path in found])
    if (folder / MANIFEST).exists():
        manifest_of(folder)
    else:
        read_ledger(folder)  # before the lock, which would leave a file in a folder that is not ours
    with locked(folder):
        if (folder / MANIFEST).exists():
            clear(folder)
            return True
        ledger = read_ledger(folder)
        go_on(job_of(ledger, others), folder, ledger)
    print(folder)
    return False


def job_of(ledger: Ledger, others: list[str]) -> Job:
    """The job that the ledger tells of, made anew from the same words or, in a multirun, the same settings."""
    module: Any = import_module(module_name(ledger.command)) if ledger.command in COMMANDS else None
    if not hasattr(module, "job_from_words"):
        raise LedgerError(f"study.json names no command that can go on (got {shorten(ledger.command)})")
    if ledger.words is None:
        chosen = {name: getattr(compose_settings(others), name) for name in ("workers", "backend")}
        wanted = {word.partition("=")[0].partition(".")[0] for word in others}
        settings = checked(ledger.settings)
        settings = settings.model_copy(update={name: chosen[name] for name in wanted})
        job: Job = module.job_of(settings, None)
        return job
    new = {word.partition("=")[0] for word in others}
    if "backend" in new:
        new.add("backend.address")
    job = module.job_from_words([*(word for word in ledger.words if word.partition("=")[0] not in new), *others])
    return job
