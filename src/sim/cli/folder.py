"""The output folder of a run: made by us, exclusively, and only after everything was checked."""

from datetime import datetime
from pathlib import Path

from sim.cli.settings import SettingsError


def make_folder(outputs: Path, name: str, digest: str) -> Path:
    """Make `outputs/name/<date>_<time>-<digest>`; raise SettingsError if it can't be made."""
    stamp = f"{datetime.now():%Y-%m-%d_%H-%M-%S}-{digest[:8]}"
    try:
        (outputs / name).mkdir(parents=True, exist_ok=True)
        for number in range(1, 1000):
            folder = outputs / name / (stamp if number == 1 else f"{stamp}-{number}")
            try:
                folder.mkdir()
                return folder
            except FileExistsError:
                continue
    except OSError as error:
        raise SettingsError([f"outputs: can't make a folder in {outputs / name}: {error.strerror}"]) from error
    raise SettingsError([f"outputs: {outputs / name / stamp} exists a thousand times"])


def check_folder(outputs: Path) -> None:
    """Refuse a path that lies below a file, before any work is done."""
    for part in (outputs, *outputs.parents):
        if part.exists():
            if not part.is_dir():
                raise SettingsError([f"outputs: {part} is a file (allowed: a folder, or a path that does not exist)"])
            return
