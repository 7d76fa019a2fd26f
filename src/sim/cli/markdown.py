"""Pages of Markdown that a command is asked to write: checked before any work, written whole, with pictures beside."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from sim.cli.settings import SettingsError
from sim.experiment.durable import put

IMAGES = "images"  # the folder beside a page that its pictures are in


def checked(page: Path) -> Path:
    """The page, if it can be written; raise SettingsError if not."""
    if page.suffix != ".md" or not page.parent.is_dir():
        raise SettingsError([f"page: not a Markdown file in a folder that exists (got {str(page)!r})"])
    return page


def write(page: Path, text: str, pictures: Mapping[str, Path]) -> None:
    """Write pictures, by the names that they have beside the page, and then the page, which is never half there."""
    (page.parent / IMAGES).mkdir(exist_ok=True)
    for name, path in pictures.items():
        shutil.copyfile(path, page.parent / IMAGES / name)
    put(page, lambda partial: partial.write_text(text, encoding="utf-8"))
