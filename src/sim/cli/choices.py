"""What there is to choose from, by kind: each with its name and its description. `sim list` prints it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sim import laws
from sim import paths as files
from sim.cli.commands import COMMANDS


@dataclass(frozen=True)
class ChoiceKind:
    """A kind of choices: its name in `sim list`, the setting that takes one, and how to read names and descriptions."""

    name: str
    setting: str | None
    read_entries: Callable[[], dict[str, str]]


def read_shipped_titles() -> dict[str, str]:
    """Every scenario that is shipped, with its title."""
    return read_scenario_titles({path.stem: path for path in sorted(files.scenario_folder().glob("*.yaml"))})


def read_scenario_titles(file_by_name: Mapping[str, Path]) -> dict[str, str]:
    """Scenarios with their titles."""
    return {name: extract_first_match(r"^title: *(.+)$", path) for name, path in file_by_name.items()}


def read_law_descriptions() -> dict[str, str]:
    """Every law with the first sentence of its module."""
    return {name: extract_first_match(r'^"""(.+?)(?:"""|$)', laws.find_source(name)) for name in laws.list_names()}


def read_figure_descriptions() -> dict[str, str]:
    """Every figure with the first sentence of its file, and the commands whose outputs it is drawn from."""
    from sim.plots.registry import describe_figures  # here, since it loads the files of all figures

    return describe_figures()


def make_group_reader(group: str, pattern: str) -> Callable[[], dict[str, str]]:
    """A function that reads the entries of a group of conf/; entries in folders come as FOLDER/NAME."""

    def read_entries() -> dict[str, str]:
        folder = files.conf_folder() / group
        paths = sorted(folder.rglob("*.yaml"))
        return {str(path.relative_to(folder).with_suffix("")): extract_first_match(pattern, path) for path in paths}

    return read_entries


def extract_first_match(pattern: str, path: Path) -> str:
    """The first match of a pattern in a file, else its first comment, without quotes."""
    text = path.read_text(encoding="utf-8")
    match = re.search(pattern, text, re.MULTILINE) or re.search(COMMENT, text, re.MULTILINE)
    return "" if match is None else match[1].strip().strip("\"'")


COMMENT = r"^# (?!@)(.+)$"
CHOICES = (
    ChoiceKind("commands", None, lambda: dict(COMMANDS)),
    ChoiceKind("scenarios", "scenario", read_shipped_titles),
    ChoiceKind("questions", "question", make_group_reader("question", r"^question_text: (.+)$")),
    ChoiceKind("presets", "preset", make_group_reader("preset", COMMENT)),
    ChoiceKind("perturbations", "perturb", make_group_reader("perturb", COMMENT)),
    ChoiceKind("laws", "law", read_law_descriptions),
    ChoiceKind("factors", "factor", make_group_reader("factor", COMMENT)),
    ChoiceKind("sweeps", "sweep", make_group_reader("sweep", COMMENT)),
    ChoiceKind("backends", "backend", make_group_reader("backend", COMMENT)),
    ChoiceKind("figures", None, read_figure_descriptions),
)
