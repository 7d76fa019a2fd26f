"""`sim report OUTPUT ... page=FILE.md`: a page that holds a battle against its record, from what was stored."""

from pathlib import Path

from sim.cli import markdown
from sim.cli.arguments import plain_command, split_arguments
from sim.cli.settings import SettingsError
from sim.experiment.stored import StoredError

USAGE = (
    "usage: sim report OUTPUT [OUTPUT ...] page=FILE.md\n\n"
    "Writes a page from outputs of sim calibrate (one), sim score (of battles of that posterior), sim compare-models\n"
    "and sim sbc: where the model fails, every claim beside what was expected, scores beside baselines, what the\n"
    "record determines, laws and readings compared. Nothing is fought. Figures go to images/ beside the page."
)


@plain_command(USAGE)
def command(words: list[str]) -> int:
    """Write the page, and print its path."""
    arguments, rest = split_arguments(words, ("page",))
    if others := [word for word in rest if "=" in word and not Path(word).is_dir()]:
        raise SettingsError([f"{other.partition('=')[0]}: unknown option (allowed: page)" for other in others])
    folders, page = [Path(word) for word in rest], page_of(arguments)
    from sim.report.record.outputs import gathered
    from sim.report.record.page import lines

    try:
        outputs = gathered(folders)
        drawn = [path for folder in folders for path in sorted((folder / "figures").glob("*.png"))]
        pictures = [(path.stem, f"{markdown.IMAGES}/{page.stem}-{path.name}") for path in drawn]
        text = "\n".join(lines(outputs, pictures)).rstrip() + "\n"
    except StoredError as error:
        raise SettingsError([f"report: {error}"]) from error
    shown = {Path(where).name: path for path, (_, where) in zip(drawn, pictures, strict=True) if where in text}
    try:
        markdown.write(page, text, shown)
    except OSError as error:
        raise SettingsError([f"page: can't write {error.filename}: {error.strerror}"]) from error
    print(page)
    return 0


def page_of(arguments: dict[str, str]) -> Path:
    """The page to write; raise SettingsError if there is none, or if it can't be written."""
    if "page" not in arguments:
        raise SettingsError(["page: needs one Markdown file to write (got 0)"])
    return markdown.checked(Path(arguments["page"]))
