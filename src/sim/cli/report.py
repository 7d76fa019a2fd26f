"""`sim report OUTPUT ... page=FILE.md`: the Markdown report of a calibration, from stored outputs."""

from pathlib import Path

from sim.cli.arguments import check_page_path, plain_command, split_arguments
from sim.cli.errors import SettingsError
from sim.report.text import IMAGE_FOLDER, write_markdown_page
from sim.storage.seal import StoredError

USAGE = (
    "usage: sim report OUTPUT [OUTPUT ...] page=FILE.md\n\n"
    "Writes a page from outputs of sim calibrate (one), sim score (of battles of that posterior), sim compare-models\n"
    "and sim sbc: where the model fails, every claim beside what was expected, scores beside baselines, what the\n"
    "record determines, laws and readings compared. Nothing is fought. Figures go to images/ beside the page."
)


@plain_command(USAGE)
def command(argv: list[str]) -> int:
    """Write the page, and print its path."""
    own_values, others = split_arguments(argv, ("page",))
    if unknown := [argument for argument in others if "=" in argument and not Path(argument).is_dir()]:
        raise SettingsError([f"{each.partition('=')[0]}: unknown option (allowed: page)" for each in unknown])
    folders, page = [Path(argument) for argument in others], parse_page_path(own_values)
    from sim.report.calibration_report import format_calibration_report
    from sim.report.report_inputs import load_report_inputs

    try:
        outputs = load_report_inputs(folders)
        figure_paths = [path for folder in folders for path in sorted((folder / "figures").glob("*.png"))]
        figures = [(path.stem, f"{IMAGE_FOLDER}/{page.stem}-{path.name}") for path in figure_paths]
        text = "\n".join(format_calibration_report(outputs, figures)).rstrip() + "\n"
    except StoredError as error:
        raise SettingsError([f"report: {error}"]) from error
    used_figures = {
        Path(link).name: path for path, (_, link) in zip(figure_paths, figures, strict=True) if link in text
    }
    try:
        write_markdown_page(page, text, used_figures)
    except OSError as error:
        raise SettingsError([f"page: can't write {error.filename}: {error.strerror}"]) from error
    print(page)
    return 0


def parse_page_path(own_values: dict[str, str]) -> Path:
    """The page to write; raise SettingsError if none is named, or if it can't be written."""
    if "page" not in own_values:
        raise SettingsError(["page: needs one Markdown file to write (got 0)"])
    return check_page_path(Path(own_values["page"]))
