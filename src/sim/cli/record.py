"""`sim record OUTPUT ... page=FILE.md`: a page that holds a battle against its record, from what was stored."""

from pathlib import Path

from sim.cli import markdown
from sim.cli.settings import SettingsError
from sim.experiment.stored import StoredError

USAGE = (
    "usage: sim record OUTPUT [OUTPUT ...] page=FILE.md\n\n"
    "Writes a page from outputs of sim calibrate (one), sim compare (of battles of that posterior), sim evidence and\n"
    "sim rehearse: where the model fails, every claim beside what was expected, scores beside baselines, what the\n"
    "record determines, laws and readings compared. Nothing is fought. Figures go to images/ beside the page."
)


def command(words: list[str]) -> int:
    """Write the page, and print its path."""
    if "-h" in words or "--help" in words:
        print(USAGE)
        return 0
    folders, page = taken(words)
    from sim.report.record.outputs import gathered
    from sim.report.record.page import lines

    try:
        outputs = gathered(folders)
        drawn = [path for folder in folders for path in sorted((folder / "figures").glob("*.png"))]
        pictures = [(path.stem, f"{markdown.IMAGES}/{page.stem}-{path.name}") for path in drawn]
        text = "\n".join(lines(outputs, pictures)).rstrip() + "\n"
    except StoredError as error:
        raise SettingsError([f"record: {error}"]) from error
    shown = {Path(where).name: path for path, (_, where) in zip(drawn, pictures, strict=True) if where in text}
    try:
        markdown.write(page, text, shown)
    except OSError as error:
        raise SettingsError([f"page: can't write {error.filename}: {error.strerror}"]) from error
    print(page)
    return 0


def taken(words: list[str]) -> tuple[list[Path], Path]:
    """The folders and the page; raise SettingsError for anything else."""
    pages = [word.removeprefix("page=") for word in words if word.startswith("page=")]
    others = [word for word in words if "=" in word and not word.startswith("page=") and not Path(word).is_dir()]
    if others:
        raise SettingsError([f"{other.partition('=')[0]}: unknown option (allowed: page)" for other in others])
    if len(pages) != 1:
        raise SettingsError([f"page: needs one Markdown file to write (got {len(pages)})"])
    return [Path(word) for word in words if not word.startswith("page=")], markdown.checked(Path(pages[0]))
